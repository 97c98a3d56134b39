//! What waits to be posted to webhooks.
//!
//! The server posts what [`State::outbox_due`] gives it, each delivery with [`Outgoing::headers`]
//! and its body as they are, and tells the outcome with [`sent`] or [`failed`]. A server that ends
//! in between posts it again: endpoints hear of a message at least once, and know it by its id.
//! Whoever posts checks the address each time (no private networks, no redirects): anybody who may
//! subscribe can name any URL.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::notification::Kind;
use crate::retry::Retry;
use crate::sns::Topic;
use crate::state::State;

/// How long after it was published a message is tried again at all.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(6);
/// How much of an error is kept, in characters.
const ERROR_LETTERS_MAX: usize = 300;

/// The id of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub u64);

/// The deliveries that are not done, and how many were.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbox {
    waiting: BTreeMap<u64, Outgoing>,
    next: u64,
    bytes: usize,
    pub(crate) sent: u64,
    pub(crate) dropped: u64,
}

/// One delivery to one endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outgoing {
    /// Its id.
    pub id: DeliveryId,
    /// Where it goes.
    pub url: String,
    /// What it is.
    pub kind: Kind,
    /// The message's id.
    pub message_id: String,
    /// The topic.
    pub topic_arn: String,
    /// The subscription.
    pub subscription_arn: String,
    /// Whether the body is the bare message.
    pub raw: bool,
    /// The body, UTF-8.
    pub body: String,
    /// When it is tried again.
    pub retry: Retry,
    /// When it came in.
    pub queued: Timestamp,
    /// How often it has failed.
    pub attempts: u32,
    /// When it may be tried.
    pub not_before: Timestamp,
    /// What went wrong last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// What went wrong, told apart by what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure<'a> {
    /// The endpoint did not answer, or with a status of 429 or from 500 on: it is tried again.
    Passing(&'a str),
    /// The endpoint said no, with another status from 400 on: it is given up.
    Lasting(&'a str),
}

/// What can become of a delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Change {
    /// The endpoint has it.
    Sent {
        /// Which.
        id: DeliveryId,
        /// When.
        now: Timestamp,
    },
    /// It failed and is tried again.
    SendFailed {
        /// Which.
        id: DeliveryId,
        /// When it may be tried again.
        not_before: Timestamp,
        /// What went wrong.
        error: String,
    },
    /// It failed for the last time.
    Dropped {
        /// Which.
        id: DeliveryId,
        /// When.
        now: Timestamp,
        /// What went wrong.
        error: String,
    },
}

/// Returns the changes that a delivered message brings; none when it is not waiting any more.
pub fn sent(state: &State, id: DeliveryId, now: Timestamp) -> Vec<crate::Change> {
    let waiting = state.outbox.get(id).map(|_| Change::Sent { id, now });
    waiting.map(crate::Change::Outbox).into_iter().collect()
}

/// Returns the changes that a failed delivery brings; none when it is not waiting any more.
pub fn failed(
    state: &State,
    id: DeliveryId,
    now: Timestamp,
    failure: Failure<'_>,
) -> Vec<crate::Change> {
    let Some(outgoing) = state.outbox.get(id) else { return Vec::new() };
    let (Failure::Passing(text) | Failure::Lasting(text)) = failure;
    let error: String = text.chars().take(ERROR_LETTERS_MAX).collect();
    let again = match failure {
        Failure::Passing(_) => outgoing.again(now),
        Failure::Lasting(_) => None,
    };
    let change = match again {
        Some(not_before) => Change::SendFailed { id, not_before, error },
        None => Change::Dropped { id, now, error },
    };
    vec![crate::Change::Outbox(change)]
}

impl Outgoing {
    /// Returns the headers that belong to the body.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("content-type", self.retry.content_type.clone()),
            ("user-agent", "Amazon Simple Notification Service Agent".to_owned()),
            ("x-amz-sns-message-type", self.kind.as_str().to_owned()),
            ("x-amz-sns-message-id", self.message_id.clone()),
            ("x-amz-sns-topic-arn", self.topic_arn.clone()),
        ];
        if self.kind == Kind::Notification {
            headers.push(("x-amz-sns-subscription-arn", self.subscription_arn.clone()));
        }
        if self.raw {
            headers.push(("x-amz-sns-rawdelivery", "true".to_owned()));
        }
        headers
    }

    /// Returns when it is tried again after one more failure; none when it is given up.
    fn again(&self, now: Timestamp) -> Option<Timestamp> {
        let delay = self.retry.delay(self.attempts.saturating_add(1))?;
        let at = now.checked_add(delay).ok()?;
        (at.duration_since(self.queued) <= TRIED_FOR).then_some(at)
    }
}

impl Outbox {
    /// Returns all that waits, the oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Outgoing> {
        self.waiting.values()
    }

    /// Returns how many wait, and how many bytes their bodies have.
    pub(crate) fn load(&self) -> (usize, usize) {
        (self.waiting.len(), self.bytes)
    }

    /// Puts one in; its id is given here.
    pub(crate) fn insert(&mut self, mut outgoing: Outgoing) {
        outgoing.id = DeliveryId(self.next);
        self.next += 1;
        self.bytes += outgoing.body.len();
        self.waiting.insert(outgoing.id.0, outgoing);
    }

    /// Takes out what goes to a subscription, or to any of a topic, that is no more.
    pub(crate) fn forget(&mut self, gone: impl Fn(&Outgoing) -> bool) {
        let ids: Vec<u64> =
            self.all().filter(|outgoing| gone(outgoing)).map(|outgoing| outgoing.id.0).collect();
        for id in ids {
            self.remove(DeliveryId(id));
        }
    }

    fn get(&self, id: DeliveryId) -> Option<&Outgoing> {
        self.waiting.get(&id.0)
    }

    fn remove(&mut self, id: DeliveryId) -> Option<Outgoing> {
        let outgoing = self.waiting.remove(&id.0)?;
        self.bytes -= outgoing.body.len();
        Some(outgoing)
    }
}

impl Change {
    /// Folds this change in.
    pub(crate) fn apply_to(&self, outbox: &mut Outbox, topics: &mut BTreeMap<String, Topic>) {
        match self {
            Self::Sent { id, now } => {
                let Some(outgoing) = outbox.remove(*id) else { return };
                outbox.sent += 1;
                with_tally(topics, &outgoing, |tally| tally.deliver(*now));
            }
            Self::SendFailed { id, not_before, error } => {
                let Some(outgoing) = outbox.waiting.get_mut(&id.0) else { return };
                outgoing.attempts = outgoing.attempts.saturating_add(1);
                outgoing.not_before = *not_before;
                outgoing.last_error = Some(error.clone());
            }
            Self::Dropped { id, now, error } => {
                let Some(outgoing) = outbox.remove(*id) else { return };
                outbox.dropped += 1;
                with_tally(topics, &outgoing, |tally| tally.fail(*now, error));
            }
        }
    }
}

fn with_tally(
    topics: &mut BTreeMap<String, Topic>,
    outgoing: &Outgoing,
    count: impl FnOnce(&mut crate::sns::Tally),
) {
    let topic = topics.get_mut(&outgoing.topic_arn);
    let found = topic.and_then(|topic| topic.subscriptions.get_mut(&outgoing.subscription_arn));
    if let Some(subscription) = found {
        count(&mut subscription.tally);
    }
}
