//! An open table: Parquet files of a folder or bucket, and Delta's log that says which of them.
//!
//! ```text
//!   commit ─▶ the data files are whole and on the disk?
//!          ─▶ read what rivals committed since ─▶ judge ─▶ write version + 1, create only ─┐
//!                    ▲                              │                                      │
//!                    └──── a rival was quicker ─────┼──────────────────────────────────────┤
//!                                                   ▼                                      ▼
//!                                     AlreadyThere, Overtaken, Gone            version, on disk
//! ```
//!
//! Any engine that reads Delta (Spark, Trino, Athena, `DuckDB`, Polars, `ClickHouse`) reads the
//! table while it changes: the protocol is the oldest, reader 1 and writer 2, without deletion
//! vectors, column mapping or partitions; times are `timestamp`, microseconds in UTC.
//!
//! It is *not* the writer of the Parquet files and never reads one, and it is no lock: whoever
//! opens the table may commit, and exactly one wins each version.
//!
//! Invariants
//! - A commit that was answered is on the disk, and so are the files that it adds.
//! - A commit holds its files and how far it carries its sequence (Delta's `txn`): both or neither.
//!   A repeated commit is told so; one that does not go on where the table is, is refused.
//! - After a commit whose outcome is unknown the handle refuses to go on: open the table again.
//! - A file goes when neither the table nor a reader holds it, after a leave. Until then a crash
//!   leaves orphans at the worst.
//!
//! It needs Tokio's multi-threaded runtime, one worker suffices; neither its timers nor its
//! network are used for a folder. (On a single-threaded runtime Delta's checkpoints would wait for
//! themselves for ever, so opening refuses it.) Opening reads the last checkpoint and the commits
//! since; afterwards the handle is kept, and [`Table::refresh`] reads two small files.

mod commit;
mod durable;
mod error;
mod log;
mod place;
mod segment;
mod shape;
mod state;
#[cfg(test)]
mod tests;
mod vacuum;

use std::sync::Arc;

use jiff::Timestamp;
use tokio::runtime::{Handle, RuntimeFlavor};
use uuid::Uuid;

pub use commit::{Commit, Operation, Reading};
pub use error::{Kind, TableError};
pub use place::Place;
pub use segment::{Bound, Range, Segment};
pub use shape::Shape;
pub use vacuum::Leave;

use commit::lines;
use log::CHECKPOINT_COMMITS;
use state::State;

/// How often a commit is tried while rivals are quicker.
const ATTEMPTS: u32 = 64;

/// A handle of a table, at the version that it read last.
pub struct Table {
    place: Place,
    state: State,
    /// Whether a commit failed half way.
    unsure: bool,
}

impl Table {
    /// Opens a table, making it when it is not there and giving an older one the columns that came
    /// since. A new table gets the `id`.
    ///
    /// # Errors
    /// The log is damaged, or the table has other columns, or needs a newer reader.
    pub async fn open_or_create(
        place: Place,
        shape: &Shape<'_>,
        id: Uuid,
        now: Timestamp,
    ) -> Result<Self, TableError> {
        check_runtime()?;
        if !place.is_table().await? {
            shape.create(&place, id, now).await?;
        }
        // what a process that died made visible is on the disk before anybody builds on it
        place.settle().await?;
        let mut table = Self::open(place).await?;
        if shape.widen(&table.place, &table.state, now).await? {
            table.reload().await?;
        }
        Ok(table)
    }

    /// Opens a table that is there, without writing anything.
    ///
    /// # Errors
    /// There is none; the log is damaged; the table needs a newer reader.
    pub async fn open(place: Place) -> Result<Self, TableError> {
        check_runtime()?;
        if !place.is_table().await? {
            return Err(TableError::NotThere(place.name()));
        }
        let state = State::load(&place, [].into()).await?;
        Ok(Self { place, state, unsure: false })
    }

    /// Returns the version that was read last.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.state.version
    }

    /// Returns the files of the table, in the order of their paths.
    #[must_use]
    pub fn files(&self) -> Vec<Arc<Segment>> {
        self.state.files.values().cloned().collect()
    }

    /// Reads what others committed since.
    ///
    /// # Errors
    /// A commit cannot be read; the handle is at the version before it.
    pub async fn refresh(&mut self) -> Result<(), TableError> {
        while let Some(actions) = self.place.read_commit(self.state.version + 1).await? {
            if !self.state.apply(&actions)? {
                return self.reload().await;
            }
        }
        // the next commit may be missing because it was cleared away, long ago
        self.state.checkpoint = self.place.last_checkpoint().await?;
        if self.state.checkpoint > Some(self.state.version) {
            self.reload().await?;
        }
        Ok(())
    }

    /// Returns how far the table holds the sequence of an application, by the commits' own word.
    /// The first question for an application reads the table again, later ones read nothing.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn reached(&mut self, app: &str) -> Result<Option<i64>, TableError> {
        if !self.state.reached.contains_key(app) {
            self.state.reached.insert(app.to_owned(), None);
            let reloaded = self.reload().await;
            if reloaded.is_err() {
                self.state.reached.remove(app);
            }
            reloaded?;
        }
        Ok(self.state.reached.get(app).copied().flatten())
    }

    /// Changes the table: all of it or nothing. Returns the version that holds the change.
    ///
    /// # Errors
    /// See [`TableError::kind`]: it was done before, or the table has changed and nothing was done,
    /// or (`Unsure` and the store's errors) what was done is only known after opening again.
    pub async fn commit(&mut self, commit: &Commit) -> Result<u64, TableError> {
        if self.unsure {
            return Err(TableError::Unsure);
        }
        commit.check()?;
        self.place.secure(&commit.add).await?;
        for _ in 0..ATTEMPTS {
            self.refresh().await?;
            if let Some(version) = self.attempt(commit).await? {
                return Ok(version);
            }
        }
        Err(TableError::Crowded)
    }

    /// Makes a checkpoint once in 100 commits and clears old commits away, so that opening stays
    /// quick; to be called after commits. Tells whether it was time.
    ///
    /// # Errors
    /// It could not be written; the table is as it was.
    pub async fn checkpoint_if_due(&mut self) -> Result<bool, TableError> {
        let since = self.state.version - self.state.checkpoint.unwrap_or(0).min(self.version());
        if since < CHECKPOINT_COMMITS {
            return Ok(false);
        }
        self.place.write_checkpoint().await?;
        self.state.checkpoint = self.place.last_checkpoint().await?;
        self.place.clear_log(self.state.checkpoint.unwrap_or(0)).await?;
        Ok(true)
    }

    /// Removes files that nobody needs; returns their paths.
    ///
    /// # Errors
    /// A file cannot be removed; those before it are.
    pub async fn vacuum(&mut self, leave: &Leave<'_>) -> Result<Vec<String>, TableError> {
        leave.check()?;
        self.refresh().await?;
        let removed = leave.remove(&self.place, &self.state).await?;
        let before = leave.before().as_millisecond();
        self.state.removed.retain(|_, when| *when >= before);
        Ok(removed)
    }

    /// Tries a commit on the version that was read last; nothing when a rival was quicker.
    async fn attempt(&mut self, commit: &Commit) -> Result<Option<u64>, TableError> {
        if let Some(read) = &commit.read {
            self.reached(&read.app).await?;
        }
        if let Err(refusal) = commit.judge(&self.state) {
            // what is told to be there already is on the disk, whoever wrote it
            self.place.settle().await?;
            return Err(refusal);
        }
        let actions = commit.actions(&self.state)?;
        let (version, text) = (self.state.version + 1, lines(&actions)?);
        let written = self.place.write_commit(version, text).await;
        self.unsure = written.is_err();
        if !written? {
            return Ok(None);
        }
        self.state.apply(&actions)?;
        Ok(self.holds(commit).await?.then_some(version))
    }

    /// Tells whether a commit that was written counts. A process that slept for long may wake and
    /// fill a gap in a log that was cleared meanwhile: what it wrote is no part of the table.
    async fn holds(&mut self, commit: &Commit) -> Result<bool, TableError> {
        self.unsure = true;
        if self.place.last_checkpoint().await? > Some(self.state.version) {
            self.reload().await?;
            self.unsure = false;
            return Ok(commit.is_in(&self.state));
        }
        self.unsure = false;
        Ok(true)
    }

    async fn reload(&mut self) -> Result<(), TableError> {
        self.state = State::load(&self.place, self.state.apps()).await?;
        Ok(())
    }
}

/// Refuses a runtime on which Delta's code would wait for itself.
fn check_runtime() -> Result<(), TableError> {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => Ok(()),
        _ => Err(TableError::Misuse("a table needs a multi-threaded runtime")),
    }
}
