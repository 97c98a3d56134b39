//! `UpdateChannel`.

use wire::{Done, Fault};

use super::{CHANNEL, channel, find, invalid};
use crate::change::{Change, ChannelChange};
use crate::request::Request;

/// Gives a channel another name, other destinations, or both.
///
/// # Errors
/// Those of a channel that is not there, `InvalidParameterException`,
/// `ChannelAlreadyExistsException`, the destinations'.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let found = find::channel(request, input.string("Channel").unwrap_or_default())?;
    let has_destinations = input.get("Destinations").is_some();
    if !has_destinations && input.get("Name").is_none() {
        return Err(invalid("Specify Name or Destinations."));
    }
    let mut changed = found.clone();
    if let Some(name) = input.string("Name") {
        channel::check_name(request, name, Some(&found.arn))?;
        name.clone_into(&mut changed.name);
    }
    if has_destinations {
        changed.destinations = channel::destinations(request)?;
    }
    let output = channel::show(&changed).with("Destinations", channel::show_destinations(&changed));
    let arn = changed.arn.clone();
    let change = ChannelChange::Updated {
        arn: arn.clone(),
        name: changed.name,
        destinations: changed.destinations,
    };
    Ok(Done::changed(output, vec![change.into()]).about(CHANNEL, arn))
}
