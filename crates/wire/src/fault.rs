//! What a client sees when a call fails.

use std::borrow::Cow;
use std::fmt;

use crate::value::{Members, Value};

/// An error in AWS's terms: the exception's shape name, its text, and members beyond the text.
///
/// The HTTP status and the wire spelling of the code come from the model where the service models
/// this exception; `status` stands in for those that it does not (`ValidationException`,
/// `AccessDeniedException`, …). Inner causes never go in here: they go to the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The exception's shape name, such as `InvalidProductCodeException`.
    pub code: Cow<'static, str>,
    /// The text for a person; says what to do where that is known.
    pub message: String,
    /// The HTTP status when the service's model has no shape of this name.
    pub status: u16,
    /// Further modelled members of the exception, such as `ValidationExceptionFieldList`.
    pub members: Members,
}

impl Fault {
    /// Returns a client error (status 400 unless modelled).
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status: 400, members: Members::new() }
    }

    /// Returns this fault with another status for services that do not model it.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Returns this fault with one more member in its body.
    #[must_use]
    pub fn with_member(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.push(name, value.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Fault {}
