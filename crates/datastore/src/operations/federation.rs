//! `EnableFederation` and `DisableFederation`.
//!
//! There is no Glue and no Lake Formation here to share a table with, so that no event data store
//! is ever federated.

use wire::{Done, Fault, Members, Value};

use super::{STORE, find};
use crate::change::Change;
use crate::request::Request;

/// Refuses to federate an event data store.
///
/// # Errors
/// Those of a store that is not there or not active; `UnsupportedOperationException`, which says
/// how its rows can be read from outside.
pub(super) fn enable(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("EventDataStore").unwrap_or_default();
    find::active_store(request, named)?;
    Err(Fault::new(
        "UnsupportedOperationException",
        "There is no Glue Data Catalog here to federate event data stores with. Their tables are \
         open: other engines read them in place.",
    ))
}

/// Says that an event data store is not federated, which it never is.
///
/// # Errors
/// Those of a store that is not there or not active.
pub(super) fn disable(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("EventDataStore").unwrap_or_default();
    let store = find::active_store(request, named)?;
    let output = Members::new()
        .with("EventDataStoreArn", Value::from(store.arn.as_str()))
        .with("FederationStatus", Value::from("DISABLED"));
    Ok(Done::read(output).about(STORE, store.arn.as_str()))
}
