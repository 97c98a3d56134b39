//! What can happen in the Lake, and how it happens.

mod channel;
mod dashboard;
mod import;
mod query;
mod store;

use serde::{Deserialize, Serialize};

pub use channel::ChannelChange;
pub use dashboard::DashboardChange;
pub use import::ImportChange;
pub use query::{QueryChange, QueryEnd};
pub use store::StoreChange;

use crate::state::{State, Tags};

/// One change of the Lake, as it stands in a frame; an unknown kind fails to parse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// Something happened to an event data store.
    Store(StoreChange),
    /// Something happened to a query.
    Query(QueryChange),
    /// Something happened to an import.
    Import(ImportChange),
    /// Something happened to a channel.
    Channel(ChannelChange),
    /// Something happened to a dashboard.
    Dashboard(DashboardChange),
    /// The tags of a store, a channel or a dashboard changed.
    Tags {
        /// Which.
        arn: String,
        /// All of them.
        tags: Tags,
    },
    /// A resource policy was put or deleted.
    ResourcePolicy {
        /// The resource.
        arn: String,
        /// The policy; absent when deleted.
        policy: Option<String>,
    },
}

impl State {
    /// Folds one change in. What names something that is not there changes nothing.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Store(what) => self.apply_to_store(what),
            Change::Query(what) => self.apply_to_query(what),
            Change::Import(what) => self.apply_to_import(what),
            Change::Channel(what) => self.apply_to_channel(what),
            Change::Dashboard(what) => self.apply_to_dashboard(what),
            Change::Tags { arn, tags } => {
                if let Some(kept) = self.tags_mut(arn) {
                    kept.clone_from(tags);
                }
            }
            Change::ResourcePolicy { arn, policy: Some(policy) } => {
                self.resource_policies.insert(arn.clone(), policy.clone());
            }
            Change::ResourcePolicy { arn, policy: None } => {
                self.resource_policies.remove(arn);
            }
        }
    }
}
