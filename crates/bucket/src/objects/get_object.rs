//! `GetObject` and `HeadObject`: an object as it was stored, or a stretch of it.
//!
//! An answer with `ContentRange` is a partial one: its status is 206.

use wire::{Fault, Members, Value};

use crate::attributes::{check_overrides, refuse_unknown, with_attributes};
use crate::checksum;
use crate::conditions;
use crate::fault;
use crate::object::{Blob, Body, Object};
use crate::range::{self, Range};
use crate::request::{Content, Effect, Request};
use crate::shape;
use crate::write::told;

/// Answers an object's bytes and what is known of it.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (object, selected) = select(request)?;
    let range = selected.range.unwrap_or(Range { from: 0, length: object.body.size() });
    let pieces = object.body.slice(range.from, range.length);
    let mut effect = request.answer(describe(request, object, &selected)?);
    effect.content = Some(Content { pieces });
    Ok(effect)
}

/// Answers what is known of an object.
pub(crate) fn head(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (object, selected) = select(request)?;
    Ok(request.answer(describe(request, object, &selected)?))
}

/// What is wanted of an object.
struct Selected<'a> {
    range: Option<Range>,
    /// The part that was named, of an object made of parts.
    part: Option<&'a Blob>,
    /// How many parts there are, when one was named.
    parts: Option<usize>,
}

fn select<'a>(request: &Request<'a, '_>) -> Result<(&'a Object, Selected<'a>), Fault> {
    refuse_unknown(request.input)?;
    check_overrides(request.input)?;
    let object = request.object()?;
    conditions::check_read(request.input, object)?;
    let header = request.input.string("Range");
    let selected = match (request.input.integer("PartNumber"), header) {
        (Some(_), Some(_)) => {
            let message = "Cannot specify both Range header and partNumber query parameter";
            return Err(fault::invalid_request(message));
        }
        (Some(number), None) => part(&object.body, number)?,
        (None, Some(header)) => {
            let range = range::read(header, object.body.size())?;
            Selected { range, part: None, parts: None }
        }
        (None, None) => Selected { range: None, part: None, parts: None },
    };
    Ok((object, selected))
}

/// Finds a part by its number; an object that came in one piece is its own first part.
fn part(body: &Body, number: i64) -> Result<Selected<'_>, Fault> {
    let blobs = body.blobs();
    let at = number.checked_sub(1).and_then(|at| usize::try_from(at).ok());
    let found = at.and_then(|at| Some((blobs.get(..at)?, blobs.get(at)?)));
    let Some((before, part)) = found else {
        let message = "The requested partnumber is not satisfiable";
        return Err(fault::fault(416, "InvalidPartNumber", message)
            .with_member("ActualPartCount", blobs.len().to_string())
            .with_member("PartNumberRequested", number.to_string()));
    };
    let from = before.iter().map(|blob| blob.size).sum();
    let range = (part.size > 0).then_some(Range { from, length: part.size });
    let parts = matches!(body, Body::Parts(_)).then_some(blobs.len());
    Ok(Selected { range, part: parts.map(|_| part), parts })
}

fn describe(
    request: &Request<'_, '_>,
    object: &Object,
    selected: &Selected<'_>,
) -> Result<Members, Fault> {
    let size = object.body.size();
    let length = selected.range.map_or(size, |range| range.length);
    let output = Members::new()
        .with("AcceptRanges", Value::from("bytes"))
        .with("LastModified", Value::from(object.modified))
        .with("ContentLength", shape::number(length))
        .with("ETag", shape::etag(object.body.etag()))
        .with("VersionId", told(request.bucket()?, &object.version))
        .with("ContentRange", selected.range.map(|range| Value::from(range.content_range(size))))
        .with("PartsCount", selected.parts.map(shape::number));
    let output = with_attributes(output, object, request.input);
    let output = with_lock(output, object);
    let tags = (!object.tags.is_empty()).then(|| shape::number(object.tags.len()));
    let output = output.with("TagCount", tags);
    Ok(with_checksums(output, request.input, object, selected))
}

fn with_lock(output: Members, object: &Object) -> Members {
    let retention = object.retention.as_ref();
    output
        .with("ObjectLockMode", retention.map(|it| Value::from(it.mode.name())))
        .with("ObjectLockRetainUntilDate", retention.map(|it| Value::from(it.until)))
        .with("ObjectLockLegalHoldStatus", object.legal_hold.then(|| Value::from("ON")))
}

/// Adds the sums of what is answered in whole: the object, or the part that was named.
fn with_checksums(
    output: Members,
    input: &Members,
    object: &Object,
    selected: &Selected<'_>,
) -> Members {
    if input.string("ChecksumMode") != Some("ENABLED") {
        return output;
    }
    if let Some(part) = selected.part {
        return checksum::with_sums(output, &part.checksums, object.body.composite());
    }
    let length = selected.range.map(|range| range.length);
    if length.is_none_or(|length| length == object.body.size()) {
        return checksum::with_sums_of(output, &object.body);
    }
    output
}
