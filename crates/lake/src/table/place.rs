//! Where a table is: a folder, or a prefix of an object store.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use deltalake_core::logstore::{LogStoreRef, StorageConfig, default_logstore};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _};

use super::durable::{Durable, blocking, is_staged, make_folder, sync_folder_of};
use super::{Segment, TableError};

/// The folder of the log, below the table's.
pub(super) const LOG: &str = "_delta_log";

/// Where a table is.
#[derive(Clone)]
pub struct Place {
    /// The store, with the table's folder as its root.
    pub(super) store: Arc<dyn ObjectStore>,
    /// What Delta's own code reads and writes through.
    pub(super) log: LogStoreRef,
    /// The folder, when the store is the machine's own disk.
    folder: Option<PathBuf>,
}

impl Place {
    /// Returns a folder of this machine, making it when it is not there. What is written to its
    /// table is on the disk when the answer comes.
    ///
    /// # Errors
    /// It cannot be made, or its name is no UTF-8.
    pub fn folder(folder: &FilePath) -> Result<Self, TableError> {
        make_folder(&std::path::absolute(folder)?)?;
        let folder = fs::canonicalize(folder)?;
        let name = folder.to_str().ok_or(TableError::Misuse("a folder's name is no UTF-8"))?;
        let place = Self::of(Arc::new(Durable::default()), name)?;
        Ok(Self { folder: Some(folder), ..place })
    }

    /// Returns a prefix of a store, such as `s3://bucket/prefix`; `root` is the whole bucket. Its
    /// writes must be atomic, durable, and able to refuse to overwrite.
    ///
    /// # Errors
    /// `url` is no URL.
    pub fn store(root: Arc<dyn ObjectStore>, url: &str) -> Result<Self, TableError> {
        Self::of(root, url)
    }

    fn of(root: Arc<dyn ObjectStore>, url: &str) -> Result<Self, TableError> {
        let url = deltalake_core::ensure_table_uri(url)?;
        let prefix = Path::from_url_path(url.path()).map_err(object_store::Error::from)?;
        let store: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(Arc::clone(&root), prefix));
        let log = default_logstore(Arc::clone(&store), root, &url, &StorageConfig::default());
        Ok(Self { store, log, folder: None })
    }

    /// Returns its name for people.
    pub(super) fn name(&self) -> String {
        self.log.root_url().to_string()
    }

    /// Makes sure that new data files are there, whole and on the disk.
    pub(super) async fn secure(&self, add: &[Segment]) -> Result<(), TableError> {
        let Some(folder) = &self.folder else {
            return self.look_at(add).await;
        };
        let files: Vec<_> = add
            .iter()
            .map(|segment| Ok((segment.path.clone(), file_below(folder, segment)?, segment.bytes)))
            .collect::<Result<_, TableError>>()?;
        blocking(move || sync_all(&files)).await?
    }

    async fn look_at(&self, add: &[Segment]) -> Result<(), TableError> {
        for segment in add {
            let path = Path::parse(&segment.path).map_err(object_store::Error::from)?;
            match self.store.head(&path).await {
                Ok(found) if found.size == segment.bytes => {}
                Ok(_) | Err(object_store::Error::NotFound { .. }) => return Err(torn(segment)),
                Err(cause) => return Err(cause.into()),
            }
        }
        Ok(())
    }

    /// Waits until every name in the log that is visible now is on the disk: whoever wrote it may
    /// have been stopped between the name and the sync.
    pub(super) async fn settle(&self) -> Result<(), TableError> {
        if let Some(folder) = &self.folder {
            let log = folder.join(LOG);
            blocking(move || File::open(log)?.sync_all()).await??;
        }
        Ok(())
    }

    /// Lists the files below a folder of the table, or below the table itself.
    pub(super) async fn list(&self, below: Option<&str>) -> Result<Vec<ObjectMeta>, TableError> {
        Ok(self.store.list(below.map(Path::from).as_ref()).try_collect().await?)
    }

    /// Removes a file; one that is not there is removed already.
    pub(super) async fn remove(&self, path: &Path) -> Result<(), TableError> {
        match self.store.delete(path).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(cause) => Err(cause.into()),
        }
    }

    /// Removes unfinished files that were last written before a time.
    pub(super) async fn sweep(&self, before: Timestamp) -> Result<usize, TableError> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        Ok(blocking(move || sweep(&folder, before)).await??)
    }
}

fn torn(segment: &Segment) -> TableError {
    TableError::NotWhole { path: segment.path.clone(), bytes: segment.bytes }
}

/// Returns the file of a segment, which is below the folder whatever its name says.
fn file_below(folder: &FilePath, segment: &Segment) -> Result<PathBuf, TableError> {
    let path = Path::parse(&segment.path).map_err(object_store::Error::from)?;
    Ok(path.parts().fold(folder.to_owned(), |file, part| file.join(part.as_ref())))
}

fn sync_all(files: &[(String, PathBuf, u64)]) -> Result<(), TableError> {
    let mut folders = BTreeSet::new();
    for (path, file, bytes) in files {
        let torn = || TableError::NotWhole { path: path.clone(), bytes: *bytes };
        let open = File::open(file).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => torn(),
            _ => cause.into(),
        })?;
        if open.metadata()?.len() != *bytes {
            return Err(torn());
        }
        open.sync_all()?;
        if folders.insert(file.parent()) {
            sync_folder_of(file)?;
        }
    }
    Ok(())
}

fn sweep(folder: &FilePath, before: Timestamp) -> io::Result<usize> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            removed += sweep(&entry.path(), before)?;
        } else if entry.file_name().to_str().is_some_and(is_staged) {
            let written = Timestamp::try_from(entry.metadata()?.modified()?);
            if written.is_ok_and(|written| written < before) {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}
