//! What records leave out of inputs and outputs, and what they write in its place.

use wire::Value;
use wire::model::{Kind, Member, Service, Shape};

/// What stands for a value that is too secret to show.
pub(crate) const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// What stands for a name or an address in the events of Organizations.
const MASKED: &str = "****";

/// Members that are secrets although their models do not say so.
const TOKENS: &[&str] = &["RegistrationToken", "Token", "SignedToken", "AccessToken"];

/// The structures in which people send each other messages.
const LETTERS: &[&str] = &[
    "PublishInput",
    "PublishBatchRequestEntry",
    "SendMessageRequest",
    "SendMessageBatchRequestEntry",
];

/// What they write in them.
const WRITTEN: &[&str] =
    &["Message", "Subject", "MessageBody", "MessageAttributes", "MessageSystemAttributes"];

/// What becomes of a member.
pub(super) enum Redaction {
    /// It is shown.
    Shown,
    /// Another text is shown in its place.
    Hidden(&'static str),
    /// It is not there.
    LeftOut,
}

/// Returns what becomes of a structure's member. Secrets and bytes have no place in a record;
/// session tokens have, as on AWS.
pub(super) fn of(
    service: &Service,
    structure: &Shape,
    member: &Member,
    value: &Value,
) -> Redaction {
    let shape = service.shape(member.shape);
    let is_letter = LETTERS.contains(&structure.name) && WRITTEN.contains(&member.name);
    let is_token = TOKENS.contains(&member.name) && matches!(value, Value::String(_));
    if matches!(value, Value::Null) {
        Redaction::LeftOut
    } else if is_letter {
        Redaction::Hidden(HIDDEN)
    } else if shape.sensitive && service.name == "organizations" {
        Redaction::Hidden(MASKED)
    } else if shape.sensitive
        || matches!(shape.kind, Kind::Blob)
        || member.name == "SecretAccessKey"
    {
        Redaction::LeftOut
    } else if is_token {
        Redaction::Hidden(HIDDEN)
    } else {
        Redaction::Shown
    }
}
