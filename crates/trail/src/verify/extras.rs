//! Log files that no digest names: those that do not belong there, and those that nothing proves.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::chains::Link;
use super::digests::Location;
use super::question::{Question, SLOT_MAX};
use super::report::{Finding, Kind, NotProven, Why};
use super::standing::Standing;
use super::survey::{Object, Survey};

/// Account and Region.
type Owner<'a> = (&'a str, &'a str);
/// Account, Region and bucket.
type Shelf<'a> = (&'a str, &'a str, &'a str);

/// What the digests, of whatever trail, say of which files there are.
#[derive(Default)]
pub(super) struct Coverage<'a> {
    named: BTreeSet<(&'a str, &'a str)>,
    /// The times that digests prove, by where their trail has put files.
    times: BTreeMap<Shelf<'a>, Vec<(Timestamp, Timestamp)>>,
    newest: BTreeMap<Owner<'a>, Timestamp>,
}

impl<'a> Coverage<'a> {
    pub(super) fn new(links: &[Link<'a>]) -> Self {
        let standings: BTreeMap<&Location, &Link<'_>> =
            links.iter().map(|link| (link.location, link)).collect();
        let mut coverage = Self::default();
        for link in links {
            coverage.take(link, &standings);
        }
        coverage
    }

    fn take(&mut self, link: &Link<'a>, standings: &BTreeMap<&Location, &Link<'a>>) {
        let owner = (link.node.chain.account.as_str(), link.node.chain.region.as_str());
        let newest = self.newest.entry(owner).or_insert(link.node.time);
        *newest = link.node.time.max(*newest);
        let Some(content) = link.sound() else { return };
        let files = content.document.log_files.iter();
        self.named.extend(files.map(|entry| (entry.s3_bucket.as_str(), entry.s3_object.as_str())));
        // a starting digest covers nothing, and a backfill digest only what it names
        let Some((bucket, key)) = content.document.previous() else { return };
        if link.node.chain.backfill {
            return;
        }
        let before = standings.get(&(bucket.to_owned(), key.to_owned()));
        let before = before.and_then(|before| before.sound());
        let is_joined = before.is_some_and(|before| before.document.previous().is_some());
        let slot = if is_joined { SignedDuration::ZERO } else { SLOT_MAX };
        let from = content.start.checked_add(slot).unwrap_or(Timestamp::MAX);
        // its files are in its own bucket or, before a change, in the one of the digest before it
        for holder in BTreeSet::from([link.location.0.as_str(), bucket]) {
            let place = (owner.0, owner.1, holder);
            self.times.entry(place).or_default().push((from, content.end));
        }
    }

    /// Looks at every log file of the listing that no digest names.
    pub(super) fn look(
        &self,
        survey: &Survey<'_>,
        question: &Question<'_>,
    ) -> (Vec<Finding>, Vec<NotProven>) {
        let (mut findings, mut not_proven) = (Vec::new(), Vec::new());
        let mut alone: BTreeMap<Owner<'_>, (&Object<'_>, u64)> = BTreeMap::new();
        for object in &survey.logs {
            let Some(time) = object.parsed.kind.time() else { continue };
            if self.named.contains(&(object.bucket, object.key)) || !question.covers_file(time) {
                continue;
            }
            let owner = (object.parsed.place.account, object.parsed.place.region);
            if !self.newest.contains_key(&owner) {
                alone.entry(owner).or_insert((object, 0)).1 += 1;
            }
            let why = self.why((owner.0, owner.1, object.bucket), time);
            if why == Why::Finding {
                findings.push(extra(object));
            }
            let (bucket, key) = (object.bucket.to_owned(), object.key.to_owned());
            not_proven.push(NotProven { bucket, key, why });
        }
        findings.extend(alone.values().map(|(object, count)| without_digests(object, *count)));
        (findings, not_proven)
    }

    fn why(&self, place: Shelf<'_>, time: Timestamp) -> Why {
        let (account, region, _) = place;
        let times = self.times.get(&place).map(Vec::as_slice).unwrap_or_default();
        if times.iter().any(|(from, to)| *from < time && time <= *to) {
            return Why::Finding;
        }
        match self.newest.get(&(account, region)) {
            Some(newest) if time > *newest => Why::NotYet,
            _ => Why::NotCovered,
        }
    }
}

fn extra(object: &Object<'_>) -> Finding {
    Finding {
        bucket: object.bucket.to_owned(),
        key: object.key.to_owned(),
        kind: Kind::Extra,
        words: "no digest names the log file, and the digests of its time are there: it was put \
                there by someone else, or by a trail without validation, or it came late and its \
                backfill digest is still to come"
            .to_owned(),
    }
}

fn without_digests(first: &Object<'_>, count: u64) -> Finding {
    let place = first.parsed.place;
    Finding {
        bucket: first.bucket.to_owned(),
        key: first.parsed.folder("CloudTrail-Digest") + "/" + place.region,
        kind: Kind::NoDigests,
        words: format!("there are {count} log files and not one digest: nothing of them is proven"),
    }
}

/// What a digest itself adds to what is not proven.
pub(super) fn of_digest(link: &Link<'_>) -> Option<NotProven> {
    let why = match link.standing {
        Standing::Proven => return None,
        Standing::Unsigned => Why::UnsignedHead,
        Standing::Broken => Why::Finding,
    };
    let (bucket, key) = link.location.clone();
    Some(NotProven { bucket, key, why })
}
