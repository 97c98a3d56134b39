//! Reads what has no known end, such as standard input, in pieces that can be split into records.

mod input;

use std::io::{self, Read};

use crate::import::records::{Limits, is_lines};
use crate::import::unzip::UnzipLimits;
use input::Input;

/// What a stream may ask of its reader.
#[derive(Debug, Clone, Copy)]
pub struct StreamLimits {
    /// About so much is read before a piece is cut, at the end of a line.
    pub piece_bytes: usize,
    /// The longest line; a longer one is passed without keeping it.
    pub line_bytes_max: usize,
    /// The largest document that is not one of many lines.
    pub document_bytes_max: usize,
    /// What packed streams may become. The size of a stream has no limit, its ratio has.
    pub unzip: UnzipLimits,
    /// The limits of records, for telling documents from lines.
    pub records: Limits,
}

impl Default for StreamLimits {
    fn default() -> Self {
        let (unzip, records) = (UnzipLimits::default(), Limits::default());
        Self {
            piece_bytes: 8 << 20,
            line_bytes_max: 64 << 20,
            document_bytes_max: 256 << 20,
            unzip,
            records,
        }
    }
}

/// A piece of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chunk {
    /// Whole documents, for [`records`](crate::import::records); their places count from `offset`.
    Text {
        /// The piece's first byte in the unpacked stream.
        offset: u64,
    },
    /// A line that was too long, and was passed.
    LongLine {
        /// Its first byte.
        offset: u64,
        /// Its length.
        bytes: u64,
    },
    /// There is nothing more.
    End,
}

/// Why a stream cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// It cannot be read, or not be unpacked.
    #[error("the stream cannot be read on behind byte {at}")]
    Read {
        /// So much was read, unpacked.
        at: u64,
        /// Why.
        source: io::Error,
    },
    /// It is one document, and too large to be held.
    #[error("a document of more than {max} bytes; one record a line can be of any length")]
    TooLarge {
        /// The limit.
        max: u64,
    },
}

/// A stream, cut into pieces at ends of lines where it has one document a line.
///
/// Memory stays within the limits however long the stream is.
#[derive(Debug)]
pub struct Chunks<R: Read> {
    input: Input<R>,
    limits: StreamLimits,
    carry: Vec<u8>,
    offset: u64,
    has_ended: bool,
    has_lines: Option<bool>,
}

impl<R: Read> Chunks<R> {
    /// Begins a stream; it is unpacked if it begins like gzip.
    pub fn new(reader: R, limits: StreamLimits) -> Self {
        let (input, carry) = (Input::Unknown(Some(reader)), Vec::new());
        Self { input, limits, carry, offset: 0, has_ended: false, has_lines: None }
    }

    /// Puts the next piece into `into`, which is cleared first.
    pub fn next(&mut self, into: &mut Vec<u8>) -> Result<Chunk, StreamError> {
        into.clear();
        self.fill(self.limits.piece_bytes)?;
        let (carry, limits) = (&self.carry, &self.limits.records);
        let has_lines = *self.has_lines.get_or_insert_with(|| is_lines(carry, limits));
        if !has_lines {
            return self.document(into);
        }
        let mut known = 0;
        loop {
            let fresh = self.carry.get(known..).unwrap_or_default();
            let last = fresh.iter().rposition(|byte| *byte == b'\n').map(|at| known + at + 1);
            known = self.carry.len();
            match last {
                Some(end) => return Ok(self.cut(end, into)),
                None if self.has_ended => return Ok(self.cut(known, into)),
                None if known >= self.limits.line_bytes_max => return self.pass_line(),
                None => self.fill(known + self.limits.piece_bytes)?,
            }
        }
    }

    /// Takes all of the stream as one document.
    fn document(&mut self, into: &mut Vec<u8>) -> Result<Chunk, StreamError> {
        let max = self.limits.document_bytes_max;
        while !self.has_ended && self.carry.len() <= max {
            self.fill((self.carry.len() + self.limits.piece_bytes).min(max + 1))?;
        }
        match self.carry.len() {
            length if length > max => Err(StreamError::TooLarge { max: max as u64 }),
            length => Ok(self.cut(length, into)),
        }
    }

    /// Gives away the first bytes of what was read.
    fn cut(&mut self, end: usize, into: &mut Vec<u8>) -> Chunk {
        let offset = self.offset;
        if end == 0 {
            return Chunk::End;
        }
        let rest = self.carry.split_off(end);
        *into = std::mem::replace(&mut self.carry, rest);
        self.offset += end as u64;
        Chunk::Text { offset }
    }

    /// Reads to the end of a line without keeping it.
    fn pass_line(&mut self) -> Result<Chunk, StreamError> {
        let (offset, mut bytes) = (self.offset, 0);
        loop {
            let end = self.carry.iter().position(|byte| *byte == b'\n');
            let passed = end.map_or(self.carry.len(), |at| at + 1);
            self.carry.drain(..passed);
            bytes += passed as u64;
            self.offset += passed as u64;
            if end.is_some() || self.has_ended {
                return Ok(Chunk::LongLine { offset, bytes });
            }
            self.fill(self.limits.piece_bytes)?;
        }
    }

    /// Reads until `bytes` are there, or the stream ends.
    fn fill(&mut self, bytes: usize) -> Result<(), StreamError> {
        let missing = bytes.saturating_sub(self.carry.len());
        if self.has_ended || missing == 0 {
            return Ok(());
        }
        let before = self.carry.len();
        let read = self.input.read(missing, &self.limits.unzip, &mut self.carry);
        let at = self.offset + self.carry.len() as u64;
        read.map_err(|source| StreamError::Read { at, source })?;
        self.has_ended = self.carry.len() - before < missing;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
