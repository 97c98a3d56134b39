//! The bytes of the built-in buckets' objects: one file each below `DIR/buckets`, never changed.
//!
//! ```text
//!   DIR/buckets/<bucket>/<random name>       the index of names and metadata is in the state
//! ```
//!
//! A blob is on disk before the frame that refers to it, and outlives the last frame that does: a
//! crash leaves blobs that nobody refers to, never the other way round. Those are swept at start.
//! Whoever reads a blob reads it to its end, whatever becomes of its object meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bucket::{Blob, Piece};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use md5::{Digest as _, Md5};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wire::Fault;

use crate::story::hex;
use crate::world::World;

/// The blob of objects without bytes; it has no file.
const EMPTY: &str = "empty";
/// How long a blob that nobody refers to any longer is kept for those who are about to read it.
const READERS_LEAVE: Duration = Duration::from_mins(2);
/// How much of a blob is read at once; every reader that is slow holds so much in memory.
const READ_BYTES: u64 = 256 * 1024;
/// What is read without another thread: the change of threads would take longer than the reading.
const SMALL_BYTES: u64 = 256 * 1024;
/// Bodies are large from this on, in bytes; room for them is counted in such steps.
const ROOM_STEP: usize = 1024 * 1024;
/// How many steps of large bodies are in memory at once.
const ROOM_STEPS: u32 = 512;

/// The bytes of all objects.
pub(crate) struct Blobs {
    folder: PathBuf,
    /// The free disk space that is left to the journal, in bytes.
    spare_bytes: u64,
    store: Arc<dyn ObjectStore>,
    world: Arc<World>,
    /// Room in memory for large bodies.
    room: Arc<Semaphore>,
    /// How many are reading a blob.
    readers: Arc<Mutex<Readers>>,
    /// The folders whose own names are known to be on disk.
    folders: Mutex<BTreeSet<String>>,
}

/// A place in memory for a large body.
pub(crate) type Room = OwnedSemaphorePermit;

/// How many are reading a blob, by its id.
type Readers = BTreeMap<String, usize>;

/// Keeps blobs for as long as they are read.
struct Lease {
    readers: Arc<Mutex<Readers>>,
    ids: BTreeSet<String>,
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
    /// What is left of the disk is for the journal.
    #[error("no room on the disk for an object of {0} bytes")]
    Full(u64),
    /// The file is not what was written.
    #[error("blob {0} is not what was written")]
    Changed(String),
}

impl Blobs {
    /// Opens the folder of blobs below `dir`, making it when it is not there. Objects leave
    /// `spare_bytes` of the disk free: whoever fills it with them must not stop the recording.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub(crate) fn open(dir: &Path, spare_bytes: u64, world: Arc<World>) -> Result<Self, BlobError> {
        let folder = dir.join("buckets");
        std::fs::create_dir_all(&folder)?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(&folder)?);
        let room = Arc::new(Semaphore::new(usize::try_from(ROOM_STEPS).unwrap_or(1)));
        let (readers, folders) = (Arc::default(), Mutex::default());
        Ok(Self { folder, spare_bytes, store, world, room, readers, folders })
    }

    /// Waits for room in memory for a body of so many bytes; a small one needs none.
    ///
    /// # Errors
    /// `SlowDown` when there is none for as long as `patience`.
    pub(crate) async fn room(
        &self,
        bytes: usize,
        patience: Duration,
    ) -> Result<Option<Room>, Fault> {
        let steps = u32::try_from(bytes / ROOM_STEP).unwrap_or(u32::MAX).min(ROOM_STEPS);
        if steps == 0 {
            return Ok(None);
        }
        let taken = Arc::clone(&self.room).acquire_many_owned(steps);
        match tokio::time::timeout(patience, taken).await {
            Ok(Ok(room)) => Ok(Some(room)),
            _ => Err(Fault::new("SlowDown", "Please reduce your request rate.").with_status(503)),
        }
    }

    /// Writes the bytes of a new object and waits until they are on disk.
    ///
    /// # Errors
    /// The disk refuses; nothing refers to what may be left then.
    pub(crate) async fn put(&self, bucket: &str, bytes: Bytes) -> Result<Blob, BlobError> {
        let size = bytes.len() as u64;
        if size == 0 {
            return Ok(Self::empty());
        }
        if free_bytes(&self.folder)? < self.spare_bytes.saturating_add(size) {
            return Err(BlobError::Full(size));
        }
        let id = format!("{bucket}/{}", self.world.uuid());
        let place = Place::from(id.as_str());
        let payload = PutPayload::from(bytes.clone());
        self.store.put_opts(&place, payload, PutMode::Create.into()).await?;
        let file = self.folder.join(&id);
        let root = (!self.folders().contains(bucket)).then(|| self.folder.clone());
        // the store writes and renames; that it is on disk is for us to see to
        let synced = tokio::task::spawn_blocking(move || {
            sync(&file, root.as_deref())?;
            Ok::<_, io::Error>(hex(&Md5::digest(&bytes)))
        });
        let md5 = synced.await.map_err(io::Error::other)??;
        self.folders().insert(bucket.to_owned());
        Ok(Blob { id, size, md5, checksums: [].into() })
    }

    fn folders(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.folders.lock().expect("nothing panics while it looks at the folders")
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
        let folder: Arc<Path> = Arc::from(self.folder.as_path());
        let lease = Arc::new(Lease::new(&self.readers, &pieces));
        stream::iter(pieces.into_iter().flat_map(parts)).then(move |part| {
            let (store, lease) = (Arc::clone(&store), Arc::clone(&lease));
            let folder = Arc::clone(&folder);
            async move {
                let _lease = lease;
                if part.length <= SMALL_BYTES {
                    return read_small(&folder, &part);
                }
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
            let mut left = ids;
            while !left.is_empty() {
                blobs.world.pause(READERS_LEAVE).await;
                let (read, free): (Vec<_>, _) = left.into_iter().partition(|id| blobs.is_read(id));
                blobs.remove(&free).await;
                left = read;
            }
        });
    }

    fn is_read(&self, id: &str) -> bool {
        readers(&self.readers).contains_key(id)
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
        let folder = self.folder.clone();
        let staged = tokio::task::spawn_blocking(move || remove_staged(&folder)).await;
        Ok(stray.len() + staged.map_err(io::Error::other)??)
    }
}

impl Lease {
    fn new(all: &Arc<Mutex<Readers>>, pieces: &[Piece]) -> Self {
        let ids: BTreeSet<String> = pieces.iter().map(|piece| piece.blob.clone()).collect();
        for id in &ids {
            *readers(all).entry(id.clone()).or_default() += 1;
        }
        Self { readers: Arc::clone(all), ids }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut readers = readers(&self.readers);
        for id in &self.ids {
            match readers.get_mut(id) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(readers.remove(id)),
            }
        }
    }
}

fn readers(readers: &Mutex<Readers>) -> MutexGuard<'_, Readers> {
    readers.lock().expect("nothing panics while it counts the readers")
}

/// Removes what a crash left of files that were being written: `<blob>#<number>`, which the store
/// does not list.
fn remove_staged(root: &Path) -> io::Result<usize> {
    let mut removed = 0;
    for folder in std::fs::read_dir(root)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder.path())? {
            let file = file?;
            if file.file_name().as_encoded_bytes().contains(&b'#') {
                std::fs::remove_file(file.path())?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

/// Reads a small part on the spot.
fn read_small(folder: &Path, part: &Piece) -> Result<Bytes, BlobError> {
    let mut bytes = vec![0; usize::try_from(part.length).unwrap_or(usize::MAX)];
    let read = File::open(folder.join(&part.blob))?.read_exact_at(&mut bytes, part.from);
    match read {
        Ok(()) => Ok(bytes.into()),
        Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => {
            Err(BlobError::Changed(part.blob.clone()))
        }
        Err(cause) => Err(cause.into()),
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

/// Returns how much of a folder's disk is free, in bytes.
fn free_bytes(folder: &Path) -> io::Result<u64> {
    let figures = rustix::fs::statvfs(folder)?;
    Ok(figures.f_bavail.saturating_mul(figures.f_frsize))
}

/// Waits until a file and its name are on disk, and the name of its folder where `root` is given.
fn sync(file: &Path, root: Option<&Path>) -> io::Result<()> {
    File::open(file)?.sync_all()?;
    for folder in file.parent().into_iter().chain(root) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path(), 0, Arc::new(World::new())).unwrap();
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
    async fn a_blob_is_in_use_until_its_last_reader_has_gone() {
        let (_folder, blobs) = blobs();
        let blob = blobs.put("a", Bytes::from_static(b"hello")).await.unwrap();
        let pieces = vec![piece(&blob, 0, 2), piece(&blob, 2, 3)];
        let mut one = Box::pin(blobs.stream(pieces.clone()));
        let two = blobs.stream(pieces);
        assert_eq!(one.try_next().await.unwrap().unwrap(), "he");
        drop(one);
        assert!(blobs.is_read(&blob.id));
        drop(two);
        assert!(!blobs.is_read(&blob.id));
    }

    #[tokio::test]
    async fn objects_leave_room_on_the_disk() {
        let (_folder, mut blobs) = blobs();
        blobs.spare_bytes = u64::MAX / 2;
        let refused = blobs.put("a", Bytes::from_static(b"x")).await;
        assert!(matches!(refused, Err(BlobError::Full(1))));
        assert_eq!(std::fs::read_dir(&blobs.folder).unwrap().count(), 0);
        assert!(blobs.put("a", Bytes::new()).await.is_ok());
    }

    #[tokio::test]
    async fn large_bodies_wait_for_room() {
        let (_folder, blobs) = blobs();
        let no_time = Duration::ZERO;
        assert!(blobs.room(ROOM_STEP - 1, no_time).await.unwrap().is_none());
        let most = blobs.room(usize::MAX, no_time).await.unwrap();
        assert_eq!(blobs.room(ROOM_STEP, no_time).await.unwrap_err().code, "SlowDown");
        drop(most);
        assert!(blobs.room(ROOM_STEP, no_time).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn strays_are_swept_and_nothing_else() {
        let (_folder, blobs) = blobs();
        let kept = blobs.put("a", Bytes::from_static(b"1")).await.unwrap();
        let stray = blobs.put("b", Bytes::from_static(b"2")).await.unwrap();
        let nothing = blobs.put("b", Bytes::new()).await.unwrap();
        // what a crash leaves of a file that was being written
        std::fs::write(blobs.folder.join(format!("{}#1", kept.id)), b"half").unwrap();
        assert_eq!(blobs.sweep(&BTreeSet::from([kept.id.as_str()])).await.unwrap(), 2);
        assert_eq!(std::fs::read_dir(blobs.folder.join("a")).unwrap().count(), 1);
        assert_eq!(blobs.read(&[piece(&kept, 0, 1)]).await.unwrap(), b"1");
        assert!(blobs.read(&[piece(&stray, 0, 1)]).await.is_err());
        assert_eq!(blobs.read(&[piece(&nothing, 0, 0)]).await.unwrap(), b"");
    }
}
