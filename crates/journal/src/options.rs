//! What an operator may set.

use crate::Error;
use crate::frame::frame_bytes;
use crate::segment::HEADER_BYTES;

/// The journal's settings; [`Options::default`] suits a server.
#[derive(Clone, Debug)]
pub struct Options {
    /// Size of a full-grown segment file in bytes, a multiple of 4096 up to 1 GiB. Default 64 MiB.
    pub segment_bytes: u64,
    /// Size of the very first segment, so that a first start does not wait for the disk; each
    /// following one is twice as large until `segment_bytes` is reached. Default 4 MiB.
    pub first_segment_bytes: u64,
    /// Longest payload in bytes. Default 4 MiB.
    pub payload_bytes_max: usize,
    /// Bytes after which a group commit is closed though more is waiting. Default 1 MiB.
    pub batch_bytes_max: usize,
    /// Bytes that may wait to be written before appends answer [`Error::Busy`]. Default 64 MiB.
    pub queue_bytes_max: usize,
    /// Free bytes of the file system that segments never use up: where a new segment would, appends
    /// answer [`Error::Full`] until there is room again. Default 256 MiB.
    pub reserve_bytes: u64,
    /// Whether anything is synced at all. `false` loses acknowledged frames in a power cut: it is
    /// the control of the crash tests, without which they would prove nothing. Default `true`.
    pub sync: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            first_segment_bytes: 4 << 20,
            payload_bytes_max: 4 << 20,
            batch_bytes_max: 1 << 20,
            queue_bytes_max: 64 << 20,
            reserve_bytes: 256 << 20,
            sync: true,
        }
    }
}

impl Options {
    /// Refuses settings under which the longest frame could find no place.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let fits =
            |bytes: u64| (HEADER_BYTES..=1 << 30).contains(&bytes) && bytes.is_multiple_of(4096);
        if !fits(self.segment_bytes) || !fits(self.first_segment_bytes) {
            return Err(Error::Options("segment sizes are multiples of 4096 up to 1 GiB"));
        }
        if self.first_segment_bytes > self.segment_bytes {
            return Err(Error::Options("the first segment is not larger than the others"));
        }
        if HEADER_BYTES + frame_bytes(self.payload_bytes_max) > self.segment_bytes {
            return Err(Error::Options("the longest payload does not fit into a segment"));
        }
        Ok(())
    }

    /// Returns the size of the segment that follows one of `current` bytes.
    pub(crate) fn following_bytes(&self, current: u64) -> u64 {
        let longest = HEADER_BYTES + frame_bytes(self.payload_bytes_max);
        let least = longest.next_multiple_of(4096);
        (current * 2).max(least).min(self.segment_bytes)
    }
}
