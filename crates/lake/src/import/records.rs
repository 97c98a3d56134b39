//! Splits a text into records, without building a value.
//!
//! Understood, in any mixture and whatever the file is called: `{"Records":[…]}` (log files), bare
//! arrays, single records, several of these one after the other (lines of JSON, or nothing between
//! them), answers of `LookupEvents` (`Events[].CloudTrailEvent`, text within text), batches of log
//! events (`logEvents[].message`), and envelopes with one record as `detail` (EventBridge) or
//! `record`.
//!
//! Each byte of a log file is looked at once: lists are walked through rather than read first, and
//! a record is handed over with its members already told apart. A record that has white space
//! between its tokens is made compact and read again, and so is text within text.

mod left_out;
mod walk;

use std::ops::ControlFlow;

use jiff::Timestamp;

use crate::import::reason::Broken;
use crate::import::scanner::members::Member;
use walk::Walk;

/// What a text may ask of its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest record, as it stands in the file. AWS's are up to 256 KB, or 1 MB where a trail
    /// or store asks for large events.
    pub record_bytes_max: usize,
    /// The most levels of objects and arrays, counted from the file's outermost one. Not more than
    /// 128, so that `serde_json` can read what passed here.
    pub depth_max: usize,
    /// The most records of one file, broken ones included.
    pub records_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_bytes_max: 2 << 20, depth_max: 100, records_max: 4_000_000 }
    }
}

/// A record, valid JSON with a time.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The record as compact JSON: to the byte as in the file, but without white space between its
    /// tokens.
    pub text: &'a str,
    /// Its members, in their order; their values are parts of `text`.
    pub members: &'a [Member<'a>],
    /// `eventTime`
    pub time: Timestamp,
    /// Its place among the records of its file, from 0; broken ones have places too.
    pub index: u64,
    /// Its first byte in the unpacked file, or that of the entry that holds it as text.
    pub offset: u64,
}

impl<'a> Record<'a> {
    /// Returns a member by its name.
    pub fn member(&self, name: &str) -> Option<&'a Member<'a>> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// A record, or why there is none.
pub type Piece<'a> = Result<Record<'a>, Broken>;

/// Calls `each` with everything in `text`, in order, until it breaks off.
///
/// A byte order mark before a document is passed over. An empty text has no records.
pub fn records(text: &[u8], limits: &Limits, each: &mut dyn FnMut(Piece<'_>) -> ControlFlow<()>) {
    let mut count = 0;
    Walk::new(text, limits, &mut count, each).documents();
}

/// Returns whether `text` is one document a line, judged by its first lines.
///
/// Most of them must be whole documents: of a document over many lines only few could be.
pub(super) fn is_lines(text: &[u8], limits: &Limits) -> bool {
    const LINES: usize = 16;
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let (mut whole, mut all) = (0, 0);
    for line in lines.take(LINES) {
        all += 1;
        whole += usize::from(walk::is_document(line, limits));
    }
    whole > 0 && whole * 2 >= all
}

#[cfg(test)]
mod tests;
