//! What the operations on channels share: where one leads, and how that is shown.

use std::collections::BTreeSet;

use wire::{Fault, Members, Value};

use super::{find, invalid};
use crate::request::Request;
use crate::state::{Category, Channel};

/// The one kind of destination that a caller can name.
const TO_STORE: &str = "EVENT_DATA_STORE";

/// Reads the destinations of an input: the ARNs of event data stores, in the order given.
///
/// # Errors
/// `InvalidParameterException`, those of stores that are not there or not active,
/// `InvalidEventDataStoreCategoryException`.
pub(super) fn destinations(request: &Request<'_, '_>) -> Result<Vec<String>, Fault> {
    let (mut arns, mut seen) = (Vec::new(), BTreeSet::new());
    for destination in request.input.maps("Destinations") {
        let arn = destination_of(request, destination)?;
        if !seen.insert(arn.clone()) {
            return Err(invalid(format!("Destination {arn} is given more than once.")));
        }
        arns.push(arn);
    }
    Ok(arns)
}

fn destination_of(request: &Request<'_, '_>, input: &Members) -> Result<String, Fault> {
    let kind = input.string("Type").unwrap_or_default();
    if kind != TO_STORE {
        return Err(invalid(format!("A destination must be of the type {TO_STORE}, not {kind}.")));
    }
    let location = input.string("Location").unwrap_or_default();
    let store = find::active_store(request, location)?;
    if store.category() != Category::ActivityAuditLog || store.account != request.call.account {
        let message = format!(
            "Event data store {} cannot be the destination of a channel: it must be of the \
             channel's account and take ActivityAuditLog events.",
            store.arn
        );
        return Err(Fault::new("InvalidEventDataStoreCategoryException", message));
    }
    Ok(store.arn.clone())
}

/// Refuses a name that another channel of the account has in the Region.
///
/// # Errors
/// `ChannelAlreadyExistsException`
pub(super) fn check_name(
    request: &Request<'_, '_>,
    name: &str,
    own_arn: Option<&str>,
) -> Result<(), Fault> {
    let mut others = others(request, own_arn);
    if !others.any(|channel| channel.name == name) {
        return Ok(());
    }
    let message = format!("Channel {name} already exists for customer: {}", request.call.account);
    Err(Fault::new("ChannelAlreadyExistsException", message))
}

/// Returns the account's channels in the Region, but the one of `own_arn`.
pub(super) fn others<'a>(
    request: &Request<'a, '_>,
    own_arn: Option<&'a str>,
) -> impl Iterator<Item = &'a Channel> {
    let (state, account, region) =
        (request.state, request.call.account.to_owned(), request.call.region.to_owned());
    state.channels.values().filter(move |channel| {
        channel.account == account
            && channel.region == region
            && own_arn.is_none_or(|arn| channel.arn != arn)
    })
}

/// Returns a channel's beginning as every answer shows it: ARN, name, source.
pub(super) fn show(channel: &Channel) -> Members {
    Members::new()
        .with("ChannelArn", Value::from(channel.arn.as_str()))
        .with("Name", Value::from(channel.name.as_str()))
        .with("Source", Value::from(channel.source.as_str()))
}

/// Returns where a channel leads, in the terms of the model.
pub(super) fn show_destinations(channel: &Channel) -> Value {
    let destination = |arn: &String| {
        Members::new()
            .with("Type", Value::from(TO_STORE))
            .with("Location", Value::from(arn.as_str()))
    };
    Value::from(channel.destinations.iter().map(destination).collect::<Vec<_>>())
}
