//! Change sets and entities.

use serde::{Deserialize, Serialize};

use crate::operations::Entry;

/// The operations served here.
pub const OPERATIONS: &[Entry] = &[];

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {}

/// A change of [`State`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {}

impl State {
    /// Folds one change in.
    pub fn apply(&mut self, change: &Change) {
        match *change {}
    }
}

/// Returns the change sets that reach their next stage by `now`.
pub(crate) fn due(
    _state: &crate::State,
    _now: jiff::Timestamp,
    _settings: &crate::Settings,
) -> Vec<crate::Due> {
    Vec::new()
}
