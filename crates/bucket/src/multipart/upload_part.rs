//! `UploadPart`: bytes become a part of an upload.

use wire::{Fault, Members, Value};

use super::{part_number, upload};
use crate::attributes::refuse_unknown;
use crate::bucket::UploadedPart;
use crate::checksum;
use crate::object::Blob;
use crate::request::{Effect, Request};
use crate::shape;
use crate::state::Change;
use crate::write::check_size;

/// Stores what came with the call as a part.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    refuse_unknown(request.input)?;
    upload(request)?;
    let number = part_number(request)?;
    let blob = request.take_blob()?;
    check_size(&blob)?;
    checksum::check(request.input, &blob)?;
    let output = Members::new()
        .with("ServerSideEncryption", Value::from("AES256"))
        .with("ETag", shape::etag(&blob.md5));
    let output = checksum::with_part_sums(output, &blob.checksums);
    Ok(request.change(output, vec![put(request, number, blob)]))
}

/// Returns the change that makes a blob a part of the upload that is meant.
pub(super) fn put(request: &Request<'_, '_>, number: u32, blob: Blob) -> Change {
    Change::PutPart {
        bucket: request.bucket_name().to_owned(),
        key: request.text("Key").to_owned(),
        id: request.text("UploadId").to_owned(),
        number,
        part: UploadedPart { modified: request.now(), blob },
    }
}
