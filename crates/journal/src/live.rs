//! How far the running writer is durable, for readers in other processes.
//!
//! The file holds one number and is locked while a writer lives. It is never synced: where no
//! writer lives it does not count.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::disk::Disk;
use crate::{Error, error::on};

const FILE: &str = "live";

/// The writer's end.
#[derive(Debug)]
pub(crate) struct Live {
    file: File,
}

impl Live {
    /// Makes the number known from now on. Readers hold the lock for an instant only.
    pub(crate) fn start(folder: &Path, durable: u64) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(on("open", &path))?;
        file.lock().map_err(on("lock", &path))?;
        file.write_all_at(&durable.to_le_bytes(), 0).map_err(on("write", &path))?;
        Ok(Self { file })
    }

    /// Tells how far the journal is durable now.
    pub(crate) fn tell(&self, disk: &Disk, durable: u64) -> io::Result<()> {
        disk.write_all_at(&self.file, &durable.to_le_bytes(), 0)
    }
}

/// Returns how far a living writer is durable, `None` when none lives.
pub(crate) fn durable_of_writer(folder: &Path) -> Result<Option<u64>, Error> {
    let path = folder.join(FILE);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(on("open", &path)(error)),
    };
    if file.try_lock_shared().is_ok() {
        return Ok(None);
    }
    let mut number = [0; 8];
    file.read_exact_at(&mut number, 0).map_err(on("read", &path))?;
    Ok(Some(u64::from_le_bytes(number)))
}
