//! Those who follow the journal at their own pace, and the jobs that time starts.

use std::sync::Arc;
use std::time::Duration;

use crate::archive::{Archive, ArchiveError};
use crate::boot;
use crate::gateway::Gateway;
use crate::progress::Progress;
use crate::world::World;

/// How long the index waits for more before it takes what is there: many small wake-ups would cost
/// more than the delay is worth.
const GATHER: Duration = Duration::from_millis(5);
/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_millis(250);

/// Keeps the index level with the journal, until the journal is closed.
pub(crate) async fn follow(
    archive: Arc<Archive>,
    journal: Arc<journal::Journal>,
    progress: Progress,
    world: Arc<World>,
) {
    let watched = LostUnlessEnded(&progress);
    loop {
        let next = journal::Sequence::new(progress.reached() + 1);
        if journal.wait_durable(next).await.is_err() {
            std::mem::forget(watched);
            return;
        }
        tokio::select! {
            () = world.pause(GATHER) => {}
            () = progress.hurried() => {}
        }
        if let Err(cause) = catch_up(&archive, &journal, next, &progress) {
            tracing::error!(cause = %crate::logs::chain(&cause), "the index stops following");
            return;
        }
    }
}

/// Tells that the index follows no longer, however it came to an end.
struct LostUnlessEnded<'a>(&'a Progress);

impl Drop for LostUnlessEnded<'_> {
    fn drop(&mut self) {
        self.0.lose();
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
        progress.reach(sequence);
    }
    Ok(())
}

/// Brings about what is due, for as long as the server runs.
pub(crate) async fn tick(gateway: Arc<Gateway>) {
    loop {
        gateway.world.pause(TICK).await;
        gateway.bring_due_soon().await;
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
    let chain = match journal.read(sequence) {
        Ok(frame) => frame.hash,
        // before the first frame there is nothing to write out
        Err(_) => return,
    };
    let bytes = boot::snapshot_bytes(&chain, &bytes);
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
