//! What can go wrong, told apart by what a caller does about it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Sequence;

/// A failure of the journal or of a snapshot.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process writes here.
    #[error("{} is in use by another process ({holder}); stop that one first", folder.display())]
    Locked {
        /// The journal's folder.
        folder: PathBuf,
        /// What the other process wrote about itself, its process id above all.
        holder: String,
    },
    /// Bytes that had been made durable are not what was written.
    #[error(
        "{} is damaged at byte {offset} (frame {sequence}): {detail}; nothing was changed, \
         restore this file from a copy or go on from the reader's account of what is left",
        segment.display()
    )]
    Corrupt {
        /// The damaged file.
        segment: PathBuf,
        /// Where in it, in bytes from its start.
        offset: u64,
        /// The first frame that cannot be believed.
        sequence: Sequence,
        /// What did not hold.
        detail: &'static str,
    },
    /// The file was written by a release whose format this one cannot read.
    #[error("{} needs a reader of format {min_reader}; start a newer release", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The least format version that may read it.
        min_reader: u16,
    },
    /// The options contradict each other.
    #[error("journal options: {0}")]
    Options(&'static str),
    /// The payload is longer than the options allow.
    #[error("payload of {bytes} bytes is over the limit of {limit}")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The journal has moved on since the caller judged: judge again on the newer state.
    #[error("expected frame {expected} to be the last, but it is {last}")]
    Conflict {
        /// What the caller took for the last frame.
        expected: Sequence,
        /// What is the last frame.
        last: Sequence,
    },
    /// Nobody knows whether the frame was written: look for it by its id.
    ///
    /// The local journal never answers this, a replicated one may.
    #[error("frame {sequence} may or may not have been written")]
    Unknown {
        /// The frame's place if it was.
        sequence: Sequence,
    },
    /// More is waiting to be written than the options allow: try again later.
    #[error("{queued_bytes} bytes already wait to be written")]
    Busy {
        /// The bytes that wait.
        queued_bytes: usize,
    },
    /// The disk has no room beyond the reserve: nothing was written, reads go on.
    #[error("disk is full up to the reserve")]
    Full,
    /// A write or sync failed: this journal acknowledges nothing more until it is opened again.
    #[error("journal stopped after a failed write")]
    Poisoned {
        /// The first failure.
        #[source]
        cause: Arc<io::Error>,
    },
    /// The journal was closed before.
    #[error("journal is closed")]
    Closed,
    /// The frame was dropped by a release.
    #[error("frame {sequence} was released, the first kept is {first}")]
    Released {
        /// The frame asked for.
        sequence: Sequence,
        /// The first one kept.
        first: Sequence,
    },
    /// The frame is not durable yet, or will never be.
    #[error("frame {sequence} is not durable, the last durable one is {durable}")]
    NotDurable {
        /// The frame asked for.
        sequence: Sequence,
        /// The last durable one.
        durable: Sequence,
    },
    /// The operating system refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

/// What a caller may do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Try again, after a look at the newer state where it says so.
    Retry,
    /// Stored bytes are damaged: alarm, keep everything, repair by hand.
    Corrupt,
    /// The caller or the operator has to do something else.
    Misuse,
    /// Refuse writes until there is room again.
    Full,
    /// Refuse writes for the life of the process.
    Poisoned,
    /// The operating system failed outside the write path.
    Io,
}

impl Error {
    /// Says what may be done about it.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Conflict { .. } | Self::Unknown { .. } | Self::Busy { .. } => Kind::Retry,
            Self::Corrupt { .. } => Kind::Corrupt,
            Self::Full => Kind::Full,
            Self::Poisoned { .. } => Kind::Poisoned,
            Self::Io { source, .. } if is_full(source) => Kind::Full,
            Self::Io { .. } => Kind::Io,
            Self::Locked { .. }
            | Self::TooNew { .. }
            | Self::Options(_)
            | Self::TooLarge { .. }
            | Self::Closed
            | Self::Released { .. }
            | Self::NotDurable { .. } => Kind::Misuse,
        }
    }
}

/// Tells a disk without room from one that fails.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Names the file and the deed an I/O error belongs to.
pub(crate) fn on<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + 'a {
    move |source| Error::Io { action, path: path.to_path_buf(), source }
}
