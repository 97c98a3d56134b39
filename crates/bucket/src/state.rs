//! The whole of S3's memory, and the one way to change it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::bucket::{Bucket, Settings, Upload, UploadedPart};
use crate::object::{Blob, Object, Piece, Retention, Version};

/// Every bucket, and how often each blob is referred to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    buckets: BTreeMap<String, Bucket>,
    /// How many versions and parts refer to a blob; a function of `buckets`, kept for its speed.
    references: BTreeMap<String, u64>,
}

/// One change of the state, as it stands in the journal.
///
/// A kind that this build does not know fails to parse: the journal's reader stops there instead
/// of passing it over. One that finds its bucket, key or upload gone does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field's name says where something is, or what it is")]
pub enum Change {
    /// A bucket is made.
    CreateBucket {
        bucket: String,
        owner: String,
        region: String,
        created: Timestamp,
        settings: Settings,
    },
    /// A bucket is gone, with the uploads that were under way in it.
    DeleteBucket { bucket: String },
    /// A bucket is set up differently.
    Configure { bucket: String, settings: Settings },
    /// A key has a new newest version; one with the same id makes way for it.
    PutVersion { bucket: String, key: String, version: Version },
    /// A version is gone for good.
    DeleteVersion { bucket: String, key: String, version: String },
    /// A version is described differently; its bytes stay.
    Describe { bucket: String, key: String, version: String, description: Description },
    /// An upload begins.
    CreateUpload { bucket: String, key: String, id: String, upload: Box<Upload> },
    /// A part has come; one with the same number makes way for it.
    PutPart { bucket: String, key: String, id: String, number: u32, part: UploadedPart },
    /// An upload is completed or given up; its parts are no longer its own.
    DeleteUpload { bucket: String, key: String, id: String },
}

/// What can change about a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Description {
    /// Its tags, all of them.
    Tags(BTreeMap<String, String>),
    /// Until when it is kept.
    Retention(Option<Retention>),
    /// Whether it is kept until that is taken back.
    LegalHold(bool),
    /// Its canned ACL.
    Acl(Option<String>),
}

impl State {
    /// Returns a bucket.
    pub fn bucket(&self, name: &str) -> Option<&Bucket> {
        self.buckets.get(name)
    }

    /// Returns every bucket by its name, in their order.
    pub fn buckets(&self) -> impl Iterator<Item = (&str, &Bucket)> {
        self.buckets.iter().map(|(name, bucket)| (name.as_str(), bucket))
    }

    /// Returns the text of a bucket's policy.
    pub fn policy(&self, bucket: &str) -> Option<&str> {
        self.bucket(bucket)?.settings.policy.as_deref()
    }

    /// Returns the account that owns a bucket.
    pub fn owner(&self, bucket: &str) -> Option<&str> {
        self.bucket(bucket).map(|bucket| bucket.owner.as_str())
    }

    /// Returns the Region of a bucket.
    pub fn region(&self, bucket: &str) -> Option<&str> {
        self.bucket(bucket).map(|bucket| bucket.region.as_str())
    }

    /// Returns the newest version of a key, unless that says that it was deleted.
    pub fn object(&self, bucket: &str, key: &str) -> Option<&Object> {
        self.bucket(bucket)?.object(key)
    }

    /// Returns the objects of a bucket, each key's newest version, in the order of their keys.
    pub fn objects(&self, bucket: &str) -> impl Iterator<Item = (&str, &Object)> {
        let keys = self.bucket(bucket).into_iter().flat_map(|bucket| &bucket.objects);
        keys.filter_map(|(key, versions)| Some((key.as_str(), versions.first()?.object()?)))
    }

    /// Returns the id of every blob that something refers to, each once.
    pub fn blobs(&self) -> impl Iterator<Item = &str> {
        self.references.keys().map(String::as_str)
    }

    /// Returns how many versions and parts refer to a blob.
    pub(crate) fn references(&self, blob: &str) -> u64 {
        self.references.get(blob).copied().unwrap_or(0)
    }

    /// Returns where an object's bytes lie, in their order.
    pub fn pieces(object: &Object) -> Vec<Piece> {
        object.body.slice(0, object.body.size())
    }

    /// Folds one change in.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::CreateBucket { bucket, owner, region, created, settings } => {
                let made = Bucket {
                    owner: owner.clone(),
                    region: region.clone(),
                    created: *created,
                    settings: settings.clone(),
                    objects: BTreeMap::new(),
                    uploads: BTreeMap::new(),
                };
                self.buckets.entry(bucket.clone()).or_insert(made);
            }
            Change::DeleteBucket { bucket } => self.delete_bucket(bucket),
            Change::Configure { bucket, settings } => {
                if let Some(bucket) = self.buckets.get_mut(bucket) {
                    bucket.settings = settings.clone();
                }
            }
            Change::PutVersion { bucket, key, version } => self.put_version(bucket, key, version),
            Change::DeleteVersion { bucket, key, version } => {
                self.delete_version(bucket, key, version);
            }
            Change::Describe { bucket, key, version, description } => {
                self.describe(bucket, key, version, description);
            }
            Change::CreateUpload { bucket, key, id, upload } => {
                if let Some(bucket) = self.buckets.get_mut(bucket) {
                    bucket
                        .uploads
                        .entry(key.clone())
                        .or_default()
                        .insert(id.clone(), Upload::clone(upload));
                }
            }
            Change::PutPart { bucket, key, id, number, part } => {
                self.put_part(bucket, key, id, *number, part);
            }
            Change::DeleteUpload { bucket, key, id } => self.delete_upload(bucket, key, id),
        }
    }

    fn delete_bucket(&mut self, name: &str) {
        let Some(bucket) = self.buckets.remove(name) else { return };
        for version in bucket.objects.values().flatten() {
            self.release(version.blobs());
        }
        for part in bucket.uploads.values().flat_map(BTreeMap::values).flat_map(Upload::blobs) {
            self.release([part]);
        }
    }

    fn put_version(&mut self, bucket: &str, key: &str, version: &Version) {
        let Some(bucket) = self.buckets.get_mut(bucket) else { return };
        let versions = bucket.objects.entry(key.to_owned()).or_default();
        let same = versions.iter().position(|old| old.id() == version.id());
        let old = same.map(|at| versions.remove(at));
        versions.insert(0, version.clone());
        self.retain(version.blobs());
        self.release(old.iter().flat_map(Version::blobs));
    }

    fn delete_version(&mut self, bucket: &str, key: &str, id: &str) {
        let Some(bucket) = self.buckets.get_mut(bucket) else { return };
        let Some(versions) = bucket.objects.get_mut(key) else { return };
        let Some(at) = versions.iter().position(|version| version.id() == id) else { return };
        let gone = versions.remove(at);
        if versions.is_empty() {
            bucket.objects.remove(key);
        }
        self.release(gone.blobs());
    }

    fn describe(&mut self, bucket: &str, key: &str, id: &str, description: &Description) {
        let versions = self.buckets.get_mut(bucket).and_then(|it| it.objects.get_mut(key));
        let found = versions.and_then(|versions| versions.iter_mut().find(|it| it.id() == id));
        let Some(Version::Object(object)) = found else { return };
        match description {
            Description::Tags(tags) => object.tags.clone_from(tags),
            Description::Retention(retention) => object.retention.clone_from(retention),
            Description::LegalHold(on) => object.legal_hold = *on,
            Description::Acl(acl) => object.attributes.acl.clone_from(acl),
        }
    }

    fn put_part(&mut self, bucket: &str, key: &str, id: &str, number: u32, part: &UploadedPart) {
        let uploads = self.buckets.get_mut(bucket).and_then(|it| it.uploads.get_mut(key));
        let Some(upload) = uploads.and_then(|uploads| uploads.get_mut(id)) else { return };
        let old = upload.parts.insert(number, part.clone());
        self.retain([&part.blob]);
        self.release(old.as_ref().map(|old| &old.blob));
    }

    fn delete_upload(&mut self, bucket: &str, key: &str, id: &str) {
        let Some(bucket) = self.buckets.get_mut(bucket) else { return };
        let Some(uploads) = bucket.uploads.get_mut(key) else { return };
        let gone = uploads.remove(id);
        if uploads.is_empty() {
            bucket.uploads.remove(key);
        }
        self.release(gone.iter().flat_map(Upload::blobs));
    }

    fn retain<'a>(&mut self, blobs: impl IntoIterator<Item = &'a Blob>) {
        for blob in blobs {
            *self.references.entry(blob.id.clone()).or_default() += 1;
        }
    }

    fn release<'a>(&mut self, blobs: impl IntoIterator<Item = &'a Blob>) {
        for blob in blobs {
            let left = self.references(&blob.id).saturating_sub(1);
            if left == 0 {
                self.references.remove(&blob.id);
            } else {
                self.references.insert(blob.id.clone(), left);
            }
        }
    }
}

impl Upload {
    /// Returns the blobs of the parts that are there.
    pub(crate) fn blobs(&self) -> impl Iterator<Item = &Blob> {
        self.parts.values().map(|part| &part.blob)
    }
}
