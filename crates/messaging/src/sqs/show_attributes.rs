//! `GetQueueAttributes` and `SetQueueAttributes`.

use std::collections::BTreeSet;

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::queue_attributes::SETTABLE;
use super::{Queue, about, about_in_record, find, refusal};
use crate::operations::Request;

/// What the service itself knows of a queue, in the order in which it is shown.
const MEASURED: &[&str] = &[
    "QueueArn",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "SqsManagedSseEnabled",
];

/// What may be asked for and no queue here has.
const ABSENT: &[&str] = &[
    "FifoQueue",
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
];

/// Answers the attributes that were asked for; none where none were.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let names: BTreeSet<&str> = request.input.strings("AttributeNames").collect();
    let all_names = [&["All"], SETTABLE, MEASURED, ABSENT];
    let is_unknown = |name: &&&str| !all_names.iter().any(|known| known.contains(*name));
    if let Some(unknown) = names.iter().find(is_unknown) {
        return Err(refusal::unknown_attribute(unknown));
    }
    let all = names.contains("All");
    let mut shown = Members::new();
    for name in SETTABLE.iter().chain(MEASURED).filter(|name| all || names.contains(**name)) {
        let value = queue.attributes.value(name).or_else(|| measured(name, &arn, queue, request));
        if let Some(value) = value {
            shown.push(*name, Value::from(value));
        }
    }
    let shown = Some(shown).filter(|shown| !shown.is_empty()).map(Value::from);
    Ok(about_in_record(Done::read(Members::new().with("Attributes", shown)), &arn, request.call))
}

/// Sets attributes.
pub(super) fn set(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let attributes = queue.attributes.with(request.input.map("Attributes"), &arn, request)?;
    let what = What::AttributesSet { attributes: Box::new(attributes), now: request.call.now };
    let done = Done::changed(Members::new(), vec![Change::of(&arn, what)]);
    Ok(about(done, &arn, request.call))
}

fn measured(name: &str, arn: &str, queue: &Queue, request: &Request<'_, '_>) -> Option<String> {
    let now = request.call.now;
    Some(match name {
        "QueueArn" => arn.to_owned(),
        "ApproximateNumberOfMessages" => queue.counts(now).visible.to_string(),
        "ApproximateNumberOfMessagesNotVisible" => queue.counts(now).in_flight.to_string(),
        "ApproximateNumberOfMessagesDelayed" => queue.counts(now).delayed.to_string(),
        "CreatedTimestamp" => queue.created.as_second().to_string(),
        "LastModifiedTimestamp" => queue.modified.as_second().to_string(),
        "SqsManagedSseEnabled" => "false".to_owned(),
        _ => return None,
    })
}
