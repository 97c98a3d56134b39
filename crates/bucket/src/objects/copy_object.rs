//! `CopyObject`: another entry for the same bytes.
//!
//! No byte is copied, and so the copy of an object that came in parts keeps its `ETag` and its
//! sums; S3 would work them out anew.

use std::collections::BTreeMap;

use wire::{Fault, Members, Value};

use crate::attributes;
use crate::bucket::Bucket;
use crate::checksum;
use crate::conditions;
use crate::copy_source::{self, Source};
use crate::fault;
use crate::lock;
use crate::object::{Attributes, Object};
use crate::request::{Effect, Request};
use crate::shape;
use crate::tags;
use crate::write::{BODY_BYTES_MAX, Draft, told, write};

/// Copies an object.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (name, bucket, key) = (request.bucket_name(), request.bucket()?, request.key()?);
    let input = request.input;
    attributes::refuse_unknown(input)?;
    let source = copy_source::read(input)?;
    let found = source.find(request.state, input)?;
    check(request, &source, found)?;
    let attributes = described(input, bucket, found)?;
    let tags = tagged(input, found)?;
    let lock = lock::read(input, bucket, request.call.now)?;
    conditions::check_write(input, bucket, key)?;
    let owner = attributes::owner(bucket, attributes.acl.as_deref(), request.call.account);
    let draft = Draft { owner, body: found.body.clone(), attributes, tags, lock };
    let (change, object) = write((name, bucket), key, draft, request.call);
    let result = Members::new()
        .with("ETag", shape::etag(object.body.etag()))
        .with("LastModified", Value::from(object.modified));
    let result = checksum::with_sums_of(result, &object.body);
    let source = request.state.bucket(&source.bucket);
    let output = Members::new()
        .with("CopyObjectResult", Value::from(result))
        .with("CopySourceVersionId", source.and_then(|source| told(source, &found.version)))
        .with("VersionId", told(bucket, &object.version))
        .with("ServerSideEncryption", Value::from("AES256"));
    Ok(request.change(output, vec![change]))
}

/// Refuses sources that are not as they should be.
fn check(request: &Request<'_, '_>, source: &Source, found: &Object) -> Result<(), Fault> {
    let input = request.input;
    conditions::check_source(input, found)?;
    if found.body.size() > BODY_BYTES_MAX {
        return Err(fault::invalid_request(format!(
            "The specified copy source is larger than the maximum allowable size for a copy \
             source: {BODY_BYTES_MAX}"
        )));
    }
    let replaces = directive(input, "MetadataDirective")? || directive(input, "TaggingDirective")?;
    let itself = source.bucket == request.bucket_name()
        && source.key == request.text("Key")
        && source.version.is_none();
    let changes = ["StorageClass", "ServerSideEncryption"].iter().any(|it| input.get(it).is_some());
    if itself && !replaces && !changes {
        return Err(fault::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself \
             without changing the object's metadata, storage class, website redirect location or \
             encryption attributes.",
        ));
    }
    let algorithm = input.string("ChecksumAlgorithm");
    if algorithm.is_some_and(|algorithm| !found.body.checksums().contains_key(algorithm)) {
        return Err(fault::header_not_implemented("x-amz-checksum-algorithm"));
    }
    Ok(())
}

/// Returns whether a directive asks to replace what the source has.
fn directive(input: &Members, name: &str) -> Result<bool, Fault> {
    match input.string(name) {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => Err(fault::invalid_argument("Unknown metadata directive.", name, other)),
    }
}

/// Returns what is said of the copy: the source's words or the call's, its own class and ACL.
fn described(input: &Members, bucket: &Bucket, found: &Object) -> Result<Attributes, Fault> {
    let own = attributes::read(input, bucket)?;
    if directive(input, "MetadataDirective")? {
        return Ok(own);
    }
    let Attributes { storage_class, acl, .. } = own;
    Ok(Attributes { storage_class, acl, ..found.attributes.clone() })
}

fn tagged(input: &Members, found: &Object) -> Result<BTreeMap<String, String>, Fault> {
    if directive(input, "TaggingDirective")? {
        return tags::read_header(input.string("Tagging").unwrap_or_default());
    }
    Ok(found.tags.clone())
}
