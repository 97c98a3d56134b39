//! Why a table could not be opened, read or changed.

use std::io;

use deltalake_core::DeltaTableError;

/// Why a table could not be opened, read or changed.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// There is no table.
    #[error("there is no table at {0}")]
    NotThere(String),
    /// A folder holds Parquet files, but no log of a table: a new table would take them for
    /// orphans. The log was lost or is elsewhere.
    #[error("{0} holds Parquet files without the log of their table")]
    Stray(String),
    /// What is there needs more than this crate can do, or has other columns.
    #[error("the table is not ours to change: {0}")]
    Foreign(String),
    /// The commit was made before; the answer to a repeat.
    #[error("the table has {app} up to {reached} already")]
    AlreadyThere {
        /// Whose sequence it is.
        app: String,
        /// How far the table holds it.
        reached: i64,
    },
    /// Somebody else carried the sequence on; what to write next must be cut anew.
    #[error("the table does not hold {app} up to where this commit goes on from")]
    Overtaken {
        /// Whose sequence it is.
        app: String,
        /// How far the table holds it.
        reached: Option<i64>,
    },
    /// A file that was to be removed is none of the table's any longer.
    #[error("{0} is no longer in the table")]
    Gone(String),
    /// A file that was to be added is in the table already.
    #[error("{0} is in the table already")]
    Present(String),
    /// Rivals were quicker every time; nothing was changed.
    #[error("too many others change the table at once")]
    Crowded,
    /// A commit failed half way and may or may not be there: the table must be opened again.
    #[error("a commit of this table may or may not be on the disk")]
    Unsure,
    /// A data file is not what the commit says of it.
    #[error("{path} is not a file of {bytes} bytes")]
    NotWhole {
        /// The file.
        path: String,
        /// What it should have, in bytes.
        bytes: u64,
    },
    /// The log cannot be understood.
    #[error("the table's log is damaged: {0}")]
    Damaged(String),
    /// The caller asks for what the table does not do.
    #[error("{0}")]
    Misuse(&'static str),
    /// The store refuses.
    #[error("the table's store fails")]
    Store(#[from] object_store::Error),
    /// The disk refuses.
    #[error("the table's disk fails")]
    Disk(#[from] io::Error),
    /// Delta's own code refuses.
    #[error("the table's log cannot be read or written")]
    Delta(#[source] Box<DeltaTableError>),
}

/// What may be done about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing needs to be done: it was done before.
    Done,
    /// Look at the table again and decide anew.
    Conflict,
    /// Try again later, after opening the table again.
    Retry,
    /// A person must look at it.
    Corrupt,
    /// The caller is wrong.
    Misuse,
}

impl TableError {
    /// Returns what may be done about it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::AlreadyThere { .. } => Kind::Done,
            Self::Overtaken { .. } | Self::Gone(_) | Self::Present(_) | Self::Crowded => {
                Kind::Conflict
            }
            Self::Unsure | Self::Store(_) | Self::Disk(_) => Kind::Retry,
            Self::Stray(_) | Self::Damaged(_) | Self::Delta(_) => Kind::Corrupt,
            Self::NotThere(_) | Self::Foreign(_) | Self::NotWhole { .. } | Self::Misuse(_) => {
                Kind::Misuse
            }
        }
    }
}

impl From<DeltaTableError> for TableError {
    fn from(cause: DeltaTableError) -> Self {
        match cause {
            DeltaTableError::ObjectStore { source } => Self::Store(source),
            other => Self::Delta(Box::new(other)),
        }
    }
}
