//! What is left out of a walk: told with its place and the reason, and passed by its end.

use std::ops::{ControlFlow, Range};

use super::walk::{Halt, Place, Walk};
use crate::import::loose;
use crate::import::reason::{Broken, Reason, excerpt};
use crate::import::scanner::{Fault, What};

impl Walk<'_, '_> {
    /// Tells of something that is left out, and goes on if that is wanted.
    pub(super) fn broken(&mut self, start: usize, reason: Reason) -> Result<(), Halt> {
        let (index, offset) = (self.index()?, self.offset(start));
        match (self.each)(Err(Broken { index, offset, reason })) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Enough),
        }
    }

    /// Takes the next place among the records; past the last one there is nothing more.
    pub(super) fn index(&mut self) -> Result<u64, Halt> {
        let (index, max) = (*self.count, self.limits.records_max);
        *self.count += 1;
        if index < max {
            return Ok(index);
        }
        let offset = self.offset(self.scanner.at);
        // Whether it breaks off or not: nothing more is read.
        let _flow = (self.each)(Err(Broken { index, offset, reason: Reason::TooMany { max } }));
        Err(Halt::Enough)
    }

    /// Returns the place of what stands within, from a byte of the walk on.
    pub(super) fn place_of(&self, at: usize) -> Place {
        match self.place {
            Place::From(_) => Place::From(self.offset(at)),
            within @ Place::Within(_) => within,
        }
    }

    /// Returns where a byte of the walk stands in the file.
    pub(super) fn offset(&self, at: usize) -> u64 {
        match self.place {
            Place::From(base) => base + at as u64,
            Place::Within(offset) => offset,
        }
    }

    /// Returns whether each line is a document; asked only once something is broken.
    pub(super) fn has_lines(&mut self) -> bool {
        let (bytes, limits) = (self.bytes, self.limits);
        *self.is_lines.get_or_insert_with(|| super::is_lines(bytes, limits))
    }

    /// Returns where a broken entry ends for sure: with its line where each line is a document,
    /// else with its brackets.
    pub(super) fn end_of_broken(&mut self, from: usize) -> Option<usize> {
        let has_lines = self.has_lines();
        let end = if has_lines { loose::line_end(self.bytes, from) } else { self.bytes.len() };
        let is_bracket = matches!(self.bytes.get(from), Some(b'{' | b'['));
        if self.levels == 0 && has_lines {
            Some(end)
        } else if self.levels > 0 || is_bracket {
            loose::end(self.bytes.get(..end)?, from)
        } else {
            None
        }
    }

    pub(super) fn too_long(&self, whole: &Range<usize>) -> Reason {
        let (bytes, max) = (whole.len() as u64, self.limits.record_bytes_max as u64);
        Reason::TooLong { bytes, max }
    }

    pub(super) fn not_utf8(&self, whole: &Range<usize>) -> Reason {
        let bytes = self.bytes.get(whole.clone()).unwrap_or_default();
        let valid = std::str::from_utf8(bytes).err().map_or(0, |cause| cause.valid_up_to());
        Reason::NotUtf8 { at: self.offset(whole.start + valid) }
    }

    /// Returns whether the byte at `at` begins no UTF-8 letter, as in UTF-16 or in binary files.
    fn is_foreign(&self, at: usize) -> bool {
        let bytes = self.bytes.get(at..).unwrap_or_default();
        let bytes = bytes.get(..4).unwrap_or(bytes);
        std::str::from_utf8(bytes).is_err_and(|cause| cause.valid_up_to() == 0)
    }

    pub(super) fn reason(&self, fault: &Fault, whole: Range<usize>) -> Reason {
        let at = self.offset(fault.at);
        match &fault.what {
            What::Expected(_) if self.is_foreign(fault.at) => Reason::NotUtf8 { at },
            What::Expected(expected) => Reason::NotJson { at, expected: (*expected).to_owned() },
            What::NotANumber => Reason::NotANumber { at },
            What::End => Reason::CutOff,
            What::TooDeep => Reason::TooDeep { at },
            What::TooManyNames => self.too_long(&whole),
            What::Duplicate(range) => {
                let name = self.bytes.get(range.clone()).unwrap_or_default();
                Reason::DuplicateName(excerpt(&String::from_utf8_lossy(name)))
            }
        }
    }
}
