//! `CreateEventDataStore`.

use std::collections::BTreeMap;

use event::selectors::Selectors;
use wire::{Done, Fault};

use super::arn;
use super::{STORE, invalid, key, organization, quota, selectors, show, tags};
use crate::change::{Change, StoreChange};
use crate::request::Request;
use crate::state::{BillingMode, Category, EventDataStore, MaxEventSize, StoreStatus};

/// Makes an event data store in the called Region. It takes events from then on, or as it is told.
///
/// # Errors
/// In this order: the selectors', `InvalidParameterException`, the tags', the key's, the
/// organization's, `EventDataStoreAlreadyExistsException`,
/// `EventDataStoreMaxLimitExceededException`.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let store = read(request)?;
    check_name(request, &store)?;
    quota::check_stores(request, &store.account, None)?;
    let (output, arn) = (show::with_tags(&store), store.arn.clone());
    Ok(Done::changed(output, vec![StoreChange::Created(Box::new(store)).into()]).about(STORE, arn))
}

/// Refuses a name that another store of the account has in the Region.
///
/// # Errors
/// `EventDataStoreAlreadyExistsException`
pub(super) fn check_name(request: &Request<'_, '_>, new: &EventDataStore) -> Result<(), Fault> {
    let (account, name) = (&new.account, &new.name);
    let mut others = request.state.stores.values().filter(|store| store.arn != new.arn);
    let is_there = others.any(|store| {
        store.account == *account && store.region == new.region && store.name == *name
    });
    if !is_there {
        return Ok(());
    }
    let message = format!("Event data store {name} already exists for customer: {account}");
    Err(Fault::new("EventDataStoreAlreadyExistsException", message))
}

/// Refuses a scope that the kind of events does not have.
///
/// # Errors
/// `InvalidParameterException`
pub(super) fn check_scope(store: &EventDataStore) -> Result<(), Fault> {
    let is_wide = store.is_multi_region || store.organization_id.is_some();
    if store.category() == Category::ActivityAuditLog && is_wide {
        return Err(invalid(
            "An event data store for ActivityAuditLog events is of one Region and one account: set \
             MultiRegionEnabled and OrganizationEnabled to false.",
        ));
    }
    Ok(())
}

/// Refuses a retention that the billing mode does not have.
///
/// # Errors
/// `InvalidParameterException`
pub(super) fn check_retention(days: u32, mode: BillingMode) -> Result<(), Fault> {
    const DAYS_MIN: u32 = 7;
    let max = mode.days_max();
    if (DAYS_MIN..=max).contains(&days) {
        return Ok(());
    }
    let mode = mode.as_str();
    Err(invalid(format!("RetentionPeriod is {DAYS_MIN} to {max} days with BillingMode {mode}.")))
}

fn read(request: &mut Request<'_, '_>) -> Result<EventDataStore, Fault> {
    let input = request.input;
    let selectors = selectors::read(input)?.unwrap_or_else(selectors::default);
    let mode = input.string("BillingMode").and_then(BillingMode::named);
    let billing_mode = mode.unwrap_or(BillingMode::Extendable);
    let days = input.integer("RetentionPeriod").and_then(|days| u32::try_from(days).ok());
    let retention_days = days.unwrap_or(billing_mode.days_default());
    check_retention(retention_days, billing_mode)?;
    let tags = tags::merged(&BTreeMap::new(), input, "TagsList")?;
    key::check(input, request.call.region)?;
    let owner = owner(request)?;
    let id = request.call.uuid();
    let (call, region) = (&*request.call, request.call.region);
    let store = EventDataStore {
        number: request.state.next_number,
        arn: arn::of(region, &owner.account, arn::STORE, &id),
        id,
        name: input.string("Name").unwrap_or_default().to_owned(),
        account: owner.account,
        region: region.to_owned(),
        status: StoreStatus::Created,
        ingests: ingests(request, &selectors)?,
        selectors,
        is_multi_region: input.boolean("MultiRegionEnabled").unwrap_or(true),
        organization_id: owner.organization_id,
        retention_days,
        is_protected: input.boolean("TerminationProtectionEnabled").unwrap_or(true),
        billing_mode,
        created: call.now,
        updated: call.now,
        deleted: None,
        max_event_size: MaxEventSize::Standard,
        context_keys: Vec::new(),
        insight_selectors: Vec::new(),
        insights_destination: None,
        tags,
    };
    check_scope(&store)?;
    Ok(store)
}

/// Only what can be started by a call can be made stopped.
fn ingests(request: &Request<'_, '_>, selectors: &Selectors) -> Result<bool, Fault> {
    let ingests = request.input.boolean("StartIngestion").unwrap_or(true);
    let on_demand = Category::of(selectors).is_some_and(Category::is_ingested_on_demand);
    if ingests || on_demand {
        return Ok(ingests);
    }
    Err(invalid("StartIngestion cannot be false for events of this category."))
}

/// Whose store it will be.
struct Owner {
    account: String,
    organization_id: Option<String>,
}

/// An organization's store belongs to its management account, whoever makes it.
fn owner(request: &Request<'_, '_>) -> Result<Owner, Fault> {
    if !request.input.boolean("OrganizationEnabled").unwrap_or(false) {
        return Ok(Owner { account: request.call.account.to_owned(), organization_id: None });
    }
    let organization = organization::with_stores(request)?;
    let (account, id) = (organization.management_account, organization.id);
    Ok(Owner { account, organization_id: Some(id) })
}
