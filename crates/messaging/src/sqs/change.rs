//! What can happen to queues, and how it happens.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::message::{Message, NewMessage};
use super::queue::Queue;
use super::queue_attributes::QueueAttributes;
use crate::tags::Tags;

/// One change of a queue, which is named by its ARN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The queue.
    pub queue: String,
    /// What happens to it.
    pub what: What,
}

/// The kinds of changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum What {
    /// It comes into being.
    Created {
        /// What its owner set.
        attributes: Box<QueueAttributes>,
        /// Its tags.
        tags: Tags,
        /// When.
        now: Timestamp,
    },
    /// It is gone with all its messages.
    Deleted,
    /// Its attributes are these from now on.
    AttributesSet {
        /// All of them.
        attributes: Box<QueueAttributes>,
        /// When.
        now: Timestamp,
    },
    /// Its tags are these from now on.
    TagsSet(Tags),
    /// A message arrives.
    Sent(Box<NewMessage>),
    /// Messages are received.
    Received {
        /// Their numbers.
        numbers: Vec<u64>,
        /// When.
        now: Timestamp,
        /// When they become visible again.
        visible_from: Timestamp,
    },
    /// A message becomes visible at another time.
    VisibilityChanged {
        /// Its number.
        number: u64,
        /// When it becomes visible.
        visible_from: Timestamp,
    },
    /// A message was received too often and goes to the dead-letter queue.
    Moved {
        /// Its number.
        number: u64,
        /// The ARN of the dead-letter queue.
        to: String,
        /// When.
        now: Timestamp,
    },
    /// A message is deleted.
    Removed(u64),
    /// Messages that were kept long enough by then are gone.
    Expired(Timestamp),
    /// All messages are gone.
    Purged(Timestamp),
}

impl Change {
    /// Returns a change of the queue `arn`.
    pub(crate) fn of(arn: &str, what: What) -> crate::Change {
        crate::Change::Queue(Self { queue: arn.to_owned(), what })
    }

    /// Folds this change in.
    pub(crate) fn apply_to(&self, queues: &mut BTreeMap<String, Queue>) {
        match &self.what {
            What::Created { attributes, tags, now } => {
                let queue = Queue::new(*attributes.clone(), tags.clone(), *now);
                queues.insert(self.queue.clone(), queue);
            }
            What::Deleted => {
                queues.remove(&self.queue);
            }
            What::Moved { number, to, now } => self.apply_move(queues, *number, to, *now),
            what => {
                if let Some(queue) = queues.get_mut(&self.queue) {
                    queue.apply(what);
                }
            }
        }
    }

    /// Moves a message, which keeps its age; without the target it stays where it is.
    fn apply_move(
        &self,
        queues: &mut BTreeMap<String, Queue>,
        number: u64,
        to: &str,
        now: Timestamp,
    ) {
        if !queues.contains_key(to) {
            return;
        }
        let message = queues.get_mut(&self.queue).and_then(|queue| queue.backlog.remove(number));
        if let (Some(mut message), Some(target)) = (message, queues.get_mut(to)) {
            message.content.visible_from = now;
            message.dead_letter_source = Some(self.queue.clone());
            target.take(message, now);
        }
    }
}

impl Queue {
    fn apply(&mut self, what: &What) {
        match what {
            What::AttributesSet { attributes, now } => {
                self.attributes = *attributes.clone();
                self.modified = *now;
            }
            What::TagsSet(tags) => self.tags.clone_from(tags),
            What::Sent(content) => self.take(Message::new(*content.clone()), content.sent),
            What::Received { numbers, now, visible_from } => {
                for number in numbers {
                    self.receive(*number, *now, *visible_from);
                }
            }
            What::VisibilityChanged { number, visible_from } => {
                self.backlog
                    .change(*number, |message| message.content.visible_from = *visible_from);
            }
            What::Removed(number) => {
                self.backlog.remove(*number);
            }
            What::Expired(now) => self.backlog.expire(self.expiry(*now)),
            What::Purged(now) => {
                self.backlog = super::backlog::Backlog::default();
                self.purged = Some(*now);
            }
            What::Created { .. } | What::Deleted | What::Moved { .. } => {}
        }
    }

    fn receive(&mut self, number: u64, now: Timestamp, visible_from: Timestamp) {
        self.backlog.change(number, |message| {
            message.receives = message.receives.saturating_add(1);
            message.first_received.get_or_insert(now);
            message.last_received = Some(now);
            message.content.visible_from = visible_from;
        });
    }
}
