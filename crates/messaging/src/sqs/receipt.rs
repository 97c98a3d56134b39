//! Receipt handles: what a receiver shows to delete a message or to hide it longer.
//!
//! A handle names one receive of one message. The message's id, a random UUID, is in it, so that a
//! handle of one queue fits no message of another.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::message::Message;
use super::queue::Queue;

/// One receive of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    number: u64,
    receive: u32,
    message_id: String,
}

/// What a handle says of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Held<'a> {
    /// The message of this number was received by the handle's owner, and by nobody since.
    Last(u64, &'a Message),
    /// The message is gone, or somebody received it later.
    Past,
}

impl Receipt {
    /// Returns the handle of the receive that is about to happen.
    pub(crate) fn next(number: u64, message: &Message) -> String {
        let receive = message.receives.saturating_add(1);
        STANDARD.encode(format!("1 {number} {receive} {}", message.content.id))
    }

    /// Reads a handle; none when it never was one.
    pub(crate) fn parse(handle: &str) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(handle).ok()?).ok()?;
        let mut parts = text.strip_prefix("1 ")?.splitn(3, ' ');
        let (number, receive) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { number, receive, message_id: parts.next()?.to_owned() })
    }

    /// Finds the message in a queue at `now`.
    pub(crate) fn held_in<'a>(&self, queue: &'a Queue, now: Timestamp) -> Held<'a> {
        let message = queue.backlog.get(self.number);
        let held = message.filter(|message| {
            message.content.id == self.message_id
                && message.receives == self.receive
                && message.content.sent > queue.expiry(now)
        });
        held.map_or(Held::Past, |message| Held::Last(self.number, message))
    }
}
