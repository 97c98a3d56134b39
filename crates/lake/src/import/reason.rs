//! Why a record is left out, and where it stands.

use serde::{Deserialize, Serialize};

/// A record that is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Its place among the records of its file, from 0.
    pub index: u64,
    /// Its first byte in the unpacked file.
    pub offset: u64,
    /// What is wrong with it.
    pub reason: Reason,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "record {} at byte {}: {}", self.index, self.offset, self.reason)
    }
}

/// What is wrong with a record.
///
/// Where a byte is named, it is one of the unpacked file. Text from the file is shortened and
/// printable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It is not JSON.
    #[error("not JSON at byte {at}: expected {expected}")]
    NotJson {
        /// The byte that cannot stand there.
        at: u64,
        /// What could.
        expected: String,
    },
    /// `NaN` or `Infinity` where a number should be.
    #[error("not JSON at byte {at}: NaN and Infinity are no numbers there")]
    NotANumber {
        /// Where it stands.
        at: u64,
    },
    /// The file ends inside it.
    #[error("cut off: the text ends inside it")]
    CutOff,
    /// It has bytes that are not UTF-8.
    #[error("not UTF-8 at byte {at}")]
    NotUtf8 {
        /// The first such byte.
        at: u64,
    },
    /// It is JSON, but not an object.
    #[error("not a CloudTrail record: no JSON object")]
    NotAnObject,
    /// It is an object, but neither a record nor anything that holds some.
    #[error("not a CloudTrail record: neither eventName nor Records in it")]
    NotARecord,
    /// An object in it has a name twice: readers would not agree on what it says.
    #[error("an object has the name {0:?} twice")]
    DuplicateName(String),
    /// It is nested deeper than allowed.
    #[error("nested deeper than allowed, at byte {at}")]
    TooDeep {
        /// Where the level above the limit begins.
        at: u64,
    },
    /// It is longer than allowed.
    #[error("{bytes} bytes, more than the {max} allowed")]
    TooLong {
        /// Its length.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// `eventTime` is missing or no time.
    #[error("eventTime {0:?} is no time: expected 2026-11-20T08:00:00Z")]
    BadTime(String),
    /// The file has more records than allowed; this and all behind it are left out.
    #[error("the file has more than the {max} records allowed; the rest is left out")]
    TooMany {
        /// The limit.
        max: u64,
    },
}

impl Reason {
    /// Returns the name under which such records are counted.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "not-json",
            Self::NotANumber { .. } => "not-a-number",
            Self::CutOff => "cut-off",
            Self::NotUtf8 { .. } => "not-utf-8",
            Self::NotAnObject => "not-an-object",
            Self::NotARecord => "not-a-record",
            Self::DuplicateName(_) => "duplicate-name",
            Self::TooDeep { .. } => "too-deep",
            Self::TooLong { .. } => "too-long",
            Self::BadTime(_) => "bad-time",
            Self::TooMany { .. } => "too-many",
        }
    }
}

/// Returns so much of `text` as a message should hold; longer ones end in an ellipsis.
pub(super) fn excerpt(text: &str) -> String {
    const LETTERS_MAX: usize = 64;
    let mut short: String = text.chars().take(LETTERS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
