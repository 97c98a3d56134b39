//! The data files: rows in Parquet, sorted so that what is alike lies together, each with its index.
//!
//! ```text
//!   <table>/<name>.parquet          one row group, zstd; the record's own text in pages of 64 KB
//!   <table>/<name>.index            which rows a lookup is about; other readers pass it by
//! ```

mod read;
mod write;

use std::path::{Path, PathBuf};

pub(crate) use read::{DataFile, Found, scan_file};
pub use write::Written;
pub(crate) use write::{Effort, reindex, write};

/// Why a data file cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The disk refuses.
    #[error("{0} cannot be written or read")]
    Io(PathBuf, #[source] std::io::Error),
    /// It is no Parquet file, or damaged.
    #[error("{0} is no whole Parquet file")]
    Parquet(PathBuf, #[source] parquet::errors::ParquetError),
    /// It is not what was written, or not of this table.
    #[error("{0} is damaged: {1}")]
    Damaged(PathBuf, &'static str),
    /// A record in it cannot be read, though it was when it came.
    #[error("{0} holds a record that cannot be read")]
    Record(PathBuf, #[source] event::FactsError),
}

/// Returns where the index of a data file is.
pub(crate) fn index_path(folder: &Path, name: &str) -> PathBuf {
    let stem = name.strip_suffix(".parquet").unwrap_or(name);
    folder.join(format!("{stem}.index"))
}
