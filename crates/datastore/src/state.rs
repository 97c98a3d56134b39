//! What is known: event data stores, queries, imports, channels, dashboards and resource policies.

mod channel;
mod dashboard;
mod import;
mod query;
mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use channel::RECENT_MAX;
pub use channel::{Channel, Ingestion};
pub use dashboard::{Dashboard, DashboardKind, Frequency, Schedule, Widget};
pub(crate) use import::FAILURES_MAX;
pub use import::{
    FailureStatus, Import, ImportFailure, ImportSource, ImportStatistics, ImportStatus,
};
pub use query::{Delivery, DeliveryStatus, FromDashboard, Query, QueryStatistics, QueryStatus};
pub use store::{
    BillingMode, Category, ContextKeySelector, EventDataStore, InsightSelector, MaxEventSize,
    StoreStatus,
};

/// Tags in the order of their keys; a key may have no value.
pub type Tags = BTreeMap<String, Option<String>>;

/// Everything about the Lake but its rows. A pure fold over [`crate::Change`]s.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Event data stores by ARN, those that wait to be deleted included.
    pub stores: BTreeMap<String, EventDataStore>,
    /// The number of the next event data store.
    pub next_number: u64,
    /// Queries of the last days by id.
    pub queries: BTreeMap<String, Query>,
    /// Imports by id.
    pub imports: BTreeMap<String, Import>,
    /// Channels by ARN.
    pub channels: BTreeMap<String, Channel>,
    /// Dashboards by ARN.
    pub dashboards: BTreeMap<String, Dashboard>,
    /// Resource policies by the resource's ARN.
    pub resource_policies: BTreeMap<String, String>,
}

/// Whose a resource is, and what its own policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ownership<'a> {
    /// The account that owns it.
    pub account: &'a str,
    /// Its resource policy, where it has one.
    pub policy: Option<&'a str>,
}

impl State {
    /// Returns the event data store of this number.
    pub fn numbered(&self, number: u64) -> Option<&EventDataStore> {
        self.stores.values().find(|store| store.number == number)
    }

    /// Returns whose an event data store, a channel or a dashboard is, and its policy: what must be
    /// asked before anybody of another account may do something with it.
    pub fn ownership(&self, arn: &str) -> Option<Ownership<'_>> {
        let store = self.stores.get(arn).map(|store| &store.account);
        let channel = || self.channels.get(arn).map(|channel| &channel.account);
        let dashboard = || self.dashboards.get(arn).map(|dashboard| &dashboard.account);
        let account = store.or_else(channel).or_else(dashboard)?;
        let policy = self.resource_policies.get(arn).map(String::as_str);
        Some(Ownership { account, policy })
    }

    pub(crate) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        if let Some(store) = self.stores.get_mut(arn) {
            return Some(&mut store.tags);
        }
        if let Some(channel) = self.channels.get_mut(arn) {
            return Some(&mut channel.tags);
        }
        self.dashboards.get_mut(arn).map(|dashboard| &mut dashboard.tags)
    }
}
