//! `SendMessage` and `SendMessageBatch`: into a queue, with the digests that clients check.

use jiff::SignedDuration;
use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::message::NewMessage;
use super::queue_attributes::DELAY_SECS_MAX;
use super::{Queue, about_in_record, bounded, find, refusal};
use crate::attribute::{self, Attribute, Attributes, Malformed};
use crate::batch;
use crate::operations::Request;

/// The attributes that one message may have.
const ATTRIBUTES_MAX: usize = 10;
/// The bytes of all messages of one batch.
const BATCH_BYTES_MAX: usize = 1_048_576;
/// The one system attribute that senders may set.
const TRACE_HEADER: &str = "AWSTraceHeader";

/// Puts one message into a queue.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    check_room(request, queue, 0)?;
    let (message, output) = message(request, queue, request.input)?;
    let change = Change::of(&arn, What::Sent(Box::new(message)));
    Ok(about_in_record(Done::changed(output, vec![change]), &arn, request.call))
}

/// Puts up to ten messages into a queue; each succeeds or fails by itself.
pub(super) fn batch(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let entries = batch::entries(request.input.list("Entries"))
        .map_err(|cause| Fault::new(cause.code(), cause.to_string()))?;
    check_batch_size(&entries)?;
    let (mut changes, mut successful, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for (id, entry) in entries {
        let room = check_room(request, queue, successful.len());
        match room.and_then(|()| message(request, queue, entry)) {
            Ok((message, output)) => {
                changes.push(Change::of(&arn, What::Sent(Box::new(message))));
                let mut line = Members::new().with("Id", Value::from(id));
                output.into_iter().for_each(|(name, value)| line.push(name, value));
                successful.push(Value::Map(line));
            }
            Err(fault) => failed.push(batch::failure(id, &fault.code, &fault)),
        }
    }
    let output = Members::new()
        .with("Successful", Value::List(successful))
        .with("Failed", Value::List(failed));
    Ok(about_in_record(Done::changed(output, changes), &arn, request.call))
}

/// Reads a message, and says what is answered for it.
fn message(
    request: &mut Request<'_, '_>,
    queue: &Queue,
    input: &Members,
) -> Result<(NewMessage, Members), Fault> {
    refuse_fifo(input)?;
    let body = body(input)?;
    let attributes = attributes(input)?;
    let trace = trace_header(input)?;
    let delay = bounded(input, "DelaySeconds", 0, DELAY_SECS_MAX)?;
    let delay = SignedDuration::from_secs(delay.unwrap_or(queue.attributes.delay_secs).into());
    let now = request.call.now;
    let message = NewMessage {
        id: request.call.uuid(),
        body: body.to_owned(),
        attributes,
        trace_header: trace.as_ref().map(Attribute::shown),
        sender_id: request.caller_id.to_owned(),
        sent: now,
        visible_from: now.checked_add(delay).unwrap_or(now),
    };
    check_size(&message, queue)?;
    let system = trace.as_ref().map(|trace| (TRACE_HEADER.to_owned(), trace));
    let system = attribute::md5_of(system.iter().map(|(name, trace)| (name, *trace)));
    let output = Members::new()
        .with("MD5OfMessageBody", Value::from(attribute::md5_of_text(body)))
        .with("MD5OfMessageAttributes", attribute::md5_of(&message.attributes).map(Value::from))
        .with("MD5OfMessageSystemAttributes", system.map(Value::from))
        .with("MessageId", Value::from(message.id.as_str()));
    Ok((message, output))
}

fn body(input: &Members) -> Result<&str, Fault> {
    let body = input.string("MessageBody").unwrap_or_default();
    if body.is_empty() {
        let text = "The request must contain the parameter MessageBody.";
        return Err(Fault::new("MissingParameter", text));
    }
    if body.chars().all(is_allowed) {
        return Ok(body);
    }
    let text = "Invalid characters were found: a body is of #x9 | #xA | #xD | #x20 to #xD7FF | \
                #xE000 to #xFFFD | #x10000 to #x10FFFF.";
    Err(Fault::new("InvalidMessageContents", text))
}

/// Returns whether a character may stand in a body: what XML 1.0 can carry.
fn is_allowed(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn attributes(input: &Members) -> Result<Attributes, Fault> {
    let attributes = attribute::read(input).map_err(bad_attributes)?;
    if attributes.len() > ATTRIBUTES_MAX {
        let text = format!("Number of message attributes exceeds the allowed {ATTRIBUTES_MAX}.");
        return Err(bad_attributes(Malformed(text)));
    }
    Ok(attributes)
}

fn bad_attributes(cause: Malformed) -> Fault {
    Fault::new("InvalidParameterValue", cause.0)
}

fn trace_header(input: &Members) -> Result<Option<Attribute>, Fault> {
    let Some(given) = input.map("MessageSystemAttributes") else { return Ok(None) };
    if let Some((name, _)) = given.iter().find(|(name, _)| *name != TRACE_HEADER) {
        let text = format!("Message system attribute name '{name}' is invalid.");
        return Err(bad_attributes(Malformed(text)));
    }
    let Some(value) = given.map(TRACE_HEADER) else { return Ok(None) };
    let trace = attribute::attribute(TRACE_HEADER, value).map_err(bad_attributes)?;
    if trace.data_type != "String" {
        let text = "Message system attribute AWSTraceHeader must be of type String.".to_owned();
        return Err(bad_attributes(Malformed(text)));
    }
    Ok(Some(trace))
}

fn refuse_fifo(input: &Members) -> Result<(), Fault> {
    for name in ["MessageDeduplicationId", "MessageGroupId"] {
        if let Some(value) = input.string(name) {
            let reason = "The request include parameter that is not valid for this queue type.";
            return Err(refusal::bad_value(value, name, reason));
        }
    }
    Ok(())
}

fn check_size(message: &NewMessage, queue: &Queue) -> Result<(), Fault> {
    let max = queue.attributes.maximum_message_size_bytes;
    if u32::try_from(message.size()).is_ok_and(|size| size <= max) {
        return Ok(());
    }
    let text = format!(
        "One or more parameters are invalid. Reason: Message must be shorter than {max} bytes."
    );
    Err(Fault::new("InvalidParameterValue", text))
}

fn check_batch_size(entries: &[(&str, &Members)]) -> Result<(), Fault> {
    let one = |(_, entry): &(&str, &Members)| {
        let attributes =
            attribute::read(entry).map_or(0, |attributes| attribute::size(&attributes));
        entry.string("MessageBody").map_or(0, str::len) + attributes
    };
    let bytes: usize = entries.iter().map(one).sum();
    if bytes <= BATCH_BYTES_MAX {
        return Ok(());
    }
    let text = format!(
        "Batch requests cannot be longer than {BATCH_BYTES_MAX} bytes. You have sent {bytes} bytes."
    );
    Err(Fault::new("BatchRequestTooLong", text))
}

/// Refuses a message more than the queue may hold, when `planned` are on their way.
fn check_room(request: &Request<'_, '_>, queue: &Queue, planned: usize) -> Result<(), Fault> {
    if !queue.is_full(request.call.now, planned, request.settings) {
        return Ok(());
    }
    let (messages, bytes) = (request.settings.queue_messages_max, request.settings.queue_bytes_max);
    let text = format!(
        "The queue holds {messages} messages or {bytes} bytes, which is its limit: receive and \
         delete some, or purge it."
    );
    Err(refusal::over_limit(text))
}
