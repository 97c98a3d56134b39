//! Where files come from: a folder, one file, a store of objects, or standard input.

mod bucket;
mod folder;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use object_store::ObjectStore;
use serde::{Deserialize, Serialize};

use crate::import::key::Key;
use crate::import::layout::{Kind, Place, Skip};

/// Where files come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// All files below a folder. Links are not followed: what they lead to is read where it is, if
    /// it is in the folder, and not at all if it is elsewhere.
    Folder(PathBuf),
    /// One file, whatever it is called.
    File(PathBuf),
    /// All objects whose keys begin with a prefix, which ends at a `/` or is empty.
    Store {
        /// The bucket.
        store: Arc<dyn ObjectStore>,
        /// What the keys begin with.
        prefix: String,
    },
    /// Standard input: its one file is a stream; see [`Chunks`](crate::import::Chunks).
    Stdin,
}

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name below the source; for a store the object's whole key.
    pub key: Key,
    /// Its size.
    pub bytes: u64,
    /// What tells it from another file of the same name.
    pub version: Version,
    /// What is in it, by its key.
    pub kind: Kind,
    /// When it was delivered, by its key.
    pub time: Option<Timestamp>,
}

/// What tells a file from another one of the same name and size.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Version {
    /// The store's entity tag.
    Etag(String),
    /// When it was last written, in nanoseconds since 1970.
    Modified(i128),
    /// Nothing does: standard input.
    None,
}

/// What a source has.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files in the order in which they are to be read: by the time of their delivery, across
    /// accounts and Regions, so that what is written from some of them spans little time. Files
    /// without a time come last; files of one time stand by their keys.
    pub found: Vec<Found>,
    /// What was seen and cannot be read.
    pub skipped: Vec<(Key, Skip)>,
    /// What could not be looked into, and why.
    pub failed: Vec<(Key, ReadError)>,
}

/// Why something cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The disk says so.
    #[error("cannot be read")]
    Io(#[from] std::io::Error),
    /// The store says so.
    #[error("cannot be read")]
    Store(#[from] object_store::Error),
    /// It is larger than allowed.
    #[error("{bytes} bytes, more than the {max} allowed")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// It is not what it was when it was found.
    #[error("changed while it was read")]
    Changed,
    /// It is now reached through a link that leads out of the folder.
    #[error("leads out of the folder")]
    Outside,
}

impl ReadError {
    /// Returns the name under which such files are counted.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Io(_) | Self::Store(_) => "unreadable",
            Self::TooLarge { .. } => "too-large",
            Self::Changed => "changed",
            Self::Outside => "outside",
        }
    }
}

impl Found {
    /// Takes a file by its key.
    pub fn new(key: Key, bytes: u64, version: Version) -> Self {
        let place = Place::of(key.as_str().unwrap_or_default());
        let (kind, time) = (place.kind, place.time);
        Self { key, bytes, version, kind, time }
    }
}

impl Listing {
    pub(crate) fn sort(&mut self) {
        self.found.sort_unstable_by(|one, other| {
            let by_time = (one.time.is_none(), one.time).cmp(&(other.time.is_none(), other.time));
            by_time.then_with(|| one.key.cmp(&other.key))
        });
    }
}

impl Source {
    /// Lists what there is. What a store cannot list at all is an error; a folder that cannot be
    /// looked into is told in [`Listing::failed`], unless it is the outermost.
    ///
    /// Folders are read by the calling thread.
    pub async fn list(&self) -> Result<Listing, ReadError> {
        let mut listing = match self {
            Self::Folder(root) => folder::list(root)?,
            Self::File(path) => folder::one(path)?,
            Self::Store { store, prefix } => bucket::list(store.as_ref(), prefix).await?,
            Self::Stdin => {
                let found = Found::new(Key::new("-"), 0, Version::None);
                Listing { found: vec![Found { kind: Kind::Own, ..found }], ..Listing::default() }
            }
        };
        listing.sort();
        Ok(listing)
    }

    /// Looks for one object by its key, such as a notification names.
    pub async fn look_up(&self, key: &str) -> Result<Found, ReadError> {
        match self {
            Self::Store { store, .. } => bucket::look_up(store.as_ref(), key).await,
            _ => Err(std::io::Error::from(std::io::ErrorKind::Unsupported).into()),
        }
    }

    /// Reads a file whole, if it is as it was found and has at most `bytes_max` bytes.
    ///
    /// Folders and standard input are read by the calling thread.
    pub async fn read(&self, found: &Found, bytes_max: u64) -> Result<Vec<u8>, ReadError> {
        if found.bytes > bytes_max {
            return Err(ReadError::TooLarge { bytes: found.bytes, max: bytes_max });
        }
        match self {
            Self::Store { store, .. } => bucket::read(store.as_ref(), found, bytes_max).await,
            _ => folder::read_all(self.open(found)?, found, bytes_max),
        }
    }

    /// Opens a file as a stream; nothing is a stream in a store.
    pub fn open(&self, found: &Found) -> Result<Box<dyn std::io::Read + Send>, ReadError> {
        match self {
            Self::Folder(root) => Ok(Box::new(folder::open(root, &found.key)?)),
            Self::File(path) => Ok(Box::new(std::fs::File::open(path)?)),
            Self::Stdin => Ok(Box::new(std::io::stdin())),
            Self::Store { .. } => Err(std::io::Error::from(std::io::ErrorKind::Unsupported).into()),
        }
    }
}

#[cfg(test)]
mod tests;
