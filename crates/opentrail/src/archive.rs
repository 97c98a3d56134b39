//! The events with their records: the index in memory and the journal that holds the bytes.

use crate::frame::{Frame, FrameError, FrameEvent};
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
    /// Whether it came from outside, and nobody here witnessed it.
    pub(crate) imported: bool,
    /// Request and response in full, when they are too large for the record; read on request.
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

    /// Reads one event back, with what was too large for its record.
    pub(crate) fn event(&self, at: Position) -> Result<StoredEvent, ArchiveError> {
        let bytes = self.frame(at.sequence)?;
        let frame = Frame::read(at.sequence, &bytes)?;
        let event = event_of(&frame, at)?;
        let whole = event.whole.as_deref().map(str::to_owned);
        Ok(StoredEvent { whole, ..stored(at.sequence, event) })
    }

    /// Reads several events back, in their order, until their records hold `bytes_max` bytes; the
    /// first one comes in any case.
    pub(crate) fn events(
        &self,
        positions: &[Position],
        bytes_max: usize,
    ) -> Result<Vec<StoredEvent>, ArchiveError> {
        let (mut events, mut bytes) = (Vec::with_capacity(positions.len()), 0);
        // events of one frame mostly stand together: it is read and parsed once for all of them
        for run in positions.chunk_by(|one, other| one.sequence == other.sequence) {
            let Some(sequence) = run.first().map(|at| at.sequence) else { continue };
            let payload = self.frame(sequence)?;
            let frame = Frame::read(sequence, &payload)?;
            for at in run {
                let event = stored(sequence, event_of(&frame, *at)?);
                bytes += event.record.len();
                if bytes > bytes_max && !events.is_empty() {
                    return Ok(events);
                }
                events.push(event);
            }
        }
        Ok(events)
    }

    fn frame(&self, sequence: u64) -> Result<Vec<u8>, ArchiveError> {
        (self.read_frame)(sequence).map_err(|cause| ArchiveError::Journal(sequence, cause))
    }
}

fn event_of<'f, 'a>(
    frame: &'f Frame<'a>,
    at: Position,
) -> Result<&'f FrameEvent<'a>, ArchiveError> {
    let missing = ArchiveError::Missing(at.sequence, at.nth);
    frame.events.get(at.nth as usize).ok_or(missing)
}

fn stored(sequence: u64, event: &FrameEvent<'_>) -> StoredEvent {
    StoredEvent {
        sequence,
        record: event.record.get().to_owned(),
        resources: event
            .resources
            .iter()
            .map(|(kind, name)| (kind.clone().into_owned(), name.clone().into_owned()))
            .collect(),
        account: event.account.as_deref().map(str::to_owned),
        imported: event.imported,
        whole: None,
    }
}
