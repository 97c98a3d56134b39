//! `ListTrailDeliveries`: what trails have still to deliver, and what does not arrive.

use wire::{Fault, Members, Value};

use super::Reading;
use crate::delivery::Backlog;

/// Answers `ListTrailDeliveries`: the caller's account's trails, or everybody's for the operator.
pub(super) fn run(reading: &Reading<'_>, _input: &Members) -> Result<Members, Fault> {
    let backlogs = reading.board.backlogs();
    let seen = backlogs
        .iter()
        .filter(|backlog| reading.sees_all || backlog.account == reading.account)
        .map(item)
        .collect();
    Ok(Members::new().with("Deliveries", Value::List(seen)))
}

fn item(backlog: &Backlog) -> Value {
    let number = |number: u64| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
    let errors = backlog.errors.iter().map(|(region, channel, code)| {
        Value::from(
            Members::new()
                .with("Region", Value::from(region.as_str()))
                .with("Channel", Value::from(*channel))
                .with("ErrorCode", Value::from(code.as_str())),
        )
    });
    Value::from(
        Members::new()
            .with("TrailARN", Value::from(backlog.arn.as_str()))
            .with("S3BucketName", Value::from(backlog.bucket.as_str()))
            .with("IsLogging", Value::from(backlog.is_logging))
            .with("IsDeleted", Value::from(backlog.is_deleted))
            .with("WaitingEvents", number(backlog.events))
            .with("WaitingBytes", number(backlog.bytes))
            .with("WaitingCuts", number(backlog.cuts))
            .with("WaitingNotifications", number(backlog.notices))
            .with("WaitingSince", backlog.since.map(Value::from))
            .with("LatestDeliveryTime", backlog.latest_delivery.map(Value::from))
            .with("LatestDigestDeliveryTime", backlog.latest_digest.map(Value::from))
            .with("Errors", Value::List(errors.collect())),
    )
}
