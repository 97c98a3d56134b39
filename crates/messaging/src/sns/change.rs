//! What can happen to topics and subscriptions, and how it happens.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::subscription::{Status, Subscription, SubscriptionAttributes};
use super::topic::{Topic, TopicAttributes};
use crate::outbox::Outbox;
use crate::tags::Tags;

/// One change of a topic, which is named by its ARN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The topic.
    pub topic: String,
    /// What happens to it.
    pub what: What,
}

/// The kinds of changes; subscriptions are named by their ARNs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum What {
    /// It comes into being.
    Created(Box<Topic>),
    /// It is gone with its subscriptions and with what waited for them.
    Deleted,
    /// Its attributes are these from now on.
    AttributesSet(Box<TopicAttributes>),
    /// Its tags are these from now on.
    TagsSet(Tags),
    /// Somebody subscribes, or asks again; those who never confirmed are forgotten.
    Subscribed {
        /// The subscription's ARN.
        arn: String,
        /// The subscription.
        subscription: Box<Subscription>,
        /// When.
        now: Timestamp,
    },
    /// A subscription is confirmed.
    Confirmed {
        /// The subscription's ARN.
        arn: String,
        /// Whether who confirmed had signed.
        authenticated: bool,
        /// Whether only who signs may end it.
        protected: bool,
    },
    /// A subscription's attributes are these from now on.
    SubscriptionSet {
        /// The subscription's ARN.
        arn: String,
        /// All of them.
        attributes: Box<SubscriptionAttributes>,
    },
    /// A subscription is gone, and what waited for it.
    Unsubscribed(String),
}

impl Change {
    /// Returns a change of the topic `arn`.
    pub(crate) fn of(arn: &str, what: What) -> crate::Change {
        crate::Change::Topic(Self { topic: arn.to_owned(), what })
    }

    /// Folds this change in.
    pub(crate) fn apply_to(&self, topics: &mut BTreeMap<String, Topic>, outbox: &mut Outbox) {
        match &self.what {
            What::Created(topic) => {
                topics.insert(self.topic.clone(), *topic.clone());
            }
            What::Deleted => {
                topics.remove(&self.topic);
                outbox.forget(|outgoing| outgoing.topic_arn == self.topic);
            }
            what => {
                if let What::Unsubscribed(arn) = what {
                    outbox.forget(|outgoing| outgoing.subscription_arn == *arn);
                }
                if let Some(topic) = topics.get_mut(&self.topic) {
                    topic.apply(what);
                }
            }
        }
    }
}

impl Topic {
    fn apply(&mut self, what: &What) {
        match what {
            What::AttributesSet(attributes) => self.attributes = *attributes.clone(),
            What::TagsSet(tags) => self.tags.clone_from(tags),
            What::Subscribed { arn, subscription, now } => {
                self.subscriptions.retain(|_, old| !old.is_stale(*now));
                self.subscriptions.insert(arn.clone(), *subscription.clone());
            }
            What::Confirmed { arn, authenticated, protected } => {
                if let Some(subscription) = self.subscriptions.get_mut(arn) {
                    subscription.confirm(*authenticated, *protected);
                }
            }
            What::SubscriptionSet { arn, attributes } => {
                if let Some(subscription) = self.subscriptions.get_mut(arn) {
                    subscription.attributes = *attributes.clone();
                }
            }
            What::Unsubscribed(arn) => {
                self.deleted += u64::from(self.subscriptions.remove(arn).is_some());
            }
            What::Created(_) | What::Deleted => {}
        }
    }
}

impl Subscription {
    fn confirm(&mut self, authenticated: bool, protected: bool) {
        if let Status::Pending { token, .. } = &self.status {
            let token = Some(token.clone());
            self.status = Status::Confirmed { authenticated, protected, token };
        }
    }
}
