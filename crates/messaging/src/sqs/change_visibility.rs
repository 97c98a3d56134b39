//! `ChangeMessageVisibility` and its batch: more time for a message, or none.

use jiff::{SignedDuration, Timestamp};
use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::delete_message::bad_handle;
use super::queue_attributes::VISIBILITY_SECS_MAX;
use super::receipt::{Held, Receipt};
use super::{Queue, about_in_record, bounded, find, refusal};
use crate::batch;
use crate::operations::Request;

/// Hides a received message for longer, or shows it again.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let changes = vec![change(&arn, queue, request.input, request.call.now)?];
    Ok(about_in_record(Done::changed(Members::new(), changes), &arn, request.call))
}

/// Does so for up to ten messages; each succeeds or fails by itself.
pub(super) fn batch(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let entries = batch::entries(request.input.list("Entries"))
        .map_err(|cause| Fault::new(cause.code(), cause.to_string()))?;
    let (mut changes, mut successful, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for (id, entry) in entries {
        match change(&arn, queue, entry, request.call.now) {
            Ok(change) => {
                changes.push(change);
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

/// Says when a message becomes visible; a batch entry without a time shows it at once.
fn change(
    arn: &str,
    queue: &Queue,
    input: &Members,
    now: Timestamp,
) -> Result<crate::Change, Fault> {
    let handle = input.string("ReceiptHandle").unwrap_or_default();
    let receipt = Receipt::parse(handle).ok_or_else(|| bad_handle(handle))?;
    let seconds = bounded(input, "VisibilityTimeout", 0, VISIBILITY_SECS_MAX)?.unwrap_or(0);
    let Held::Last(number, message) = receipt.held_in(queue, now) else {
        let reason = "Message does not exist or is not available for visibility timeout change.";
        return Err(refusal::bad_value(handle, "ReceiptHandle", reason));
    };
    if message.content.visible_from <= now {
        let text = "The specified message isn't in flight.";
        return Err(Fault::new("MessageNotInflight", text));
    }
    let hidden = SignedDuration::from_secs(seconds.into());
    let visible_from = now.checked_add(hidden).unwrap_or(now);
    let longest = SignedDuration::from_secs(VISIBILITY_SECS_MAX.into());
    let received = message.last_received.unwrap_or(now);
    if visible_from.duration_since(received) > longest {
        let reason = format!(
            "Total VisibilityTimeout for the message is beyond the limit [{VISIBILITY_SECS_MAX} \
             seconds]"
        );
        return Err(refusal::bad_value(seconds, "VisibilityTimeout", &reason));
    }
    Ok(Change::of(arn, What::VisibilityChanged { number, visible_from }))
}
