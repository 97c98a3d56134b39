//! `GetTrailStatus`.

use jiff::Timestamp;
use wire::{Done, Fault, Members, Value};

use super::{TRAIL, find};
use crate::change::Change;
use crate::request::Request;
use crate::state::{RegionStatus, Trail};

/// Returns whether a trail delivers, and what came of its deliveries of the called Region.
///
/// # Errors
/// `TrailNotFoundException`, and those of names and ARNs.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("Name").unwrap_or_default();
    let trail = find::visible(request, named)?;
    let nothing = RegionStatus::default();
    let status = trail.statuses.get(request.call.region).unwrap_or(&nothing);
    Ok(Done::read(show(trail, status)).about(TRAIL, trail.arn.as_str()))
}

/// The last six members are texts of an older API, always there and empty when unset.
fn show(trail: &Trail, status: &RegionStatus) -> Members {
    let error = |code: &Option<String>| code.clone().map(Value::from);
    let time = |time: Option<Timestamp>| time.map(Value::from);
    let text = |time: Option<Timestamp>| {
        Value::from(time.map_or_else(String::new, |time| time.strftime("%FT%TZ").to_string()))
    };
    Members::with_capacity(15)
        .with("IsLogging", Value::from(trail.is_logging))
        .with("LatestDeliveryError", error(&status.latest_delivery_error))
        .with("LatestNotificationError", error(&status.latest_notification_error))
        .with("LatestDeliveryTime", time(status.latest_delivery))
        .with("LatestNotificationTime", time(status.latest_notification))
        .with("StartLoggingTime", time(trail.started))
        .with("StopLoggingTime", time(trail.stopped))
        .with("LatestDigestDeliveryTime", time(status.latest_digest_delivery))
        .with("LatestDigestDeliveryError", error(&status.latest_digest_delivery_error))
        .with("LatestDeliveryAttemptTime", text(status.latest_delivery_attempt))
        .with("LatestNotificationAttemptTime", text(status.latest_notification_attempt))
        .with("LatestNotificationAttemptSucceeded", text(status.latest_notification))
        .with("LatestDeliveryAttemptSucceeded", text(status.latest_delivery))
        .with("TimeLoggingStarted", text(trail.started))
        .with("TimeLoggingStopped", text(trail.stopped))
}
