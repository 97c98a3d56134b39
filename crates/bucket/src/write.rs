//! New versions: what every way of writing an object has in common.

use std::collections::BTreeMap;

use jiff::Timestamp;
use wire::{Call, Fault, Members, Value};

use crate::attributes;
use crate::bucket::{Bucket, Versioning};
use crate::conditions;
use crate::fault;
use crate::lock::{self, Lock};
use crate::name;
use crate::object::{Attributes, Blob, Body, NULL, Object, Version};
use crate::shape::second;
use crate::state::{Change, State};

/// The most bytes of one request or one copy: 5 GiB.
pub(crate) const BODY_BYTES_MAX: u64 = 5 << 30;

/// How many letters and digits a version's id has.
const VERSION_ID_LETTERS: usize = 32;

/// What is to become a version.
pub(crate) struct Draft {
    pub(crate) owner: String,
    pub(crate) body: Body,
    pub(crate) attributes: Attributes,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) lock: Lock,
}

/// Makes a draft the newest version of a key; returns it too.
pub(crate) fn write(
    (name, bucket): (&str, &Bucket),
    key: &str,
    draft: Draft,
    call: &mut Call<'_>,
) -> (Change, Object) {
    let retention = draft.lock.retention.or_else(|| lock::by_default(bucket, call.now));
    let object = Object {
        version: version_id(bucket, call),
        modified: second(call.now),
        owner: draft.owner,
        body: draft.body,
        attributes: draft.attributes,
        tags: draft.tags,
        retention,
        legal_hold: draft.lock.legal_hold,
    };
    let version = Version::Object(Box::new(object.clone()));
    (Change::PutVersion { bucket: name.to_owned(), key: key.to_owned(), version }, object)
}

/// Returns the id of a version that is written now.
pub(crate) fn version_id(bucket: &Bucket, call: &mut Call<'_>) -> String {
    match bucket.settings.versioning {
        Versioning::Enabled => call.alphanumeric(VERSION_ID_LETTERS),
        Versioning::Never | Versioning::Suspended => NULL.to_owned(),
    }
}

/// Returns a version's id where answers tell it.
pub(crate) fn told(bucket: &Bucket, version: &str) -> Option<Value> {
    bucket.tells_versions().then(|| Value::from(version))
}

/// Refuses a body that is too large for one request.
pub(crate) fn check_size(blob: &Blob) -> Result<(), Fault> {
    if blob.size > BODY_BYTES_MAX {
        return Err(fault::entity_too_large(blob.size, BODY_BYTES_MAX));
    }
    Ok(())
}

/// An object that the server itself puts into a bucket, such as a log file.
pub struct Put<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// The key.
    pub key: &'a str,
    /// The bytes, already written.
    pub blob: Blob,
    /// What is said of them.
    pub attributes: Attributes,
    /// Whether it must not be there yet.
    pub create_only: bool,
}

/// Puts an object that no request asked for; returns the changes, and the blobs that nothing
/// refers to once they are folded in.
///
/// The bucket's owner owns the object. Whether its policy lets the server write is the caller's to
/// ask. Versioning and default retention are those of the bucket.
///
/// # Errors
/// `NoSuchBucket`, `KeyTooLongError`, `EntityTooLarge`; `PreconditionFailed` when it is there and
/// must not be.
pub fn put(
    state: &State,
    put: Put<'_>,
    now: Timestamp,
    random: &mut dyn FnMut() -> u64,
) -> Result<(Vec<Change>, Vec<String>), Fault> {
    let bucket = state.bucket(put.bucket).ok_or_else(|| fault::no_such_bucket(put.bucket))?;
    name::check_key(put.key)?;
    check_size(&put.blob)?;
    let once = put.create_only.then(|| Value::from("*"));
    conditions::check_write(&Members::new().with("IfNoneMatch", once), bucket, put.key)?;
    let mut call = Call { account: &bucket.owner, region: &bucket.region, now, random };
    let acl = put.attributes.acl.as_deref();
    let draft = Draft {
        owner: attributes::owner(bucket, acl, &bucket.owner),
        body: Body::Whole(put.blob),
        attributes: put.attributes,
        tags: BTreeMap::new(),
        lock: Lock::default(),
    };
    let (change, _) = write((put.bucket, bucket), put.key, draft, &mut call);
    let changes = vec![change];
    let garbage = crate::garbage::garbage(state, &changes);
    Ok((changes, garbage))
}
