//! `CompleteMultipartUpload`: the parts become an object.

use std::collections::BTreeMap;

use wire::{Fault, Members, Value};

use crate::bucket::{Bucket, Upload};
use crate::checksum;
use crate::conditions::{self, bare};
use crate::fault;
use crate::lock::Lock;
use crate::object::{Blob, Body, Object, Parts, Version};
use crate::request::{Effect, Request};
use crate::shape;
use crate::state::Change;
use crate::write::{Draft, told, write};

/// The least bytes of a part that others follow: 5 MiB.
const PART_BYTES_MIN: u64 = 5 << 20;

/// The most bytes of an object: 50 TiB, as S3 has it since it raised its limit of 5.
const OBJECT_BYTES_MAX: u64 = 50 << 40;

/// Completes an upload. Asked again, it gives the same answer as long as the version is there.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (name, bucket, key) = (request.bucket_name(), request.bucket()?, request.key()?);
    let id = request.text("UploadId");
    let Some(upload) = bucket.upload(key, id) else {
        let done = completed(bucket, key, id).ok_or_else(|| fault::no_such_upload(id))?;
        return Ok(request.answer(told_object(request, bucket, done)));
    };
    conditions::check_write(request.input, bucket, key)?;
    let parts = chosen(request.input, upload, id)?;
    let body = body(request.input, upload, id, parts)?;
    let draft = Draft {
        owner: upload.owner.clone(),
        body: Body::Parts(body),
        attributes: upload.attributes.clone(),
        tags: upload.tags.clone(),
        lock: Lock { retention: upload.retention.clone(), legal_hold: upload.legal_hold },
    };
    let (put, object) = write((name, bucket), key, draft, request.call);
    let (name, key, id) = (name.to_owned(), key.to_owned(), id.to_owned());
    let output = told_object(request, bucket, &object);
    let end = Change::DeleteUpload { bucket: name, key, id };
    Ok(request.change(output, vec![put, end]))
}

/// Finds the version that an upload has become.
fn completed<'a>(bucket: &'a Bucket, key: &str, id: &str) -> Option<&'a Object> {
    let objects = bucket.versions(key).iter().filter_map(Version::object);
    objects.into_iter().find(|it| matches!(&it.body, Body::Parts(parts) if parts.upload == id))
}

fn told_object(request: &Request<'_, '_>, bucket: &Bucket, object: &Object) -> Members {
    let (name, key) = (request.bucket_name(), request.text("Key"));
    let output = Members::new()
        .with("Location", Value::from(format!("/{name}/{key}")))
        .with("Bucket", Value::from(name))
        .with("Key", Value::from(key))
        .with("ETag", shape::etag(object.body.etag()))
        .with("ServerSideEncryption", Value::from("AES256"))
        .with("VersionId", told(bucket, &object.version));
    checksum::with_sums_of(output, &object.body)
}

/// Returns the parts that the call names, checked against those that came.
fn chosen(input: &Members, upload: &Upload, id: &str) -> Result<Vec<Blob>, Fault> {
    let list = input.map("MultipartUpload").map(|it| it.list("Parts")).unwrap_or_default();
    let (mut blobs, mut highest) = (Vec::with_capacity(list.len()), 0);
    for named in list.iter().filter_map(Value::as_map) {
        let number = named.integer("PartNumber").unwrap_or(0);
        if number <= highest && highest > 0 {
            let message = "The list of parts was not in ascending order. Parts must be ordered \
                           by part number.";
            let fault = fault::fault(400, "InvalidPartOrder", message);
            return Err(fault.with_member("UploadId", id));
        }
        highest = number;
        blobs.push(find(upload, number, named).ok_or_else(|| invalid_part(id, number))?);
    }
    if blobs.is_empty() {
        return Err(fault::malformed_xml());
    }
    let mut before_last = blobs.iter().rev().skip(1).rev().zip(list);
    match before_last.find(|(blob, _)| blob.size < PART_BYTES_MIN) {
        Some((blob, named)) => Err(too_small(blob, named)),
        None => Ok(blobs),
    }
}

/// Finds a part that is what the call says of it.
fn find(upload: &Upload, number: i64, named: &Members) -> Option<Blob> {
    let blob = &upload.parts.get(&u32::try_from(number).ok()?)?.blob;
    let same = bare(named.string("ETag")?) == blob.md5;
    let mut sums = checksum::given(named);
    let sums = sums.all(|(name, _, sum)| blob.checksums.get(name).is_some_and(|own| own == sum));
    (same && sums).then(|| blob.clone())
}

/// Puts the parts together, and holds the whole against what the call says of it.
fn body(input: &Members, upload: &Upload, id: &str, parts: Vec<Blob>) -> Result<Parts, Fault> {
    let size = parts.iter().fold(0_u64, |size, part| size.saturating_add(part.size));
    if size > OBJECT_BYTES_MAX {
        return Err(fault::entity_too_large(size, OBJECT_BYTES_MAX));
    }
    if let Some(said) = input.integer("MpuObjectSize").filter(|it| u64::try_from(*it) != Ok(size)) {
        return Err(fault::invalid_request(format!(
            "The provided 'x-amz-mp-object-size' header value {said} does not match what was \
             computed: {size}"
        )));
    }
    let sum = |name: &str| {
        let sum = checksum::of_parts(name, upload.composite, &parts)?;
        Some((name.to_owned(), sum))
    };
    let checksums: BTreeMap<String, String> = match upload.algorithm.as_deref() {
        Some(algorithm) => sum(algorithm).into_iter().collect(),
        // no algorithm was named: what follows from the parts is told all the same
        None => ["CRC32", "CRC32C", "CRC64NVME"].into_iter().filter_map(sum).collect(),
    };
    for (name, _, said) in checksum::given(input) {
        match checksums.get(name) {
            Some(sum) if without_count(sum) == without_count(said) => {}
            Some(_) => return Err(fault::bad_digest(name)),
            None => return Err(fault::not_implemented(&format!("the checksum {name}"))),
        }
    }
    let kind = checksum::kind(upload.composite);
    if upload.algorithm.is_some() && input.string("ChecksumType").is_some_and(|said| said != kind) {
        return Err(fault::invalid_request(format!(
            "The upload was created with the checksum type {kind}, and is to be completed with it."
        )));
    }
    let etag = checksum::etag_of_parts(&parts);
    let upload_id = id.to_owned();
    Ok(Parts { upload: upload_id, etag, size, checksums, composite: upload.composite, parts })
}

/// Returns a sum without the number of parts behind it.
fn without_count(sum: &str) -> &str {
    sum.split_once('-').map_or(sum, |(sum, _)| sum)
}

fn invalid_part(id: &str, number: i64) -> Fault {
    let message = "One or more of the specified parts could not be found.  The part may not have \
                   been uploaded, or the specified entity tag may not match the part's entity tag.";
    fault::fault(400, "InvalidPart", message)
        .with_member("UploadId", id)
        .with_member("PartNumber", number.to_string())
}

fn too_small(blob: &Blob, named: &Value) -> Fault {
    let message = "Your proposed upload is smaller than the minimum allowed size";
    fault::fault(400, "EntityTooSmall", message)
        .with_member("MinSizeAllowed", fault::text(PART_BYTES_MIN))
        .with_member("PartNumber", number_of(named))
        .with_member("ProposedSize", fault::text(blob.size))
}

fn number_of(named: &Value) -> String {
    let number = named.as_map().and_then(|named| named.integer("PartNumber"));
    number.unwrap_or_default().to_string()
}
