//! Segments made before they are needed.
//!
//! A sync of a file that is already full of zeros has no metadata to write, which more than halves
//! its time; so every segment is filled aside by a thread of its own and only named when it is
//! wanted.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::Disk;
use crate::error::is_full;
use crate::frame::wide;
use crate::queue::Shared;
use crate::segment::{self, Header, Segment};

/// Zeros written at a time; each step is synced, so that commits never wait behind a long one.
const STEP_BYTES: usize = 1 << 20;

/// A file of zeros without a name of its own yet.
#[derive(Debug)]
pub(crate) struct Spare {
    path: PathBuf,
    file: Arc<File>,
    pub(crate) bytes: u64,
}

impl Spare {
    /// Fills a file with zeros, `None` where that would leave less than the reserve.
    pub(crate) fn fill(
        disk: &Disk,
        path: PathBuf,
        bytes: u64,
        reserve_bytes: u64,
    ) -> io::Result<Option<Self>> {
        let folder = path.parent().unwrap_or(Path::new("."));
        if disk.free_bytes(folder)? < bytes.saturating_add(reserve_bytes) {
            return Ok(None);
        }
        disk.remove(&path)?;
        match disk.create(&path).and_then(|file| zero(disk, &file, 0, bytes).map(|()| file)) {
            Ok(file) => Ok(Some(Self { path, file: Arc::new(file), bytes })),
            Err(error) if is_full(&error) => disk.remove(&path).map(|()| None),
            Err(error) => Err(error),
        }
    }

    /// Makes it the segment of this header; durable in content and name when it returns.
    pub(crate) fn name(self, disk: &Disk, folder: &Path, header: Header) -> io::Result<Segment> {
        let path = folder.join(segment::file_name(header.first));
        disk.write_all_at(&self.file, &header.encode(), 0)?;
        disk.sync_data(&self.file)?;
        disk.rename(&self.path, &path)?;
        disk.sync_folder(folder)?;
        Ok(Segment::empty(path, header, self.file))
    }

    /// Gives the file back to the disk.
    pub(crate) fn discard(self, disk: &Disk) -> io::Result<()> {
        disk.remove(&self.path)
    }
}

/// Writes zeros and syncs them.
pub(crate) fn zero(disk: &Disk, file: &File, from: u64, to: u64) -> io::Result<()> {
    let zeros = vec![0; STEP_BYTES.min(usize::try_from(to - from).unwrap_or(STEP_BYTES))];
    let mut offset = from;
    while offset < to {
        let left = usize::try_from(to - offset).unwrap_or(usize::MAX);
        let part = zeros.get(..left).unwrap_or(&zeros);
        disk.write_all_at(file, part, offset)?;
        disk.sync_data(file)?;
        offset += wide(part.len());
    }
    Ok(())
}

/// Keeps one spare segment ready until the journal ends.
pub(crate) fn run(shared: &Shared) {
    let mut number = 0_u64;
    while let Some(bytes) = shared.wait_for_spare_wanted() {
        number += 1;
        let path = shared.folder.join(format!("spare-{number}.tmp"));
        match Spare::fill(&shared.disk, path, bytes, shared.options.reserve_bytes) {
            Ok(spare) => shared.offer(spare),
            Err(cause) => {
                shared.poison(cause);
                return;
            }
        }
    }
}
