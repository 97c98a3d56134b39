//! `DeleteObject`: a key is marked as deleted, or a version goes for good.

use wire::{Call, Fault, Members, Value};

use crate::attributes::refuse_unknown;
use crate::bucket::{Bucket, Versioning};
use crate::conditions::names_etag;
use crate::fault;
use crate::lock;
use crate::object::{DeleteMarker, NULL, Version};
use crate::request::{Effect, Request};
use crate::shape::second;
use crate::state::Change;
use crate::write;

/// What came of deleting.
pub(crate) struct Deleted {
    /// What must be folded in; nothing where nothing was there.
    pub(crate) change: Option<Change>,
    /// Whether a delete marker was made or has gone.
    pub(crate) marker: bool,
    /// The version that was made or has gone, where answers tell it.
    pub(crate) version: Option<String>,
}

/// What is to be deleted, and under which conditions.
pub(crate) struct Target<'a> {
    pub(crate) key: &'a str,
    pub(crate) version: Option<&'a str>,
    /// The entity tag that the object must have.
    pub(crate) etag: Option<&'a str>,
    /// Whether governance is to be passed over; the caller may, or would not have come here.
    pub(crate) bypass: bool,
}

/// Deletes one object.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    refuse_unknown(request.input)?;
    let bucket = request.bucket()?;
    let target = Target {
        key: request.key()?,
        version: request.version_id()?,
        etag: request.input.string("IfMatch"),
        bypass: request.input.boolean("BypassGovernanceRetention") == Some(true),
    };
    let deleted = delete((request.bucket_name(), bucket), &target, request.call)?;
    let output = Members::new()
        .with("DeleteMarker", deleted.marker.then(|| Value::from(true)))
        .with("VersionId", deleted.version.map(Value::from));
    Ok(request.change(output, deleted.change.into_iter().collect()))
}

/// Judges one deletion.
pub(crate) fn delete(
    (name, bucket): (&str, &Bucket),
    target: &Target<'_>,
    call: &mut Call<'_>,
) -> Result<Deleted, Fault> {
    check_etag(bucket, target)?;
    match target.version {
        Some(id) => delete_version((name, bucket), target, id, call),
        None if bucket.settings.versioning == Versioning::Never => {
            delete_version((name, bucket), target, NULL, call)
        }
        None => Ok(mark((name, bucket), target.key, call)),
    }
}

fn check_etag(bucket: &Bucket, target: &Target<'_>) -> Result<(), Fault> {
    let Some(wanted) = target.etag else { return Ok(()) };
    let object = match target.version {
        Some(id) => bucket.version(target.key, id).and_then(Version::object),
        None => bucket.object(target.key),
    };
    let holds = object.is_some_and(|object| names_etag(wanted, object.body.etag()));
    holds.then_some(()).ok_or_else(|| fault::precondition_failed("If-Match"))
}

/// Takes one version away for good, unless it is locked.
fn delete_version(
    (name, bucket): (&str, &Bucket),
    target: &Target<'_>,
    id: &str,
    call: &Call<'_>,
) -> Result<Deleted, Fault> {
    let found = bucket.version(target.key, id);
    if let Some(object) = found.and_then(Version::object) {
        lock::check_delete(object, call.now, target.bypass)?;
    }
    let change = found.map(|_| Change::DeleteVersion {
        bucket: name.to_owned(),
        key: target.key.to_owned(),
        version: id.to_owned(),
    });
    let marker = matches!(found, Some(Version::DeleteMarker(_)));
    let version = bucket.tells_versions().then(|| id.to_owned());
    Ok(Deleted { change, marker, version })
}

/// Marks a key as deleted; all that is there stays, but the `null` version where versioning is
/// suspended. No lock keeps a `null` version from that: locks need versioning, and keep it on.
fn mark((name, bucket): (&str, &Bucket), key: &str, call: &mut Call<'_>) -> Deleted {
    let marker = DeleteMarker {
        version: write::version_id(bucket, call),
        modified: second(call.now),
        owner: bucket.owner.clone(),
    };
    let version = Some(marker.version.clone());
    let marker = Version::DeleteMarker(marker);
    let change =
        Change::PutVersion { bucket: name.to_owned(), key: key.to_owned(), version: marker };
    Deleted { change: Some(change), marker: true, version }
}
