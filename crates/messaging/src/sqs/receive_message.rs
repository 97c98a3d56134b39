//! `ReceiveMessage`: out of a queue for a while, and how long to wait for a message.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use wire::{Call, Done, Fault, Members, Value};

use super::change::{Change, What};
use super::message::Message;
use super::queue_attributes::{VISIBILITY_SECS_MAX, WAIT_SECS_MAX};
use super::receipt::Receipt;
use super::{Queue, about_in_record, arn_of_url, bounded, find, refusal};
use crate::attribute::{self, Attribute};
use crate::operations::Request;
use crate::state::State;

/// The messages of one answer.
const MESSAGES_MAX: u32 = 10;
/// The dead letters that one receive takes out; the next receive goes on.
const MOVES_MAX: usize = 100;

/// How long a receive wants to wait for a message, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The queue to watch with [`State::has_visible`].
    pub queue_arn: String,
    /// The longest wait in seconds, at least 1.
    pub seconds: u32,
}

/// Returns how long a `ReceiveMessage` waits for a message before it runs.
///
/// None when it does not wait, or when its input or queue will be refused anyway.
pub fn wait_seconds(state: &State, input: &Members, call: &Call<'_>) -> Option<Wait> {
    let queue_arn = arn_of_url(input, call)?;
    let queue = state.queue(&queue_arn)?;
    let given = bounded(input, "WaitTimeSeconds", 0, WAIT_SECS_MAX).ok()?;
    let seconds = given.unwrap_or(queue.attributes.receive_message_wait_time_secs);
    (seconds > 0).then_some(Wait { queue_arn, seconds })
}

/// Hands out messages that are visible, and hides them for a while.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let asked = Asked::read(request.input, queue)?;
    let now = request.call.now;
    let room = queue.backlog.in_flight_room(now, request.settings.in_flight_max);
    if room == 0 {
        let max = request.settings.in_flight_max;
        let text = format!("The queue has {max} messages in flight, which is its limit.");
        return Err(refusal::over_limit(text));
    }
    let mut changes = Vec::new();
    if queue.backlog.expired(queue.expiry(now)).next().is_some() {
        changes.push(Change::of(&arn, What::Expired(now)));
    }
    let taken = take(request, &arn, queue, asked.count.min(room), &mut changes);
    if !taken.is_empty() {
        let numbers = taken.iter().map(|(number, _)| *number).collect();
        let visible_from = now.checked_add(asked.hidden).unwrap_or(now);
        changes.push(Change::of(&arn, What::Received { numbers, now, visible_from }));
    }
    let messages: Vec<Value> =
        taken.iter().map(|(number, message)| asked.shown(*number, message, now)).collect();
    let messages = Some(messages).filter(|messages| !messages.is_empty()).map(Value::List);
    let output = Members::new().with("Messages", messages);
    Ok(about_in_record(Done::changed(output, changes), &arn, request.call))
}

/// Chooses messages; those that were received too often go to the dead-letter queue instead.
fn take<'a>(
    request: &Request<'a, '_>,
    arn: &str,
    queue: &'a Queue,
    count: usize,
    changes: &mut Vec<crate::Change>,
) -> Vec<(u64, &'a Message)> {
    let now = request.call.now;
    let (mut taken, mut moves) = (Vec::new(), 0);
    for (number, message) in queue.backlog.visible(now, queue.expiry(now)) {
        if taken.len() == count || moves == MOVES_MAX {
            break;
        }
        match grave(request, queue, message, moves) {
            Some(target) => {
                moves += 1;
                let to = target.to_owned();
                changes.push(Change::of(arn, What::Moved { number, to, now }));
            }
            None => taken.push((number, message)),
        }
    }
    taken
}

/// Returns the dead-letter queue for a message that was received too often; none when that
/// queue is gone or full.
fn grave<'a>(
    request: &Request<'_, '_>,
    queue: &'a Queue,
    message: &Message,
    planned: usize,
) -> Option<&'a str> {
    let redrive = queue.attributes.redrive.as_ref()?;
    let target = request.state.queue(&redrive.target_arn)?;
    let full = target.is_full(request.call.now, planned, request.settings);
    let dead = message.receives >= redrive.receives_max;
    (dead && !full).then_some(redrive.target_arn.as_str())
}

/// What a receive asks for.
struct Asked<'a> {
    count: usize,
    hidden: SignedDuration,
    system_names: BTreeSet<&'a str>,
    names: Vec<&'a str>,
}

impl<'a> Asked<'a> {
    fn read(input: &'a Members, queue: &Queue) -> Result<Self, Fault> {
        let count = bounded(input, "MaxNumberOfMessages", 1, MESSAGES_MAX)?.unwrap_or(1);
        let hidden = bounded(input, "VisibilityTimeout", 0, VISIBILITY_SECS_MAX)?;
        bounded(input, "WaitTimeSeconds", 0, WAIT_SECS_MAX)?;
        let hidden = hidden.unwrap_or(queue.attributes.visibility_timeout_secs);
        let system = input.strings("AttributeNames");
        let system = system.chain(input.strings("MessageSystemAttributeNames"));
        Ok(Self {
            count: usize::try_from(count).unwrap_or(1),
            hidden: SignedDuration::from_secs(hidden.into()),
            system_names: system.collect(),
            names: input.strings("MessageAttributeNames").collect(),
        })
    }

    fn shown(&self, number: u64, message: &Message, now: Timestamp) -> Value {
        let body = message.content.body.as_str();
        let attributes = &message.content.attributes;
        let wanted = || attributes.iter().filter(|(name, _)| self.wants(name));
        let system = self.system(message, now);
        let members = Members::new()
            .with("MessageId", Value::from(message.content.id.as_str()))
            .with("ReceiptHandle", Value::from(Receipt::next(number, message)))
            .with("MD5OfBody", Value::from(attribute::md5_of_text(body)))
            .with("Body", Value::from(body))
            .with("Attributes", Some(system).filter(|it| !it.is_empty()).map(Value::Map))
            .with("MD5OfMessageAttributes", attribute::md5_of(wanted()).map(Value::from))
            .with("MessageAttributes", shown_attributes(wanted()));
        Value::Map(members)
    }

    fn wants(&self, name: &str) -> bool {
        self.names.iter().any(|wanted| match wanted.strip_suffix(".*") {
            Some(prefix) => name.starts_with(prefix),
            None => *wanted == "All" || *wanted == name,
        })
    }

    /// Returns what the service knows of a message, as this receive leaves it.
    fn system(&self, message: &Message, now: Timestamp) -> Members {
        let content = &message.content;
        let first = message.first_received.unwrap_or(now).as_millisecond().to_string();
        let all = [
            ("SenderId", Some(content.sender_id.clone()).filter(|id| !id.is_empty())),
            ("SentTimestamp", Some(content.sent.as_millisecond().to_string())),
            ("ApproximateReceiveCount", Some(message.receives.saturating_add(1).to_string())),
            ("ApproximateFirstReceiveTimestamp", Some(first)),
            ("AWSTraceHeader", content.trace_header.clone()),
            ("DeadLetterQueueSourceArn", message.dead_letter_source.clone()),
        ];
        let wanted =
            |name: &str| self.system_names.contains("All") || self.system_names.contains(name);
        all.into_iter()
            .filter(|(name, _)| wanted(name))
            .fold(Members::new(), |members, (name, value)| {
                members.with(name, value.map(Value::from))
            })
    }
}

fn shown_attributes<'a>(
    attributes: impl Iterator<Item = (&'a String, &'a Attribute)>,
) -> Option<Value> {
    let mut shown = Members::new();
    for (name, attribute) in attributes {
        shown.push(name.clone(), Value::Map(attribute.members()));
    }
    Some(shown).filter(|shown| !shown.is_empty()).map(Value::Map)
}
