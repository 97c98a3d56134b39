//! The state: a pure fold over the changes in the journal's frames.

use serde::{Deserialize, Serialize};

/// Everything that calls have changed.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    /// Accounts, users, roles, keys and policies.
    pub identity: identity::State,
    /// The Marketplace and License Manager sandboxes.
    pub sandbox: sandbox::State,
    /// Buckets and the index of their objects.
    #[serde(default)]
    pub bucket: bucket::State,
    /// Topics and queues.
    #[serde(default)]
    pub messaging: messaging::State,
    /// Trails.
    #[serde(default)]
    pub trail: trail::State,
    /// How far the sandbox clock is from the wall, in milliseconds.
    pub clock_offset_ms: i64,
    /// Whether that clock may be moved.
    pub clock_movable: bool,
    /// Whether this is the demo world.
    pub demo: bool,
    /// The operator's account: the first one, whose principals may see every account's events.
    pub operator_account: String,
}

/// One change, as it stands in a frame; an unknown kind fails to parse and is never skipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Change {
    /// Of identity.
    Identity(identity::Change),
    /// Of a sandbox.
    Sandbox(sandbox::Change),
    /// Of a bucket.
    Bucket(bucket::Change),
    /// Of a topic or a queue.
    Messaging(messaging::Change),
    /// Of a trail.
    Trail(trail::Change),
    /// Of the sandbox clock's distance from the wall, in milliseconds.
    Clock(i64),
    /// What the world was begun as.
    Begin {
        /// See [`State::operator_account`].
        operator_account: String,
        /// See [`State::demo`].
        demo: bool,
    },
    /// Whether the clock may be moved from now on.
    ClockMovable(bool),
}

impl State {
    /// Folds one change in. Uses neither clock nor randomness nor configuration.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::Identity(change) => self.identity.apply(change),
            Change::Sandbox(change) => self.sandbox.apply(change),
            Change::Bucket(change) => self.bucket.apply(change),
            Change::Messaging(change) => self.messaging.apply(change),
            Change::Trail(change) => self.trail.apply(change),
            Change::Clock(offset_ms) => self.clock_offset_ms = *offset_ms,
            Change::ClockMovable(movable) => self.clock_movable = *movable,
            Change::Begin { operator_account, demo } => {
                self.operator_account.clone_from(operator_account);
                self.demo = *demo;
            }
        }
    }
}

impl From<identity::Change> for Change {
    fn from(change: identity::Change) -> Self {
        Self::Identity(change)
    }
}

impl From<sandbox::Change> for Change {
    fn from(change: sandbox::Change) -> Self {
        Self::Sandbox(change)
    }
}

impl From<bucket::Change> for Change {
    fn from(change: bucket::Change) -> Self {
        Self::Bucket(change)
    }
}

impl From<messaging::Change> for Change {
    fn from(change: messaging::Change) -> Self {
        Self::Messaging(change)
    }
}

impl From<trail::Change> for Change {
    fn from(change: trail::Change) -> Self {
        Self::Trail(change)
    }
}
