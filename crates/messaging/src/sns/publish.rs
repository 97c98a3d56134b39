//! `Publish` and `PublishBatch`: what a message may be.

use std::collections::BTreeMap;

use wire::{Done, Fault, Members, Value};

use super::{Topic, about_in_record, find, refusal};
use crate::attribute;
use crate::batch;
use crate::operations::Request;
use crate::post::{Parcel, Post};

/// The largest message with its subject and attributes, and the largest batch.
const MESSAGE_BYTES_MAX: usize = 262_144;
/// The longest subject.
const SUBJECT_LETTERS_MAX: usize = 100;

/// Publishes one message.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic) = topic(request)?;
    let parcel = parcel(request.input)?;
    if size(request.input, &parcel) > MESSAGE_BYTES_MAX {
        return Err(refusal::invalid("Message too long"));
    }
    let message_id = request.call.uuid();
    let mut post = Post::of(request);
    let call = &mut *request.call;
    let changes = post.publish((arn, topic), &parcel, &message_id, &mut || call.uuid());
    let output = Members::new().with("MessageId", Value::from(message_id));
    Ok(about_in_record(Done::changed(output, changes), arn, request.call))
}

/// Publishes up to ten messages; each succeeds or fails by itself.
pub(super) fn batch(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic) = find(request, "TopicArn")?;
    let entries = batch::entries(request.input.list("PublishBatchRequestEntries"))
        .map_err(|cause| Fault::new(format!("{}Exception", cause.code()), cause.to_string()))?;
    let parcels: Vec<_> = entries.iter().map(|(id, entry)| (*id, *entry, parcel(entry))).collect();
    let sizes = parcels
        .iter()
        .map(|(_, entry, parcel)| parcel.as_ref().map_or(0, |parcel| size(entry, parcel)));
    if sizes.sum::<usize>() > MESSAGE_BYTES_MAX {
        let text = "The length of all the messages put together is more than the limit.";
        return Err(Fault::new("BatchRequestTooLongException", text));
    }
    let mut post = Post::of(request);
    let call = &mut *request.call;
    let (mut changes, mut successful, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for (id, _, parcel) in parcels {
        match parcel {
            Ok(parcel) => {
                let message_id = call.uuid();
                let uuid = &mut || call.uuid();
                changes.extend(post.publish((arn, topic), &parcel, &message_id, uuid));
                let line = Members::new().with("Id", Value::from(id));
                successful.push(Value::Map(line.with("MessageId", Value::from(message_id))));
            }
            Err(fault) => failed.push(batch::failure(id, batch_code(&fault), &fault)),
        }
    }
    let output = Members::new()
        .with("Successful", Value::List(successful))
        .with("Failed", Value::List(failed));
    Ok(about_in_record(Done::changed(output, changes), arn, request.call))
}

/// Finds the topic, which has two names in this call.
fn topic<'a>(request: &Request<'a, '_>) -> Result<(&'a str, &'a Topic), Fault> {
    let input = request.input;
    if input.string("PhoneNumber").is_some() {
        return Err(refusal::invalid("PhoneNumber Reason: text messages are not served"));
    }
    match (input.string("TopicArn"), input.string("TargetArn")) {
        (Some(_), None) => find(request, "TopicArn"),
        (None, Some(arn)) if arn.contains(":endpoint/") => {
            Err(refusal::invalid("TargetArn Reason: mobile endpoints are not served"))
        }
        (None, Some(_)) => find(request, "TargetArn"),
        _ => {
            Err(refusal::invalid("TopicArn or TargetArn Reason: exactly one of them must be given"))
        }
    }
}

/// Reads a message.
fn parcel(input: &Members) -> Result<Parcel, Fault> {
    for name in ["MessageDeduplicationId", "MessageGroupId"] {
        if input.string(name).is_some() {
            let text =
                "Reason: The request includes a parameter that is not valid for this topic type";
            return Err(refusal::invalid(format!("{name} {text}")));
        }
    }
    let message = input.string("Message").unwrap_or_default();
    if message.is_empty() {
        return Err(refusal::invalid("Empty message"));
    }
    let subject = input.string("Subject").map(str::to_owned);
    subject.as_deref().map_or(Ok(()), check_subject)?;
    let attributes = attribute::read(input).map_err(refusal::bad_attributes)?;
    let (message, by_protocol) = match input.string("MessageStructure") {
        None | Some("") => (message.to_owned(), BTreeMap::new()),
        Some("json") => structured(message)?,
        Some(_) => return Err(refusal::invalid("Message Structure - it must be json")),
    };
    Ok(Parcel { message, by_protocol, subject, attributes })
}

fn check_subject(subject: &str) -> Result<(), Fault> {
    let fits = (1..=SUBJECT_LETTERS_MAX).contains(&subject.chars().count());
    if fits && !subject.chars().any(char::is_control) && !subject.starts_with(' ') {
        return Ok(());
    }
    Err(refusal::invalid("Subject"))
}

/// Reads a message that is one of its own for some protocols.
fn structured(message: &str) -> Result<(String, BTreeMap<String, String>), Fault> {
    let Ok(serde_json::Value::Object(given)) = serde_json::from_str(message) else {
        let text = "Message Structure - JSON message body failed to parse";
        return Err(refusal::invalid(text));
    };
    // entries that are no texts are passed over, as AWS does
    let mut texts: BTreeMap<String, String> = given
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
        .collect();
    let default = texts.remove("default").ok_or_else(|| {
        refusal::invalid("Message Structure - No default entry in JSON message body")
    })?;
    Ok((default, texts))
}

/// Returns the bytes that count towards the limit: what was sent, before it was taken apart.
fn size(input: &Members, parcel: &Parcel) -> usize {
    let text = |name| input.string(name).map_or(0, str::len);
    text("Message") + text("Subject") + attribute::size(&parcel.attributes)
}

/// Returns the code of a failed entry, as SNS writes it.
fn batch_code(fault: &Fault) -> &'static str {
    match fault.code.as_ref() {
        "InvalidParameterValueException" => "ParameterValueInvalid",
        _ => "InvalidParameter",
    }
}
