//! Requests of several entries: what must hold for all of them before any is looked at.

use std::collections::BTreeSet;

use wire::{Fault, Members, Value};

/// The entries that one request may have.
const ENTRIES_MAX: usize = 10;
/// The longest id of an entry.
const ID_LETTERS_MAX: usize = 80;

/// What is wrong with a batch as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadBatch {
    /// There is no entry.
    #[error("There should be at least one entry in the request.")]
    Empty,
    /// There are too many.
    #[error("Maximum number of entries per request are {ENTRIES_MAX}. You have sent {0}.")]
    TooMany(usize),
    /// Two have the same id.
    #[error("Id {0} repeated.")]
    Repeated(String),
    /// An id is not one.
    #[error(
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. \
         It can be at most {ID_LETTERS_MAX} letters long."
    )]
    BadId,
}

impl BadBatch {
    /// Returns the name of SQS's exception; SNS's has `Exception` behind it.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Empty => "EmptyBatchRequest",
            Self::TooMany(_) => "TooManyEntriesInBatchRequest",
            Self::Repeated(_) => "BatchEntryIdsNotDistinct",
            Self::BadId => "InvalidBatchEntryId",
        }
    }
}

/// Returns the entries of a batch with their ids.
pub(crate) fn entries(items: &[Value]) -> Result<Vec<(&str, &Members)>, BadBatch> {
    if items.is_empty() {
        return Err(BadBatch::Empty);
    }
    if items.len() > ENTRIES_MAX {
        return Err(BadBatch::TooMany(items.len()));
    }
    let mut ids = BTreeSet::new();
    let mut entries = Vec::with_capacity(items.len());
    for entry in items.iter().filter_map(Value::as_map) {
        let id = entry.string("Id").unwrap_or_default();
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if id.is_empty() || id.len() > ID_LETTERS_MAX || !id.bytes().all(letter) {
            return Err(BadBatch::BadId);
        }
        if !ids.insert(id) {
            return Err(BadBatch::Repeated(id.to_owned()));
        }
        entries.push((id, entry));
    }
    Ok(entries)
}

/// Returns the line of an entry that failed; `code` is as clients see it.
pub(crate) fn failure(id: &str, code: &str, fault: &Fault) -> Value {
    let line = Members::new()
        .with("Id", Value::from(id))
        .with("SenderFault", Value::from(true))
        .with("Code", Value::from(code))
        .with("Message", Value::from(fault.message.as_str()));
    Value::Map(line)
}
