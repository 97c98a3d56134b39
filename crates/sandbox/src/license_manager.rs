//! License configurations, inventory and tags.

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
