//! Carries the journal's events into the lake, and keeps the lake in shape.
//!
//! ```text
//!   enough events, or enough time ─▶ a generation closes ─▶ its frames are read back, as rows
//!      ─▶ data file on disk ─▶ commit (how far the journal is) ─▶ the generation may go
//!   every flush ─▶ small files are merged;   every hour ─▶ old events and unused files go
//! ```
//!
//! What is written is a function of the frames. A crash at any moment leaves the lake behind the
//! journal, or a file that no commit names; the next start goes on from what the lake says it has.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use journal::{Journal, Sequence};
use lake::{DataError, Extra, Goal, Progress, Row, Store, StoreError, Written};

use crate::archive::Archive;
use crate::config::LakeConfig;
use crate::frame::{Frame, FrameError};
use crate::world::World;

/// Whose sequence the lake's commits carry on.
pub(crate) const APP: &str = "journal";
/// How many events are written at once, so that a flush of very many needs little memory.
const EVENTS_AT_ONCE: usize = 100_000;
/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_secs(1);
/// How often old events and unused files are looked for.
const TIDY: Duration = Duration::from_hours(1);
/// How long a flush that failed waits before the next one.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a file that no commit names any longer is kept for those who read the table.
const LEAVE: SignedDuration = SignedDuration::from_hours(2);

/// Why events do not get into the lake.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FlushError {
    /// The journal does not give a frame.
    #[error("the journal cannot be read")]
    Journal(#[from] journal::Error),
    /// A frame is not understood.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A record cannot be read, though it was indexed.
    #[error("frame {0} holds a record that cannot be read")]
    Record(u64, #[source] event::FactsError),
    /// The lake refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A data file cannot be written.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The lake is further than the journal.
    #[error(
        "the lake has frames up to {0}, which this journal does not have: was the journal restored from an older copy? Move the folder lake away, and it is made again from the journal"
    )]
    Ahead(u64),
    /// The work itself ended.
    #[error("writing was broken off")]
    Broken(#[from] tokio::task::JoinError),
    /// There is no room for what a query is to see.
    #[error("no folder for events that are not in the lake yet")]
    Place(#[source] std::io::Error),
}

/// Carries events from the journal into the lake.
pub(crate) struct Flush {
    archive: Arc<Archive>,
    journal: Arc<Journal>,
    store: Arc<Store>,
    world: Arc<World>,
    config: LakeConfig,
    /// One flush at a time.
    turn: tokio::sync::Mutex<()>,
}

impl Flush {
    /// Returns a carrier from this journal into this lake.
    pub(crate) fn new(
        archive: Arc<Archive>,
        journal: Arc<Journal>,
        store: Arc<Store>,
        world: Arc<World>,
        config: LakeConfig,
    ) -> Self {
        Self { archive, journal, store, world, config, turn: tokio::sync::Mutex::new(()) }
    }

    /// Flushes and tidies whenever it is due, for as long as the server runs.
    pub(crate) async fn run(self: Arc<Self>) {
        let (mut flushed, mut tidied) = (self.world.elapsed(), self.world.elapsed());
        // an import while no server ran leaves many small files
        self.tell(self.merge().await).await;
        loop {
            self.world.pause(TICK).await;
            let now = self.world.elapsed();
            let waiting = self.archive.waiting();
            let is_old = now.saturating_sub(flushed).as_secs() >= self.config.flush_secs;
            if waiting >= self.config.flush_events || (is_old && waiting > 0) {
                flushed = now;
                self.tell(self.all().await).await;
            }
            if now.saturating_sub(tidied) >= TIDY {
                tidied = now;
                self.tell(self.tidy().await).await;
            }
        }
    }

    /// Writes everything that is in memory to the lake, and merges small files.
    ///
    /// # Errors
    /// What is not in the lake stays in memory.
    pub(crate) async fn all(&self) -> Result<(), FlushError> {
        let _turn = self.turn.lock().await;
        let to = self.archive.turn();
        let mut after = self.archive.flushed();
        while after < to {
            after = self.step(after, to).await?;
            self.archive.left(after);
        }
        self.merge().await
    }

    /// Writes some frames; returns the last one.
    async fn step(&self, after: u64, to: u64) -> Result<u64, FlushError> {
        let (journal, store) = (Arc::clone(&self.journal), Arc::clone(&self.store));
        let written = tokio::task::spawn_blocking(move || write(&journal, &store, after, to));
        let (written, reached) = written.await??;
        let progress = Progress {
            app: APP.to_owned(),
            after: (after > 0).then(|| signed(after)),
            to: signed(reached),
        };
        let files: Vec<Written> = written.into_iter().collect();
        self.store.add(&files, Some(progress), self.world.now()).await?;
        Ok(reached)
    }

    /// Merges small files, until there are few enough.
    async fn merge(&self) -> Result<(), FlushError> {
        while self.merge_some().await? > 0 {}
        Ok(())
    }

    async fn merge_some(&self) -> Result<usize, FlushError> {
        let goal = Goal {
            rows_enough: self.config.file_events / 2,
            rows_max: self.config.file_events,
            files_min: self.config.merge_files,
        };
        let (store, now) = (Arc::clone(&self.store), self.world.now());
        let runtime = tokio::runtime::Handle::current();
        // hours of a processor at worst: not on a thread that answers calls
        let merged =
            tokio::task::spawn_blocking(move || runtime.block_on(store.compact(&goal, now)));
        let merged = merged.await??;
        if merged > 0 {
            tracing::debug!(files = merged, "merged small files of the lake");
        }
        Ok(merged)
    }

    /// Removes events that are old enough, and files that nobody needs.
    async fn tidy(&self) -> Result<(), FlushError> {
        let now = self.world.now();
        if self.config.retention_days > 0 {
            let days = SignedDuration::from_hours(24 * i64::from(self.config.retention_days));
            let before = now.checked_sub(days).unwrap_or(jiff::Timestamp::MIN);
            let gone = self.store.expire(before.as_microsecond(), now).await?;
            if gone > 0 {
                tracing::info!(events = gone, "removed events that were older than the retention");
            }
        }
        self.store.vacuum(LEAVE, self.world.wall()).await?;
        Ok(())
    }

    async fn tell(&self, done: Result<(), FlushError>) {
        if let Err(cause) = done {
            let cause = crate::logs::chain(&cause);
            tracing::error!(%cause, "the lake does not follow; events stay in memory and journal");
            self.world.pause(PATIENCE).await;
        }
    }
}

/// Frames' bytes, by their sequences.
type Payloads = Vec<(u64, Vec<u8>)>;
/// Takes the rows of a batch.
type Take<'a> = dyn FnMut(usize, &[Row<'_>]) -> Result<(), FlushError> + 'a;

/// Writes the events of some frames as a data file; returns it with the last frame. Frames without
/// events make no file.
fn write(
    journal: &Journal,
    store: &Store,
    after: u64,
    to: u64,
) -> Result<(Option<Written>, u64), FlushError> {
    let (payloads, reached) = payloads(journal, after, to)?;
    let frames = frames(&payloads)?;
    let rows = all_rows(&frames)?;
    if rows.is_empty() {
        return Ok((None, reached));
    }
    let name = format!("events-{:020}-{reached:020}.parquet", after + 1);
    Ok((Some(store.write(&name, &rows)?), reached))
}

/// Reads frames until they hold enough events; returns those that hold some, and the last one.
fn payloads(journal: &Journal, after: u64, to: u64) -> Result<(Payloads, u64), FlushError> {
    let (mut payloads, mut events, mut reached) = (Vec::new(), 0, after);
    for frame in journal.read_from(Sequence::new(after + 1)) {
        let frame = frame?;
        let sequence = frame.sequence.get();
        if sequence > to {
            break;
        }
        let held = Frame::read(sequence, &frame.payload)?.events.len();
        reached = sequence;
        if held > 0 {
            payloads.push((sequence, frame.payload));
        }
        events += held;
        if events >= EVENTS_AT_ONCE {
            break;
        }
    }
    Ok((payloads, reached))
}

/// Hands the events of frames to `take`, as many at once as a flush would write, with the number of
/// the batch.
///
/// # Errors
/// A frame cannot be read; what `take` answers.
pub(crate) fn batches(
    frames: impl Iterator<Item = Result<journal::Frame, journal::Error>>,
    take: &mut Take<'_>,
) -> Result<(), FlushError> {
    let mut frames = frames.peekable();
    for number in 0.. {
        let (mut payloads, mut events) = (Vec::new(), 0);
        while events < EVENTS_AT_ONCE
            && let Some(frame) = frames.next()
        {
            let frame = frame?;
            let held = Frame::read(frame.sequence.get(), &frame.payload)?.events.len();
            events += held;
            if held > 0 {
                payloads.push((frame.sequence.get(), frame.payload));
            }
        }
        let read = self::frames(&payloads)?;
        let all = all_rows(&read)?;
        if !all.is_empty() {
            take(number, &all)?;
        }
        if frames.peek().is_none() {
            break;
        }
    }
    Ok(())
}

/// Reads frames that were read once to count their events.
fn frames(payloads: &[(u64, Vec<u8>)]) -> Result<Vec<(u64, Frame<'_>)>, FrameError> {
    payloads
        .iter()
        .map(|(sequence, payload)| Ok((*sequence, Frame::read(*sequence, payload)?)))
        .collect()
}

/// Returns the events of frames as rows.
fn all_rows<'f>(frames: &'f [(u64, Frame<'f>)]) -> Result<Vec<Row<'f>>, FlushError> {
    let mut all = Vec::new();
    for (sequence, frame) in frames {
        all.extend(rows(*sequence, frame)?);
    }
    Ok(all)
}

/// Returns the events of a frame as rows.
fn rows<'f>(sequence: u64, frame: &'f Frame<'f>) -> Result<Vec<Row<'f>>, FlushError> {
    let events = (0_u32..).zip(&frame.events);
    events
        .map(|(nth, event)| {
            let borrowed = |(kind, name): &'f (Cow<'f, str>, Cow<'f, str>)| {
                (Cow::Borrowed(kind.as_ref()), Cow::Borrowed(name.as_ref()))
            };
            let extra = Extra {
                resources: event.resources.iter().map(borrowed).collect(),
                account: event.account.as_deref().map(Cow::Borrowed),
                whole: event.whole.as_deref().map(Cow::Borrowed),
                imported: event.imported,
            };
            Row::read(event.record.get(), sequence, nth, extra)
                .map_err(|cause| FlushError::Record(sequence, cause))
        })
        .collect()
}

fn signed(sequence: u64) -> i64 {
    i64::try_from(sequence).expect("a journal has fewer frames than that")
}
