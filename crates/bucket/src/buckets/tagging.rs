//! A bucket's tags.

use wire::{Fault, Members};

use super::configure;
use crate::fault;
use crate::request::{Effect, Request};
use crate::shape;
use crate::tags::{self, BUCKET_TAGS_MAX};

/// Answers `GetBucketTagging`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let tags = &request.bucket()?.settings.tags;
    if tags.is_empty() {
        let message = "The TagSet does not exist";
        return Err(fault::not_set_up("NoSuchTagSet", message, request.bucket_name()));
    }
    Ok(request.answer(Members::new().with("TagSet", shape::tag_set(tags))))
}

/// Answers `PutBucketTagging`: all tags at once.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let given = request.input.map("Tagging").ok_or_else(fault::malformed_xml)?;
    let tags = tags::read_set(given, BUCKET_TAGS_MAX)?;
    configure(request, |settings| settings.tags = tags)
}

/// Answers `DeleteBucketTagging`.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    configure(request, |settings| settings.tags.clear())
}
