//! What is written into a file: hashed and compressed step by step, never held as a whole.

use aws_lc_rs::digest::{Context, SHA256};
use flate2::write::GzEncoder;

use crate::gzip;
use crate::hex::hex;

/// How much is hashed and compressed at a time: what the processor's nearest cache holds.
const STEP_BYTES: usize = 32 * 1024;

/// The text of a file so far.
#[derive(Debug, Default)]
pub(super) struct Text {
    length: usize,
    /// What waits for the next step: for hash and compressor a call costs as much as many bytes.
    step: Vec<u8>,
    /// There once there was a step: a compressor takes ten times a step, and there may be as many
    /// files in the making as there are accounts and Regions.
    made: Option<Made>,
}

struct Made {
    hash: Context,
    zipped: GzEncoder<Vec<u8>>,
}

impl Text {
    /// Returns how many bytes it has, uncompressed.
    pub(super) const fn len(&self) -> usize {
        self.length
    }

    /// Adds to it.
    pub(super) fn put(&mut self, text: &str) {
        if self.step.len() + text.len() > STEP_BYTES {
            self.take_step();
        }
        self.step.extend_from_slice(text.as_bytes());
        self.length += text.len();
    }

    /// Returns its compressed bytes and the SHA-256 of the uncompressed ones in hexadecimal.
    pub(super) fn finish(mut self) -> (Vec<u8>, String) {
        self.take_step();
        let Made { hash, zipped } = self.made.unwrap_or_default();
        let bytes = zipped.finish().expect("memory takes all that is written");
        (bytes, hex(hash.finish().as_ref()))
    }

    fn take_step(&mut self) {
        let made = self.made.get_or_insert_default();
        made.hash.update(&self.step);
        gzip::put(&mut made.zipped, &self.step);
        self.step.clear();
    }
}

impl Default for Made {
    fn default() -> Self {
        Self { hash: Context::new(&SHA256), zipped: gzip::encoder() }
    }
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made").finish_non_exhaustive()
    }
}
