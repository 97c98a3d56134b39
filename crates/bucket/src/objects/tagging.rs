//! An object's tags.

use wire::{Fault, Members};

use crate::fault;
use crate::objects::describe;
use crate::request::{Effect, Request};
use crate::shape;
use crate::state::Description;
use crate::tags::{self, OBJECT_TAGS_MAX, Tags};
use crate::write::told;

/// Answers `GetObjectTagging`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let object = request.object()?;
    let version = told(request.bucket()?, &object.version);
    let output = Members::new().with("VersionId", version);
    Ok(request.answer(output.with("TagSet", shape::tag_set(&object.tags))))
}

/// Answers `PutObjectTagging`: all tags at once.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let given = request.input.map("Tagging").ok_or_else(fault::malformed_xml)?;
    let tags = tags::read_set(given, OBJECT_TAGS_MAX)?;
    replace(request, tags)
}

/// Answers `DeleteObjectTagging`.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    replace(request, Tags::new())
}

fn replace(request: &Request<'_, '_>, tags: Tags) -> Result<Effect, Fault> {
    let object = request.object()?;
    let output = Members::new().with("VersionId", told(request.bucket()?, &object.version));
    Ok(describe(request, object, Description::Tags(tags), output))
}
