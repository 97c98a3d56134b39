//! One file of the journal: its name, its header page and what is known of its frames.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crc32c::crc32c;

use crate::error::on;
use crate::frame::{put, take, wide};
use crate::{Error, Hash};

/// The header takes a page of its own, so that no frame shares a sector with it.
pub(crate) const HEADER_BYTES: u64 = 4096;
/// The format written, and the least one that reads it.
pub(crate) const FORMAT: u16 = 1;
const MAGIC: [u8; 8] = *b"otjourn\xFF";
/// The page holds the same header twice: one damaged bit does not take the segment away from readers.
const COPY_BYTES: usize = 2048;
const COVERED_BYTES: usize = 64;

/// What a segment's first page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The first frame's sequence, also the file's name.
    pub(crate) first: u64,
    /// The epoch that made the file.
    pub(crate) epoch: u32,
    /// The file's length.
    pub(crate) bytes: u64,
    /// The chain's hash before the first frame.
    pub(crate) chain: Hash,
}

/// A header page as found.
pub(crate) enum Page {
    /// Both copies are there, to the bit.
    Whole(Header),
    /// Something in the page is damaged, one copy can still be read.
    Damaged(Header),
    /// Only a newer release can read it.
    TooNew(u16),
    /// No copy can be read.
    Lost,
}

impl Header {
    /// Writes the page.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut copy = vec![0; COPY_BYTES];
        let rest = put(&mut copy, &MAGIC);
        let rest = put(rest, &FORMAT.to_le_bytes());
        let rest = put(rest, &FORMAT.to_le_bytes());
        let rest = put(rest, &self.epoch.to_le_bytes());
        let rest = put(rest, &self.first.to_le_bytes());
        let rest = put(rest, &self.bytes.to_le_bytes());
        put(rest, &self.chain);
        let crc = crc32c(copy.get(..COVERED_BYTES).unwrap_or_default());
        if let Some(place) = copy.get_mut(COVERED_BYTES..COVERED_BYTES + 4) {
            place.copy_from_slice(&crc.to_le_bytes());
        }
        copy.repeat(2)
    }

    /// Reads a page.
    pub(crate) fn decode(page: &[u8]) -> Page {
        let copies = page.chunks(COPY_BYTES).filter_map(decode_copy);
        match copies.reduce(|first, _| first) {
            None => Page::Lost,
            Some(Err(min_reader)) => Page::TooNew(min_reader),
            Some(Ok(header)) if header.encode() == page => Page::Whole(header),
            Some(Ok(header)) => Page::Damaged(header),
        }
    }

    /// Returns what the checksums of this segment's frame headers start from.
    pub(crate) fn seed(&self) -> u32 {
        crc32c(&self.chain)
    }
}

fn decode_copy(copy: &[u8]) -> Option<Result<Header, u16>> {
    let covered = copy.get(..COVERED_BYTES)?;
    let mut rest = copy;
    let magic: [u8; 8] = take(&mut rest)?;
    let _format: [u8; 2] = take(&mut rest)?;
    let min_reader = u16::from_le_bytes(take(&mut rest)?);
    let header = Header {
        epoch: u32::from_le_bytes(take(&mut rest)?),
        first: u64::from_le_bytes(take(&mut rest)?),
        bytes: u64::from_le_bytes(take(&mut rest)?),
        chain: take(&mut rest)?,
    };
    let crc = u32::from_le_bytes(take(&mut rest)?);
    let held = magic == MAGIC && crc == crc32c(covered);
    held.then_some(if min_reader > FORMAT { Err(min_reader) } else { Ok(header) })
}

/// A segment with the places of its durable frames.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) path: PathBuf,
    pub(crate) header: Header,
    pub(crate) file: Arc<File>,
    /// Where each frame begins.
    pub(crate) offsets: Vec<u32>,
    /// Where the last one ends.
    pub(crate) end: u64,
}

impl Segment {
    /// A segment without frames.
    pub(crate) fn empty(path: PathBuf, header: Header, file: Arc<File>) -> Self {
        Self { path, header, file, offsets: Vec::new(), end: HEADER_BYTES }
    }

    /// Returns the sequence that the next frame here has.
    pub(crate) fn next(&self) -> u64 {
        self.header.first + wide(self.offsets.len())
    }

    /// Returns where a frame begins and ends.
    pub(crate) fn place(&self, sequence: u64) -> Option<(u64, u64)> {
        let at = usize::try_from(sequence.checked_sub(self.header.first)?).ok()?;
        let begin = self.offsets.get(at)?;
        let end = self.offsets.get(at + 1).map_or(self.end, |next| u64::from(*next));
        Some((u64::from(*begin), end))
    }

    /// Notes a frame of so many bytes behind the last.
    pub(crate) fn push(&mut self, frame_bytes: u64) {
        self.offsets.push(u32::try_from(self.end).expect("segments are at most 1 GiB"));
        self.end += frame_bytes;
    }
}

/// Returns the name of the segment whose first frame is `first`.
pub(crate) fn file_name(first: u64) -> String {
    format!("{first:020}.seg")
}

/// The files of a journal's folder.
#[derive(Default)]
pub(crate) struct Listing {
    /// The segments by their first frames, in order.
    pub(crate) segments: Vec<(u64, PathBuf)>,
    /// What interrupted work left behind.
    pub(crate) leftovers: Vec<PathBuf>,
}

/// Lists a journal's folder.
pub(crate) fn list(folder: &Path) -> Result<Listing, Error> {
    let mut listing = Listing::default();
    for entry in fs::read_dir(folder).map_err(on("list", folder))? {
        let path = entry.map_err(on("list", folder))?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("tmp") => listing.leftovers.push(path),
            Some("seg") => listing.segments.extend(stem.parse().ok().map(|first| (first, path))),
            _ => {}
        }
    }
    listing.segments.sort();
    Ok(listing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_whole_only_to_the_bit_and_readable_beyond() {
        let header = Header { first: 12, epoch: 3, bytes: 8192, chain: [7; 32] };
        let page = header.encode();
        assert!(matches!(Header::decode(&page), Page::Whole(read) if read == header));
        for bit in 0..page.len() * 8 {
            let mut flipped = page.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = Header::decode(&flipped);
            assert!(matches!(read, Page::Damaged(read) if read == header), "bit {bit}");
        }
        assert!(matches!(Header::decode(&[0; 4096]), Page::Lost));
    }
}
