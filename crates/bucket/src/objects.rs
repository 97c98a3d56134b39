//! Calls on one object, and on several at once.

pub(crate) mod acl;
pub(crate) mod copy_object;
pub(crate) mod delete_object;
pub(crate) mod delete_objects;
pub(crate) mod get_object;
pub(crate) mod get_object_attributes;
pub(crate) mod legal_hold;
pub(crate) mod list_object_versions;
pub(crate) mod list_objects;
pub(crate) mod put_object;
pub(crate) mod retention;
pub(crate) mod tagging;

use wire::Members;

use crate::object::Object;
use crate::request::{Effect, Request};
use crate::state::{Change, Description};

/// Describes the object that is meant differently.
fn describe(
    request: &Request<'_, '_>,
    object: &Object,
    description: Description,
    output: Members,
) -> Effect {
    let change = Change::Describe {
        bucket: request.bucket_name().to_owned(),
        key: request.text("Key").to_owned(),
        version: object.version.clone(),
        description,
    };
    request.change(output, vec![change])
}
