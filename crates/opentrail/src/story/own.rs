//! Events that no request caused: what time brings about, and what the server itself does.

use event::{Cut, EventType, Record, UserIdentity};
use jiff::Timestamp;
use serde_json::Value as Json;

use super::touched::listed;
use crate::frame::FrameEvent;
use crate::services;
use crate::world::World;

/// Returns the event of something that no request caused.
pub(crate) fn service_event(
    due: &sandbox::Due,
    now: Timestamp,
    world: &World,
) -> FrameEvent<'static> {
    let event_id = world.uuid();
    let identity = UserIdentity::internal(&due.account);
    let mut record = Record::new(EventType::AwsServiceEvent, identity, now, &event_id);
    record.event_source = services::event_source("marketplace-catalog");
    record.event_name = due.event_name;
    record.source_ip_address = "AWS Internal";
    record.user_agent = Some(Cut("AWS Internal"));
    record.recipient_account_id = &due.account;
    record.service_event_details = Some(due.service_event_details.clone());
    // AWS tells of this by other means and writes no such record
    record.annotate("own", Json::Bool(true));
    let mut event = FrameEvent::new(record.to_json());
    event.resources = listed(&due.resources);
    event
}

/// Returns the event of something that the server itself did, such as founding a world.
pub(crate) fn own_event(event_name: &str, account: &str, world: &World) -> FrameEvent<'static> {
    let event_id = world.uuid();
    let identity = UserIdentity::internal(account);
    let mut record = Record::new(EventType::AwsServiceEvent, identity, world.now(), &event_id);
    record.event_source = services::event_source("opentrail");
    record.event_name = event_name;
    record.source_ip_address = "AWS Internal";
    record.recipient_account_id = account;
    record.annotate("own", Json::Bool(true));
    FrameEvent::new(record.to_json())
}
