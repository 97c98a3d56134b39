//! Those who follow the journal at their own pace, and the jobs that time starts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::archive::{Archive, ArchiveError};
use crate::gateway::Gateway;
use crate::world::World;

/// How long the index waits for more before it takes what is there: many small wake-ups would cost
/// more than the delay is worth.
const GATHER: Duration = Duration::from_millis(5);
/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_millis(250);

/// How far the index is, for those who wait for it.
#[derive(Clone)]
pub(crate) struct Progress {
    reached: watch::Sender<u64>,
    lost: Arc<AtomicBool>,
}

impl Progress {
    /// Returns the progress of an index that has reached frame `sequence`.
    pub(crate) fn new(sequence: u64) -> Self {
        Self { reached: watch::Sender::new(sequence), lost: Arc::default() }
    }

    /// Waits until the index is beyond frame `sequence`, at most for `wait`.
    pub(crate) async fn beyond(&self, sequence: u64, wait: Duration) {
        let mut reached = self.reached.subscribe();
        let news = reached.wait_for(|reached| *reached > sequence);
        // an elapsed wait is an answer too: there is no news
        drop(tokio::time::timeout(wait, news).await);
    }

    /// Returns the last frame of the index.
    pub(crate) fn reached(&self) -> u64 {
        *self.reached.borrow()
    }

    /// Returns whether the index has stopped following the journal.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }
}

/// Keeps the index level with the journal, until the journal is closed.
pub(crate) async fn follow(
    archive: Arc<Archive>,
    journal: Arc<journal::Journal>,
    progress: Progress,
    world: Arc<World>,
) {
    loop {
        let next = journal::Sequence::new(progress.reached() + 1);
        if journal.wait_durable(next).await.is_err() {
            return;
        }
        world.pause(GATHER).await;
        if let Err(cause) = catch_up(&archive, &journal, next, &progress) {
            progress.lost.store(true, Ordering::Relaxed);
            tracing::error!(cause = %crate::logs::chain(&cause), "the index stops following");
            return;
        }
    }
}

fn catch_up(
    archive: &Archive,
    journal: &journal::Journal,
    next: journal::Sequence,
    progress: &Progress,
) -> Result<(), ArchiveError> {
    for frame in journal.read_from(next) {
        let frame = frame.map_err(|cause| ArchiveError::Journal(next.get(), cause))?;
        let sequence = frame.sequence.get();
        archive.index(sequence, &frame.payload)?;
        progress.reached.send_replace(sequence);
    }
    Ok(())
}

/// Brings about what is due, for as long as the server runs.
pub(crate) async fn tick(gateway: Arc<Gateway>) {
    loop {
        gateway.world.pause(TICK).await;
        if let Err(fault) = gateway.bring_due().await {
            tracing::error!(%fault, "what is due could not be recorded");
        }
    }
}

/// Writes the state out whenever enough frames have come since the last time.
pub(crate) async fn snapshot(
    gateway: Arc<Gateway>,
    journal: Arc<journal::Journal>,
    snapshots: Arc<journal::Snapshots>,
    mut last: u64,
) {
    let every = gateway.config.journal.snapshot_frames.max(1);
    while let Ok(sequence) = journal.wait_durable(journal::Sequence::new(last + every)).await {
        last = sequence.get();
        write_snapshot(&gateway, &journal, &snapshots).await;
    }
}

/// Writes the state out now; what fails is logged, for a restart can do without.
pub(crate) async fn write_snapshot(
    gateway: &Gateway,
    journal: &journal::Journal,
    snapshots: &Arc<journal::Snapshots>,
) {
    let (sequence, bytes) = gateway.commits.snapshot();
    // a snapshot must never be ahead of the journal it stands for
    if journal.wait_durable(sequence).await.is_err() {
        return;
    }
    let snapshots = Arc::clone(snapshots);
    let written = tokio::task::spawn_blocking(move || snapshots.write(sequence, &bytes)).await;
    match written {
        Ok(Ok(())) => tracing::debug!(sequence = sequence.get(), "state written out"),
        Ok(Err(cause)) => {
            tracing::error!(cause = %crate::logs::chain(&cause), "the state was not written out");
        }
        Err(cause) => tracing::error!(%cause, "the state was not written out"),
    }
}
