//! How SQS says no.

use std::fmt::Display;

use wire::Fault;

use crate::tags::BadTags;

/// Refuses a queue that is not there.
pub(crate) fn no_queue() -> Fault {
    Fault::new("QueueDoesNotExist", "The specified queue does not exist.")
}

/// Refuses a URL that names no queue.
pub(crate) fn bad_address(url: &str) -> Fault {
    Fault::new("InvalidAddress", format!("The address {url} is not valid for this endpoint."))
}

/// Refuses the value of a parameter.
pub(crate) fn bad_value(value: impl Display, parameter: &str, reason: &str) -> Fault {
    let text = format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}");
    Fault::new("InvalidParameterValue", text)
}

/// Refuses the value of a queue's attribute.
pub(crate) fn bad_attribute(name: &str, reason: &str) -> Fault {
    let text = format!("Invalid value for the parameter {name}. Reason: {reason}");
    Fault::new("InvalidAttributeValue", text)
}

/// Refuses an attribute of queues that is not served.
pub(crate) fn unknown_attribute(name: &str) -> Fault {
    Fault::new("InvalidAttributeName", format!("Unknown Attribute {name}."))
}

/// Refuses what is not built.
pub(crate) fn unsupported(text: &str) -> Fault {
    Fault::new("UnsupportedOperation", text)
}

/// Refuses what would go over a limit.
pub(crate) fn over_limit(text: impl Into<String>) -> Fault {
    Fault::new("OverLimit", text).with_status(403)
}

/// Refuses tags.
pub(crate) fn bad_tags(cause: &BadTags) -> Fault {
    bad_value("of a tag", "Tags", &format!("{cause}."))
}
