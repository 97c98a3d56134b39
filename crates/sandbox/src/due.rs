//! What time alone brings about.

use jiff::Timestamp;
use wire::Resource;

use crate::{Change, Settings, State, catalog};

/// Something that happened without a call, such as a change set that reached its next stage.
///
/// The caller records it as an event of the service itself and folds the changes in with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// The account in whose history it belongs.
    pub account: String,
    /// The changes, to be applied in this order.
    pub changes: Vec<Change>,
    /// The name of the event, such as `ChangeSetStatusChange`.
    pub event_name: &'static str,
    /// What the event's `serviceEventDetails` hold.
    pub service_event_details: serde_json::Value,
    /// What it was about.
    pub resources: Vec<Resource>,
}

/// Returns what is due at `now`, each once, in the order in which the state holds it.
///
/// Empty once the changes are folded in, however often it is asked; so a caller may ask again
/// until nothing is left.
pub fn due(state: &State, now: Timestamp, settings: &Settings) -> Vec<Due> {
    catalog::due(state, now, settings)
}
