//! `GetObjectAttributes`: what is known of an object's bytes, without them.

use wire::{Fault, Members, Value};

use crate::attributes::{refuse_unknown, storage_class_of};
use crate::checksum;
use crate::fault;
use crate::object::{Body, Object, Parts};
use crate::request::{Effect, Request};
use crate::shape;
use crate::write::told;

/// The most parts of a page.
const PARTS_MAX: usize = 1000;

/// Answers the attributes that are asked for.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    refuse_unknown(request.input)?;
    let object = request.object()?;
    let asked: Vec<&str> = request.input.strings("ObjectAttributes").collect();
    let known = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];
    if asked.is_empty() || !asked.iter().all(|name| known.contains(name)) {
        let message = "Invalid attribute name specified.";
        return Err(fault::invalid_argument(message, "x-amz-object-attributes", &asked.join(",")));
    }
    let when = |name: &str, value: Option<Value>| value.filter(|_| asked.contains(&name));
    let output = Members::new()
        .with("LastModified", Value::from(object.modified))
        .with("VersionId", told(request.bucket()?, &object.version))
        .with("ETag", when("ETag", Some(Value::from(object.body.etag()))))
        .with("Checksum", when("Checksum", sums(object)))
        .with("ObjectParts", when("ObjectParts", parts(request, &object.body)?))
        .with("StorageClass", when("StorageClass", Some(storage_class_of(&object.attributes))))
        .with("ObjectSize", when("ObjectSize", Some(shape::number(object.body.size()))));
    Ok(request.answer(output))
}

fn sums(object: &Object) -> Option<Value> {
    let sums = checksum::with_sums_of(Members::new(), &object.body);
    (!sums.is_empty()).then(|| Value::from(sums))
}

/// Tells of the parts; the parts themselves only where they have sums, as S3 does.
fn parts(request: &Request<'_, '_>, body: &Body) -> Result<Option<Value>, Fault> {
    let Body::Parts(body) = body else { return Ok(None) };
    let marker = count(request.input, "PartNumberMarker", 0)?;
    let most = count(request.input, "MaxParts", PARTS_MAX)?.min(PARTS_MAX);
    let rows = rows(body, marker, most);
    let last = marker + rows.len();
    let told = Members::new()
        .with("TotalPartsCount", shape::number(body.parts.len()))
        .with("PartNumberMarker", shape::number(marker))
        .with("NextPartNumberMarker", shape::number(last))
        .with("MaxParts", shape::number(most))
        .with("IsTruncated", Value::from(last < body.parts.len()));
    let rows = (!body.checksums.is_empty()).then(|| Value::from(rows));
    Ok(Some(Value::from(told.with("Parts", rows))))
}

fn rows(body: &Parts, marker: usize, most: usize) -> Vec<Members> {
    let numbered = body.parts.iter().enumerate().skip(marker).take(most);
    numbered
        .map(|(at, part)| {
            let row = Members::new()
                .with("PartNumber", shape::number(at + 1))
                .with("Size", shape::number(part.size));
            checksum::with_part_sums(row, &part.checksums)
        })
        .collect()
}

/// Reads a number of parts.
pub(crate) fn count(input: &Members, name: &str, usual: usize) -> Result<usize, Fault> {
    let Some(given) = input.integer(name) else { return Ok(usual) };
    usize::try_from(given).map_err(|_| {
        let message = format!("Argument {name} must be an integer between 0 and 2147483647");
        fault::invalid_argument(&message, name, &given.to_string())
    })
}
