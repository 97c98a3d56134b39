//! How SNS says no.

use std::fmt::Display;

use wire::Fault;

use crate::attribute::Malformed;
use crate::tags::BadTags;

/// Refuses a parameter.
pub(crate) fn invalid(what: impl Display) -> Fault {
    Fault::new("InvalidParameterException", format!("Invalid parameter: {what}"))
}

/// Refuses a topic that is not there.
pub(crate) fn no_topic() -> Fault {
    Fault::new("NotFoundException", "Topic does not exist").with_status(404)
}

/// Refuses a subscription that is not there.
pub(crate) fn no_subscription() -> Fault {
    Fault::new("NotFoundException", "Subscription does not exist").with_status(404)
}

/// Refuses who neither owns a subscription nor its topic.
pub(crate) fn not_owner() -> Fault {
    let text = "Only the owner of the subscription or of its topic may do this";
    Fault::new("AuthorizationErrorException", text).with_status(403)
}

/// Refuses attributes of a message.
pub(crate) fn bad_attributes(cause: Malformed) -> Fault {
    Fault::new("InvalidParameterValueException", cause.0)
}

/// Refuses tags.
pub(crate) fn bad_tags(cause: &BadTags) -> Fault {
    match cause {
        BadTags::TooMany => Fault::new("TagLimitExceededException", cause.to_string()),
        BadTags::Malformed(_) => invalid(format!("Tags Reason: {cause}")),
    }
}
