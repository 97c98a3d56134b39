//! A published message on its way: what the journal holds of it, and how it arrives.
//!
//! Who gets a message is decided when it is published and stands in the change; the bodies are
//! written when the change is folded in, so that the journal holds a message once, however many
//! hear of it.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::attribute::Attributes;
use crate::notification::Notification;
use crate::outbox::{DeliveryId, Outgoing};
use crate::retry::Retry;
use crate::sqs::{Message, NewMessage, Queue};
use crate::state::State;

/// Who a queue's message of a topic comes from, in its `SenderId`.
const SENDER_ID: &str = "sns.amazonaws.com";

/// A message on its way to subscriptions of its topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The message.
    pub notification: Notification,
    /// Where it goes.
    pub targets: Vec<Target>,
    /// The subscriptions that it does not reach, by their ARNs, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<(String, String)>,
}

/// One subscription that a message goes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The subscription's ARN.
    pub subscription_arn: String,
    /// Whether the bare message is delivered.
    pub raw: bool,
    /// Where.
    pub destination: Destination,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Destination {
    /// Into a queue.
    Queue {
        /// The queue.
        arn: String,
        /// The id that the message has there, a UUID.
        message_id: String,
    },
    /// To a webhook.
    Http {
        /// Its address.
        url: String,
        /// When it is tried again.
        retry: Retry,
    },
}

impl Published {
    /// Folds this message in.
    pub(crate) fn apply_to(&self, state: &mut State) {
        let now = self.notification.timestamp;
        for target in &self.targets {
            match &target.destination {
                Destination::Queue { arn, message_id } => {
                    let Some(queue) = state.queues.get_mut(arn) else { continue };
                    let message = self.queue_message(target, message_id, queue);
                    queue.take(Message::new(message), now);
                    self.count(state, &target.subscription_arn, |tally| tally.deliver(now));
                }
                Destination::Http { url, retry } => {
                    state.outbox.insert(self.outgoing(target, url, retry));
                }
            }
        }
        for (arn, why) in &self.failed {
            self.count(state, arn, |tally| tally.fail(now, why));
        }
    }

    fn body(&self, target: &Target) -> String {
        body(&self.notification, &target.subscription_arn, target.raw)
    }

    fn queue_message(&self, target: &Target, message_id: &str, queue: &Queue) -> NewMessage {
        let sent = self.notification.timestamp;
        let delay = SignedDuration::from_secs(queue.attributes.delay_secs.into());
        let bare = || self.notification.attributes.clone();
        NewMessage {
            id: message_id.to_owned(),
            body: self.body(target),
            attributes: if target.raw { bare() } else { Attributes::new() },
            trace_header: None,
            sender_id: SENDER_ID.to_owned(),
            sent,
            visible_from: sent.checked_add(delay).unwrap_or(sent),
        }
    }

    fn outgoing(&self, target: &Target, url: &str, retry: &Retry) -> Outgoing {
        let notification = &self.notification;
        Outgoing {
            id: DeliveryId(0),
            url: url.to_owned(),
            kind: notification.kind,
            message_id: notification.message_id.clone(),
            topic_arn: notification.topic_arn.clone(),
            subscription_arn: target.subscription_arn.clone(),
            raw: target.raw,
            body: self.body(target),
            retry: retry.clone(),
            queued: notification.timestamp,
            attempts: 0,
            not_before: notification.timestamp,
            last_error: None,
        }
    }

    fn count(&self, state: &mut State, arn: &str, count: impl FnOnce(&mut crate::sns::Tally)) {
        let topic = state.topics.get_mut(&self.notification.topic_arn);
        if let Some(subscription) = topic.and_then(|topic| topic.subscriptions.get_mut(arn)) {
            count(&mut subscription.tally);
        }
    }
}

/// Returns what a subscription gets: the message in its envelope, or bare.
pub(crate) fn body(notification: &Notification, subscription_arn: &str, raw: bool) -> String {
    if raw { notification.message.clone() } else { notification.json(subscription_arn) }
}
