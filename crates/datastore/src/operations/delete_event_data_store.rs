//! `DeleteEventDataStore`.

use wire::{Done, Fault, Members};

use super::{STORE, find, import};
use crate::change::{Change, StoreChange};
use crate::request::Request;

/// Lets an event data store wait to be deleted. It takes no events, and can be restored until it is
/// gone.
///
/// # Errors
/// Those of a store that is not there or waits already,
/// `EventDataStoreTerminationProtectedException`, `EventDataStoreHasOngoingImportException`,
/// `ChannelExistsForEDSException`.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("EventDataStore").unwrap_or_default();
    let store = find::active_store(request, named)?;
    if store.is_protected {
        let message = format!(
            "Event data store {} has termination protection: set TerminationProtectionEnabled to \
             false with UpdateEventDataStore first.",
            store.arn
        );
        return Err(Fault::new("EventDataStoreTerminationProtectedException", message));
    }
    import::check_none(request, store)?;
    check_channels(request, &store.arn)?;
    let arn = store.arn.clone();
    let change = StoreChange::Deleted { arn: arn.clone(), at: request.call.now };
    Ok(Done::changed(Members::new(), vec![change.into()]).about(STORE, arn))
}

fn check_channels(request: &Request<'_, '_>, arn: &str) -> Result<(), Fault> {
    let mut channels = request.state.channels.values();
    let Some(channel) = channels.find(|channel| channel.destinations.iter().any(|it| it == arn))
    else {
        return Ok(());
    };
    let message = format!("Channel {} leads to event data store {arn}.", channel.arn);
    Err(Fault::new("ChannelExistsForEDSException", message))
}
