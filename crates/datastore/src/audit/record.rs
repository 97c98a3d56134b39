//! The record that an event from outside of AWS becomes.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::event_data::EventData;
use crate::state::Channel;

/// The newest event version that AWS documents.
const EVENT_VERSION: &str = "1.11";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    event_version: &'static str,
    event_category: &'static str,
    event_type: &'static str,
    #[serde(rename = "eventID")]
    event_id: &'a str,
    event_time: String,
    aws_region: &'a str,
    recipient_account_id: &'a str,
    metadata: Metadata<'a>,
    event_data: &'a RawValue,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    ingestion_time: String,
    #[serde(rename = "channelARN")]
    channel_arn: &'a str,
}

/// Returns the record: the caller's data as it came but for white space, and what is known around
/// it.
pub(super) fn text(
    channel: &Channel,
    event_id: &str,
    data: &EventData,
    compact: &str,
    now: Timestamp,
) -> String {
    let record = Record {
        event_version: EVENT_VERSION,
        event_category: "ActivityAuditLog",
        event_type: "ActivityLog",
        event_id,
        event_time: event::event_time(data.event_time),
        aws_region: &channel.region,
        recipient_account_id: &channel.account,
        metadata: Metadata { ingestion_time: event::event_time(now), channel_arn: &channel.arn },
        event_data: serde_json::from_str(compact).expect("it was read before"),
    };
    serde_json::to_string(&record).expect("a record is plain JSON")
}
