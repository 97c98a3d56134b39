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
    memory: Vec<u8>,
    /// How much of the memory holds bytes of the file, and from where on.
    held: usize,
    start: u64,
}

impl Window {
    pub(crate) fn new(file: Arc<File>) -> Self {
        Self { file, memory: Vec::new(), held: 0, start: 0 }
    }

    /// Returns up to `len` bytes at `offset`, fewer only where the file ends.
    pub(crate) fn bytes(&mut self, offset: u64, len: usize) -> io::Result<&[u8]> {
        if !self.holds(offset, len) {
            self.fetch(offset, len.max(STEP_BYTES))?;
        }
        let at = usize::try_from(offset - self.start).unwrap_or(usize::MAX);
        let rest = self.memory.get(at..self.held).unwrap_or_default();
        Ok(rest.get(..len).unwrap_or(rest))
    }

    fn holds(&self, offset: u64, len: usize) -> bool {
        offset >= self.start && offset + wide(len) <= self.start + wide(self.held)
    }

    fn fetch(&mut self, offset: u64, len: usize) -> io::Result<()> {
        if self.memory.len() < len {
            self.memory = vec![0; len];
        }
        (self.start, self.held) = (offset, 0);
        while let Some(rest) = self.memory.get_mut(self.held..len).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, offset + wide(self.held)) {
                Ok(0) => break,
                Ok(read) => self.held += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.held = 0;
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}
