//! What is due: when events become files, when chains begin, when digests are written.
//!
//! ```text
//!   events ──wait──▶ Cut ──▶ files delivered ──▶ the digest of their hour
//!          (end of slot,                    └──▶ that digest is written already: backfill
//!           or enough bytes)
//! ```

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::delivery::Delivery;
use crate::layout::step_end;
use crate::state::{Chain, DeliveredFile, PlannedDigest, Trail, chain_key};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// How delivery is paced.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The length of a slot: events wait at most for its end. AWS: 5 minutes.
    pub interval: SignedDuration,
    /// How many bytes of records at most wait.
    pub bytes_max: u64,
    /// How long a digest waits for files that do not arrive. AWS's came 31 minutes after their end.
    pub grace: SignedDuration,
}

/// Events that a trail has taken and that are not cut yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// When the first of them was recorded.
    pub since: Timestamp,
    /// The frame of the last one.
    pub to: u64,
    /// How many there are.
    pub events: u64,
    /// The bytes of their records.
    pub bytes: u64,
}

impl Waiting {
    /// Returns whether these events are to become files now.
    pub fn is_due(&self, trail: &Trail, pace: &Pace, now: Timestamp) -> bool {
        // a clock that was set back must not hold events until it is there again
        let is_ahead = self.since > now;
        let is_over = step_end(self.since, pace.interval) <= now;
        !trail.is_logging || is_ahead || is_over || self.bytes >= pace.bytes_max
    }
}

/// Returns the chains that must begin: one for every account and Region that the trail's digests
/// cover, and for every file that none lists.
///
/// `covered` are the accounts and Regions of the trail, enabled ones only.
pub fn chains_to_begin(
    trail: &Trail,
    covered: &[(String, String)],
    now: Timestamp,
) -> Vec<Delivery> {
    let mut begun = covered_chains(trail, covered, now);
    for (account, region, file) in &trail.unlisted {
        let is_begun = begun.iter().any(|chain| is_chain(chain, account, region));
        if !is_begun && is_free(trail, account, region, file.at) {
            let first = trail.started.unwrap_or(file.at);
            begun.push(chain_begun(account, region, step_before(first, file.at)));
        }
    }
    begun
}

/// Returns the chains that must begin because the trail delivers.
fn covered_chains(trail: &Trail, covered: &[(String, String)], now: Timestamp) -> Vec<Delivery> {
    let since = trail.started.zip(trail.validation_since).filter(|_| trail.is_logging);
    let Some(first) = since.map(|(started, validated)| started.max(validated)) else {
        return Vec::new();
    };
    // beside chains that run, a new account's or Region's begins in their step
    let is_late = trail.chains.values().any(|chain| chain.ending.is_none());
    let at = if is_late { step_before(first, now) } else { first };
    let free = covered.iter().filter(|(account, region)| {
        trail.chains.get(&chain_key(account, region)).is_none_or(is_over)
    });
    free.map(|(account, region)| chain_begun(account, region, at)).collect()
}

fn chain_begun(account: &str, region: &str, at: Timestamp) -> Delivery {
    Delivery::ChainBegun { account: account.to_owned(), region: region.to_owned(), at }
}

fn is_chain(begun: &Delivery, of: &str, from: &str) -> bool {
    matches!(begun, Delivery::ChainBegun { account, region, .. } if account == of && region == from)
}

/// Returns the chains that must end: those of accounts from which an organization trail no longer
/// delivers, and those of Regions that are not enabled once they have listed what came from there.
/// `covered` is as with [`chains_to_begin`].
pub fn chains_to_end(trail: &Trail, covered: &[(String, String)], now: Timestamp) -> Vec<Delivery> {
    let accounts: BTreeSet<_> = covered.iter().map(|(account, _)| account.as_str()).collect();
    let regions: BTreeSet<_> = covered.iter().map(|(_, region)| region.as_str()).collect();
    let is_idle = |chain: &Chain| chain.last.is_some() && chain.files.is_empty();
    let is_over = |chain: &&Chain| {
        chain.ending.is_none()
            && (!accounts.contains(chain.account.as_str())
                || !regions.contains(chain.region.as_str()) && is_idle(chain))
    };
    let ending = |chain: &Chain| Delivery::ChainEnding {
        account: chain.account.clone(),
        region: chain.region.clone(),
        at: now,
    };
    trail.chains.values().filter(is_over).map(ending).collect()
}

/// Returns whether no chain is in the way of one for what was delivered at `time`: there was none,
/// or one that has ended before.
fn is_free(trail: &Trail, account: &str, region: &str, time: Timestamp) -> bool {
    match trail.chains.get(&chain_key(account, region)) {
        None => true,
        Some(chain) => is_over(chain) && chain.ending.is_some_and(|ending| ending <= time),
    }
}

/// Returns whether a chain has written all that it will.
fn is_over(chain: &Chain) -> bool {
    chain.ended && chain.planned.is_none()
}

/// Returns the last whole hour after `first` that is not after `time`.
fn step_before(first: Timestamp, time: Timestamp) -> Timestamp {
    let hours = time.duration_since(first).as_secs().div_euclid(3600).max(0);
    first.checked_add(SignedDuration::from_hours(hours)).unwrap_or(first)
}

/// Returns the digest that a chain must write now: one that is planned, the regular one, then a
/// backfill.
pub fn digest_due(
    trail: &Trail,
    chain: &Chain,
    pace: &Pace,
    now: Timestamp,
) -> Option<PlannedDigest> {
    chain
        .planned
        .or_else(|| regular(trail, chain, pace, now))
        .or_else(|| backfill(trail, chain, now))
}

fn regular(trail: &Trail, chain: &Chain, pace: &Pace, now: Timestamp) -> Option<PlannedDigest> {
    let last_end = chain.last.as_ref().map(|last| last.end);
    let end = match (last_end, chain.ending) {
        (Some(_), Some(ending)) => chain.next_end.min(ending),
        _ => chain.next_end,
    };
    let may_miss_files = is_failing(trail) && now.duration_since(end) >= pace.grace;
    let is_awaited = trail.cuts.iter().any(|cut| cut.at <= end);
    if chain.ended || end > now || (is_awaited && !may_miss_files) {
        return None;
    }
    Some(PlannedDigest {
        start: last_end.unwrap_or(hour_before(end)),
        end,
        // the starting digest lists nothing
        listed: last_end.map_or(0, |_| up_to(&chain.files, end)),
        backfill: None,
        is_final: chain.ending.is_some_and(|ending| end >= ending),
    })
}

fn backfill(trail: &Trail, chain: &Chain, now: Timestamp) -> Option<PlannedDigest> {
    let oldest = chain.late.first()?.at;
    let last_end = chain.last.as_ref()?.end;
    if trail.cuts.iter().any(|cut| cut.at <= last_end) {
        // more of the kind may come with it
        return None;
    }
    let free = chain.last_backfill.as_ref().and_then(|last| last.end.checked_add(SECOND).ok());
    let end = free.map_or(last_end, |free| free.max(last_end));
    Some(PlannedDigest {
        start: oldest.min(hour_before(end)),
        end,
        listed: chain.late.len(),
        backfill: Some(now),
        is_final: false,
    })
}

fn hour_before(time: Timestamp) -> Timestamp {
    time.checked_sub(HOUR).unwrap_or(time)
}

fn is_failing(trail: &Trail) -> bool {
    trail.statuses.values().any(|status| status.latest_delivery_error.is_some())
}

fn up_to(files: &[DeliveredFile], end: Timestamp) -> usize {
    files.iter().take_while(|file| file.at <= end).count()
}

#[cfg(test)]
mod tests;
