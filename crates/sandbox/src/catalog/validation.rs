//! What is wrong with a request, field by field, and the `ValidationException` made of it.

use wire::{Fault, Members, Value};

/// What kind of wrong it is, in the API's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The change type or entity type is not served.
    UnknownOperation,
    /// The details are no JSON.
    CannotParse,
    /// A field is not as the schema wants it.
    FieldValidationFailed,
    /// Anything else.
    Other,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    pub(super) reason: Reason,
    pub(super) entity_type: Option<String>,
    pub(super) entity_id: Option<String>,
    pub(super) change_type: Option<String>,
    /// Where in the request, such as `ChangeSet.0.Details.1.Key`.
    pub(super) field: String,
    pub(super) message: String,
}

/// Problems that are told at most; the rest shows once these are mended.
const PROBLEMS_MAX: usize = 50;

impl Reason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownOperation => "UnknownOperation",
            Self::CannotParse => "CannotParse",
            Self::FieldValidationFailed => "FieldValidationFailed",
            Self::Other => "Other",
        }
    }
}

impl Problem {
    fn shown(&self) -> Members {
        let text = |value: &Option<String>| value.clone().map(Value::String);
        Members::new()
            .with("Reason", Value::from(self.reason.as_str()))
            .with("EntityType", text(&self.entity_type))
            .with("EntityId", text(&self.entity_id))
            .with("ChangeType", text(&self.change_type))
            .with("Field", Value::from(self.field.as_str()))
            .with("Message", Value::from(self.message.as_str()))
    }
}

/// Returns a refusal that is about no field of a change.
pub(super) fn refusal(message: impl Into<String>) -> Fault {
    Fault::new("ValidationException", message).with_status(422)
}

/// Returns the refusal of a request with these problems; its text is the first one's.
pub(super) fn refuse(problems: &[Problem]) -> Result<(), Fault> {
    let Some(first) = problems.first() else { return Ok(()) };
    let message = match problems.len() {
        1 => first.message.clone(),
        count => format!("{} ({} more validation errors)", first.message, count - 1),
    };
    let fields: Vec<_> = problems.iter().take(PROBLEMS_MAX).map(Problem::shown).collect();
    Err(refusal(message).with_member("ValidationExceptionFieldList", fields))
}
