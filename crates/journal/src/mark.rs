//! What the journal is known to hold whatever its segments say.
//!
//! Written when the journal is opened, closed and released. Segments that do not reach from its
//! first frame to its last have lost something, however tidy they look.

use std::fs;
use std::io;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use crc32c::crc32c;

use crate::disk::Disk;
use crate::error::on;
use crate::frame::take;
use crate::segment::FORMAT;
use crate::{Error, Hash, Head, Sequence};

/// The file's name in the journal's folder.
pub(crate) const FILE: &str = "mark";
const MAGIC: [u8; 8] = *b"otmark\xFF\n";

/// The least that must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// How often the journal was opened for writing.
    pub(crate) epoch: u32,
    /// The first frame not released.
    pub(crate) first: u64,
    /// A frame that was durable, and its hash.
    pub(crate) last: Head,
}

impl Mark {
    /// The mark of a journal that never was.
    pub(crate) fn fresh() -> Self {
        Self { epoch: 0, first: 1, last: Head { sequence: Sequence::START, hash: genesis() } }
    }

    /// Reads the mark, `None` when there is none.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => Self::decode(&bytes, &path).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(on("read", &path)(error)),
        }
    }

    /// Writes the mark in place of the one before.
    pub(crate) fn write(&self, disk: &Disk, folder: &Path) -> io::Result<()> {
        disk.replace(folder, FILE, &[&self.encode()])
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        bytes.extend_from_slice(&self.first.to_le_bytes());
        bytes.extend_from_slice(&self.last.sequence.get().to_le_bytes());
        bytes.extend_from_slice(&self.last.hash);
        let crc = crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        match parse(bytes) {
            Some((min_reader, _)) if min_reader > FORMAT => {
                Err(Error::TooNew { path: path.to_path_buf(), min_reader })
            }
            Some((_, mark)) if mark.encode() == bytes => Ok(mark),
            _ => Err(Error::Corrupt {
                segment: path.to_path_buf(),
                offset: 0,
                sequence: Sequence::START,
                detail: "mark checksum",
            }),
        }
    }
}

fn parse(bytes: &[u8]) -> Option<(u16, Mark)> {
    let covered = bytes.get(..bytes.len().checked_sub(4)?)?;
    let mut rest = bytes;
    let magic: [u8; 8] = take(&mut rest)?;
    let _format: [u8; 2] = take(&mut rest)?;
    let min_reader = u16::from_le_bytes(take(&mut rest)?);
    let epoch = u32::from_le_bytes(take(&mut rest)?);
    let first = u64::from_le_bytes(take(&mut rest)?);
    let sequence = Sequence::new(u64::from_le_bytes(take(&mut rest)?));
    let last = Head { sequence, hash: take(&mut rest)? };
    let crc = bytes.last_chunk().map(|crc| u32::from_le_bytes(*crc))?;
    (magic == MAGIC && crc == crc32c(covered)).then_some((min_reader, Mark { epoch, first, last }))
}

/// Returns the hash that stands before the very first frame.
pub(crate) fn genesis() -> Hash {
    let hash = digest(&SHA256, b"opentrail journal, the chain begins here");
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
