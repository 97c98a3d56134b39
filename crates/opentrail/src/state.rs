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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::founding;

    fn founded() -> Value {
        let vault = identity::Vault::new(&[3; 32]);
        let now = "2026-11-20T08:00:00Z".parse().unwrap();
        let mut drawn = 0_u64;
        let mut random = || {
            drawn += 1;
            drawn
        };
        let seed = sandbox::Seed::default();
        let world = founding::found(true, &seed, &vault, now, &mut random).unwrap();
        let mut state = State::default();
        world.changes.iter().for_each(|change| state.apply(change));
        serde_json::to_value(state).unwrap()
    }

    /// Takes members out, and says whether all of them were there.
    fn without(object: &mut Value, names: &[&str]) -> bool {
        let object = object.as_object_mut().unwrap();
        names.iter().all(|name| object.remove(*name).is_some())
    }

    /// Snapshots of 0.1 know neither buckets, topics and trails nor organizations.
    #[test]
    fn a_snapshot_of_the_release_before_trails_is_read() {
        let whole = founded();
        let mut old = whole.clone();
        assert!(without(&mut old, &["bucket", "messaging", "trail"]));
        assert!(without(&mut old["identity"], &["organizations"]));
        for account in old["identity"]["accounts"].as_object_mut().unwrap().values_mut() {
            assert!(without(account, &["name", "email"]));
        }
        let read: State = serde_json::from_value(old).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), whole);
        assert!(read.trail.trails.is_empty() && read.identity.organizations().next().is_none());
    }

    #[test]
    fn what_a_snapshot_should_not_hold_is_an_error() {
        let mut odd = founded();
        odd["pigeons"] = Value::Null;
        assert!(serde_json::from_value::<State>(odd).is_err());
        let kind = serde_json::json!({ "Pigeon": 1 });
        assert!(serde_json::from_value::<Change>(kind).is_err());
    }
}
