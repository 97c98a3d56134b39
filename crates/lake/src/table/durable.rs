//! The files of a folder as a store whose answer to a write means: it is on the disk.
//!
//! `object_store`'s own files are written and renamed, but never synced: after a power cut a name
//! may stand in the folder without its bytes. Here the order of every write is
//!
//! ```text
//!   write name#1 ─▶ fsync it ─▶ give it its name ─▶ fsync the folder ─▶ answer
//!                                link: create only; rename: overwrite
//! ```
//!
//! so that a name never stands for less than its whole bytes. It is *not* for large files: an
//! upload in parts is held in memory until its end (Delta's log and checkpoints are small).

use std::fs::{self, File, OpenOptions};
use std::future::ready;
use std::io::{self, Write as _};
use std::path::{Path as FilePath, PathBuf};
use std::{fmt, mem};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
    UploadPart,
};

/// How many unfinished files of one name are passed by before writing gives up; each is what a
/// crash or a rival left.
const STAGED_MAX: u32 = 1_000;

/// All files of the machine, by their absolute path.
#[derive(Debug, Default)]
pub(super) struct Durable {
    files: LocalFileSystem,
}

/// An upload in parts, held until its end.
#[derive(Debug)]
struct Gathering {
    path: PathBuf,
    parts: Vec<PutPayload>,
}

impl fmt::Display for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("synced files")
    }
}

#[async_trait]
impl ObjectStore for Durable {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        put(self.files.path_to_filesystem(location)?, payload, opts.mode).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let path = self.files.path_to_filesystem(location)?;
        Ok(Box::new(Gathering { path, parts: Vec::new() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.files.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await?;
        let to = self.files.path_to_filesystem(to)?;
        blocking(move || {
            File::open(&to)?.sync_all()?;
            sync_folder_of(&to)
        })
        .await?
        .map_err(failed)
    }
}

#[async_trait]
impl MultipartUpload for Gathering {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.parts.push(data);
        Box::pin(ready(Ok(())))
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let parts = mem::take(&mut self.parts);
        let whole = parts.iter().flat_map(|part| part.iter().cloned()).collect();
        put(self.path.clone(), whole, PutMode::Overwrite).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.clear();
        Ok(())
    }
}

/// Makes a folder and the folders above it; their names are on the disk when it returns.
pub(super) fn make_folder(folder: &FilePath) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above)?;
    }
    match fs::create_dir(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => return Err(cause),
        _ => {}
    }
    sync_folder_of(folder)
}

/// Waits until the names in the folder of a file are on the disk.
pub(super) fn sync_folder_of(file: &FilePath) -> io::Result<()> {
    match file.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Tells whether a name is that of an unfinished file: `name#number`, which no listing shows.
pub(super) fn is_staged(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Runs what waits for a disk on a thread that may wait.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    Ok(tokio::task::spawn_blocking(work).await?)
}

async fn put(path: PathBuf, payload: PutPayload, mode: PutMode) -> Result<PutResult> {
    blocking(move || write(&path, &payload, &mode)).await??;
    Ok(PutResult { e_tag: None, version: None })
}

fn write(path: &FilePath, payload: &PutPayload, mode: &PutMode) -> Result<()> {
    let (staged, mut file) = stage(path).map_err(failed)?;
    let filled = payload.iter().try_for_each(|part| file.write_all(part));
    let named = filled
        .and_then(|()| file.sync_all())
        .map_err(failed)
        .and_then(|()| give_name(&staged, path, mode));
    // a rename took the staged name away; in every other case it is of no use any longer
    drop(fs::remove_file(&staged));
    named.and_then(|()| sync_folder_of(path).map_err(failed))
}

/// Opens a new file beside the one that is to be.
fn stage(path: &FilePath) -> io::Result<(PathBuf, File)> {
    for number in 1..=STAGED_MAX {
        let mut staged = path.as_os_str().to_owned();
        staged.push(format!("#{number}"));
        let staged = PathBuf::from(staged);
        match OpenOptions::new().write(true).create_new(true).open(&staged) {
            Ok(file) => return Ok((staged, file)),
            Err(cause) => match cause.kind() {
                io::ErrorKind::AlreadyExists => {}
                io::ErrorKind::NotFound => path.parent().map_or(Err(cause), make_folder)?,
                _ => return Err(cause),
            },
        }
    }
    Err(io::Error::other("too many unfinished files of one name"))
}

fn give_name(staged: &FilePath, path: &FilePath, mode: &PutMode) -> Result<()> {
    match mode {
        PutMode::Overwrite => fs::rename(staged, path).map_err(failed),
        PutMode::Create => fs::hard_link(staged, path).map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists => Error::AlreadyExists {
                path: path.to_string_lossy().into_owned(),
                source: Box::new(cause),
            },
            _ => failed(cause),
        }),
        PutMode::Update(_) => Err(Error::NotImplemented {
            operation: "a conditional overwrite".to_owned(),
            implementer: "synced files".to_owned(),
        }),
    }
}

fn failed(cause: io::Error) -> Error {
    Error::Generic { store: "synced files", source: Box::new(cause) }
}
