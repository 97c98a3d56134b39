//! How far the index is behind the journal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};

/// How far the index is, for those who wait for it.
#[derive(Clone)]
pub(crate) struct Progress {
    reached: watch::Sender<u64>,
    lost: Arc<AtomicBool>,
    ended: watch::Sender<bool>,
    hurry: Arc<Notify>,
}

impl Progress {
    /// Returns the progress of an index that has reached frame `sequence`.
    pub(crate) fn new(sequence: u64) -> Self {
        Self {
            reached: watch::Sender::new(sequence),
            lost: Arc::default(),
            ended: watch::Sender::new(false),
            hurry: Arc::default(),
        }
    }

    /// Waits until the index is beyond frame `sequence`, at most for `wait`.
    ///
    /// Returns whether it is; when the server ends, nobody waits any longer.
    pub(crate) async fn beyond(&self, sequence: u64, wait: Duration) -> bool {
        let (mut reached, mut ended) = (self.reached.subscribe(), self.ended.subscribe());
        let there = async {
            tokio::select! {
                news = reached.wait_for(|reached| *reached > sequence) => news.is_ok(),
                _ = ended.wait_for(|ended| *ended) => false,
            }
        };
        tokio::time::timeout(wait, there).await.unwrap_or(false)
    }

    /// Tells those who wait that the server ends.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Returns whether the server ends.
    pub(crate) fn is_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Waits until the index holds frame `sequence`, and lets it not gather any longer.
    pub(crate) async fn level(&self, sequence: u64, wait: Duration) -> bool {
        let below = sequence.saturating_sub(1);
        if self.reached() > below {
            return true;
        }
        self.hurry.notify_one();
        self.beyond(below, wait).await
    }

    /// Waits until somebody is in a hurry.
    pub(crate) async fn hurried(&self) {
        self.hurry.notified().await;
    }

    /// Returns the last frame of the index.
    pub(crate) fn reached(&self) -> u64 {
        *self.reached.borrow()
    }

    /// Returns whether the index has stopped following the journal.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Tells that frame `sequence` is in the index.
    pub(crate) fn reach(&self, sequence: u64) {
        self.reached.send_replace(sequence);
    }

    /// Tells that the index follows no longer.
    pub(crate) fn lose(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }
}
