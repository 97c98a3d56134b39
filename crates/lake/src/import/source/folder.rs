//! Files of a disk.

use std::ffi::OsString;
use std::fs::{self, DirEntry, File, FileType, Metadata};
use std::io::Read;
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::{Found, Listing, ReadError, Version};
use crate::import::key::Key;
use crate::import::layout::{Kind, Skip};

/// Lists all files below `root`, which may itself be a link.
pub(super) fn list(root: &Path) -> Result<Listing, ReadError> {
    let mut listing = Listing::default();
    let mut folders = Vec::new();
    for entry in fs::read_dir(root)? {
        look_at(&entry?, OsString::new(), &mut listing, &mut folders);
    }
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(root.join(&folder)) {
            Ok(entries) => entries,
            Err(cause) => {
                listing.failed.push((Key::new(folder), cause.into()));
                continue;
            }
        };
        for entry in entries {
            match entry {
                Ok(entry) => look_at(&entry, folder.clone(), &mut listing, &mut folders),
                Err(cause) => listing.failed.push((Key::new(folder.clone()), cause.into())),
            }
        }
    }
    Ok(listing)
}

/// Lists a single file; it is read whatever it is called.
pub(super) fn one(path: &Path) -> Result<Listing, ReadError> {
    let metadata = fs::metadata(path)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    let mut found = found(Key::new(name), &metadata);
    if matches!(found.kind, Kind::Foreign | Kind::Marker) {
        found.kind = Kind::Own;
    }
    Ok(Listing { found: vec![found], ..Listing::default() })
}

/// Opens a file for reading, if it is a file below `root` without the help of links.
pub(super) fn open(root: &Path, key: &Key) -> Result<File, ReadError> {
    let root = root.canonicalize()?;
    let path = root.join(key.as_os_str()).canonicalize()?;
    if !path.starts_with(&root) {
        return Err(ReadError::Outside);
    }
    if !fs::symlink_metadata(&path)?.is_file() {
        return Err(ReadError::Changed);
    }
    Ok(File::open(path)?)
}

/// Reads to the end, if that is where it was when the file was found.
pub(super) fn read_all(
    reader: Box<dyn Read + Send>,
    found: &Found,
    bytes_max: u64,
) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::with_capacity(usize::try_from(found.bytes).unwrap_or(0) + 64);
    reader.take(bytes_max + 1).read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    match found.version {
        _ if length > bytes_max => Err(ReadError::TooLarge { bytes: length, max: bytes_max }),
        Version::Modified(_) if length != found.bytes => Err(ReadError::Changed),
        _ => Ok(bytes),
    }
}

fn look_at(
    entry: &DirEntry,
    mut key: OsString,
    listing: &mut Listing,
    folders: &mut Vec<OsString>,
) {
    if !key.is_empty() {
        key.push("/");
    }
    key.push(entry.file_name());
    let metadata = match entry.metadata() {
        Ok(metadata) => metadata,
        Err(cause) => return listing.failed.push((Key::new(key), cause.into())),
    };
    match metadata.file_type() {
        kind if kind.is_dir() => folders.push(key),
        kind if kind.is_file() => listing.found.push(found(Key::new(key), &metadata)),
        kind => listing.skipped.push((Key::new(key), no_file(kind))),
    }
}

fn no_file(kind: FileType) -> Skip {
    if kind.is_symlink() { Skip::Link } else { Skip::Special }
}

fn found(key: Key, metadata: &Metadata) -> Found {
    let modified = match metadata.modified().map(|time| time.duration_since(UNIX_EPOCH)) {
        Ok(Ok(since)) => i128::try_from(since.as_nanos()).unwrap_or(i128::MAX),
        Ok(Err(before)) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
        Err(_) => 0,
    };
    Found::new(key, metadata.len(), Version::Modified(modified))
}
