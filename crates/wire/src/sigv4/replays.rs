//! A guard against the same signed call being sent twice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::claim::{Claim, Place};
use super::rules::Rules;

/// The signed calls of the last minutes and what became of each.
///
/// For operations that must happen once however often their request arrives. A call is known by
/// its access key and signature; it is forgotten when its signature is too old to be accepted
/// anyway, so nothing is lost by forgetting. When the guard is full of calls that could still
/// come again, it says so rather than forget one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replays<T> {
    capacity: usize,
    calls: BTreeMap<String, T>,
    ends: BTreeSet<(Timestamp, String)>,
}

/// What the guard says of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight<'a, T> {
    /// It was not here before, and now is remembered.
    First,
    /// It was here; this is what it came to.
    Again(&'a T),
    /// There is no room to remember it: it must be refused.
    Full,
}

impl<T> Replays<T> {
    /// Returns an empty guard for up to `capacity` calls at a time.
    pub const fn new(capacity: usize) -> Self {
        Self { capacity, calls: BTreeMap::new(), ends: BTreeSet::new() }
    }

    /// Remembers a proven call with its outcome, unless it is known already.
    ///
    /// The same calls in the same order give the same guard, so it can be rebuilt from a journal.
    pub fn see(
        &mut self,
        claim: &Claim,
        rules: &Rules,
        now: Timestamp,
        outcome: T,
    ) -> Sight<'_, T> {
        self.forget(now);
        let call = format!("{}/{}", claim.access_key_id, claim.signature);
        if self.calls.contains_key(&call) {
            return self.calls.get(&call).map_or(Sight::Full, Sight::Again);
        }
        if self.calls.len() >= self.capacity {
            return Sight::Full;
        }
        self.ends.insert((end(claim, rules), call.clone()));
        self.calls.insert(call, outcome);
        Sight::First
    }

    /// Returns how many calls are remembered.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Returns whether no call is remembered.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    fn forget(&mut self, now: Timestamp) {
        while self.ends.first().is_some_and(|(end, _)| *end < now) {
            if let Some((_, call)) = self.ends.pop_first() {
                self.calls.remove(&call);
            }
        }
    }
}

/// Returns the last moment at which the signature is accepted, a second added for rounding.
fn end(claim: &Claim, rules: &Rules) -> Timestamp {
    let life_secs = match claim.place {
        Place::Header => rules.skew_secs,
        Place::Query { expires_secs } => i64::from(expires_secs),
        Place::Link => 0,
    };
    claim
        .signed_at
        .checked_add(SignedDuration::from_secs(life_secs.saturating_add(1)))
        .unwrap_or(Timestamp::MAX)
}
