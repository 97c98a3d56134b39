//! `PutAuditEvents`: activity outside of AWS, put through a channel into event data stores.
//!
//! ```text
//!   channel ─▶ may the caller? ─▶ each event: checksum ─▶ JSON ─▶ fields ─▶ record ─▶ its stores
//!                                         └──── failed: id, code, text ◀──┘
//! ```
//!
//! An event's id is made of its channel and its data, so that one that is put again, as clients do
//! when they got no answer, is the same event: it is answered as before and its record is not given
//! out again, as long as the channel remembers it. Two events that differ in anything are two.

mod event_data;
mod record;

use std::collections::BTreeSet;

use aws_lc_rs::digest::{Context, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use wire::{Done, Fault, Members, Value};

use self::event_data::EventData;
use crate::change::{Change, ChannelChange};
use crate::operations::{Arn, CHANNEL};
use crate::request::{PutNeed, Request};
use crate::state::{Channel, EventDataStore};
use crate::statement::is_uuid;

/// What a call of `PutAuditEvents` brings about.
#[derive(Debug, Clone, PartialEq)]
pub struct Audited {
    /// The answer, and the change of the channel.
    pub done: Done<Change>,
    /// The records that are to be kept, each once.
    pub records: Vec<AuditRecord>,
}

/// One record of activity outside of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// The numbers of the stores that it goes into, in rising order.
    pub stores: Vec<u64>,
    /// The account in whose stores it is.
    pub account: String,
    /// Its `eventID`.
    pub event_id: String,
    /// Its `eventTime`.
    pub event_time: Timestamp,
    /// The record: compact JSON, of the category `ActivityAuditLog`.
    pub record: String,
}

/// Why one event is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refused {
    code: &'static str,
    message: String,
}

/// Takes events from outside of AWS. Those that are wrong are told one by one, the others taken.
///
/// # Errors
/// `InvalidChannelARN`, `ChannelNotFound`, `ChannelInsufficientPermission`,
/// `DuplicatedAuditEventId`; `ValidationException` when they are too much for one call.
pub fn put_audit_events(request: &mut Request<'_, '_>) -> Result<Audited, Fault> {
    let input = request.input;
    let channel = find(request)?;
    check_ids(input)?;
    check_size(input, request.settings.audit_bytes_max)?;
    let stores = destinations(request, channel);
    let (mut taken, mut outcome) = (Taken::default(), Outcome::default());
    for event in input.maps("auditEvents") {
        let id = event.string("id").unwrap_or_default();
        match take(request, channel, event, &stores) {
            Ok(record) => {
                outcome.succeed(id, &record.event_id);
                taken.add(channel, record);
            }
            Err(refused) => outcome.fail(id, refused),
        }
    }
    let change = ChannelChange::Ingested {
        arn: channel.arn.clone(),
        at: request.call.now,
        event_ids: taken.records.iter().map(|record| record.event_id.clone()).collect(),
        last_event_id: outcome.last_event_id.take(),
        error_code: outcome.error_code.take(),
    };
    let mut done = Done::changed(outcome.output(), vec![change.into()]);
    done.owner_account = (channel.account != request.call.account).then(|| channel.account.clone());
    Ok(Audited { done: done.about(CHANNEL, channel.arn.as_str()), records: taken.records })
}

/// Records that are new, in the order in which they came.
#[derive(Default)]
struct Taken {
    records: Vec<AuditRecord>,
    ids: BTreeSet<String>,
}

impl Taken {
    fn add(&mut self, channel: &Channel, record: AuditRecord) {
        let is_new = !channel.recent.contains(&record.event_id);
        if is_new && self.ids.insert(record.event_id.clone()) {
            self.records.push(record);
        }
    }
}

/// What is answered, and what is remembered of it.
#[derive(Default)]
struct Outcome {
    successful: Vec<Members>,
    failed: Vec<Members>,
    last_event_id: Option<String>,
    error_code: Option<String>,
}

impl Outcome {
    fn succeed(&mut self, id: &str, event_id: &str) {
        let entry =
            Members::new().with("id", Value::from(id)).with("eventID", Value::from(event_id));
        self.successful.push(entry);
        (self.last_event_id, self.error_code) = (Some(event_id.to_owned()), None);
    }

    fn fail(&mut self, id: &str, refused: Refused) {
        self.error_code = Some(refused.code.to_owned());
        let entry = Members::new()
            .with("id", Value::from(id))
            .with("errorCode", Value::from(refused.code))
            .with("errorMessage", Value::from(refused.message));
        self.failed.push(entry);
    }

    fn output(self) -> Members {
        Members::new()
            .with("successful", Value::from(self.successful))
            .with("failed", Value::from(self.failed))
    }
}

/// Finds the channel, and asks whether the caller may put.
fn find<'a>(request: &Request<'a, '_>) -> Result<&'a Channel, Fault> {
    let arn = request.input.string("channelArn").unwrap_or_default();
    let is_channel = |arn: &Arn<'_>| arn.kind == "channel" && is_uuid(arn.id);
    if !Arn::parse(arn).is_some_and(|arn| is_channel(&arn)) {
        return Err(Fault::new("InvalidChannelARN", format!("{arn} is not the ARN of a channel.")));
    }
    let found = request.state.channels.get(arn);
    let found = found.filter(|channel| channel.region == request.call.region);
    let channel = found
        .ok_or_else(|| Fault::new("ChannelNotFound", format!("Channel {arn} does not exist.")))?;
    let need = PutNeed {
        channel_arn: &channel.arn,
        owner: &channel.account,
        policy: request.state.resource_policies.get(arn).map(String::as_str),
        external_id: request.input.string("externalId"),
    };
    if request.around.may_put(&need) {
        return Ok(channel);
    }
    let message = format!(
        "The caller may not put events into channel {arn}: neither by its own policies nor by the \
         channel's, or not with this external ID."
    );
    Err(Fault::new("ChannelInsufficientPermission", message))
}

fn check_ids(input: &Members) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    let mut ids = input.maps("auditEvents").filter_map(|event| event.string("id"));
    match ids.find(|id| !seen.insert(*id)) {
        Some(id) => {
            let message = format!("Two or more events have the id {id}.");
            Err(Fault::new("DuplicatedAuditEventId", message))
        }
        None => Ok(()),
    }
}

fn check_size(input: &Members, bytes_max: usize) -> Result<(), Fault> {
    let texts = input.maps("auditEvents").filter_map(|event| event.string("eventData"));
    if texts.map(str::len).sum::<usize>() <= bytes_max {
        return Ok(());
    }
    let message = format!("The events of one call may have {bytes_max} bytes together.");
    Err(Fault::new("ValidationException", message))
}

/// Returns the stores that a channel leads to and that take events.
fn destinations<'a>(request: &Request<'a, '_>, channel: &Channel) -> Vec<&'a EventDataStore> {
    let arns = channel.destinations.iter();
    let stores = arns.filter_map(|arn| request.state.stores.get(arn));
    stores.filter(|store| store.takes_events()).collect()
}

fn take(
    request: &Request<'_, '_>,
    channel: &Channel,
    event: &Members,
    stores: &[&EventDataStore],
) -> Result<AuditRecord, Refused> {
    let text = event.string("eventData").unwrap_or_default();
    check_sum(text, event.string("eventDataChecksum"))?;
    let data = EventData::read(text, &channel.account)?;
    if stores.is_empty() {
        let message = "No event data store that the channel leads to takes events.";
        return Err(Refused { code: "AccountNotSubscribed", message: message.to_owned() });
    }
    let compact = event::compact(text);
    let event_id = id_of(&channel.arn, &compact);
    let mut numbers: Vec<_> = stores.iter().map(|store| store.number).collect();
    numbers.sort_unstable();
    Ok(AuditRecord {
        stores: numbers,
        account: channel.account.clone(),
        record: record::text(channel, &event_id, &data, &compact, request.call.now),
        event_id,
        event_time: data.event_time,
    })
}

fn check_sum(text: &str, given: Option<&str>) -> Result<(), Refused> {
    let Some(given) = given else { return Ok(()) };
    let sum = STANDARD.encode(digest(&SHA256, text.as_bytes()));
    if given == sum {
        return Ok(());
    }
    let message = "eventDataChecksum is not the base64 of the SHA-256 of eventData.".to_owned();
    Err(Refused { code: "InvalidChecksum", message })
}

/// The same channel and data always have the same id: a UUID of version 8, which is for one's own
/// ways of making them.
fn id_of(channel_arn: &str, data: &str) -> String {
    let mut sum = Context::new(&SHA256);
    sum.update(channel_arn.as_bytes());
    sum.update(b"\n");
    sum.update(data.as_bytes());
    let sum = sum.finish();
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(sum.as_ref()) {
        *to = *from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}
