//! The data event of a file that CloudTrail itself puts into a bucket.

use event::{Body, Cut, EventType, Record, RecordResource, ResourceName, UserIdentity};
use serde_json::json;

use crate::frame::FrameEvent;
use crate::services;
use crate::state::State;
use crate::takers::CLOUDTRAIL;
use crate::world::World;

/// Returns the event that tells a bucket's owner of a delivered object.
pub(crate) fn delivery_event(
    state: &State,
    bucket: &str,
    key: &str,
    bytes: u64,
    world: &World,
) -> FrameEvent<'static> {
    let (event_id, request_id) = (world.uuid(), world.uuid());
    let owner = state.bucket.owner(bucket).unwrap_or_default();
    let region = state.bucket.region(bucket).unwrap_or("us-east-1");
    let identity = UserIdentity::aws_service(CLOUDTRAIL);
    let mut record = Record::new(EventType::AwsApiCall, identity, world.now(), &event_id);
    record.event_source = services::event_source("s3");
    record.event_name = "PutObject";
    record.aws_region = region;
    record.source_ip_address = CLOUDTRAIL;
    record.user_agent = Some(Cut(CLOUDTRAIL));
    record.request_id = Some(&request_id);
    record.recipient_account_id = owner;
    (record.management_event, record.event_category) = (false, "Data");
    record.request_parameters = body(&json!({
        "bucketName": bucket,
        "Host": format!("{bucket}.s3.{region}.amazonaws.com"),
        "x-amz-acl": "bucket-owner-full-control",
        "x-amz-server-side-encryption": "AES256",
        "key": key,
    }));
    record.response_elements = body(&json!({ "x-amz-server-side-encryption": "AES256" }));
    let more = record.additional_event_data.get_or_insert_default();
    more.insert("SSEApplied".to_owned(), json!("SSE_S3"));
    more.insert("bytesTransferredIn".to_owned(), json!(bytes));
    record.resources = vec![
        RecordResource {
            account_id: Some(owner.to_owned()),
            kind: "AWS::S3::Bucket".to_owned(),
            name: ResourceName::Arn(format!("arn:aws:s3:::{bucket}")),
        },
        RecordResource {
            account_id: None,
            kind: "AWS::S3::Object".to_owned(),
            name: ResourceName::Arn(format!("arn:aws:s3:::{bucket}/{key}")),
        },
    ];
    let mut event = FrameEvent::new(record.to_json());
    (event.data, event.delivery) = (true, true);
    event
}

fn body(content: &serde_json::Value) -> Body {
    Body::of(content).map_or_else(|_| Body::null(), |(body, _)| body)
}
