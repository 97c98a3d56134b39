//! `ListObjects` in both versions: the newest object of each key, in the order of the keys.

use std::collections::BTreeMap;

use wire::{Fault, Members, Value};

use crate::attributes::storage_class_of;
use crate::checksum;
use crate::listing::{Page, Query, Row, Spelling, Start, common_prefixes};
use crate::object::{Object, Version};
use crate::request::{Effect, Request};
use crate::shape;
use crate::token;

/// An object and its key.
type Item<'a> = (&'a str, &'a Object);

/// Lists by marker: the first version of the call.
pub(crate) fn by_marker(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (bucket, input) = (request.bucket()?, request.input);
    let spelling = Spelling::read(input)?;
    let marker = input.string("Marker").unwrap_or_default();
    let mut query = Query::read(input, "MaxKeys")?;
    query.start = behind(marker);
    let page = page(&query, &bucket.objects);
    // without a delimiter the last key is the marker; S3 does not repeat it
    let next = query.delimiter.and_then(|_| end(&page)).map(|next| spelling.write(next));
    let output = head(request, &query, &page, spelling)
        .with("Marker", spelling.write(marker))
        .with("NextMarker", next)
        .with("Contents", contents(&page, spelling, true));
    Ok(request.answer(output))
}

/// Lists by continuation token: the second version of the call.
pub(crate) fn by_token(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (bucket, input) = (request.bucket()?, request.input);
    let spelling = Spelling::read(input)?;
    let mut query = Query::read(input, "MaxKeys")?;
    let scope = [request.bucket_name(), "objects", query.prefix, query.delimiter.unwrap_or("")];
    let given = input.string("ContinuationToken");
    let position = given.map(|token| token::open(&scope, token)).transpose()?;
    let after = input.string("StartAfter");
    query.start = behind(position.as_deref().or(after).unwrap_or_default());
    let page = page(&query, &bucket.objects);
    let owners = input.boolean("FetchOwner") == Some(true);
    let output = head(request, &query, &page, spelling)
        .with("KeyCount", shape::number(page.rows.len()))
        .with("ContinuationToken", given.map(Value::from))
        .with("NextContinuationToken", end(&page).map(|end| Value::from(token::seal(&scope, end))))
        .with("StartAfter", after.map(|after| spelling.write(after)))
        .with("Contents", contents(&page, spelling, owners));
    Ok(request.answer(output))
}

/// Returns the place behind a marker; an empty one is none.
pub(crate) fn behind(marker: &str) -> Start<'_> {
    if marker.is_empty() { Start::Beginning } else { Start::Behind(marker) }
}

fn page<'a>(query: &Query<'_>, keys: &'a BTreeMap<String, Vec<Version>>) -> Page<'a, Item<'a>> {
    query.page(keys, |key, versions| {
        versions.first().and_then(Version::object).map(|object| (key, object))
    })
}

/// Returns the last row of a page behind which there is more.
fn end<'a>(page: &Page<'a, Item<'a>>) -> Option<&'a str> {
    page.rows.last().filter(|_| page.truncated).map(|row| match row {
        Row::Item((key, _)) => *key,
        Row::Prefix(prefix) => *prefix,
    })
}

fn head(
    request: &Request<'_, '_>,
    query: &Query<'_>,
    page: &Page<'_, Item<'_>>,
    spelling: Spelling,
) -> Members {
    Members::new()
        .with("IsTruncated", Value::from(page.truncated))
        .with("Name", Value::from(request.bucket_name()))
        .with("Prefix", spelling.write(query.prefix))
        .with("Delimiter", query.delimiter.map(|delimiter| spelling.write(delimiter)))
        .with("MaxKeys", shape::number(query.rows_max))
        .with("CommonPrefixes", common_prefixes(page, spelling))
        .with("EncodingType", spelling.told())
}

fn contents(page: &Page<'_, Item<'_>>, spelling: Spelling, owners: bool) -> Option<Value> {
    let items = page.rows.iter().filter_map(|row| match row {
        Row::Item(item) => Some(*item),
        Row::Prefix(_) => None,
    });
    let rows: Vec<Members> = items
        .map(|(key, object)| {
            let row = Members::new()
                .with("Key", spelling.write(key))
                .with("LastModified", Value::from(object.modified))
                .with("ETag", shape::etag(object.body.etag()));
            checksum::listed(row, &object.body)
                .with("Size", shape::number(object.body.size()))
                .with("StorageClass", storage_class_of(&object.attributes))
                .with("Owner", owners.then(|| shape::owner(&object.owner)))
        })
        .collect();
    (!rows.is_empty()).then(|| Value::from(rows))
}
