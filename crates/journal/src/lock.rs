//! One writer at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use crate::Error;
use crate::error::on;

const FILE: &str = "lock";

/// The right to write, for as long as it lives; the kernel takes it back when the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock or says who has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(on("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(folder, &mut file)),
            Err(TryLockError::Error(error)) => return Err(on("lock", &path)(error)),
        }
        let note = format!("process {}", std::process::id());
        file.set_len(0).map_err(on("empty", &path))?;
        file.write_all(note.as_bytes()).map_err(on("write", &path))?;
        Ok(Self { _file: file })
    }
}

fn held(folder: &Path, file: &mut File) -> Error {
    let mut holder = String::new();
    let named = file.read_to_string(&mut holder).is_ok() && !holder.is_empty();
    let holder = if named { holder } else { "it has not said which".to_owned() };
    Error::Locked { folder: folder.to_path_buf(), holder }
}
