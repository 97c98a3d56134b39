//! `ListObjectVersions`: every version and delete marker, by key, each key's newest first.

use wire::{Fault, Members, Value};

use super::list_objects::behind;
use crate::attributes::storage_class_of;
use crate::checksum;
use crate::fault;
use crate::listing::{Page, Query, Row, Spelling, Start, common_prefixes};
use crate::object::Version;
use crate::request::{Effect, Request};
use crate::shape;

/// A version, its key, and whether it is the newest.
type Item<'a> = (&'a str, &'a Version, bool);

/// Lists versions.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (bucket, input) = (request.bucket()?, request.input);
    let spelling = Spelling::read(input)?;
    let key_marker = input.string("KeyMarker").unwrap_or_default();
    let id_marker = input.string("VersionIdMarker").unwrap_or_default();
    let mut query = Query::read(input, "MaxKeys")?;
    query.start = start(key_marker, id_marker)?;
    let page = query.page(&bucket.objects, |key, versions| {
        let shown = if key == key_marker { shown_before(versions, id_marker) } else { 0 };
        let rows = versions.iter().enumerate().skip(shown);
        rows.map(move |(at, version)| (key, version, at == 0))
    });
    let (next_key, next_id) = end(&page);
    let output = Members::new()
        .with("IsTruncated", Value::from(page.truncated))
        .with("KeyMarker", spelling.write(key_marker))
        .with("VersionIdMarker", Value::from(id_marker))
        .with("NextKeyMarker", next_key.map(|key| spelling.write(key)))
        .with("NextVersionIdMarker", next_id.map(Value::from))
        .with("Versions", rows(&page, spelling, version))
        .with("DeleteMarkers", rows(&page, spelling, marker))
        .with("Name", Value::from(request.bucket_name()))
        .with("Prefix", spelling.write(query.prefix))
        .with("Delimiter", query.delimiter.map(|delimiter| spelling.write(delimiter)))
        .with("MaxKeys", shape::number(query.rows_max))
        .with("CommonPrefixes", common_prefixes(&page, spelling))
        .with("EncodingType", spelling.told());
    Ok(request.answer(output))
}

/// Returns where the markers lead: into the versions of a key, or behind all of them.
fn start<'a>(key_marker: &'a str, id_marker: &str) -> Result<Start<'a>, Fault> {
    if id_marker.is_empty() {
        return Ok(behind(key_marker));
    }
    if key_marker.is_empty() {
        let message = "A version-id marker cannot be specified without a key marker.";
        return Err(fault::invalid_argument(message, "version-id-marker", id_marker));
    }
    Ok(Start::Within(key_marker))
}

/// Returns how many versions of a key the pages before have shown.
///
/// Where the marker's version has gone since, so have those before it, most likely: whoever
/// empties a bucket page by page must not miss the rest.
fn shown_before(versions: &[Version], id_marker: &str) -> usize {
    versions.iter().position(|version| version.id() == id_marker).map_or(0, |at| at + 1)
}

/// Returns the markers of the next page.
fn end<'a>(page: &Page<'a, Item<'a>>) -> (Option<&'a str>, Option<&'a str>) {
    match page.rows.last().filter(|_| page.truncated) {
        Some(Row::Item((key, version, _))) => (Some(*key), Some(version.id())),
        Some(Row::Prefix(prefix)) => (Some(*prefix), None),
        None => (None, None),
    }
}

/// Returns the rows that `show` knows how to show, when there are any.
fn rows(
    page: &Page<'_, Item<'_>>,
    spelling: Spelling,
    show: fn(&Version, Members) -> Option<Members>,
) -> Option<Value> {
    let items = page.rows.iter().filter_map(|row| match row {
        Row::Item((key, version, latest)) => {
            let row = Members::new()
                .with("Key", spelling.write(key))
                .with("VersionId", Value::from(version.id()))
                .with("IsLatest", Value::from(*latest));
            show(version, row)
        }
        Row::Prefix(_) => None,
    });
    let rows: Vec<Members> = items.collect();
    (!rows.is_empty()).then(|| Value::from(rows))
}

fn version(version: &Version, row: Members) -> Option<Members> {
    let object = version.object()?;
    let row = row
        .with("LastModified", Value::from(object.modified))
        .with("ETag", shape::etag(object.body.etag()));
    let row = checksum::listed(row, &object.body)
        .with("Size", shape::number(object.body.size()))
        .with("StorageClass", storage_class_of(&object.attributes))
        .with("Owner", shape::owner(&object.owner));
    Some(row)
}

fn marker(version: &Version, row: Members) -> Option<Members> {
    let Version::DeleteMarker(marker) = version else { return None };
    let row = row
        .with("LastModified", Value::from(marker.modified))
        .with("Owner", shape::owner(&marker.owner));
    Some(row)
}
