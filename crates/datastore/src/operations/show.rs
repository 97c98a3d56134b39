//! How an event data store is shown: members in AWS's order, those that are not set left out.

use wire::{Members, Value};

use super::{selectors, tags};
use crate::state::EventDataStore;

/// Returns a store as `GetEventDataStore` and `UpdateEventDataStore` answer it. No store is
/// federated.
pub(super) fn with_federation(store: &EventDataStore) -> Members {
    settings(store, false).with("FederationStatus", Value::from("DISABLED"))
}

/// Returns a store as `CreateEventDataStore` answers it.
pub(super) fn with_tags(store: &EventDataStore) -> Members {
    settings(store, true)
}

/// Returns a store as `RestoreEventDataStore` answers it.
pub(super) fn plain(store: &EventDataStore) -> Members {
    settings(store, false)
}

fn settings(store: &EventDataStore, shows_tags: bool) -> Members {
    let tags = (shows_tags && !store.tags.is_empty()).then(|| tags::show(&store.tags));
    Members::with_capacity(14)
        .with("EventDataStoreArn", Value::from(store.arn.as_str()))
        .with("Name", Value::from(store.name.as_str()))
        .with("Status", Value::from(store.status.as_str()))
        .with("AdvancedEventSelectors", selectors::show(&store.selectors))
        .with("MultiRegionEnabled", Value::from(store.is_multi_region))
        .with("OrganizationEnabled", Value::from(store.organization_id.is_some()))
        .with("RetentionPeriod", Value::from(i64::from(store.retention_days)))
        .with("TerminationProtectionEnabled", Value::from(store.is_protected))
        .with("TagsList", tags)
        .with("CreatedTimestamp", Value::from(store.created))
        .with("UpdatedTimestamp", Value::from(store.updated))
        .with("BillingMode", Value::from(store.billing_mode.as_str()))
}
