//! The whole memory of both services, and the one way to change it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::delivery::Published;
use crate::outbox::{self, Outbox, Outgoing};
use crate::sns::{self, Topic};
use crate::sqs::{self, Queue};

/// Everything that is remembered: topics with their subscriptions, queues with their messages,
/// and what waits to be posted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    pub(crate) topics: BTreeMap<String, Topic>,
    pub(crate) queues: BTreeMap<String, Queue>,
    pub(crate) outbox: Outbox,
}

/// One change of the state, as it stands in the journal.
///
/// A kind that this build does not know fails to parse: the journal's reader stops there instead
/// of passing it over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A change of a topic or a subscription.
    Topic(sns::Change),
    /// A change of a queue or its messages.
    Queue(sqs::Change),
    /// A message was published and goes to these subscriptions.
    Published(Box<Published>),
    /// What became of a delivery over HTTP.
    Outbox(outbox::Change),
}

impl State {
    /// Folds one change in.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Topic(change) => change.apply_to(&mut self.topics, &mut self.outbox),
            Change::Queue(change) => change.apply_to(&mut self.queues),
            Change::Published(published) => published.apply_to(self),
            Change::Outbox(change) => change.apply_to(&mut self.outbox, &mut self.topics),
        }
    }

    /// Returns a topic.
    pub fn topic(&self, arn: &str) -> Option<&Topic> {
        self.topics.get(arn)
    }

    /// Returns the topics by their ARNs.
    pub fn topics(&self) -> impl Iterator<Item = (&str, &Topic)> {
        self.topics.iter().map(|(arn, topic)| (arn.as_str(), topic))
    }

    /// Returns the policy document of a topic; every topic has one.
    pub fn topic_policy(&self, arn: &str) -> Option<&str> {
        self.topic(arn).map(|topic| topic.attributes.policy.as_str())
    }

    /// Returns the account that a topic belongs to.
    pub fn topic_owner(&self, arn: &str) -> Option<&str> {
        self.topic(arn).map(|topic| topic.owner.as_str())
    }

    /// Returns a queue.
    pub fn queue(&self, arn: &str) -> Option<&Queue> {
        self.queues.get(arn)
    }

    /// Returns the queues by their ARNs.
    pub fn queues(&self) -> impl Iterator<Item = (&str, &Queue)> {
        self.queues.iter().map(|(arn, queue)| (arn.as_str(), queue))
    }

    /// Returns the policy document of a queue, when it has one.
    pub fn queue_policy(&self, arn: &str) -> Option<&str> {
        self.queue(arn)?.attributes.policy.as_deref()
    }

    /// Returns whether a message of the queue can be received at `now`.
    pub fn has_visible(&self, queue_arn: &str, now: Timestamp) -> bool {
        self.queue(queue_arn).is_some_and(|queue| queue.has_visible(now))
    }

    /// Returns the deliveries over HTTP that are not done, the oldest first.
    pub fn outbox(&self) -> impl Iterator<Item = &Outgoing> {
        self.outbox.all()
    }

    /// Returns those of the deliveries over HTTP that may be tried at `now`, the oldest first.
    pub fn outbox_due(&self, now: Timestamp) -> impl Iterator<Item = &Outgoing> {
        self.outbox().filter(move |outgoing| outgoing.not_before <= now)
    }

    /// Returns how many deliveries over HTTP were done, and how many were given up.
    pub fn outbox_totals(&self) -> (u64, u64) {
        (self.outbox.sent, self.outbox.dropped)
    }
}
