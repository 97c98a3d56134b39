//! Everything the journal asks of the file system, in one place.
//!
//! Tests give it a plan of faults; the files beneath stay real ones.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::frame::wide;

#[cfg(test)]
pub(crate) mod plan;

/// The seam to the file system.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    sync: bool,
    #[cfg(test)]
    pub(crate) plan: std::sync::Arc<plan::Plan>,
}

/// What is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Writing the frames of a commit.
    Frames,
    /// Syncing them.
    Commit,
    /// Writing anything else.
    Write,
    /// Syncing anything else.
    Sync,
    Create,
    Rename,
    Remove,
}

impl Disk {
    /// The file system as it is; without `sync` nothing reaches the platter in time.
    pub(crate) fn new(sync: bool) -> Self {
        Self {
            sync,
            #[cfg(test)]
            plan: std::sync::Arc::default(),
        }
    }

    /// Makes a file that was not there.
    pub(crate) fn create(&self, path: &Path) -> io::Result<File> {
        self.before(Deed::Create)?;
        OpenOptions::new().read(true).write(true).create_new(true).open(path)
    }

    /// Writes all of `bytes`.
    pub(crate) fn write_all_at(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write(Deed::Write, file, bytes, offset)
    }

    /// Writes the frames of a commit.
    pub(crate) fn write_frames(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write(Deed::Frames, file, bytes, offset)
    }

    fn write(&self, deed: Deed, file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
        let (mut bytes, mut offset) = (bytes, offset);
        while !bytes.is_empty() {
            match self.write_some(deed, file, bytes, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    bytes = bytes.get(written..).unwrap_or_default();
                    offset += wide(written);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn write_some(&self, deed: Deed, file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.before(deed)?;
        #[cfg(test)]
        let bytes = self.plan.shorten(bytes);
        file.write_at(bytes, offset)
    }

    /// Makes a file's bytes durable. A failure is final: the kernel may have dropped them.
    pub(crate) fn sync_data(&self, file: &File) -> io::Result<()> {
        self.sync(Deed::Sync, file)
    }

    /// Makes the frames of a commit durable.
    pub(crate) fn sync_frames(&self, file: &File) -> io::Result<()> {
        self.sync(Deed::Commit, file)
    }

    fn sync(&self, deed: Deed, file: &File) -> io::Result<()> {
        self.before(deed)?;
        if self.sync { file.sync_data() } else { Ok(()) }
    }

    /// Makes a folder's names durable.
    pub(crate) fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.before(Deed::Sync)?;
        if self.sync { File::open(folder)?.sync_all() } else { Ok(()) }
    }

    /// Gives a file its name, over one that may be there.
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.before(Deed::Rename)?;
        fs::rename(from, to)
    }

    /// Takes a file away, if it is there.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        self.before(Deed::Remove)?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Writes a small file whole or not at all: aside, synced, then renamed into place.
    pub(crate) fn replace(&self, folder: &Path, name: &str, bytes: &[&[u8]]) -> io::Result<()> {
        let aside = folder.join(format!("{name}.tmp"));
        self.remove(&aside)?;
        let file = self.create(&aside)?;
        let mut offset = 0;
        for part in bytes {
            self.write_all_at(&file, part, offset)?;
            offset += wide(part.len());
        }
        self.sync_data(&file)?;
        self.rename(&aside, &folder.join(name))?;
        self.sync_folder(folder)
    }

    /// Returns the bytes the file system would still give to us.
    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "only tests plan faults"))]
    pub(crate) fn free_bytes(&self, folder: &Path) -> io::Result<u64> {
        #[cfg(test)]
        if let Some(bytes) = self.plan.free_bytes() {
            return Ok(bytes);
        }
        let figures = rustix::fs::statvfs(folder)?;
        Ok(figures.f_bavail.saturating_mul(figures.f_frsize))
    }

    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "only tests plan faults"))]
    fn before(&self, deed: Deed) -> io::Result<()> {
        #[cfg(test)]
        self.plan.strike(deed)?;
        #[cfg(not(test))]
        let _ = deed;
        Ok(())
    }
}
