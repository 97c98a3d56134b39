//! A channel: by which activity from outside of AWS comes into event data stores.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;

/// Ids of the newest events of a channel that are remembered, to know repeats by.
pub(crate) const RECENT_MAX: usize = 1_000;

/// One channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// `arn:aws:cloudtrail:<Region>:<account>:channel/<UUID>`
    pub arn: String,
    /// The name, one of its kind in the account and Region.
    pub name: String,
    /// The account that owns it.
    pub account: String,
    /// The Region of the call that made it.
    pub region: String,
    /// `Custom`, or a partner's name.
    pub source: String,
    /// The ARNs of the event data stores that it leads to, in the order given.
    pub destinations: Vec<String>,
    /// Its tags.
    pub tags: Tags,
    /// What came through it last.
    pub ingestion: Ingestion,
    /// Ids of the events that came last, oldest first: at most 1,000.
    pub recent: VecDeque<String>,
}

/// What came through a channel last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingestion {
    /// When an event was last taken.
    pub latest_success: Option<Timestamp>,
    /// Its id.
    pub latest_success_event_id: Option<String>,
    /// Why the last one was refused, until the next success.
    pub latest_error_code: Option<String>,
    /// When one was last put.
    pub latest_attempt: Option<Timestamp>,
    /// Its id, when it was given one.
    pub latest_attempt_event_id: Option<String>,
}
