//! `DeleteChannel`.

use wire::{Done, Fault, Members};

use super::{CHANNEL, find};
use crate::change::{Change, ChannelChange};
use crate::request::Request;

/// Deletes a channel; what came through it stays.
///
/// # Errors
/// `ChannelARNInvalidException`, `ChannelNotFoundException`
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("Channel").unwrap_or_default();
    let arn = find::channel(request, named)?.arn.clone();
    let change = ChannelChange::Deleted { arn: arn.clone() };
    Ok(Done::changed(Members::new(), vec![change.into()]).about(CHANNEL, arn))
}
