//! What only events of S3 say: names of their own, the bucket's Region, and how the bytes went.

use event::Record;
use serde_json::json;
use wire::Members;
use wire::model::{Protocol, Service};
use wire::protocol::{self, Reply};
use wire::sigv4::Place;

use super::{Ending, Story};
use crate::state::State;

/// Returns the name that S3's events have for an operation of the model; others keep their own.
pub(super) fn event_name(operation: &'static str) -> &'static str {
    match operation {
        "ListObjectsV2" => "ListObjects",
        "DeletePublicAccessBlock" => "DeleteBucketPublicAccessBlock",
        "GetPublicAccessBlock" => "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock" => "PutBucketPublicAccessBlock",
        "GetObjectLockConfiguration" => "GetBucketObjectLockConfiguration",
        "PutObjectLockConfiguration" => "PutBucketObjectLockConfiguration",
        "GetBucketLifecycleConfiguration" => "GetBucketLifecycle",
        "PutBucketLifecycleConfiguration" => "PutBucketLifecycle",
        "GetBucketNotificationConfiguration" => "GetBucketNotification",
        "PutBucketNotificationConfiguration" => "PutBucketNotification",
        "GetBucketAccelerateConfiguration" => "GetAccelerateConfiguration",
        "PutBucketAccelerateConfiguration" => "PutAccelerateConfiguration",
        other => other,
    }
}

impl Story<'_> {
    /// Returns the Region of the bucket that the call was about, when that is known: S3's events
    /// are recorded there, wherever they were signed for.
    pub(super) fn bucket_region<'a>(
        &'a self,
        state: &'a State,
        ending: &Ending<'_>,
    ) -> Option<&'a str> {
        let input = self.input_of_s3()?;
        let there = input.string("Bucket").and_then(|bucket| state.bucket.region(bucket));
        there.or_else(|| {
            let is_made =
                self.name() == Some("CreateBucket") && matches!(ending, Ending::Done { .. });
            let configuration = input.map("CreateBucketConfiguration").filter(|_| is_made)?;
            match configuration.string("LocationConstraint")? {
                "" => None,
                "EU" => Some("eu-west-1"),
                region => Some(region),
            }
        })
    }

    /// Returns the bucket that history lists for the call; data events are not in history, and are
    /// found by what their records name.
    pub(super) fn listed_bucket(&self) -> Option<&str> {
        self.input_of_s3()?.string("Bucket").filter(|_| !self.data_event)
    }

    /// Tells how a call of S3 was signed and how many bytes it moved.
    pub(super) fn put_transfer(&self, record: &mut Record<'_>, ending: &Ending<'_>) {
        let Some(service) = self.service.filter(|service| service.name == "s3") else { return };
        let more = record.additional_event_data.get_or_insert_default();
        let mut add = |name: &str, value| more.insert(name.to_owned(), value);
        if let Some((version, method)) = self.place.map(signed) {
            add("SignatureVersion", json!(version));
            add("AuthenticationMethod", json!(method));
        }
        let reply = self.reply(service, ending);
        add("bytesTransferredIn", json!(self.body_bytes));
        add("bytesTransferredOut", json!(self.bytes_out(&reply, ending)));
        let id = reply.headers.iter().find(|(name, _)| name == "x-amz-id-2");
        if let Some((_, id)) = id {
            add("x-amz-id-2", json!(id));
        }
        if let Some(applied) = self.encryption(ending) {
            add("SSEApplied", json!(applied));
        }
    }

    /// Returns the query string of a presigned request, whose parameters are shown in part.
    pub(super) fn presigned_query(&self) -> Option<&str> {
        let is_presigned = matches!(self.place, Some(Place::Query { .. }));
        self.query.as_deref().filter(|_| is_presigned)
    }

    fn input_of_s3(&self) -> Option<&Members> {
        self.service.filter(|service| service.name == "s3").and(self.input.as_deref())
    }

    /// Returns the answer that the client gets, but for an object's bytes.
    fn reply(&self, service: &Service, ending: &Ending<'_>) -> Reply {
        let id = &self.request_id;
        match (ending, self.operation) {
            (Ending::Done { output, .. }, Some(operation)) => {
                protocol::encode(service, operation, Protocol::RestXml, output, id)
            }
            (Ending::Done { .. }, None) => unreachable!("only routed calls succeed"),
            (Ending::Failed(fault), _) => {
                protocol::encode_fault(Some(service), Protocol::RestXml, fault, id)
            }
        }
    }

    fn bytes_out(&self, reply: &Reply, ending: &Ending<'_>) -> u64 {
        let object_bytes = match (ending, self.name()) {
            (_, Some("HeadBucket" | "HeadObject")) => Some(0),
            (Ending::Done { output, .. }, Some("GetObject")) => output.integer("ContentLength"),
            _ => None,
        };
        let object_bytes = object_bytes.and_then(|bytes| u64::try_from(bytes).ok());
        object_bytes.unwrap_or(reply.body.len() as u64)
    }

    /// Returns how what was written is encrypted: by the bucket's default, or as the caller asked.
    fn encryption(&self, ending: &Ending<'_>) -> Option<&'static str> {
        let Ending::Done { output, .. } = ending else { return None };
        output.string("ServerSideEncryption").filter(|_| !self.read_only)?;
        let is_asked = self.input_of_s3()?.get("ServerSideEncryption").is_some();
        Some(if is_asked { "SSE_S3" } else { "Default_SSE_S3" })
    }
}

/// Returns how events call a signature's version and place.
fn signed(place: Place) -> (&'static str, &'static str) {
    match place {
        Place::Header => ("SigV4", "AuthHeader"),
        Place::Query { .. } => ("SigV4", "QueryString"),
        Place::Link => ("SigV2", "QueryString"),
    }
}
