//! Goes through a segment frame by frame and believes nothing unchecked.

use std::io;

use crc32c::crc32c;

use crate::Hash;
use crate::frame::{ALIGN, HEADER_BYTES, Header, MAGIC, hash_of, wide};
use crate::segment::{self, Segment};
use crate::window::Window;

/// A disk writes a sector whole or not at all.
const SECTOR_BYTES: u64 = 512;
/// Bytes looked at together when there are no frames to go by.
const BLOCK_BYTES: usize = 64 << 10;

/// What stands at the scan's place.
pub(crate) enum Step {
    /// The expected frame, good in every way.
    Frame(Found),
    /// Nothing: zeros, or no room for a header.
    End,
    /// Something that is not the expected frame.
    Bad(&'static str),
}

/// A good frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) offset: u64,
    pub(crate) header: Header,
    pub(crate) hash: Hash,
}

/// A walk through one segment.
pub(crate) struct Scan {
    window: Window,
    bytes: u64,
    seed: u32,
    /// Where the next frame would begin.
    pub(crate) offset: u64,
    /// Which one it would be.
    pub(crate) expected: u64,
    /// The chain's hash before it; `None` behind a gap, where nothing is known of it.
    pub(crate) chain: Option<Hash>,
}

impl Scan {
    /// Starts at a segment's first frame.
    pub(crate) fn new(segment: &Segment) -> Self {
        Self {
            window: Window::new(std::sync::Arc::clone(&segment.file)),
            bytes: segment.header.bytes,
            seed: segment.header.seed(),
            offset: segment::HEADER_BYTES,
            expected: segment.header.first,
            chain: Some(segment.header.chain),
        }
    }

    /// Checks what stands at the scan's place and steps over it if it is the expected frame.
    pub(crate) fn step(&mut self) -> io::Result<Step> {
        if self.offset + wide(HEADER_BYTES) > self.bytes {
            return Ok(Step::End);
        }
        let head = self.window.bytes(self.offset, HEADER_BYTES)?;
        if head.iter().all(|byte| *byte == 0) {
            return Ok(Step::End);
        }
        let Some(header) = Header::decode(head, self.seed) else {
            return Ok(Step::Bad("frame header checksum"));
        };
        let Some(hash) = self.check(self.offset, &header)? else {
            return Ok(Step::Bad("frame checksum"));
        };
        if header.sequence != self.expected {
            return Ok(Step::Bad("frame out of order"));
        }
        if self.chain.is_some_and(|chain| chain != header.previous) {
            return Ok(Step::Bad("frame not linked to the one before"));
        }
        let found = Found { offset: self.offset, header, hash };
        self.pass(&found);
        Ok(Step::Frame(found))
    }

    /// Goes on behind a frame.
    fn pass(&mut self, found: &Found) {
        self.offset = found.offset + found.header.frame_bytes();
        self.expected = found.header.sequence + 1;
        self.chain = Some(found.hash);
    }

    /// Returns a frame's hash if its payload is whole.
    fn check(&mut self, offset: u64, header: &Header) -> io::Result<Option<Hash>> {
        let frame_bytes = header.frame_bytes();
        if offset + frame_bytes > self.bytes {
            return Ok(None);
        }
        let len = usize::try_from(frame_bytes).unwrap_or(usize::MAX);
        let bytes = self.window.bytes(offset, len)?;
        let Some((head, body)) = bytes.split_at_checked(HEADER_BYTES) else { return Ok(None) };
        if bytes.len() != len || crc32c(body) != header.body_crc {
            return Ok(None);
        }
        Ok(body.get(..header.payload_len()).map(|payload| hash_of(head, payload)))
    }

    /// Returns the payload of a frame just found.
    pub(crate) fn payload(&mut self, found: &Found) -> io::Result<&[u8]> {
        self.window.bytes(found.offset + wide(HEADER_BYTES), found.header.payload_len())
    }

    /// Goes to the next good frame behind a bad one, wherever it stands, and past it.
    pub(crate) fn skip_to_good(&mut self) -> io::Result<Option<Found>> {
        let mut from = self.offset + ALIGN;
        while let Some((offset, header)) = self.next_header(from)? {
            let hash = self.check(offset, &header)?;
            if let Some(hash) = hash.filter(|_| header.sequence >= self.expected) {
                let found = Found { offset, header, hash };
                self.pass(&found);
                return Ok(Some(found));
            }
            from = offset + ALIGN;
        }
        Ok(None)
    }

    /// Says whether a frame behind this place was written after the expected one had been synced:
    /// its group commit began behind it, and a commit begins only when the one before is durable.
    pub(crate) fn later_commit_behind(&mut self) -> io::Result<bool> {
        let mut from = self.offset + ALIGN;
        while let Some((offset, header)) = self.next_header(from)? {
            if header.batch_first > self.expected {
                return Ok(true);
            }
            from = offset + ALIGN;
        }
        Ok(false)
    }

    /// Finds the next intact frame header at or behind `from`.
    fn next_header(&mut self, from: u64) -> io::Result<Option<(u64, Header)>> {
        let mut block = from;
        while block + wide(HEADER_BYTES) <= self.bytes {
            let seed = self.seed;
            let bytes = self.window.bytes(block, BLOCK_BYTES + HEADER_BYTES)?;
            if let Some((at, header)) = first_header(bytes, seed) {
                return Ok(Some((block + wide(at), header)));
            }
            block += wide(BLOCK_BYTES);
        }
        Ok(None)
    }

    /// Returns where the last byte that is not zero ends, `None` when all behind `offset` is zero.
    pub(crate) fn last_written(&mut self) -> io::Result<Option<u64>> {
        let (mut block, mut last) = (self.offset, None);
        while block < self.bytes {
            let bytes = self.window.bytes(block, BLOCK_BYTES)?;
            if bytes.is_empty() {
                break;
            }
            if !is_zero(bytes) {
                let at = bytes.iter().rposition(|byte| *byte != 0).unwrap_or_default();
                last = Some(block + wide(at) + 1);
            }
            block += wide(bytes.len());
        }
        Ok(last)
    }

    /// Says whether a write cut short can have left what stands here.
    ///
    /// Before a frame is written its place is zero, and a sector is written whole or not at all: so
    /// a torn frame lacks at least one sector, which is then zero where the frame should be.
    pub(crate) fn may_be_torn(&mut self) -> io::Result<bool> {
        let head = self.window.bytes(self.offset, HEADER_BYTES)?;
        let len = Header::decode(head, self.seed).map_or(wide(HEADER_BYTES), |h| h.frame_bytes());
        let end = self.bytes.min(self.offset + len);
        let mut from = self.offset;
        while from < end {
            let to = end.min((from / SECTOR_BYTES + 1) * SECTOR_BYTES);
            let len = usize::try_from(to - from).unwrap_or(usize::MAX);
            if self.window.bytes(from, len)?.iter().all(|byte| *byte == 0) {
                return Ok(true);
            }
            from = to;
        }
        Ok(false)
    }
}

fn first_header(bytes: &[u8], seed: u32) -> Option<(usize, Header)> {
    if is_zero(bytes) {
        return None;
    }
    let step = usize::try_from(ALIGN).unwrap_or(usize::MAX);
    let places = (0..bytes.len()).step_by(step).take_while(|at| at + HEADER_BYTES <= bytes.len());
    places
        .filter_map(|at| Some((at, bytes.get(at..)?)))
        .filter(|(_, rest)| rest.starts_with(&MAGIC))
        .find_map(|(at, rest)| Some((at, Header::decode(rest, seed)?)))
}

/// Compares with zeros block by block, which is quick even where nothing is optimised.
fn is_zero(bytes: &[u8]) -> bool {
    const ZEROS: [u8; 4096] = [0; 4096];
    bytes.chunks(ZEROS.len()).all(|chunk| ZEROS.starts_with(chunk))
}
