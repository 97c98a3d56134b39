//! `CreateChannel`.

use std::collections::{BTreeMap, VecDeque};

use wire::{Done, Fault};

use super::{CHANNEL, arn, channel, quota, tags};
use crate::change::{Change, ChannelChange};
use crate::request::Request;
use crate::state::{Channel, Ingestion};

/// The source of events of the caller's own making; there may be many channels of it.
const CUSTOM: &str = "Custom";

/// Makes a channel, by which activity from outside of AWS comes into event data stores.
///
/// # Errors
/// `InvalidSourceException`, the tags', `ChannelAlreadyExistsException`,
/// `ChannelMaxLimitExceededException`, the destinations'.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let name = input.string("Name").unwrap_or_default();
    let source = input.string("Source").unwrap_or_default();
    check_source(source)?;
    let tags = tags::merged(&BTreeMap::new(), input, "Tags")?;
    channel::check_name(request, name, None)?;
    check_partner(request, source)?;
    quota::check_channels(request)?;
    let destinations = channel::destinations(request)?;
    let call = &mut *request.call;
    let id = call.uuid();
    let channel = Channel {
        arn: arn::of(call.region, call.account, arn::CHANNEL, &id),
        name: name.to_owned(),
        account: call.account.to_owned(),
        region: call.region.to_owned(),
        source: source.to_owned(),
        destinations,
        tags,
        ingestion: Ingestion::default(),
        recent: VecDeque::new(),
    };
    let shown = (!channel.tags.is_empty()).then(|| tags::show(&channel.tags));
    let output = channel::show(&channel)
        .with("Destinations", channel::show_destinations(&channel))
        .with("Tags", shown);
    let arn = channel.arn.clone();
    let change = ChannelChange::Created(Box::new(channel));
    Ok(Done::changed(output, vec![change.into()]).about(CHANNEL, arn))
}

/// AWS's list of partners is not known here: any name that could be one is taken.
fn check_source(source: &str) -> Result<(), Fault> {
    let is_inner = |letter: char| letter.is_alphanumeric() || " ._-".contains(letter);
    let is_name = source.chars().all(is_inner)
        && source.chars().next().is_some_and(char::is_alphanumeric)
        && !source.ends_with(".amazonaws.com");
    if is_name {
        return Ok(());
    }
    let message = format!("{source} is no source: give {CUSTOM}, or the name of a partner.");
    Err(Fault::new("InvalidSourceException", message))
}

/// Of a partner there is one channel.
fn check_partner(request: &Request<'_, '_>, source: &str) -> Result<(), Fault> {
    let mut others = channel::others(request, None);
    let other = others.find(|channel| source != CUSTOM && channel.source == source);
    let Some(other) = other else { return Ok(()) };
    let message = format!("Channel {} is for the source {source} already.", other.name);
    Err(Fault::new("ChannelAlreadyExistsException", message))
}
