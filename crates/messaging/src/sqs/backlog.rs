//! The messages of one queue, found by number, by when they become visible and by their age.
//!
//! Only the messages are written down; what finds them is made anew when they are read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::message::Message;

/// The messages of one queue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Backlog {
    messages: BTreeMap<u64, Message>,
    by_visibility: BTreeSet<(Timestamp, u64)>,
    by_age: BTreeSet<(Timestamp, u64)>,
    bytes: usize,
}

/// How many messages a queue holds, told apart as SQS does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that can be received.
    pub visible: usize,
    /// Those that were received and are neither deleted nor visible again.
    pub in_flight: usize,
    /// Those that were sent with a delay that is not over.
    pub delayed: usize,
}

impl Backlog {
    /// Returns how many messages there are, expired ones among them.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Returns whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Returns the bytes of all bodies and attributes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the message of this number.
    pub fn get(&self, number: u64) -> Option<&Message> {
        self.messages.get(&number)
    }

    /// Returns the messages that can be received at `now`, the longest visible first.
    ///
    /// Those sent at `expiry` or before are no longer there.
    pub fn visible(
        &self,
        now: Timestamp,
        expiry: Timestamp,
    ) -> impl Iterator<Item = (u64, &Message)> {
        let visible = self.by_visibility.range(..=(now, u64::MAX));
        visible
            .filter_map(|(_, number)| Some((*number, self.messages.get(number)?)))
            .filter(move |(_, message)| message.content.sent > expiry)
    }

    /// Returns how many more messages may be in flight at `now`, when `count_max` may be.
    pub fn in_flight_room(&self, now: Timestamp, count_max: usize) -> usize {
        count_max - self.in_flight(now).take(count_max).count()
    }

    /// Counts the messages; those sent at `expiry` or before are no longer there.
    pub fn counts(&self, now: Timestamp, expiry: Timestamp) -> Counts {
        let mut counts = Counts { visible: self.messages.len(), ..Counts::default() };
        for message in self.hidden(now) {
            counts.visible -= 1;
            if message.content.sent <= expiry {
                continue;
            }
            match message.receives {
                0 => counts.delayed += 1,
                _ => counts.in_flight += 1,
            }
        }
        let visible = |message: &&Message| message.content.visible_from <= now;
        counts.visible -= self.expired(expiry).filter(visible).count();
        counts
    }

    /// Returns what was sent at `expiry` or before, and still is there.
    pub(crate) fn expired(&self, expiry: Timestamp) -> impl Iterator<Item = &Message> {
        let old = self.by_age.range(..=(expiry, u64::MAX));
        old.filter_map(|(_, number)| self.messages.get(number))
    }

    /// Puts a message in.
    pub(crate) fn insert(&mut self, number: u64, message: Message) {
        self.by_visibility.insert((message.content.visible_from, number));
        self.by_age.insert((message.content.sent, number));
        self.bytes += message.content.size();
        self.messages.insert(number, message);
    }

    /// Takes a message out.
    pub(crate) fn remove(&mut self, number: u64) -> Option<Message> {
        let message = self.messages.remove(&number)?;
        self.by_visibility.remove(&(message.content.visible_from, number));
        self.by_age.remove(&(message.content.sent, number));
        self.bytes -= message.content.size();
        Some(message)
    }

    /// Changes a message in place.
    pub(crate) fn change(&mut self, number: u64, change: impl FnOnce(&mut Message)) {
        if let Some(mut message) = self.remove(number) {
            change(&mut message);
            self.insert(number, message);
        }
    }

    /// Takes out what was sent at `expiry` or before.
    pub(crate) fn expire(&mut self, expiry: Timestamp) {
        while let Some((_, number)) = self.by_age.first().filter(|(sent, _)| *sent <= expiry) {
            let number = *number;
            self.remove(number);
        }
    }

    fn hidden(&self, now: Timestamp) -> impl Iterator<Item = &Message> {
        let after = (Bound::Excluded((now, u64::MAX)), Bound::Unbounded);
        self.by_visibility.range(after).filter_map(|(_, number)| self.messages.get(number))
    }

    fn in_flight(&self, now: Timestamp) -> impl Iterator<Item = &Message> {
        self.hidden(now).filter(|message| message.receives > 0)
    }
}

impl Serialize for Backlog {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.messages.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Backlog {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut backlog = Self::default();
        for (number, message) in BTreeMap::<u64, Message>::deserialize(deserializer)? {
            backlog.insert(number, message);
        }
        Ok(backlog)
    }
}
