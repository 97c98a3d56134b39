//! `ListChannels`.

use wire::{Done, Fault, Members, Value};

use super::channel;
use crate::change::Change;
use crate::page::Question;
use crate::request::Request;

/// Returns ARN and name of the account's channels in the Region, by name.
///
/// # Errors
/// `InvalidNextTokenException`
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let channels = channel::others(request, None);
    let rows = channels.map(|channel| ((channel.name.clone(), channel.arn.clone()), channel));
    let page = Question::new(request.call, "ListChannels", request.input).page(rows.collect())?;
    let show = |arn: &str, name: &str| {
        Members::new().with("ChannelArn", Value::from(arn)).with("Name", Value::from(name))
    };
    let channels: Vec<_> = page.rows.iter().map(|it| show(&it.arn, &it.name)).collect();
    Ok(Done::read(
        Members::new()
            .with("Channels", Value::from(channels))
            .with("NextToken", page.next_token.map(Value::from)),
    ))
}
