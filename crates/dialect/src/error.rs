//! What is wrong with a query, where it stands, and what to write instead.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a query was refused or failed, as it is told to whoever wrote it.
///
/// A value that could not be cast or parsed may stand in it: the caller may see its row anyway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{kind}{place}: {message}{hint}", place = Place(*.line, *.column), hint = Hint(.hint.as_deref()))]
pub struct SqlError {
    /// What kind of fault it is.
    pub kind: SqlErrorKind,
    /// Line in the query's text, from 1; 0 when the fault has no place.
    pub line: u64,
    /// Column in that line, in characters from 1; 0 when the fault has no place.
    pub column: u64,
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// The kinds of fault a query can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SqlErrorKind {
    /// The text is no statement.
    Syntax,
    /// Only a SELECT is run; this is something else, or a part of SELECT that is not served.
    NotSupported,
    /// No table of this name is within reach.
    TableNotFound,
    /// No column of this name.
    ColumnNotFound,
    /// No function of this name.
    FunctionNotFound,
    /// Types or arguments do not fit.
    Invalid,
    /// Longer, deeper or larger than allowed.
    Limit,
    /// It failed while it ran: a cast, a division, memory, a file.
    Failed,
}

impl fmt::Display for SqlErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "syntax error",
            Self::NotSupported => "not supported",
            Self::TableNotFound => "table not found",
            Self::ColumnNotFound => "column not found",
            Self::FunctionNotFound => "function not found",
            Self::Invalid => "invalid query",
            Self::Limit => "limit exceeded",
            Self::Failed => "query failed",
        })
    }
}

impl SqlError {
    /// Makes a fault without a place or a hint.
    pub(crate) fn new(kind: SqlErrorKind, message: impl Into<String>) -> Self {
        Self { kind, line: 0, column: 0, message: message.into(), hint: None }
    }

    /// Says where it stands.
    pub(crate) fn at(mut self, line: u64, column: u64) -> Self {
        (self.line, self.column) = (line, column);
        self
    }

    /// Says what to write instead.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

struct Place(u64, u64);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            line => write!(f, " at line {line}, column {}", self.1),
        }
    }
}

struct Hint<'a>(Option<&'a str>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}
