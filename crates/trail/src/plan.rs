//! What is due: when events become files, when chains begin, when digests are written.
//!
//! ```text
//!   events ──wait──▶ Cut ──▶ files delivered ──▶ the digest of their hour
//!          (end of slot,                    └──▶ that digest is written already: backfill
//!           or enough bytes)
//! ```

use jiff::{SignedDuration, Timestamp};

use crate::change::Delivery;
use crate::layout::slot_end;
use crate::state::{Chain, DeliveredFile, Trail, chain_key};

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

/// A digest that is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestDue {
    /// The begin of what it covers.
    pub start: Timestamp,
    /// The end of what it covers.
    pub end: Timestamp,
    /// How many of the chain's files (or late files) it lists, from the oldest on.
    pub listed: usize,
    /// Whether it lists late files.
    pub backfill: bool,
    /// Whether the chain ends with it.
    pub is_final: bool,
}

impl Waiting {
    /// Returns whether these events are to become files now.
    pub fn is_due(&self, trail: &Trail, pace: &Pace, now: Timestamp) -> bool {
        // a clock that was set back must not hold events until it is there again
        let is_ahead = self.since > now;
        let is_over = slot_end(self.since, pace.interval) <= now;
        !trail.is_logging || is_ahead || is_over || self.bytes >= pace.bytes_max
    }
}

/// Returns the chains that must begin: one for every account and Region that the trail's digests
/// cover, and for every file that none lists.
///
/// `covered` are the accounts and Regions of the trail, enabled ones only.
pub fn chains_to_begin(trail: &Trail, covered: &[(String, String)], now: Timestamp) -> Vec<Delivery> {
    let Some(first) = digests_since(trail) else { return Vec::new() };
    let chain_begun = |account: &str, region: &str, at| Delivery::ChainBegun {
        account: account.to_owned(),
        region: region.to_owned(),
        at,
    };
    let mut begun: Vec<_> = covered
        .iter()
        .filter(|(account, region)| trail.is_logging && is_free(trail, account, region, first))
        .map(|(account, region)| {
            // beside chains that run, a new account's or Region's begins in their step
            let is_late = trail.chains.values().any(|chain| chain.ending.is_none());
            chain_begun(account, region, if is_late { step_before(first, now) } else { first })
        })
        .collect();
    for (account, region, file) in &trail.unlisted {
        let is_new = !covered.iter().any(|(a, r)| a == account && r == region) || !trail.is_logging;
        let chain = chain_begun(account, region, step_before(first, file.at));
        let is_there = begun.iter().any(|other| same_chain(other, &chain));
        if is_new && !is_there && is_free(trail, account, region, first) {
            begun.push(chain);
        }
    }
    begun
}

/// Returns since when the trail's present chains run.
fn digests_since(trail: &Trail) -> Option<Timestamp> {
    Some(trail.started?.max(trail.validation_since?))
}

fn same_chain(one: &Delivery, other: &Delivery) -> bool {
    let name = |delivery: &Delivery| match delivery {
        Delivery::ChainBegun { account, region, .. } => Some(chain_key(account, region)),
        _ => None,
    };
    name(one) == name(other)
}

/// Returns whether no chain is in the way: there was none, or one that has ended.
fn is_free(trail: &Trail, account: &str, region: &str, first: Timestamp) -> bool {
    match trail.chains.get(&chain_key(account, region)) {
        None => true,
        Some(chain) => chain.ended && chain.ending.is_some_and(|ending| ending <= first),
    }
}

/// Returns the last whole hour after `first` that is not after `time`.
fn step_before(first: Timestamp, time: Timestamp) -> Timestamp {
    let hours = time.duration_since(first).as_secs().div_euclid(3600).max(0);
    first.checked_add(SignedDuration::from_hours(hours)).unwrap_or(first)
}

/// Returns the digest that a chain must write now: the regular one first, then a backfill.
pub fn digest_due(trail: &Trail, chain: &Chain, pace: &Pace, now: Timestamp) -> Option<DigestDue> {
    regular(trail, chain, pace, now).or_else(|| backfill(trail, chain))
}

fn regular(trail: &Trail, chain: &Chain, pace: &Pace, now: Timestamp) -> Option<DigestDue> {
    let last_end = chain.last.as_ref().map(|last| last.end);
    let ending = chain.ending.filter(|ending| last_end.is_none_or(|last| *ending > last));
    let end = match (last_end, ending) {
        (Some(_), Some(ending)) => chain.next_end.min(ending),
        _ => chain.next_end,
    };
    let may_miss_files = is_failing(trail) && now.duration_since(end) >= pace.grace;
    let is_awaited = trail.cuts.iter().any(|cut| cut.at <= end);
    if chain.ended || end > now || (is_awaited && !may_miss_files) {
        return None;
    }
    let hour_before = end.checked_sub(HOUR).unwrap_or(end);
    Some(DigestDue {
        start: last_end.unwrap_or(hour_before),
        end,
        // the starting digest lists nothing
        listed: last_end.map_or(0, |_| up_to(&chain.files, end)),
        backfill: false,
        is_final: chain.ending.is_some_and(|ending| end >= ending),
    })
}

fn backfill(trail: &Trail, chain: &Chain) -> Option<DigestDue> {
    let oldest = chain.late.first()?.at;
    let last_end = chain.last.as_ref()?.end;
    if trail.cuts.iter().any(|cut| cut.at <= last_end) {
        // more of the kind may come with it
        return None;
    }
    let free = chain.last_backfill.as_ref().and_then(|last| last.end.checked_add(SECOND).ok());
    let end = free.map_or(last_end, |free| free.max(last_end));
    let hour_before = end.checked_sub(HOUR).unwrap_or(end);
    Some(DigestDue {
        start: oldest.min(hour_before),
        end,
        listed: chain.late.len(),
        backfill: true,
        is_final: false,
    })
}

fn is_failing(trail: &Trail) -> bool {
    trail.statuses.values().any(|status| status.latest_delivery_error.is_some())
}

fn up_to(files: &[DeliveredFile], end: Timestamp) -> usize {
    files.iter().take_while(|file| file.at <= end).count()
}
