//! `DeleteMessage` and `DeleteMessageBatch`: what was received is done.

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::receipt::{Held, Receipt};
use super::{Queue, about_in_record, find};
use crate::batch;
use crate::operations::Request;

/// Deletes the message of a handle.
///
/// A message that is gone already is a success. So is one that somebody else received since, but
/// then it stays: who received it last decides.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let changes = delete(&arn, queue, request.input, request.call.now)?.into_iter().collect();
    Ok(about_in_record(Done::changed(Members::new(), changes), &arn, request.call))
}

/// Deletes up to ten messages; each succeeds or fails by itself.
pub(super) fn batch(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let entries = batch::entries(request.input.list("Entries"))
        .map_err(|cause| Fault::new(cause.code(), cause.to_string()))?;
    let (mut changes, mut successful, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for (id, entry) in entries {
        match delete(&arn, queue, entry, request.call.now) {
            Ok(change) => {
                changes.extend(change);
                successful.push(Value::Map(Members::new().with("Id", Value::from(id))));
            }
            Err(fault) => failed.push(batch::failure(id, &fault.code, &fault)),
        }
    }
    let output = Members::new()
        .with("Successful", Value::List(successful))
        .with("Failed", Value::List(failed));
    Ok(about_in_record(Done::changed(output, changes), &arn, request.call))
}

fn delete(
    arn: &str,
    queue: &Queue,
    input: &Members,
    now: jiff::Timestamp,
) -> Result<Option<crate::Change>, Fault> {
    let handle = input.string("ReceiptHandle").unwrap_or_default();
    let receipt = Receipt::parse(handle).ok_or_else(|| bad_handle(handle))?;
    Ok(match receipt.held_in(queue, now) {
        Held::Last(number, _) => Some(Change::of(arn, What::Removed(number))),
        Held::Past => None,
    })
}

/// Refuses what never was a receipt handle.
pub(super) fn bad_handle(handle: &str) -> Fault {
    let text = format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
    Fault::new("ReceiptHandleIsInvalid", text)
}
