//! `RestoreEventDataStore`.

use wire::{Done, Fault};

use super::{STORE, find, quota, show};
use crate::change::{Change, StoreChange};
use crate::request::Request;

/// Makes an event data store that waits to be deleted what it was before.
///
/// # Errors
/// Those of a store that is not there, `InvalidEventDataStoreStatusException`,
/// `EventDataStoreMaxLimitExceededException`.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("EventDataStore").unwrap_or_default();
    let store = find::store(request, named)?;
    if !store.is_pending_deletion() {
        let (arn, status) = (&store.arn, store.status.as_str());
        let message = format!("Event data store {arn} is {status}, not PENDING_DELETION.");
        return Err(Fault::new("InvalidEventDataStoreStatusException", message));
    }
    quota::check_stores(request, &store.account, Some(&store.arn))?;
    let mut restored = store.clone();
    (restored.status, restored.updated) = (store.settled_status(), request.call.now);
    let change = StoreChange::Restored { arn: store.arn.clone(), at: request.call.now };
    Ok(Done::changed(show::plain(&restored), vec![change.into()]).about(STORE, store.arn.as_str()))
}
