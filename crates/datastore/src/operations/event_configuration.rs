//! `PutEventConfiguration` and `GetEventConfiguration` of event data stores.
//!
//! What is to be added to events is kept and answered. Nothing is added yet.

use std::collections::BTreeSet;

use wire::{Done, Fault, Members, Value};

use super::{STORE, find, invalid};
use crate::change::{Change, StoreChange};
use crate::request::Request;
use crate::state::{Category, ContextKeySelector, EventDataStore, MaxEventSize};

const KEYS_MAX: usize = 50;
const SELECTORS: &str = "ContextKeySelectors";
const TAGS: &str = "TagContext";
const REQUEST: &str = "RequestContext";
/// The keys of a request that can be added to its event.
const REQUEST_KEYS: [&str; 22] = [
    "aws:FederatedProvider",
    "aws:TokenIssueTime",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:SourceIdentity",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalType",
    "aws:userid",
    "aws:username",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:ViaAWSService",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:SourceAccount",
    "aws:SourceOrgID",
];

/// Puts an event data store's event configuration; what is not named stays.
///
/// # Errors
/// Those of a store that is not there or not active, `InvalidEventDataStoreCategoryException`,
/// `InvalidParameterCombinationException`, `InvalidParameterException`.
pub(super) fn put(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let named = input.string("EventDataStore").unwrap_or_default();
    let store = find::active_store(request, named)?;
    check_category(store)?;
    if input.get("AggregationConfigurations").is_some() {
        return Err(combination("You can specify AggregationConfigurations only with TrailName."));
    }
    let size = match input.string("MaxEventSize") {
        Some("Large") => MaxEventSize::Large,
        Some(_) => MaxEventSize::Standard,
        None => store.max_event_size,
    };
    let given = input.get(SELECTORS).is_some();
    let keys = if given { read(input)? } else { store.context_keys.clone() };
    if !keys.is_empty() && size != MaxEventSize::Large {
        return Err(combination("ContextKeySelectors need MaxEventSize to be Large."));
    }
    let (arn, output) = (store.arn.clone(), show(&store.arn, size, &keys));
    let change = StoreChange::EventConfiguration {
        arn: arn.clone(),
        max_event_size: size,
        context_keys: keys,
    };
    Ok(Done::changed(output, vec![change.into()]).about(STORE, arn))
}

/// Returns an event data store's event configuration.
///
/// # Errors
/// Those of a store that is not there, `InvalidEventDataStoreCategoryException`,
/// `InvalidEventDataStoreStatusException` while it waits to be deleted.
pub(super) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("EventDataStore").unwrap_or_default();
    let store = find::store(request, named)?;
    if store.is_pending_deletion() {
        let message = format!("Event data store {} is PENDING_DELETION.", store.arn);
        return Err(Fault::new("InvalidEventDataStoreStatusException", message));
    }
    check_category(store)?;
    let output = show(&store.arn, store.max_event_size, &store.context_keys);
    Ok(Done::read(output).about(STORE, store.arn.as_str()))
}

fn check_category(store: &EventDataStore) -> Result<(), Fault> {
    if store.category() == Category::CloudTrail {
        return Ok(());
    }
    let message = "Only event data stores with Management, Data or NetworkActivity events have an \
                   event configuration.";
    Err(Fault::new("InvalidEventDataStoreCategoryException", message))
}

fn combination(message: &str) -> Fault {
    Fault::new("InvalidParameterCombinationException", message)
}

fn read(input: &Members) -> Result<Vec<ContextKeySelector>, Fault> {
    let selectors: Vec<_> = input
        .maps(SELECTORS)
        .map(|one| ContextKeySelector {
            kind: one.string("Type").unwrap_or_default().to_owned(),
            equals: one.strings("Equals").map(str::to_owned).collect(),
        })
        .collect();
    let mut kinds = BTreeSet::new();
    for selector in &selectors {
        check(selector)?;
        if !kinds.insert(&selector.kind) {
            return Err(invalid(format!("Type {} is given more than once.", selector.kind)));
        }
    }
    Ok(selectors)
}

fn check(selector: &ContextKeySelector) -> Result<(), Fault> {
    let ContextKeySelector { kind, equals } = selector;
    if kind != TAGS && kind != REQUEST {
        return Err(invalid(format!("Value {kind} for Type is invalid.")));
    }
    if equals.is_empty() || equals.len() > KEYS_MAX {
        return Err(invalid(format!("Specify 1 to {KEYS_MAX} keys for {kind}.")));
    }
    let mut seen = BTreeSet::new();
    if let Some(key) = equals.iter().find(|key| !seen.insert(key.as_str())) {
        return Err(invalid(format!("Key {key} is given more than once.")));
    }
    let is_known = |key: &&String| REQUEST_KEYS.iter().any(|it| it.eq_ignore_ascii_case(key));
    match equals.iter().find(|key| kind == REQUEST && !is_known(key)) {
        Some(key) => Err(invalid(format!("Key {key} is not one of a request's context."))),
        None => Ok(()),
    }
}

fn show(arn: &str, size: MaxEventSize, keys: &[ContextKeySelector]) -> Members {
    let selector = |one: &ContextKeySelector| {
        Members::new()
            .with("Type", Value::from(one.kind.as_str()))
            .with("Equals", Value::from(one.equals.clone()))
    };
    let selectors: Vec<_> = keys.iter().map(selector).collect();
    Members::new()
        .with("EventDataStoreArn", Value::from(arn))
        .with("MaxEventSize", Value::from(size.as_str()))
        .with(SELECTORS, Value::from(selectors))
}
