//! Whole states, so that a restart need not fold every frame.

use std::fs;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};

use crate::disk::Disk;
use crate::error::on;
use crate::frame::{take, wide};
use crate::segment::FORMAT;
use crate::{Error, Hash, Sequence};

/// The folder within the data folder.
const FOLDER: &str = "snapshots";
const MAGIC: [u8; 8] = *b"otsnap\xFF\n";
/// How many are kept: the newest may turn out to be broken.
const KEPT: usize = 2;

/// Snapshots of a state in a folder of their own: opaque bytes, each named after the last frame it
/// holds. A snapshot is there whole or not at all.
#[derive(Debug)]
pub struct Snapshots {
    folder: PathBuf,
    disk: Disk,
}

/// A state as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The last frame folded into it.
    pub sequence: Sequence,
    /// The state.
    pub bytes: Vec<u8>,
}

/// The newest state that can be used, and why newer ones could not.
#[derive(Debug)]
pub struct Found {
    /// `None` when there is no usable snapshot: fold from the first frame.
    pub newest: Option<Snapshot>,
    /// One error for each newer snapshot that was passed over; worth an alarm.
    pub broken: Vec<Error>,
}

impl Snapshots {
    /// Opens or makes the folder for snapshots below `dir`.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        Self::open_on(Disk::new(true), dir)
    }

    pub(crate) fn open_on(disk: Disk, dir: &Path) -> Result<Self, Error> {
        let folder = dir.join(FOLDER);
        fs::create_dir_all(&folder).map_err(on("make", &folder))?;
        let parent = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        disk.sync_folder(parent).map_err(on("sync", parent))?;
        Ok(Self { folder, disk })
    }

    /// Stores a state, then drops all but the two newest snapshots.
    ///
    /// `sequence` must be durable. A failure leaves the older snapshots as they were.
    pub fn write(&self, sequence: Sequence, bytes: &[u8]) -> Result<(), Error> {
        let head = header(sequence, bytes);
        let name = file_name(sequence);
        let written = self.disk.replace(&self.folder, &name, &[&head, bytes]);
        written.map_err(on("write a snapshot in", &self.folder))?;
        let mut older = self.list()?;
        // what goes beyond the newest is of a time that an older copy of the folder has undone
        let undone = older.split_off(older.partition_point(|(listed, _)| *listed <= sequence));
        let surplus = older.iter().rev().skip(KEPT);
        for (_, path) in surplus.chain(&undone) {
            self.disk.remove(path).map_err(on("remove", path))?;
        }
        Ok(())
    }

    /// Finds the newest snapshot that is whole.
    pub fn newest(&self) -> Result<Found, Error> {
        let mut broken = Vec::new();
        for (sequence, path) in self.list()?.into_iter().rev() {
            match read(sequence, &path) {
                Ok(snapshot) => return Ok(Found { newest: Some(snapshot), broken }),
                Err(error) => broken.push(error),
            }
        }
        Ok(Found { newest: None, broken })
    }

    fn list(&self) -> Result<Vec<(Sequence, PathBuf)>, Error> {
        let entries = fs::read_dir(&self.folder).map_err(on("list", &self.folder))?;
        let mut listed = Vec::new();
        for entry in entries {
            let path = entry.map_err(on("list", &self.folder))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let number = name.strip_prefix("snapshot-").and_then(|number| number.parse().ok());
            if let Some(number) = number {
                listed.push((Sequence::new(number), path));
            }
        }
        listed.sort();
        Ok(listed)
    }
}

fn file_name(sequence: Sequence) -> String {
    format!("snapshot-{:020}", sequence.get())
}

/// Magic, format, least reader, four bytes of room, sequence, length; then SHA-256 over these and
/// the state.
fn header(sequence: Sequence, bytes: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    head.extend_from_slice(&MAGIC);
    head.extend_from_slice(&FORMAT.to_le_bytes());
    head.extend_from_slice(&FORMAT.to_le_bytes());
    head.extend_from_slice(&[0; 4]);
    head.extend_from_slice(&sequence.get().to_le_bytes());
    head.extend_from_slice(&wide(bytes.len()).to_le_bytes());
    let hash = hash(&head, bytes);
    head.extend_from_slice(&hash);
    head
}

fn hash(head: &[u8], bytes: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(head);
    context.update(bytes);
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

fn read(sequence: Sequence, path: &Path) -> Result<Snapshot, Error> {
    let stored = fs::read(path).map_err(on("read", path))?;
    let damaged =
        |detail| Error::Corrupt { segment: path.to_path_buf(), offset: 0, sequence, detail };
    let mut rest = stored.as_slice();
    let (Some(MAGIC), Some(_), Some(min_reader)) =
        (take::<8>(&mut rest), take::<2>(&mut rest), take::<2>(&mut rest))
    else {
        return Err(damaged("snapshot header"));
    };
    let min_reader = u16::from_le_bytes(min_reader);
    let body = stored.get(HEADER_BYTES..).unwrap_or_default();
    if stored.get(..HEADER_BYTES) == Some(header(sequence, body).as_slice()) {
        return Ok(Snapshot { sequence, bytes: body.to_vec() });
    }
    if min_reader > FORMAT {
        return Err(Error::TooNew { path: path.to_path_buf(), min_reader });
    }
    Err(damaged("snapshot checksum"))
}

/// Bytes before the state.
const HEADER_BYTES: usize = 64;
