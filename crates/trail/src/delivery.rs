//! What happens to a trail on the way to its bucket, and what that leaves to do.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::state::{
    Chain, Cut, DeliveredFile, LastDigest, Notice, PlannedDigest, RegionStatus, Trail, chain_key,
};

/// How long a digest covers.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// What happened to a trail on the way to its bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Delivery {
    /// The events up to this frame are to become files.
    Cut {
        /// The last frame.
        to: u64,
        /// The files' time.
        at: Timestamp,
    },
    /// All files of one account and Region of a cut are in the bucket.
    Delivered {
        /// The last frame of the cut.
        cut: u64,
        /// The account.
        account: String,
        /// The Region.
        region: String,
        /// The files.
        files: Vec<DeliveredFile>,
        /// What must be told of them to a topic elsewhere.
        notices: Vec<Notice>,
        /// When.
        at: Timestamp,
    },
    /// A file of a Region did not arrive.
    DeliveryFailed(Failure),
    /// All accounts and Regions of a cut were tried; the files of these did not arrive.
    CutLeft {
        /// The last frame of the cut.
        cut: u64,
        /// Those that are left, by [`chain_key`].
        left: BTreeSet<String>,
    },
    /// Nothing is left of a cut: all is delivered.
    CutDone {
        /// The last frame of the cut.
        cut: u64,
    },
    /// What is left of a cut is given up, after a month of trying.
    GivenUp {
        /// The last frame of the cut.
        cut: u64,
    },
    /// What a chain of a deleted trail has still to prove is given up, after a month of trying.
    ChainGivenUp {
        /// The account.
        account: String,
        /// The Region.
        region: String,
    },
    /// Notifications of a Region's files arrived.
    Notified {
        /// The Region.
        region: String,
        /// How many of those that waited, from the oldest on, are done.
        waited: usize,
        /// When.
        at: Timestamp,
    },
    /// A notification did not arrive.
    NotificationFailed {
        /// What and when.
        failure: Failure,
        /// How many of those that waited, from the oldest on, are given up.
        waited: usize,
    },
    /// A digest chain begins, with a starting digest that ends now.
    ChainBegun {
        /// The account.
        account: String,
        /// The Region.
        region: String,
        /// When.
        at: Timestamp,
    },
    /// A digest chain is to end: its account has left the organization.
    ChainEnding {
        /// The account.
        account: String,
        /// The Region.
        region: String,
        /// When.
        at: Timestamp,
    },
    /// What a digest will say is settled.
    DigestPlanned {
        /// The account.
        account: String,
        /// The Region.
        region: String,
        /// What it will say.
        digest: PlannedDigest,
    },
    /// The planned digest is in the bucket.
    DigestWritten {
        /// The account.
        account: String,
        /// The Region.
        region: String,
        /// What the next one says of it.
        digest: LastDigest,
        /// When it arrived.
        at: Timestamp,
    },
    /// A digest did not arrive.
    DigestFailed(Failure),
}

/// Why something did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The Region whose status it is.
    pub region: String,
    /// The error code, such as `AccessDenied` or `NoSuchBucket`.
    pub error: String,
    /// When.
    pub at: Timestamp,
}

impl Trail {
    pub(crate) fn cut(&mut self, to: u64, at: Timestamp) {
        if to <= self.cut_to {
            return;
        }
        self.cuts.push(Cut::new(self.cut_to, to, at));
        self.cut_to = to;
    }

    /// Lets the chains end that `is_over`; those that end already keep their time.
    pub(crate) fn end_chains(&mut self, at: Timestamp, is_over: impl Fn(&Self, &Chain) -> bool) {
        let mut chains = std::mem::take(&mut self.chains);
        for chain in chains.values_mut().filter(|chain| chain.ending.is_none()) {
            if is_over(self, chain) {
                // the final digest has an end of its own
                let last = chain.last.as_ref().map_or(chain.next_end, |last| last.end);
                let last = chain.planned.map_or(last, |planned| planned.end.max(last));
                chain.ending = Some(last.checked_add(SECOND).unwrap_or(last).max(at));
            }
        }
        self.chains = chains;
    }

    pub(crate) fn forget_notification_errors(&mut self) {
        for status in self.statuses.values_mut() {
            status.latest_notification_error = None;
        }
    }

    pub(crate) fn deliver(&mut self, what: &Delivery) {
        match what {
            Delivery::Cut { to, at } => self.cut(*to, *at),
            Delivery::Delivered { cut, account, region, files, notices, at } => {
                if let Some(cut) = self.cuts.iter_mut().find(|known| known.to == *cut) {
                    cut.done.insert(chain_key(account, region));
                    cut.left.remove(&chain_key(account, region));
                }
                for file in files {
                    self.list(account, region, file);
                }
                self.status(region).delivered(*at);
                self.notices.extend_from_slice(notices);
            }
            Delivery::CutLeft { cut, left } => {
                if let Some(cut) = self.cuts.iter_mut().find(|known| known.to == *cut) {
                    cut.left.clone_from(left);
                }
            }
            Delivery::CutDone { cut } | Delivery::GivenUp { cut } => {
                self.cuts.retain(|known| known.to != *cut);
            }
            Delivery::ChainGivenUp { account, region } => {
                self.chains.remove(&chain_key(account, region));
                self.unlisted.retain(|(of, from, _)| of != account || from != region);
            }
            Delivery::DeliveryFailed(Failure { region, error, at }) => {
                let status = self.status(region);
                status.latest_delivery_attempt = Some(*at);
                status.latest_delivery_error = Some(error.clone());
            }
            Delivery::Notified { region, waited, at } => {
                self.forget_notices(*waited);
                let status = self.status(region);
                status.latest_notification = Some(*at);
                status.latest_notification_attempt = Some(*at);
                status.latest_notification_error = None;
            }
            Delivery::NotificationFailed { failure: Failure { region, error, at }, waited } => {
                self.forget_notices(*waited);
                let status = self.status(region);
                status.latest_notification_attempt = Some(*at);
                status.latest_notification_error = Some(error.clone());
            }
            Delivery::ChainBegun { account, region, at } => self.begin_chain(account, region, *at),
            Delivery::ChainEnding { account, region, at } => {
                let ends = chain_key(account, region);
                self.end_chains(*at, |_, chain| chain_key(&chain.account, &chain.region) == ends);
            }
            Delivery::DigestPlanned { account, region, digest } => {
                if let Some(chain) = self.chains.get_mut(&chain_key(account, region)) {
                    chain.planned = Some(*digest);
                }
            }
            Delivery::DigestWritten { account, region, digest, at } => {
                if let Some(chain) = self.chains.get_mut(&chain_key(account, region)) {
                    chain.written(digest);
                }
                let status = self.status(region);
                status.latest_digest_delivery = Some(*at);
                status.latest_digest_delivery_error = None;
            }
            Delivery::DigestFailed(Failure { region, error, .. }) => {
                self.status(region).latest_digest_delivery_error = Some(error.clone());
            }
        }
    }

    fn status(&mut self, region: &str) -> &mut RegionStatus {
        self.statuses.entry(region.to_owned()).or_default()
    }

    fn forget_notices(&mut self, count: usize) {
        self.notices.drain(..count.min(self.notices.len()));
    }

    /// Keeps a delivered file until a digest lists it.
    fn list(&mut self, account: &str, region: &str, file: &DeliveredFile) {
        let chain = self.chains.get_mut(&chain_key(account, region));
        match chain.filter(|chain| chain.takes(file)) {
            Some(chain) if chain.is_past(file) => chain.late.push(file.clone()),
            Some(chain) => chain.files.push(file.clone()),
            None if self.validation_since.is_some() => {
                self.unlisted.push((account.to_owned(), region.to_owned(), file.clone()));
            }
            None => {}
        }
    }

    /// Begins a chain in the place of one that has ended, and takes over the files that wait for it.
    fn begin_chain(&mut self, account: &str, region: &str, at: Timestamp) {
        let key = chain_key(account, region);
        let before = self.chains.remove(&key);
        let mut chain = Chain {
            account: account.to_owned(),
            region: region.to_owned(),
            next_end: at,
            last: None,
            files: Vec::new(),
            last_backfill: None,
            late: Vec::new(),
            planned: None,
            ending: None,
            ended: false,
        };
        if let Some(before) = before {
            // two digests of one second would be one key
            let free = before.last.and_then(|last| last.end.checked_add(SECOND).ok());
            chain.next_end = free.map_or(at, |free| free.max(at));
            (chain.late, chain.last_backfill) = (before.late, before.last_backfill);
        }
        let (waiting, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.unlisted)
            .into_iter()
            .partition(|(of, from, _)| of == account && from == region);
        self.unlisted = others;
        chain.files = waiting.into_iter().map(|(_, _, file)| file).collect();
        if !self.is_logging || !self.digests(account, region) {
            // it only lists what no chain did
            let times = chain.files.iter().map(|file| file.at).chain(self.stopped);
            let after = chain.next_end.checked_add(SECOND).unwrap_or(at);
            chain.ending = Some(times.fold(after, Timestamp::max));
        }
        self.chains.insert(key, chain);
    }
}

impl Chain {
    /// Returns whether a file belongs in this chain and not in one after it.
    fn takes(&self, file: &DeliveredFile) -> bool {
        self.ending.is_none_or(|ending| file.at <= ending)
    }

    /// Returns whether the digest of a file's time is written.
    fn is_past(&self, file: &DeliveredFile) -> bool {
        self.ended || self.last.as_ref().is_some_and(|last| file.at <= last.end)
    }

    fn written(&mut self, digest: &LastDigest) {
        let Some(planned) = self.planned.take() else { return };
        let listed = planned.listed;
        if planned.backfill.is_some() {
            self.late.drain(..listed.min(self.late.len()));
            self.last_backfill = Some(digest.clone());
            return;
        }
        self.files.drain(..listed.min(self.files.len()));
        self.ended = self.ending.is_some_and(|ending| digest.end >= ending);
        if self.ended {
            // they came while the final digest was being written
            self.late.append(&mut self.files);
        }
        self.next_end = digest.end.checked_add(HOUR).unwrap_or(Timestamp::MAX);
        self.last = Some(digest.clone());
    }
}

impl RegionStatus {
    fn delivered(&mut self, at: Timestamp) {
        self.latest_delivery = Some(at);
        self.latest_delivery_attempt = Some(at);
        self.latest_delivery_error = None;
    }
}
