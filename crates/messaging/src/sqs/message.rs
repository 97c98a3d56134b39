//! A message in a queue.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::attribute::{self, Attributes};

/// What a sender gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// The message's id, a UUID.
    pub id: String,
    /// The body.
    pub body: String,
    /// The attributes.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub attributes: Attributes,
    /// The trace header, the one system attribute that senders may set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_header: Option<String>,
    /// The id of the principal that sent it.
    pub sender_id: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// From when on it can be received.
    pub visible_from: Timestamp,
}

/// A message as a queue keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// What the sender gave; `visible_from` moves with every receive.
    pub content: NewMessage,
    /// How often it was received, from every queue it was in.
    pub receives: u32,
    /// When it was received first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_received: Option<Timestamp>,
    /// When it was received last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_received: Option<Timestamp>,
    /// The queue that gave it up, when this is a dead-letter queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_source: Option<String>,
}

impl NewMessage {
    /// Returns the bytes that count towards the limits: body and attributes.
    pub fn size(&self) -> usize {
        self.body.len() + attribute::size(&self.attributes)
    }
}

impl Message {
    /// Returns a message that nobody has received.
    pub const fn new(content: NewMessage) -> Self {
        let (first_received, last_received, dead_letter_source) = (None, None, None);
        Self { content, receives: 0, first_received, last_received, dead_letter_source }
    }
}
