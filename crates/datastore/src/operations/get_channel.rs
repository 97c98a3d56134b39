//! `GetChannel`.

use wire::{Done, Fault, Members, Value};

use super::{CHANNEL, channel, find};
use crate::change::Change;
use crate::request::Request;
use crate::state::Ingestion;

/// Returns where a channel leads and what came through it last. Channels of services, which alone
/// have a `SourceConfig`, there are none.
///
/// # Errors
/// `ChannelARNInvalidException`, `ChannelNotFoundException`
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("Channel").unwrap_or_default();
    let found = find::channel(request, named)?;
    let output = channel::show(found)
        .with("Destinations", channel::show_destinations(found))
        .with("IngestionStatus", show(&found.ingestion).map(Value::from));
    Ok(Done::read(output).about(CHANNEL, found.arn.as_str()))
}

/// Nothing is shown of a channel into which nothing was put.
fn show(ingestion: &Ingestion) -> Option<Members> {
    let attempt = ingestion.latest_attempt?;
    let text = |text: &Option<String>| text.clone().map(Value::from);
    Some(
        Members::new()
            .with("LatestIngestionSuccessTime", ingestion.latest_success.map(Value::from))
            .with("LatestIngestionSuccessEventID", text(&ingestion.latest_success_event_id))
            .with("LatestIngestionErrorCode", text(&ingestion.latest_error_code))
            .with("LatestIngestionAttemptTime", Value::from(attempt))
            .with("LatestIngestionAttemptEventID", text(&ingestion.latest_attempt_event_id)),
    )
}
