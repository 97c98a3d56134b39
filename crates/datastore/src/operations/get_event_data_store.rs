//! `GetEventDataStore`.

use wire::{Done, Fault};

use super::{STORE, find, show};
use crate::change::Change;
use crate::request::Request;

/// Returns an event data store's settings and status, also while it waits to be deleted.
///
/// # Errors
/// `EventDataStoreARNInvalidException`, `EventDataStoreNotFoundException`
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("EventDataStore").unwrap_or_default();
    let store = find::store(request, named)?;
    Ok(Done::read(show::with_federation(store)).about(STORE, store.arn.as_str()))
}
