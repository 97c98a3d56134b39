//! Finds what a call names: by ARN, or by id or name in the called Region.
//!
//! An account sees its own, and event data stores of the organization that it is a delegated
//! administrator of. It sees stores and dashboards of others that have a resource policy: what that
//! policy says is asked by the one who authorizes the call, before it gets here. The policies of
//! channels let events be put, and nothing else.

use wire::Fault;

use super::arn::{self, Arn};
use super::organization;
use crate::request::Request;
use crate::state::{Channel, Dashboard, EventDataStore, Import, Query};
use crate::statement::is_uuid;

/// Finds an event data store.
///
/// # Errors
/// `EventDataStoreARNInvalidException`, `EventDataStoreNotFoundException`
pub(super) fn store<'a>(
    request: &Request<'a, '_>,
    named: &str,
) -> Result<&'a EventDataStore, Fault> {
    let arn = Arn::parse(named).filter(|arn| arn.kind == arn::STORE);
    let id = arn.map_or(named, |arn| arn.id);
    if !is_uuid(id) {
        let message = format!("{named} is neither the ARN nor the id of an event data store.");
        return Err(Fault::new("EventDataStoreARNInvalidException", message));
    }
    let found = store_of_id(request, id);
    found.filter(|store| arn.is_none() || store.arn == named).ok_or_else(|| no_store(named))
}

/// Finds an event data store of this id in the called Region that the caller's account sees.
pub(super) fn store_of_id<'a>(request: &Request<'a, '_>, id: &str) -> Option<&'a EventDataStore> {
    let mut stores = request.state.stores.values();
    let store = stores.find(|store| store.id.eq_ignore_ascii_case(id))?;
    let is_here = store.region == request.call.region;
    (is_here && sees_store(request, store)).then_some(store)
}

/// Returns the refusal of a store that is not there.
pub(super) fn no_store(named: &str) -> Fault {
    let message = format!("Event data store {named} does not exist.");
    Fault::new("EventDataStoreNotFoundException", message)
}

/// Finds an event data store that does not wait to be deleted.
///
/// # Errors
/// As for [`store`], and `InactiveEventDataStoreException`.
pub(super) fn active_store<'a>(
    request: &Request<'a, '_>,
    named: &str,
) -> Result<&'a EventDataStore, Fault> {
    let store = store(request, named)?;
    check_active(store)?;
    Ok(store)
}

/// Refuses a store that waits to be deleted.
///
/// # Errors
/// `InactiveEventDataStoreException`
pub(super) fn check_active(store: &EventDataStore) -> Result<(), Fault> {
    if !store.is_pending_deletion() {
        return Ok(());
    }
    let message = format!("Event data store {} is pending deletion.", store.arn);
    Err(Fault::new("InactiveEventDataStoreException", message))
}

/// Returns whether the caller's account sees a store.
pub(super) fn sees_store(request: &Request<'_, '_>, store: &EventDataStore) -> bool {
    sees(request, &store.account, &store.arn) || organization::administers(request, store)
}

/// Finds a channel by ARN or UUID.
///
/// # Errors
/// `ChannelARNInvalidException`, `ChannelNotFoundException`
pub(super) fn channel<'a>(request: &Request<'a, '_>, named: &str) -> Result<&'a Channel, Fault> {
    let id = Arn::parse(named).filter(|arn| arn.kind == arn::CHANNEL).map_or(named, |arn| arn.id);
    if !is_uuid(id) {
        let message = format!("{named} is neither the ARN nor the id of a channel.");
        return Err(Fault::new("ChannelARNInvalidException", message));
    }
    let mut channels = request.state.channels.values();
    let is_meant = |channel: &&Channel| {
        let is_named = channel.arn == named || channel.arn.rsplit('/').next() == Some(named);
        is_named && channel.region == request.call.region && channel.account == request.call.account
    };
    channels.find(is_meant).ok_or_else(|| {
        let message = format!("Channel {named} does not exist.");
        Fault::new("ChannelNotFoundException", message)
    })
}

/// Finds a dashboard by ARN or name.
///
/// # Errors
/// `ResourceNotFoundException`: the model has no exception for an ARN that is none.
pub(super) fn dashboard<'a>(
    request: &Request<'a, '_>,
    named: &str,
) -> Result<&'a Dashboard, Fault> {
    let found = request.state.dashboards.get(&dashboard_arn(request, named));
    let found = found.filter(|dashboard| dashboard.region == request.call.region);
    let found = found.filter(|dashboard| sees(request, &dashboard.account, &dashboard.arn));
    found.ok_or_else(|| {
        let message = format!("Dashboard {named} does not exist.");
        Fault::new("ResourceNotFoundException", message)
    })
}

fn dashboard_arn(request: &Request<'_, '_>, named: &str) -> String {
    if named.starts_with("arn:") {
        return named.to_owned();
    }
    arn::of(request.call.region, request.call.account, arn::DASHBOARD, named)
}

/// Finds a query of the caller's account, or on its stores, in the called Region.
///
/// # Errors
/// `QueryIdNotFoundException`; those of [`active_store`] for the store that the input may name.
pub(super) fn query<'a>(request: &Request<'a, '_>, id: &str) -> Result<&'a Query, Fault> {
    check_named_store(request)?;
    let found = request.state.queries.get(id).filter(|query| sees_query(request, query));
    found.ok_or_else(|| no_query(id))
}

/// Returns the refusal of a query that is not there.
pub(super) fn no_query(id: &str) -> Fault {
    Fault::new("QueryIdNotFoundException", format!("Query {id} does not exist."))
}

/// Returns whether the caller's account sees a query; where the input names the owner of its
/// stores, only queries on that owner's.
pub(super) fn sees_query(request: &Request<'_, '_>, query: &Query) -> bool {
    let (caller, region) = (request.call.account, request.call.region);
    let owner = request.input.string("EventDataStoreOwnerAccountId");
    (query.account == caller || query.owner_account == caller)
        && query.region == region
        && owner.is_none_or(|owner| query.owner_account == owner)
}

/// The member is deprecated, and says nothing that the id does not; but it must be right.
pub(super) fn check_named_store(request: &Request<'_, '_>) -> Result<(), Fault> {
    match request.input.string("EventDataStore") {
        Some(named) => active_store(request, named).map(|_| ()),
        None => Ok(()),
    }
}

/// Finds an import of the caller's account.
///
/// # Errors
/// `ImportNotFoundException`
pub(super) fn import<'a>(request: &Request<'a, '_>, id: &str) -> Result<&'a Import, Fault> {
    let found = request.state.imports.get(id).filter(|import| sees_import(request, import));
    found.ok_or_else(|| {
        Fault::new("ImportNotFoundException", format!("Import {id} does not exist."))
    })
}

/// Returns whether the caller's account sees an import.
pub(super) fn sees_import(request: &Request<'_, '_>, import: &Import) -> bool {
    import.account == request.call.account && import.region == request.call.region
}

fn sees(request: &Request<'_, '_>, owner: &str, arn: &str) -> bool {
    owner == request.call.account || request.state.resource_policies.contains_key(arn)
}
