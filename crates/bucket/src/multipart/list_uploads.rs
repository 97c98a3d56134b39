//! `ListMultipartUploads`: uploads under way, by key, each key's oldest first.

use std::collections::BTreeMap;
use std::ops::Bound;

use wire::{Fault, Members, Value};

use super::told_algorithm;
use crate::attributes::storage_class_of;
use crate::bucket::Upload;
use crate::listing::{Page, Query, Row, Spelling, Start, common_prefixes};
use crate::objects::list_objects::behind;
use crate::request::{Effect, Request};
use crate::shape;

/// An upload, its key and its id.
type Item<'a> = (&'a str, &'a str, &'a Upload);

/// Lists uploads.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (bucket, input) = (request.bucket()?, request.input);
    let spelling = Spelling::read(input)?;
    let key_marker = input.string("KeyMarker").unwrap_or_default();
    // without a key marker S3 passes it over
    let id_marker = input.string("UploadIdMarker").filter(|_| !key_marker.is_empty());
    let id_marker = id_marker.unwrap_or_default();
    let mut query = Query::read(input, "MaxUploads")?;
    query.start = if id_marker.is_empty() { behind(key_marker) } else { Start::Within(key_marker) };
    let page = query.page(&bucket.uploads, |key, uploads: &BTreeMap<String, Upload>| {
        let from = if key == key_marker { id_marker } else { "" };
        let rows = uploads.range::<str, _>((Bound::Excluded(from), Bound::Unbounded));
        rows.map(move |(id, upload)| (key, id.as_str(), upload))
    });
    let (next_key, next_id) = end(&page);
    let output = Members::new()
        .with("Bucket", Value::from(request.bucket_name()))
        .with("KeyMarker", spelling.write(key_marker))
        .with("UploadIdMarker", Value::from(id_marker))
        .with("NextKeyMarker", next_key.map(|key| spelling.write(key)))
        .with("Prefix", spelling.write(query.prefix))
        .with("Delimiter", query.delimiter.map(|delimiter| spelling.write(delimiter)))
        .with("NextUploadIdMarker", next_id.map(Value::from))
        .with("MaxUploads", shape::number(query.rows_max))
        .with("IsTruncated", Value::from(page.truncated))
        .with("Uploads", rows(&page, spelling))
        .with("CommonPrefixes", common_prefixes(&page, spelling))
        .with("EncodingType", spelling.told());
    Ok(request.answer(output))
}

/// Returns the markers of the next page.
fn end<'a>(page: &Page<'a, Item<'a>>) -> (Option<&'a str>, Option<&'a str>) {
    match page.rows.last().filter(|_| page.truncated) {
        Some(Row::Item((key, id, _))) => (Some(*key), Some(*id)),
        Some(Row::Prefix(prefix)) => (Some(*prefix), None),
        None => (None, None),
    }
}

fn rows(page: &Page<'_, Item<'_>>, spelling: Spelling) -> Option<Value> {
    let items = page.rows.iter().filter_map(|row| match row {
        Row::Item((key, id, upload)) => Some(shown(key, id, upload, spelling)),
        Row::Prefix(_) => None,
    });
    let rows: Vec<Members> = items.collect();
    (!rows.is_empty()).then(|| Value::from(rows))
}

fn shown(key: &str, id: &str, upload: &Upload, spelling: Spelling) -> Members {
    let (algorithm, kind) = told_algorithm(upload);
    Members::new()
        .with("UploadId", Value::from(id))
        .with("Key", spelling.write(key))
        .with("Initiated", Value::from(upload.initiated))
        .with("StorageClass", storage_class_of(&upload.attributes))
        .with("Owner", shape::owner(&upload.owner))
        .with("Initiator", shape::owner(&upload.initiator))
        .with("ChecksumAlgorithm", algorithm)
        .with("ChecksumType", kind)
}
