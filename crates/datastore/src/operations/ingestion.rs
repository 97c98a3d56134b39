//! `StartEventDataStoreIngestion` and `StopEventDataStoreIngestion`.

use wire::{Done, Fault, Members};

use super::{STORE, find};
use crate::change::{Change, StoreChange};
use crate::request::Request;
use crate::state::{EventDataStore, StoreStatus};

/// Lets an event data store that takes no events take them from now on.
///
/// # Errors
/// Those of a store that is not there, `InvalidEventDataStoreCategoryException`,
/// `InvalidEventDataStoreStatusException` unless its ingestion is stopped.
pub(super) fn start(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let store = store(request, StoreStatus::StoppedIngestion)?;
    let change = StoreChange::IngestionStarted { arn: store.arn.clone(), at: request.call.now };
    Ok(done(store, change))
}

/// Lets an event data store take no events from now on; its rows stay.
///
/// # Errors
/// Those of a store that is not there, `InvalidEventDataStoreCategoryException`,
/// `InvalidEventDataStoreStatusException` unless it takes events.
pub(super) fn stop(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let store = store(request, StoreStatus::Enabled)?;
    let change = StoreChange::IngestionStopped { arn: store.arn.clone(), at: request.call.now };
    Ok(done(store, change))
}

fn done(store: &EventDataStore, change: StoreChange) -> Done<Change> {
    Done::changed(Members::new(), vec![change.into()]).about(STORE, store.arn.as_str())
}

/// A store that was just made counts as what it is about to be.
fn store<'a>(request: &Request<'a, '_>, needed: StoreStatus) -> Result<&'a EventDataStore, Fault> {
    let named = request.input.string("EventDataStore").unwrap_or_default();
    let store = find::store(request, named)?;
    if !store.category().is_ingested_on_demand() {
        let message = "Ingestion can be started and stopped only for event data stores with \
                       Management, Data, NetworkActivity or ConfigurationItem events.";
        return Err(Fault::new("InvalidEventDataStoreCategoryException", message));
    }
    let is_new = store.status == StoreStatus::Created && store.settled_status() == needed;
    if store.status == needed || is_new {
        return Ok(store);
    }
    let (arn, status, needed) = (&store.arn, store.status.as_str(), needed.as_str());
    let message = format!("Event data store {arn} is {status}, not {needed}.");
    Err(Fault::new("InvalidEventDataStoreStatusException", message))
}
