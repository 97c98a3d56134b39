//! What can happen to trails, and how it happens.

use std::collections::BTreeMap;

use event::selectors::Selectors;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::delivery::Delivery;
use crate::state::{Aggregation, InsightSelector, KeyPair, State, Trail};

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
}
