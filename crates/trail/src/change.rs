//! What can happen to trails, and how it happens.

use std::collections::BTreeMap;

use event::selectors::Selectors;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::state::{
    Aggregation, Chain, Cut, DeliveredFile, InsightSelector, KeyPair, LastDigest, Notice,
    PlannedDigest, RegionStatus, State, Trail, chain_key,
};

/// How long a digest covers.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// One change of trails, as it stands in a frame; an unknown kind fails to parse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A trail was made.
    Created(Box<Trail>),
    /// A trail's settings are now these; what concerns its delivery is not looked at.
    Updated {
        /// The whole trail.
        trail: Box<Trail>,
        /// When.
        at: Timestamp,
        /// The frame that holds this change: [`crate::Request::sequence`] and one. What was taken up
        /// to it is cut.
        to: u64,
    },
    /// A trail was deleted; what it has taken is still delivered.
    Deleted {
        /// The trail.
        arn: String,
        /// When.
        at: Timestamp,
        /// The frame that holds this change, as with `Updated`.
        to: u64,
    },
    /// A trail delivers what is recorded from now on.
    Started {
        /// The trail.
        arn: String,
        /// When.
        at: Timestamp,
    },
    /// A trail delivers nothing that is recorded from now on.
    Stopped {
        /// The trail.
        arn: String,
        /// When.
        at: Timestamp,
        /// The frame that holds this change, as with `Updated`.
        to: u64,
    },
    /// A trail's event selectors were put.
    Selectors {
        /// The trail.
        arn: String,
        /// All of them.
        selectors: Selectors,
    },
    /// A trail's insight selectors were put.
    Insights {
        /// The trail.
        arn: String,
        /// All of them.
        selectors: Vec<InsightSelector>,
        /// Where insights go, as given.
        destination: Option<String>,
    },
    /// A trail's aggregation configurations were put.
    Aggregations {
        /// The trail.
        arn: String,
        /// All of them.
        aggregations: Vec<Aggregation>,
    },
    /// A trail's tags changed.
    Tags {
        /// The trail.
        arn: String,
        /// All of them.
        tags: BTreeMap<String, Option<String>>,
    },
    /// A resource policy was put or deleted.
    ResourcePolicy {
        /// The resource.
        arn: String,
        /// The policy; absent when deleted.
        policy: Option<String>,
    },
    /// Something happened on the way to a trail's bucket.
    Delivery {
        /// The trail's number.
        trail: u64,
        /// What.
        what: Delivery,
    },
    /// A Region has a new signing key.
    Key {
        /// The Region.
        region: String,
        /// The key.
        key: KeyPair,
    },
}

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
    /// The files of the oldest cut are in the bucket.
    Delivered {
        /// The files, each with its account and Region.
        files: Vec<(String, String, DeliveredFile)>,
        /// What must be told of them to a topic elsewhere.
        notices: Vec<Notice>,
        /// When.
        at: Timestamp,
    },
    /// A file of the oldest cut did not arrive.
    DeliveryFailed(Failure),
    /// The oldest cut is given up, after a month of trying.
    GivenUp,
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

impl State {
    /// Folds one change in. What names a trail that is not there changes nothing.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Created(trail) => {
                self.next_number = self.next_number.max(trail.number + 1);
                self.trails.insert(trail.arn.clone(), trail.as_ref().clone());
            }
            Change::Updated { trail, at, to } => self.update(trail, *at, *to),
            Change::Deleted { arn, at, to } => self.delete(arn, *at, *to),
            Change::Started { arn, at } => self.with(arn, |trail| trail.start(*at)),
            Change::Stopped { arn, at, to } => self.with(arn, |trail| trail.stop(*at, *to)),
            Change::Selectors { arn, selectors } => self.with(arn, |trail| {
                trail.selectors.clone_from(selectors);
                trail.has_custom_event_selectors = true;
            }),
            Change::Insights { arn, selectors, destination } => self.with(arn, |trail| {
                trail.insight_selectors.clone_from(selectors);
                trail.insights_destination.clone_from(destination);
            }),
            Change::Aggregations { arn, aggregations } => {
                self.with(arn, |trail| trail.aggregations.clone_from(aggregations));
            }
            Change::Tags { arn, tags } => self.with(arn, |trail| trail.tags.clone_from(tags)),
            Change::ResourcePolicy { arn, policy: Some(policy) } => {
                self.resource_policies.insert(arn.clone(), policy.clone());
            }
            Change::ResourcePolicy { arn, policy: None } => {
                self.resource_policies.remove(arn);
            }
            Change::Delivery { trail, what } => self.deliver(*trail, what),
            Change::Key { region, key } => {
                self.keys.entry(region.clone()).or_default().push(key.clone());
            }
        }
    }

    fn with(&mut self, arn: &str, change: impl FnOnce(&mut Trail)) {
        if let Some(trail) = self.trails.get_mut(arn) {
            change(trail);
        }
    }

    fn update(&mut self, settings: &Trail, at: Timestamp, to: u64) {
        self.with(&settings.arn, |trail| {
            if trail.is_logging {
                // what was taken under the old settings must not wait for chains to end
                trail.cut(to, at);
            }
            let before = std::mem::replace(trail, settings.clone());
            trail.is_logging = before.is_logging;
            (trail.started, trail.stopped) = (before.started, before.stopped);
            (trail.cut_to, trail.cuts) = (before.cut_to, before.cuts);
            (trail.chains, trail.unlisted) = (before.chains, before.unlisted);
            (trail.notices, trail.statuses) = (before.notices, before.statuses);
            if trail.sns_topic_arn != before.sns_topic_arn {
                trail.forget_notification_errors();
            }
            trail.end_chains(at, |trail, chain| !trail.digests(&chain.account, &chain.region));
        });
    }

    fn delete(&mut self, arn: &str, at: Timestamp, to: u64) {
        self.resource_policies.remove(arn);
        if let Some(mut trail) = self.trails.remove(arn) {
            trail.stop(at, to);
            self.ending.insert(trail.number, trail);
        }
    }

    fn deliver(&mut self, number: u64, what: &Delivery) {
        if let Some(trail) = self.numbered_mut(number) {
            trail.deliver(what);
        }
        if self.ending.get(&number).is_some_and(Trail::is_drained) {
            self.ending.remove(&number);
        }
    }
}

impl Trail {
    fn start(&mut self, at: Timestamp) {
        if !self.is_logging {
            (self.is_logging, self.started) = (true, Some(at));
        }
    }

    fn stop(&mut self, at: Timestamp, to: u64) {
        if self.is_logging {
            self.cut(to, at);
            (self.is_logging, self.stopped) = (false, Some(at));
            self.end_chains(at, |_, _| true);
        }
    }

    fn cut(&mut self, to: u64, at: Timestamp) {
        if to <= self.cut_to {
            return;
        }
        self.cuts.push(Cut { after: self.cut_to, to, at });
        self.cut_to = to;
    }

    /// Lets the chains end that `is_over`; those that end already keep their time.
    fn end_chains(&mut self, at: Timestamp, is_over: impl Fn(&Self, &Chain) -> bool) {
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

    fn forget_notification_errors(&mut self) {
        for status in self.statuses.values_mut() {
            status.latest_notification_error = None;
        }
    }

    fn deliver(&mut self, what: &Delivery) {
        match what {
            Delivery::Cut { to, at } => self.cut(*to, *at),
            Delivery::Delivered { files, notices, at } => {
                self.forget_oldest_cut();
                for (account, region, file) in files {
                    self.list(account, region, file);
                    self.status(region).delivered(*at);
                }
                self.notices.extend_from_slice(notices);
            }
            Delivery::DeliveryFailed(Failure { region, error, at }) => {
                let status = self.status(region);
                status.latest_delivery_attempt = Some(*at);
                status.latest_delivery_error = Some(error.clone());
            }
            Delivery::GivenUp => self.forget_oldest_cut(),
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

    fn forget_oldest_cut(&mut self) {
        if !self.cuts.is_empty() {
            self.cuts.remove(0);
        }
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
