//! `TagQueue`, `UntagQueue` and `ListQueueTags`.

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::{about, about_in_record, find, refusal};
use crate::operations::Request;
use crate::tags;

/// Adds tags, or gives them other values.
pub(super) fn tag(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let new = tags::from_map(request.input.map("Tags"));
    let tags = new
        .and_then(|new| tags::merged(&queue.tags, &new))
        .map_err(|cause| refusal::bad_tags(&cause))?;
    let done = Done::changed(Members::new(), vec![Change::of(&arn, What::TagsSet(tags))]);
    Ok(about(done, &arn, request.call))
}

/// Takes tags away; those that are not there do not matter.
pub(super) fn untag(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let mut tags = queue.tags.clone();
    for key in request.input.strings("TagKeys") {
        tags.remove(key);
    }
    let done = Done::changed(Members::new(), vec![Change::of(&arn, What::TagsSet(tags))]);
    Ok(about(done, &arn, request.call))
}

/// Answers the tags.
pub(super) fn list(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let mut tags = Members::new();
    for (key, value) in &queue.tags {
        tags.push(key.clone(), Value::from(value.as_str()));
    }
    let tags = Some(tags).filter(|tags| !tags.is_empty()).map(Value::from);
    Ok(about_in_record(Done::read(Members::new().with("Tags", tags)), &arn, request.call))
}
