//! A bucket: whose it is, how it is set up, and what lies in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::buckets::public;
use crate::object::{Attributes, Blob, Mode, Object, Retention, Version};

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// The account that owns it.
    pub owner: String,
    /// The Region it was made in.
    pub region: String,
    /// When it was made, in whole seconds.
    pub created: Timestamp,
    /// How it is set up.
    pub settings: Settings,
    /// Its keys, each with its versions, the newest first; never an empty list.
    pub(crate) objects: BTreeMap<String, Vec<Version>>,
    /// Uploads under way, by key and id.
    pub(crate) uploads: BTreeMap<String, BTreeMap<String, Upload>>,
}

/// How a bucket is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The policy's text, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Whether overwritten and deleted objects stay as versions.
    pub versioning: Versioning,
    /// Whether versions can be locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_lock: Option<ObjectLock>,
    /// Who owns what others write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ownership: Option<Ownership>,
    /// What is refused as too public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_access_block: Option<PublicAccessBlock>,
    /// `BucketKeyEnabled` of the encryption that was asked for; it needs no keys of anyone.
    #[serde(default)]
    pub bucket_key: bool,
}

/// Whether overwritten and deleted objects stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    /// Was never on: every object is the `null` version.
    Never,
    /// Every write makes a version of its own.
    Enabled,
    /// Was on: what is there stays, new writes are the `null` version.
    Suspended,
}

/// That versions can be locked, and how they are when the writer does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectLock {
    /// The retention of new versions whose writer names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<DefaultRetention>,
}

/// The retention of new versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultRetention {
    /// How strictly.
    pub mode: Mode,
    /// How long.
    pub period: Period,
}

/// A length of time in the calendar's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    /// Days of 24 hours.
    Days(u32),
    /// Years of the calendar.
    Years(u32),
}

/// Who owns what others write, and whether ACLs count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ownership {
    /// The bucket's owner owns everything; no ACLs.
    BucketOwnerEnforced,
    /// The bucket's owner owns what was written with `bucket-owner-full-control`.
    BucketOwnerPreferred,
    /// The writer.
    ObjectWriter,
}

/// What is refused as too public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicAccessBlock {
    /// Refuses new public ACLs.
    pub block_public_acls: bool,
    /// Passes over public ACLs.
    pub ignore_public_acls: bool,
    /// Refuses new public policies.
    pub block_public_policy: bool,
    /// Lets a public policy speak for the owner's account alone.
    pub restrict_public_buckets: bool,
}

/// An upload under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// When it was begun, in whole seconds.
    pub initiated: Timestamp,
    /// The account that began it.
    pub initiator: String,
    /// The account that will own the object.
    pub owner: String,
    /// What was said of the object.
    pub attributes: Attributes,
    /// The object's tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The retention that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Whether a legal hold was asked for.
    #[serde(default)]
    pub legal_hold: bool,
    /// The algorithm of the object's sum, when one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// Whether that sum is made of the parts' sums.
    #[serde(default)]
    pub composite: bool,
    /// The parts that are there, by number.
    #[serde(default)]
    pub parts: BTreeMap<u32, UploadedPart>,
}

/// A part of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadedPart {
    /// When it came, in whole seconds.
    pub modified: Timestamp,
    /// Its bytes.
    pub blob: Blob,
}

impl Bucket {
    /// Returns the newest version of a key, unless that says that it was deleted.
    pub fn object(&self, key: &str) -> Option<&Object> {
        self.versions(key).first()?.object()
    }

    /// Returns the versions of a key, the newest first.
    pub fn versions(&self, key: &str) -> &[Version] {
        self.objects.get(key).map_or(&[], Vec::as_slice)
    }

    /// Returns one version of a key.
    pub fn version(&self, key: &str, id: &str) -> Option<&Version> {
        self.versions(key).iter().find(|version| version.id() == id)
    }

    /// Returns an upload under way.
    pub fn upload(&self, key: &str, id: &str) -> Option<&Upload> {
        self.uploads.get(key)?.get(id)
    }

    /// Returns whether the policy is public and the bucket wants such a one to speak for the
    /// owner's account and for AWS's services alone.
    pub fn restricts_policy(&self) -> bool {
        let block = self.settings.public_access_block.as_ref();
        let policy = self.settings.policy.as_deref().map(serde_json::from_str);
        block.is_some_and(|block| block.restrict_public_buckets)
            && policy.is_some_and(|policy| policy.is_ok_and(|policy| public::is(&policy)))
    }

    /// Returns whether a version's id is told in answers: not before versioning was first on.
    pub(crate) fn tells_versions(&self) -> bool {
        self.settings.versioning != Versioning::Never
    }

    /// Returns whether ACLs are off.
    pub(crate) fn enforces_ownership(&self) -> bool {
        self.settings.ownership == Some(Ownership::BucketOwnerEnforced)
    }
}

impl PublicAccessBlock {
    /// Returns what every new bucket has.
    pub(crate) const fn all() -> Self {
        Self {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        }
    }
}

impl Settings {
    /// Returns how S3 sets up a new bucket: closed to the public, ACLs off.
    pub(crate) fn new() -> Self {
        Self {
            policy: None,
            tags: BTreeMap::new(),
            versioning: Versioning::Never,
            object_lock: None,
            ownership: Some(Ownership::BucketOwnerEnforced),
            public_access_block: Some(PublicAccessBlock::all()),
            bucket_key: false,
        }
    }
}
