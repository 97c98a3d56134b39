//! `ListParts`: the parts of an upload that are there.

use std::ops::Bound;

use wire::{Fault, Members, Value};

use super::{told_algorithm, upload};
use crate::attributes::storage_class_of;
use crate::bucket::UploadedPart;
use crate::checksum;
use crate::listing::ROWS_MAX;
use crate::objects::get_object_attributes::count;
use crate::request::{Effect, Request};
use crate::shape;

/// Lists an upload's parts.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let upload = upload(request)?;
    let marker = count(request.input, "PartNumberMarker", 0)?;
    let most = count(request.input, "MaxParts", ROWS_MAX)?.min(ROWS_MAX);
    let behind = Bound::Excluded(u32::try_from(marker).unwrap_or(u32::MAX));
    let mut parts = upload.parts.range((behind, Bound::Unbounded));
    let page: Vec<_> = parts.by_ref().take(most).collect();
    let truncated = most > 0 && parts.next().is_some();
    let next = page.last().map_or(0, |(number, _)| **number);
    let rows: Vec<Members> = page.into_iter().map(|(number, part)| row(*number, part)).collect();
    let (algorithm, kind) = told_algorithm(upload);
    let output = Members::new()
        .with("Bucket", Value::from(request.bucket_name()))
        .with("Key", Value::from(request.text("Key")))
        .with("UploadId", Value::from(request.text("UploadId")))
        .with("PartNumberMarker", shape::number(marker))
        .with("NextPartNumberMarker", shape::number(next))
        .with("MaxParts", shape::number(most))
        .with("IsTruncated", Value::from(truncated))
        .with("Parts", (!rows.is_empty()).then(|| Value::from(rows)))
        .with("Initiator", shape::owner(&upload.initiator))
        .with("Owner", shape::owner(&upload.owner))
        .with("StorageClass", storage_class_of(&upload.attributes))
        .with("ChecksumAlgorithm", algorithm)
        .with("ChecksumType", kind);
    Ok(request.answer(output))
}

fn row(number: u32, part: &UploadedPart) -> Members {
    let row = Members::new()
        .with("PartNumber", shape::number(number))
        .with("LastModified", Value::from(part.modified))
        .with("ETag", shape::etag(&part.blob.md5))
        .with("Size", shape::number(part.blob.size));
    checksum::with_part_sums(row, &part.blob.checksums)
}
