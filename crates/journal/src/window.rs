//! Reads a file from front to back in large steps.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use crate::frame::wide;

/// Bytes fetched at a time, unless one frame needs more.
const STEP_BYTES: usize = 256 << 10;

/// A part of a file held in memory.
pub(crate) struct Window {
    file: Arc<File>,
    held: Vec<u8>,
    start: u64,
}

impl Window {
    pub(crate) fn new(file: Arc<File>) -> Self {
        Self { file, held: Vec::new(), start: 0 }
    }

    /// Returns up to `len` bytes at `offset`, fewer only where the file ends.
    pub(crate) fn bytes(&mut self, offset: u64, len: usize) -> io::Result<&[u8]> {
        if !self.holds(offset, len) {
            self.fetch(offset, len.max(STEP_BYTES))?;
        }
        let at = usize::try_from(offset - self.start).unwrap_or(usize::MAX);
        let rest = self.held.get(at..).unwrap_or_default();
        Ok(rest.get(..len).unwrap_or(rest))
    }

    fn holds(&self, offset: u64, len: usize) -> bool {
        offset >= self.start && offset + wide(len) <= self.start + wide(self.held.len())
    }

    fn fetch(&mut self, offset: u64, len: usize) -> io::Result<()> {
        self.held.resize(len, 0);
        self.start = offset;
        let mut filled = 0;
        while let Some(rest) = self.held.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, offset + wide(filled)) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.held.clear();
                    return Err(error);
                }
            }
        }
        self.held.truncate(filled);
        Ok(())
    }
}
