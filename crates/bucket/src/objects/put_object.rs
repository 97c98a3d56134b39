//! `PutObject`: bytes become the newest version of a key.

use wire::{Fault, Members, Value};

use crate::attributes;
use crate::checksum;
use crate::conditions;
use crate::lock;
use crate::object::Body;
use crate::request::{Effect, Request};
use crate::shape;
use crate::tags;
use crate::write::{Draft, check_size, told, write};

/// Stores what came with the call.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (name, bucket, key) = (request.bucket_name(), request.bucket()?, request.key()?);
    let attributes = attributes::read(request.input, bucket)?;
    let tags = tags::read_header(request.input.string("Tagging").unwrap_or_default())?;
    let lock = lock::read(request.input, bucket, request.call.now)?;
    conditions::check_write(request.input, bucket, key)?;
    let blob = request.take_blob()?;
    check_size(&blob)?;
    checksum::check(request.input, &blob)?;
    let owner = attributes::owner(bucket, attributes.acl.as_deref(), request.call.account);
    let draft = Draft { owner, body: Body::Whole(blob), attributes, tags, lock };
    let (change, object) = write((name, bucket), key, draft, request.call);
    let output = Members::new()
        .with("ETag", shape::etag(object.body.etag()))
        .with("ServerSideEncryption", Value::from("AES256"))
        .with("VersionId", told(bucket, &object.version));
    let output = checksum::with_sums_of(output, &object.body);
    Ok(request.change(output, vec![change]))
}
