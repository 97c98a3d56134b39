//! Buckets to be verified, from wherever, and what their listings alone show.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use jiff::{SignedDuration, Timestamp};
use trail::layout;
use trail::verify::{Fetch, Finding, Kind};

use super::keys::Trust;

/// The longest slot of delivery: a file may bear a time that is so much later than its delivery.
const SLOT_MAX: SignedDuration = SignedDuration::from_mins(15);

/// Buckets that can be read, from wherever.
pub(super) struct Place {
    /// Their names, and every key with its size.
    pub(super) buckets: Vec<(String, Vec<(String, u64)>)>,
    /// Reads an object of them.
    pub(super) fetch: Box<Fetch<'static>>,
    /// Until when digests must be there, where nobody says.
    pub(super) end: Timestamp,
    /// What time it is there.
    pub(super) now: Timestamp,
    /// The keys that it names itself; a copy names none.
    pub(super) keys: Option<Trust>,
    /// How many files are read at once.
    pub(super) threads: usize,
    /// What its owner's records say and the buckets do not show.
    pub(super) findings: Vec<Finding>,
}

impl Place {
    pub(super) fn keys(&mut self) -> Result<Trust> {
        match self.keys.take() {
            Some(trust) => Ok(trust),
            None => bail!("a copy is verified with keys from elsewhere: name them with --keys"),
        }
    }

    /// Returns the files of a time that has not come yet, which no digest can have named.
    pub(super) fn future(&self, end: Timestamp) -> Vec<Finding> {
        let latest = self.now.max(end).checked_add(SLOT_MAX).unwrap_or(Timestamp::MAX);
        let is_late = |key: &str| layout::parse(key)?.kind.time().map(|time| time > latest);
        let all = self
            .buckets
            .iter()
            .flat_map(|(bucket, keys)| keys.iter().map(move |(key, _)| (bucket, key)));
        all.filter(|(_, key)| is_late(key) == Some(true))
            .map(|(bucket, key)| Finding {
                bucket: bucket.clone(),
                key: key.clone(),
                kind: Kind::Extra,
                words: "its time has not come yet: it was put there by someone else, or a clock \
                        is wrong"
                    .to_owned(),
            })
            .collect()
    }

    /// Returns the Regions that have signed digests, as their trusted keys say, and of which a trail
    /// that delivers from every Region has left none.
    pub(super) fn unseen(&self, trust: &Trust) -> Vec<Finding> {
        let seen: BTreeSet<String> = self.regions().into_iter().map(|(region, _)| region).collect();
        let Some((bucket, folder)) = self.folder_of_every_region() else { return Vec::new() };
        let signed: BTreeSet<&str> =
            trust.keys.iter().filter_map(|key| key.region.as_deref()).collect();
        signed
            .into_iter()
            .filter(|region| !seen.contains(*region))
            .map(|region| Finding {
                bucket: bucket.to_owned(),
                key: format!("{folder}/{region}"),
                kind: Kind::NoDigests,
                words: "there is not one digest from this Region, which has a trusted key and so \
                        has signed some"
                    .to_owned(),
            })
            .collect()
    }

    /// Returns where a trail that delivers from every Region puts its digests.
    fn folder_of_every_region(&self) -> Option<(&str, String)> {
        let all = self
            .buckets
            .iter()
            .flat_map(|(bucket, keys)| keys.iter().map(move |(key, _)| (bucket.as_str(), key)));
        let mut parsed = all.filter_map(|(bucket, key)| Some((bucket, layout::parse(key)?)));
        parsed.find_map(|(bucket, parsed)| {
            let layout::Kind::Digest { home_region, .. } = parsed.kind else { return None };
            let is_of_another = home_region != parsed.place.region;
            is_of_another.then(|| (bucket, parsed.folder("CloudTrail-Digest")))
        })
    }

    /// Returns the Regions whose digests are there, with the time of the oldest and the newest.
    pub(super) fn regions(&self) -> BTreeSet<(String, Timestamp)> {
        let keys = self.buckets.iter().flat_map(|(_, keys)| keys);
        keys.filter_map(|(key, _)| {
            let parsed = layout::parse(key)?;
            let layout::Kind::Digest { time, .. } = parsed.kind else { return None };
            Some((parsed.place.region.to_owned(), time))
        })
        .collect()
    }
}
