//! The events with their records: the index in memory and the journal that holds the bytes.

use crate::frame::{Frame, FrameError};
use crate::history::{History, HistoryError, Position};

/// Where frames are read back from: a running journal or a folder at rest.
pub(crate) type ReadFrame = Box<dyn Fn(u64) -> Result<Vec<u8>, journal::Error> + Send + Sync>;

/// History and the means to read what it points at.
pub(crate) struct Archive {
    /// The index.
    pub history: History,
    read_frame: ReadFrame,
}

/// An event as it is stored.
#[derive(Debug)]
pub(crate) struct StoredEvent {
    /// Its frame.
    pub sequence: u64,
    /// The record, byte for byte.
    pub record: String,
    /// Types and names of what history lists as touched.
    pub resources: Vec<(String, String)>,
    /// The account in whose history an imported record without one was put.
    pub account: Option<String>,
    /// The request parameters in full, when they are too large for the record.
    pub whole: Option<String>,
}

/// Why an event cannot be read back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// The journal does not give the frame.
    #[error("frame {0} cannot be read back")]
    Journal(u64, #[source] journal::Error),
    /// The frame is not understood.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The frame cannot be indexed.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The index points at an event that the frame does not have.
    #[error("frame {0} has no event {1}")]
    Missing(u64, u32),
}

impl Archive {
    /// Returns an archive without events that reads frames back by `read_frame`.
    pub(crate) fn new(read_frame: ReadFrame) -> Self {
        Self { history: History::default(), read_frame }
    }

    /// Indexes frame `sequence`, whose bytes are at hand.
    pub(crate) fn index(&self, sequence: u64, bytes: &[u8]) -> Result<(), ArchiveError> {
        let frame = Frame::read(sequence, bytes)?;
        Ok(self.history.apply(sequence, &frame)?)
    }

    /// Reads one event back.
    pub(crate) fn event(&self, at: Position) -> Result<StoredEvent, ArchiveError> {
        let sequence = at.sequence;
        let bytes =
            (self.read_frame)(sequence).map_err(|cause| ArchiveError::Journal(sequence, cause))?;
        let mut frame = Frame::read(sequence, &bytes)?;
        let nth = at.nth as usize;
        if nth >= frame.events.len() {
            return Err(ArchiveError::Missing(sequence, at.nth));
        }
        let event = frame.events.swap_remove(nth);
        Ok(StoredEvent {
            sequence,
            record: event.record.get().to_owned(),
            resources: event
                .resources
                .into_iter()
                .map(|(kind, name)| (kind.into_owned(), name.into_owned()))
                .collect(),
            account: event.account.map(std::borrow::Cow::into_owned),
            whole: event.whole.map(std::borrow::Cow::into_owned),
        })
    }

    /// Reads several events back, in their order.
    pub(crate) fn events(&self, positions: &[Position]) -> Result<Vec<StoredEvent>, ArchiveError> {
        positions.iter().map(|at| self.event(*at)).collect()
    }
}
