//! `GetResourcePolicy`, `PutResourcePolicy` and `DeleteResourcePolicy`.
//!
//! Event data stores, channels and dashboards have resource policies, trails have none. There is
//! none of the three yet, so that no resource is ever found.

use wire::{Done, Fault};

use super::arn::{Arn, is_uuid};
use crate::change::Change;
use crate::request::Request;

/// Says why a resource has no policy: the same whatever is asked.
///
/// # Errors
/// `ResourceARNNotValidException`, `ResourceTypeNotSupportedException`, `ResourceNotFoundException`
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    Err(refusal(request.input.string("ResourceArn").unwrap_or_default()))
}

fn refusal(text: &str) -> Fault {
    let (code, message) = match Arn::parse(text).and_then(|arn| arn.of_cloudtrail()) {
        Some(("eventdatastore" | "channel", id)) if !is_uuid(id) => (NOT_VALID, malformed(text)),
        Some(("eventdatastore" | "channel" | "dashboard", _)) => {
            ("ResourceNotFoundException", format!("Resource {text} does not exist."))
        }
        Some((kind, _)) => (
            "ResourceTypeNotSupportedException",
            format!("Resources of the type {kind} have no resource policies."),
        ),
        None => (NOT_VALID, malformed(text)),
    };
    Fault::new(code, message)
}

const NOT_VALID: &str = "ResourceARNNotValidException";

fn malformed(text: &str) -> String {
    format!("{text} is not the ARN of an event data store, a channel or a dashboard.")
}
