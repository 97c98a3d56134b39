//! A queue: its attributes, its tags and its messages.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::backlog::{Backlog, Counts};
use super::message::Message;
use super::queue_attributes::QueueAttributes;
use crate::settings::Settings;
use crate::tags::Tags;

/// A queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// When it was created.
    pub created: Timestamp,
    /// When its attributes were changed last.
    pub modified: Timestamp,
    /// What its owner set.
    pub attributes: QueueAttributes,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// When it was purged last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purged: Option<Timestamp>,
    /// The number of the next message.
    pub(crate) next: u64,
    /// Its messages.
    pub(crate) backlog: Backlog,
}

impl Queue {
    /// Returns a queue without messages.
    pub(crate) fn new(attributes: QueueAttributes, tags: Tags, created: Timestamp) -> Self {
        let (purged, next, backlog) = (None, 0, Backlog::default());
        Self { created, modified: created, attributes, tags, purged, next, backlog }
    }

    /// Returns the time at which, or before which, a message must have been sent to be gone.
    pub(crate) fn expiry(&self, now: Timestamp) -> Timestamp {
        let kept = SignedDuration::from_secs(self.attributes.message_retention_period_secs.into());
        now.checked_sub(kept).unwrap_or(Timestamp::MIN)
    }

    /// Counts the messages at `now`.
    pub fn counts(&self, now: Timestamp) -> Counts {
        self.backlog.counts(now, self.expiry(now))
    }

    /// Returns whether a message can be received at `now`.
    pub(crate) fn has_visible(&self, now: Timestamp) -> bool {
        self.backlog.visible(now, self.expiry(now)).next().is_some()
    }

    /// Returns whether a message more would be too many, when `planned` are on their way.
    ///
    /// What has expired by `now` makes room: it goes as soon as a message comes.
    pub(crate) fn is_full(&self, now: Timestamp, planned: usize, settings: &Settings) -> bool {
        let spare = self.backlog.expired(self.expiry(now)).take(planned + 1).count();
        self.backlog.len() + planned >= settings.queue_messages_max + spare
            || (self.backlog.bytes() >= settings.queue_bytes_max && spare == 0)
    }

    /// Puts a message at the end, and takes out what has expired by then.
    pub(crate) fn take(&mut self, message: Message, now: Timestamp) {
        self.backlog.expire(self.expiry(now));
        self.backlog.insert(self.next, message);
        self.next += 1;
    }
}
