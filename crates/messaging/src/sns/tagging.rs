//! `TagResource`, `UntagResource` and `ListTagsForResource`.

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::{Topic, about, find, refusal};
use crate::operations::Request;
use crate::tags;

/// Adds tags, or gives them other values.
pub(super) fn tag(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic) = tagged(request)?;
    let new = tags::from_list(request.input.list("Tags"));
    let tags = new
        .and_then(|new| tags::merged(&topic.tags, &new))
        .map_err(|cause| refusal::bad_tags(&cause))?;
    let done = Done::changed(Members::new(), vec![Change::of(arn, What::TagsSet(tags))]);
    Ok(about(done, arn, request.call))
}

/// Takes tags away; those that are not there do not matter.
pub(super) fn untag(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic) = tagged(request)?;
    let mut tags = topic.tags.clone();
    for key in request.input.strings("TagKeys") {
        tags.remove(key);
    }
    let done = Done::changed(Members::new(), vec![Change::of(arn, What::TagsSet(tags))]);
    Ok(about(done, arn, request.call))
}

/// Answers the tags.
pub(super) fn list(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic) = tagged(request)?;
    let line = |(key, value): (&String, &String)| {
        let line = Members::new().with("Key", Value::from(key.as_str()));
        line.with("Value", Value::from(value.as_str()))
    };
    let tags: Vec<Members> = topic.tags.iter().map(line).collect();
    let output = Members::new().with("Tags", Value::from(tags));
    Ok(about(Done::read(output), arn, request.call))
}

/// Finds the topic; these operations have a name of their own for one that is not there.
fn tagged<'a>(request: &Request<'a, '_>) -> Result<(&'a str, &'a Topic), Fault> {
    find(request, "ResourceArn").map_err(|fault| match fault.code.as_ref() {
        "NotFoundException" => {
            Fault::new("ResourceNotFoundException", "Resource does not exist").with_status(404)
        }
        _ => fault,
    })
}
