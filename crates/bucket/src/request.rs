//! What an operation is given, and what it answers with.

use jiff::Timestamp;
use wire::{Call, Done, Fault, Members, Resource};

use crate::bucket::Bucket;
use crate::copy_source;
use crate::fault;
use crate::garbage::garbage;
use crate::name;
use crate::object::{Blob, Object, Piece, Version};
use crate::shape::second;
use crate::state::{Change, State};

/// Everything that an operation may look at.
pub struct Request<'a, 'c> {
    /// The state that it is judged on.
    pub state: &'a State,
    /// The input, checked against the model.
    pub input: &'a Members,
    /// Who calls from where, time and randomness.
    pub call: &'a mut Call<'c>,
    /// The bytes that came with the call, already written: of every call whose entry takes a body,
    /// and of `UploadPartCopy` once its source is copied. After a fault nothing refers to them.
    pub blob: Option<Blob>,
}

/// What an operation did.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// Its answer, the changes that it asks for and what it touched.
    pub done: Done<Change>,
    /// The bytes of the answer: of a read object, or the source of `UploadPartCopy`, which is
    /// asked again with those bytes in a blob and has not changed anything before.
    pub content: Option<Content>,
    /// The blobs that nothing refers to once the changes are folded in.
    pub garbage: Vec<String>,
}

/// Bytes, by where they lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The stretches, in their order.
    pub pieces: Vec<Piece>,
}

impl<'a> Request<'a, '_> {
    /// Returns a required string; the model has seen to it that it is there.
    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.input.string(name).unwrap_or_default()
    }

    /// Returns the name of the bucket that is meant.
    pub(crate) fn bucket_name(&self) -> &'a str {
        self.text("Bucket")
    }

    /// Returns the bucket that is meant, when it belongs to whom the caller expects.
    pub(crate) fn bucket(&self) -> Result<&'a Bucket, Fault> {
        let name = self.bucket_name();
        let Some(bucket) = self.state.bucket(name) else {
            name::check_bucket(name)?;
            return Err(fault::no_such_bucket(name));
        };
        if self.input.string("ExpectedBucketOwner").is_some_and(|owner| owner != bucket.owner) {
            return Err(fault::access_denied("Access Denied"));
        }
        Ok(bucket)
    }

    /// Returns the key that is meant.
    pub(crate) fn key(&self) -> Result<&'a str, Fault> {
        let key = self.text("Key");
        name::check_key(key).map(|()| key)
    }

    /// Returns the version id that is meant, when one is named.
    pub(crate) fn version_id(&self) -> Result<Option<&'a str>, Fault> {
        match self.input.string("VersionId") {
            Some("") => {
                let message = "Version id cannot be the empty string";
                Err(fault::invalid_argument(message, "versionId", ""))
            }
            version => Ok(version),
        }
    }

    /// Returns the object that is meant: the named version, or the newest.
    pub(crate) fn object(&self) -> Result<&'a Object, Fault> {
        let (bucket, key) = (self.bucket()?, self.key()?);
        let Some(id) = self.version_id()? else {
            return match bucket.versions(key).first() {
                Some(Version::Object(object)) => Ok(object),
                Some(Version::DeleteMarker(marker)) => Err(fault::deleted(key, marker)),
                None => Err(fault::no_such_key(key)),
            };
        };
        match bucket.version(key, id) {
            Some(Version::Object(object)) => Ok(object),
            Some(Version::DeleteMarker(marker)) => Err(fault::is_marker(marker)),
            None => Err(fault::no_such_version(key, id)),
        }
    }

    /// Returns the bytes that came with the call.
    pub(crate) fn take_blob(&mut self) -> Result<Blob, Fault> {
        let blob = self.blob.take();
        blob.ok_or_else(|| fault::fault(500, "InternalError", "The body was not stored."))
    }

    /// Returns the time of the call in whole seconds.
    pub(crate) fn now(&self) -> Timestamp {
        second(self.call.now)
    }

    /// Returns the effect of a call that changed nothing.
    pub(crate) fn answer(&self, output: Members) -> Effect {
        self.change(output, Vec::new())
    }

    /// Returns the effect of a call that changed something.
    pub(crate) fn change(&self, output: Members, changes: Vec<Change>) -> Effect {
        let garbage = garbage(self.state, &changes);
        let mut done = Done::changed(output, changes);
        done.resources = self.resources();
        let owner = self.state.owner(self.bucket_name());
        done.owner_account = owner.filter(|owner| *owner != self.call.account).map(str::to_owned);
        Effect { done, content: None, garbage }
    }

    fn resources(&self) -> Vec<Resource> {
        let resource = |kind, path: String| {
            let name = format!("arn:aws:s3:::{path}");
            Resource { kind, name, in_record: true }
        };
        let Some(bucket) = self.input.string("Bucket") else { return Vec::new() };
        let key = self.input.string("Key");
        let own = key.map(|key| resource("AWS::S3::Object", format!("{bucket}/{key}")));
        let source = copy_source::read(self.input).ok();
        let source =
            source.map(|it| resource("AWS::S3::Object", format!("{}/{}", it.bucket, it.key)));
        let bucket = resource("AWS::S3::Bucket", bucket.to_owned());
        own.into_iter().chain(source).chain([bucket]).collect()
    }
}
