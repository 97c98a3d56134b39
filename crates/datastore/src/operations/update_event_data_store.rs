//! `UpdateEventDataStore`.

use wire::{Done, Fault, Members};

use super::create_event_data_store::{check_name, check_retention, check_scope};
use super::{STORE, find, import, invalid, key, organization, selectors, show};
use crate::change::{Change, StoreChange};
use crate::request::Request;
use crate::state::{BillingMode, EventDataStore};

/// The members of which at least one must be there.
const SETTINGS: [&str; 8] = [
    "Name",
    "AdvancedEventSelectors",
    "MultiRegionEnabled",
    "OrganizationEnabled",
    "RetentionPeriod",
    "TerminationProtectionEnabled",
    "KmsKeyId",
    "BillingMode",
];

/// Changes an event data store's settings; what is not named stays.
///
/// # Errors
/// Those of a store that is not there or not active, `InvalidParameterException`,
/// `EventDataStoreHasOngoingImportException`, the selectors', the key's, the organization's,
/// `EventDataStoreAlreadyExistsException`.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let named = input.string("EventDataStore").unwrap_or_default();
    let current = find::active_store(request, named)?;
    if !SETTINGS.iter().any(|name| input.get(name).is_some()) {
        return Err(invalid("Specify at least one setting to update."));
    }
    import::check_none(request, current)?;
    let mut store = current.clone();
    change(request, &mut store)?;
    check_name(request, &store)?;
    check_scope(&store)?;
    store.updated = request.call.now;
    let (output, arn) = (show::with_federation(&store), store.arn.clone());
    Ok(Done::changed(output, vec![StoreChange::Updated(Box::new(store)).into()]).about(STORE, arn))
}

fn change(request: &Request<'_, '_>, store: &mut EventDataStore) -> Result<(), Fault> {
    let input = request.input;
    if let Some(name) = input.string("Name") {
        name.clone_into(&mut store.name);
    }
    if let Some(selectors) = selectors::read(input)? {
        selectors::check_category(store.category(), &selectors)?;
        store.selectors = selectors;
    }
    if let Some(is_multi_region) = input.boolean("MultiRegionEnabled") {
        store.is_multi_region = is_multi_region;
    }
    if let Some(is_protected) = input.boolean("TerminationProtectionEnabled") {
        store.is_protected = is_protected;
    }
    change_retention(input, store)?;
    key::check(input, &store.region)?;
    if let Some(to_organization) = input.boolean("OrganizationEnabled") {
        store.organization_id = organization::convert(request, store, to_organization)?;
    }
    Ok(())
}

fn change_retention(input: &Members, store: &mut EventDataStore) -> Result<(), Fault> {
    let mode = input.string("BillingMode").and_then(BillingMode::named);
    let mode = mode.unwrap_or(store.billing_mode);
    if store.billing_mode == BillingMode::Extendable && mode == BillingMode::Fixed {
        return Err(invalid(
            "BillingMode cannot change from EXTENDABLE_RETENTION_PRICING to \
             FIXED_RETENTION_PRICING.",
        ));
    }
    let days = input.integer("RetentionPeriod").and_then(|days| u32::try_from(days).ok());
    let days = days.unwrap_or(store.retention_days);
    check_retention(days, mode)?;
    (store.billing_mode, store.retention_days) = (mode, days);
    Ok(())
}
