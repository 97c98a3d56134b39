//! What can happen to channels.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Change;
use crate::state::{Channel, RECENT_MAX, State};

/// Something that happened to a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ChannelChange {
    /// It was made.
    Created(Box<Channel>),
    /// It has this name and leads there.
    Updated {
        /// The channel.
        arn: String,
        /// Its name.
        name: String,
        /// The ARNs of its stores.
        destinations: Vec<String>,
    },
    /// It was deleted.
    Deleted {
        /// The channel.
        arn: String,
    },
    /// Events were put into it.
    Ingested {
        /// The channel.
        arn: String,
        /// When.
        at: Timestamp,
        /// The ids of the new events, in the order in which they were put; repeats left out.
        event_ids: Vec<String>,
        /// The id that the last event that was taken has, new or not.
        last_event_id: Option<String>,
        /// Why the last event was refused, when it was.
        error_code: Option<String>,
    },
}

impl From<ChannelChange> for Change {
    fn from(change: ChannelChange) -> Self {
        Self::Channel(change)
    }
}

impl State {
    pub(super) fn apply_to_channel(&mut self, change: &ChannelChange) {
        match change {
            ChannelChange::Created(channel) => {
                self.channels.insert(channel.arn.clone(), channel.as_ref().clone());
            }
            ChannelChange::Updated { arn, name, destinations } => {
                if let Some(channel) = self.channels.get_mut(arn) {
                    channel.name.clone_from(name);
                    channel.destinations.clone_from(destinations);
                }
            }
            ChannelChange::Deleted { arn } => {
                self.channels.remove(arn);
                self.resource_policies.remove(arn);
            }
            ChannelChange::Ingested { arn, at, event_ids, last_event_id, error_code } => {
                if let Some(channel) = self.channels.get_mut(arn) {
                    channel.remember(event_ids);
                    channel.ingest(last_event_id.as_ref(), error_code.as_ref(), *at);
                }
            }
        }
    }
}

impl Channel {
    fn remember(&mut self, event_ids: &[String]) {
        self.recent.extend(event_ids.iter().cloned());
        let surplus = self.recent.len().saturating_sub(RECENT_MAX);
        self.recent.drain(..surplus);
    }

    fn ingest(&mut self, taken: Option<&String>, error_code: Option<&String>, at: Timestamp) {
        let ingestion = &mut self.ingestion;
        ingestion.latest_attempt = Some(at);
        ingestion.latest_attempt_event_id = taken.cloned();
        ingestion.latest_error_code = error_code.cloned();
        if let Some(id) = taken {
            ingestion.latest_success = Some(at);
            ingestion.latest_success_event_id = Some(id.clone());
        }
    }
}
