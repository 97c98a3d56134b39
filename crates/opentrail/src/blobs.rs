//! The bytes of the built-in buckets' objects: one file each below `DIR/buckets`, never changed.
//!
//! ```text
//!   DIR/buckets/<bucket>/<random name>       the index of names and metadata is in the state
//! ```
//!
//! A blob is on disk before the frame that refers to it, and outlives the last frame that does: a
//! crash leaves blobs that nobody refers to, never the other way round. Those are swept at start.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bucket::{Blob, Piece};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use md5::{Digest as _, Md5};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};

use crate::story::hex;
use crate::world::World;

/// The blob of objects without bytes; it has no file.
const EMPTY: &str = "empty";
/// How long a blob that nobody refers to any longer is kept for those who are reading it.
const READERS_LEAVE: Duration = Duration::from_mins(2);
/// How much of a blob is read at once.
const READ_BYTES: u64 = 1024 * 1024;

/// The bytes of all objects.
pub(crate) struct Blobs {
    folder: PathBuf,
    store: Arc<dyn ObjectStore>,
    world: Arc<World>,
}

/// Why bytes could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BlobError {
    /// The store refuses.
    #[error("the store of objects fails")]
    Store(#[from] object_store::Error),
    /// The disk refuses.
    #[error("an object's bytes are not on disk")]
    Disk(#[from] io::Error),
    /// The file is not what was written.
    #[error("blob {0} is not what was written")]
    Changed(String),
}

impl Blobs {
    /// Opens the folder of blobs below `dir`, making it when it is not there.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub(crate) fn open(dir: &Path, world: Arc<World>) -> Result<Self, BlobError> {
        let folder = dir.join("buckets");
        std::fs::create_dir_all(&folder)?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(&folder)?);
        Ok(Self { folder, store, world })
    }

    /// Writes the bytes of a new object and waits until they are on disk.
    ///
    /// # Errors
    /// The disk refuses; nothing refers to what may be left then.
    pub(crate) async fn put(&self, bucket: &str, bytes: Bytes) -> Result<Blob, BlobError> {
        let md5 = hex(&Md5::digest(&bytes));
        let size = bytes.len() as u64;
        if size == 0 {
            return Ok(Self::empty());
        }
        let id = format!("{bucket}/{}", self.world.uuid());
        let place = Place::from(id.as_str());
        self.store.put_opts(&place, PutPayload::from(bytes), PutMode::Create.into()).await?;
        let file = self.folder.join(&id);
        let folder = self.folder.clone();
        // the store writes and renames; that it is on disk is for us to see to
        let synced = tokio::task::spawn_blocking(move || sync(&file, &folder)).await;
        synced.map_err(io::Error::other)??;
        Ok(Blob { id, size, md5, checksums: [].into() })
    }

    /// Returns the blob without bytes.
    pub(crate) fn empty() -> Blob {
        let md5 = hex(&Md5::digest([]));
        Blob { id: EMPTY.to_owned(), size: 0, md5, checksums: [].into() }
    }

    /// Reads the whole of some pieces.
    ///
    /// # Errors
    /// A blob is not there or shorter than it was.
    pub(crate) async fn read(&self, pieces: &[Piece]) -> Result<Vec<u8>, BlobError> {
        let mut bytes = Vec::new();
        let mut stream = std::pin::pin!(self.stream(pieces.to_vec()));
        while let Some(part) = stream.try_next().await? {
            bytes.extend_from_slice(&part);
        }
        Ok(bytes)
    }

    /// Returns some pieces part by part.
    pub(crate) fn stream(
        &self,
        pieces: Vec<Piece>,
    ) -> impl Stream<Item = Result<Bytes, BlobError>> + Send + use<> {
        let store = Arc::clone(&self.store);
        stream::iter(pieces.into_iter().flat_map(parts)).then(move |part| {
            let store = Arc::clone(&store);
            async move {
                let range = part.from..part.from + part.length;
                let bytes = store.get_range(&Place::from(part.blob.as_str()), range).await?;
                if bytes.len() as u64 == part.length {
                    Ok(bytes)
                } else {
                    Err(BlobError::Changed(part.blob))
                }
            }
        })
    }

    /// Removes blobs that nothing refers to any longer, once those who read them are done.
    pub(crate) fn forget(self: &Arc<Self>, ids: Vec<String>) {
        if ids.is_empty() {
            return;
        }
        let blobs = Arc::clone(self);
        tokio::spawn(async move {
            blobs.world.pause(READERS_LEAVE).await;
            blobs.remove(&ids).await;
        });
    }

    async fn remove(&self, ids: &[String]) {
        for id in ids.iter().filter(|id| *id != EMPTY) {
            if let Err(cause) = self.store.delete(&Place::from(id.as_str())).await {
                tracing::warn!(%cause, id, "a blob without use was not removed");
            }
        }
    }

    /// Removes every blob that is not `known`; for the start, before anything is written.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub(crate) async fn sweep(&self, known: &BTreeSet<&str>) -> Result<usize, BlobError> {
        let stray: Vec<_> = self
            .store
            .list(None)
            .map_ok(|found| found.location.to_string())
            .try_filter(|id| std::future::ready(!known.contains(id.as_str())))
            .try_collect()
            .await?;
        self.remove(&stray).await;
        Ok(stray.len())
    }
}

/// Cuts a piece into parts that are read at once.
fn parts(piece: Piece) -> impl Iterator<Item = Piece> + Send {
    let end = piece.from + piece.length;
    let step = usize::try_from(READ_BYTES).unwrap_or(usize::MAX);
    (piece.from..end).step_by(step).map(move |from| Piece {
        blob: piece.blob.clone(),
        from,
        length: READ_BYTES.min(end - from),
    })
}

/// Waits until a file, its name and its folder's name are on disk.
fn sync(file: &Path, root: &Path) -> io::Result<()> {
    File::open(file)?.sync_all()?;
    if let Some(folder) = file.parent() {
        File::open(folder)?.sync_all()?;
    }
    File::open(root)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path(), Arc::new(World::new())).unwrap();
        (folder, blobs)
    }

    fn piece(blob: &Blob, from: u64, length: u64) -> Piece {
        Piece { blob: blob.id.clone(), from, length }
    }

    #[tokio::test]
    async fn what_was_put_is_read_back_piece_by_piece() {
        let (_folder, blobs) = blobs();
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        let long = blobs.put("logs", Bytes::from(bytes.clone())).await.unwrap();
        let short = blobs.put("logs", Bytes::from_static(b"hello")).await.unwrap();
        assert_eq!(short.md5, "5d41402abc4b2a76b9719d911017c592");
        let pieces = [piece(&long, 10, 2_500_000), piece(&short, 1, 3)];
        let mut expected = bytes[10..2_500_010].to_vec();
        expected.extend_from_slice(b"ell");
        assert_eq!(blobs.read(&pieces).await.unwrap(), expected);
        assert!(blobs.read(&[piece(&short, 1, 9)]).await.is_err());
    }

    #[tokio::test]
    async fn strays_are_swept_and_nothing_else() {
        let (_folder, blobs) = blobs();
        let kept = blobs.put("a", Bytes::from_static(b"1")).await.unwrap();
        let stray = blobs.put("b", Bytes::from_static(b"2")).await.unwrap();
        let nothing = blobs.put("b", Bytes::new()).await.unwrap();
        assert_eq!(blobs.sweep(&BTreeSet::from([kept.id.as_str()])).await.unwrap(), 1);
        assert_eq!(blobs.read(&[piece(&kept, 0, 1)]).await.unwrap(), b"1");
        assert!(blobs.read(&[piece(&stray, 0, 1)]).await.is_err());
        assert_eq!(blobs.read(&[piece(&nothing, 0, 0)]).await.unwrap(), b"");
    }
}
