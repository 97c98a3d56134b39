//! The record: one JSON object in the member order of real events.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::identity::UserIdentity;

/// The newest event version that AWS documents.
const EVENT_VERSION: &str = "1.11";
/// Text members are cut beyond this many bytes.
const TEXT_BYTES_MAX: usize = 1024;
/// Request and response bodies are left out beyond this many bytes.
const BODY_BYTES_MAX: usize = 100 * 1024;

/// One event, ready to be written.
///
/// The order of the fields is the order on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record<'a> {
    event_version: &'static str,
    /// Who.
    pub user_identity: UserIdentity,
    /// When the request was completed; whole seconds.
    #[serde(serialize_with = "whole_seconds")]
    pub event_time: Timestamp,
    /// Which service, such as `metering-marketplace.amazonaws.com`.
    pub event_source: &'a str,
    /// Which operation.
    pub event_name: &'a str,
    /// In which Region.
    pub aws_region: &'a str,
    /// From where: an address or a service name.
    #[serde(rename = "sourceIPAddress")]
    pub source_ip_address: &'a str,
    /// With what; at most 1 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<Cut<'a>>,
    /// The exception's name, when the call failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<Cut<'a>>,
    /// The exception's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<Cut<'a>>,
    /// What was asked; null when nothing was supplied.
    pub request_parameters: Body,
    /// What changed; null for reads, failures and empty answers.
    pub response_elements: Body,
    /// What does not fit elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_event_data: Option<Map<String, Value>>,
    /// The id in the answer's `x-amzn-requestid`.
    #[serde(rename = "requestID", skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
    /// This event's id.
    #[serde(rename = "eventID")]
    pub event_id: &'a str,
    /// Whether the operation changes nothing.
    pub read_only: bool,
    /// What the service names as touched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<RecordResource>,
    /// The kind of event.
    pub event_type: EventType,
    /// Whether it is a management event.
    pub management_event: bool,
    /// The account that receives the event.
    pub recipient_account_id: &'a str,
    /// The same in the copies for several accounts.
    #[serde(rename = "sharedEventID", skip_serializing_if = "Option::is_none")]
    pub shared_event_id: Option<&'a str>,
    /// What a service event tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_event_details: Option<Value>,
    /// `Management`, `Data`, …
    pub event_category: &'static str,
    /// The connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_details: Option<TlsDetails<'a>>,
}

/// The kinds of event that opentrail writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum EventType {
    /// A call.
    AwsApiCall,
    /// Something a service did by itself.
    AwsServiceEvent,
}

/// One entry of the record's `resources`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordResource {
    /// The owner.
    #[serde(rename = "accountId", skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The type, such as `AWS::IAM::Role`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one, or which ones.
    #[serde(flatten)]
    pub name: ResourceName,
}

/// How a record names what was touched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum ResourceName {
    /// One resource, by its ARN.
    #[serde(rename = "ARN")]
    Arn(String),
    /// Every resource whose ARN begins like this, as listings look at them.
    #[serde(rename = "ARNPrefix")]
    Prefix(String),
}

/// The connection; only what is known is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsDetails<'a> {
    /// The `Host` header that the client sent.
    pub client_provided_host_header: Cut<'a>,
}

/// A request or response body as JSON text.
#[derive(Debug, Default)]
pub struct Body(Option<Box<RawValue>>);

/// A body that was too large for its record and is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omitted {
    /// The whole JSON text.
    pub text: String,
}

impl Body {
    /// Returns the body that is written as null.
    pub const fn null() -> Self {
        Self(None)
    }

    /// Returns the body that shows `content`, or null and its text when it is too large for a
    /// record (100 KiB).
    ///
    /// # Errors
    /// The content cannot be written as JSON.
    pub fn of(content: &impl Serialize) -> Result<(Self, Option<Omitted>), serde_json::Error> {
        let text = serde_json::value::to_raw_value(content)?;
        if text.get().len() > BODY_BYTES_MAX {
            return Ok((Self::null(), Some(Omitted { text: text.get().to_owned() })));
        }
        Ok((Self(Some(text)), None))
    }
}

/// Text that is cut beyond AWS's limit of 1 KiB when it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut<'a>(pub &'a str);

impl Serialize for Cut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(cut(self.0))
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(text) => text.serialize(serializer),
            None => serializer.serialize_none(),
        }
    }
}

impl<'a> Record<'a> {
    /// Returns a management event with the members that every event has.
    pub fn new(
        event_type: EventType,
        user_identity: UserIdentity,
        event_time: Timestamp,
        event_id: &'a str,
    ) -> Self {
        Self {
            event_version: EVENT_VERSION,
            user_identity,
            event_time,
            event_source: "",
            event_name: "",
            aws_region: "us-east-1",
            source_ip_address: "",
            user_agent: None,
            error_code: None,
            error_message: None,
            request_parameters: Body::null(),
            response_elements: Body::null(),
            additional_event_data: None,
            request_id: None,
            event_id,
            read_only: false,
            resources: Vec::new(),
            event_type,
            management_event: true,
            recipient_account_id: "",
            shared_event_id: None,
            service_event_details: None,
            event_category: "Management",
            tls_details: None,
        }
    }

    /// Adds a member of ours under `additionalEventData`, with the prefix that marks it as such.
    pub fn annotate(&mut self, name: &str, value: Value) {
        self.additional_event_data
            .get_or_insert_with(Map::new)
            .insert(format!("opentrail:{name}"), value);
    }

    /// Returns the record as the compact JSON that is stored.
    ///
    /// # Panics
    /// Never: a record has only string keys and finite numbers.
    pub fn to_json(&self) -> Box<RawValue> {
        serde_json::value::to_raw_value(self).expect("a record is plain JSON")
    }
}

/// Returns a time as events write it: UTC, whole seconds, `2026-11-20T08:00:00Z`.
pub fn event_time(time: Timestamp) -> String {
    let whole = Timestamp::from_second(time.as_second()).unwrap_or(time);
    format!("{whole:.0}")
}

fn whole_seconds<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&event_time(*time))
}

/// Shortens text to the limit of text members, on a character boundary.
fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn record(event_id: &str) -> Record<'_> {
        let time = "2026-11-20T09:12:44.9Z".parse().unwrap();
        Record::new(EventType::AwsApiCall, UserIdentity::unknown(), time, event_id)
    }

    #[test]
    fn members_stand_in_the_order_of_real_events() {
        let mut record = record("e-1");
        record.error_code = Some(Cut("AccessDenied"));
        record.error_message = Some(Cut("no"));
        record.user_agent = Some(Cut("aws-cli/2"));
        record.request_id = Some("r-1");
        record.resources = vec![RecordResource {
            account_id: Some("111122223333".to_owned()),
            kind: "AWS::IAM::Role".to_owned(),
            name: ResourceName::Arn("arn:aws:iam::111122223333:role/x".to_owned()),
        }];
        record.annotate("note", Value::Bool(true));
        expect![[r#"{"eventVersion":"1.11","userIdentity":{"type":"Unknown","principalId":"","accountId":"","userName":""},"eventTime":"2026-11-20T09:12:44Z","eventSource":"","eventName":"","awsRegion":"us-east-1","sourceIPAddress":"","userAgent":"aws-cli/2","errorCode":"AccessDenied","errorMessage":"no","requestParameters":null,"responseElements":null,"additionalEventData":{"opentrail:note":true},"requestID":"r-1","eventID":"e-1","readOnly":false,"resources":[{"accountId":"111122223333","type":"AWS::IAM::Role","ARN":"arn:aws:iam::111122223333:role/x"}],"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"","eventCategory":"Management"}"#]]
            .assert_eq(record.to_json().get());
    }

    #[test]
    fn long_text_is_cut_on_a_character_boundary() {
        let agent = "é".repeat(600);
        let mut record = record("e-1");
        record.user_agent = Some(Cut(&agent));
        let value: Value = serde_json::from_str(record.to_json().get()).unwrap();
        assert_eq!(value["userAgent"].as_str().unwrap().len(), 1024);
        let odd = format!("x{agent}");
        assert_eq!(cut(&odd).len(), 1023);
    }

    #[test]
    fn a_body_over_its_limit_is_left_out_whole() {
        let long = "a".repeat(BODY_BYTES_MAX);
        let (body, omitted) = Body::of(&long).unwrap();
        assert_eq!(serde_json::to_string(&body).unwrap(), "null");
        assert_eq!(omitted.unwrap().text, format!("\"{long}\""));
        let (body, omitted) = Body::of(&serde_json::json!({ "a": 1.0 })).unwrap();
        assert_eq!(serde_json::to_string(&body).unwrap(), "{\"a\":1.0}");
        assert!(omitted.is_none());
    }
}
