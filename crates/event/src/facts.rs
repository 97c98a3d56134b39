//! What can be read back from any record, ours or imported.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::members::{IdentityMembers, Members, string};

/// The members by which events are found.
///
/// Everything but the time is optional: imported records are of all ages and services, and one
/// with an unusual member is better found by its other members than lost.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// `eventID`
    pub event_id: Option<Cow<'a, str>>,
    /// `eventTime`
    pub event_time: Timestamp,
    /// `eventSource`
    pub event_source: Cow<'a, str>,
    /// `eventName`
    pub event_name: Cow<'a, str>,
    /// `awsRegion`
    pub aws_region: Cow<'a, str>,
    /// `recipientAccountId`, else the caller's account
    pub account_id: Option<Cow<'a, str>>,
    /// `sourceIPAddress`
    pub source_ip_address: Option<Cow<'a, str>>,
    /// `errorCode`
    pub error_code: Option<Cow<'a, str>>,
    /// `readOnly`
    pub read_only: Option<bool>,
    /// `eventCategory`; records from before it existed are `Data` when `managementEvent` is false
    pub event_category: Option<Cow<'a, str>>,
    /// `userIdentity.accessKeyId`, unless empty
    pub access_key_id: Option<Cow<'a, str>>,
    /// `userIdentity.arn`
    pub principal_arn: Option<Cow<'a, str>>,
    /// The name under which history shows the caller; see [`Facts::read`].
    pub user_name: Option<Cow<'a, str>>,
    /// The record's own `resources`: types and names.
    pub resources: Vec<Named<'a>>,
}

/// A resource as history lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<'a> {
    /// The type, such as `AWS::S3::Bucket`; may be absent in old records.
    pub kind: Option<Cow<'a, str>>,
    /// The name or ARN.
    pub name: Cow<'a, str>,
}

/// Why a record cannot be indexed.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// It is not JSON, or has a member twice.
    #[error("not a CloudTrail record")]
    Shape(#[source] serde_json::Error),
    /// It is JSON, but no object.
    #[error("not a CloudTrail record: no JSON object")]
    Kind,
    /// `eventTime` is missing or no ISO 8601 time.
    #[error("eventTime {0:?} is no time: expected 2026-11-20T08:00:00Z")]
    Time(String),
}

#[derive(Deserialize)]
struct RawResource<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<&'a RawValue>,
    #[serde(rename = "ARN", borrow)]
    arn: Option<&'a RawValue>,
    #[serde(rename = "ARNPrefix", borrow)]
    arn_prefix: Option<&'a RawValue>,
    #[serde(rename = "resourceType", borrow)]
    resource_type: Option<&'a RawValue>,
    #[serde(rename = "resourceName", borrow)]
    resource_name: Option<&'a RawValue>,
}

impl<'a> Facts<'a> {
    /// Reads the facts of one record.
    ///
    /// The caller's name is `root` for the root user, the session name for assumed roles, the
    /// federated name for federated users, and `userName` elsewhere; services and other accounts
    /// have none.
    pub fn read(record: &'a str) -> Result<Self, FactsError> {
        if !record.trim_start().starts_with('{') {
            return Err(FactsError::Kind);
        }
        let members = Members::read(record).map_err(FactsError::Shape)?;
        Self::of(&members, &members.identity())
    }

    /// Returns the facts of a record whose members are at hand.
    pub fn of(raw: &Members<'a>, identity: &IdentityMembers<'a>) -> Result<Self, FactsError> {
        let user_name = user_name(identity);
        let account_id = text(raw.recipient_account_id).or(text(identity.account_id));
        Ok(Self {
            event_id: text(raw.event_id),
            event_time: time(text(raw.event_time))?,
            event_source: text(raw.event_source).unwrap_or_default(),
            event_name: text(raw.event_name).unwrap_or_default(),
            aws_region: text(raw.aws_region).unwrap_or_default(),
            account_id,
            source_ip_address: text(raw.source_ip_address),
            error_code: text(raw.error_code),
            read_only: raw.read_only.and_then(flag),
            event_category: text(raw.event_category).or_else(|| {
                let data = raw.management_event.and_then(flag) == Some(false);
                data.then_some(Cow::Borrowed("Data"))
            }),
            access_key_id: text(identity.access_key_id),
            principal_arn: text(identity.arn),
            user_name,
            resources: raw.resources.map(named).unwrap_or_default(),
        })
    }
}

/// Returns a text member; an empty one says as little as an absent one.
pub(crate) fn text(member: Option<&RawValue>) -> Option<Cow<'_, str>> {
    string(member).filter(|text| !text.is_empty())
}

pub(crate) fn flag(value: &RawValue) -> Option<bool> {
    match value.get().trim_matches('"') {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn time(text: Option<Cow<'_, str>>) -> Result<Timestamp, FactsError> {
    let text = text.unwrap_or_default();
    text.parse().map_err(|_| FactsError::Time(text.into_owned()))
}

fn user_name<'a>(identity: &IdentityMembers<'a>) -> Option<Cow<'a, str>> {
    let session = || match text(identity.principal_id)? {
        Cow::Borrowed(principal) => principal.split_once(':').map(|(_, name)| name.into()),
        Cow::Owned(principal) => principal.split_once(':').map(|(_, name)| name.to_owned().into()),
    };
    match text(identity.kind).unwrap_or_default().as_ref() {
        "Root" => Some(Cow::Borrowed("root")),
        "AssumedRole" | "FederatedUser" => session(),
        "AWSService" | "AWSAccount" => None,
        _ => text(identity.user_name),
    }
}

/// Returns the resources; a list of an unknown form has none rather than losing the event.
fn named(list: &RawValue) -> Vec<Named<'_>> {
    let list: Vec<RawResource<'_>> = serde_json::from_str(list.get()).unwrap_or_default();
    list.into_iter()
        .filter_map(|resource| {
            let name = text(resource.arn)
                .or(text(resource.arn_prefix))
                .or(text(resource.resource_name))?;
            Some(Named { kind: text(resource.kind).or(text(resource.resource_type)), name })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(identity: &str) -> Option<String> {
        let record =
            format!("{{\"eventTime\":\"2026-11-20T08:00:00Z\",\"userIdentity\":{identity}}}");
        Facts::read(&record).unwrap().user_name.map(Cow::into_owned)
    }

    #[test]
    fn names_follow_the_identity_type() {
        assert_eq!(user(r#"{"type":"IAMUser","userName":"anna"}"#).as_deref(), Some("anna"));
        assert_eq!(user(r#"{"type":"Root","userName":"alias"}"#).as_deref(), Some("root"));
        assert_eq!(
            user(r#"{"type":"AssumedRole","principalId":"AROA1:build-7"}"#).as_deref(),
            Some("build-7")
        );
        assert_eq!(
            user(r#"{"type":"FederatedUser","principalId":"111122223333:temp"}"#).as_deref(),
            Some("temp")
        );
        assert_eq!(user(r#"{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}"#), None);
        assert_eq!(user(r#"{"type":"Unknown","userName":""}"#), None);
    }

    #[test]
    fn unusual_members_do_not_lose_the_event() {
        let facts = Facts::read(
            r#"{"eventTime":"2026-11-20T08:00:00Z","readOnly":"true","resources":"odd",
                "userIdentity":{"accountId":"111122223333","accessKeyId":""},"errorCode":7,"new":{"a":[1]}}"#,
        )
        .unwrap();
        assert_eq!(facts.read_only, Some(true));
        assert_eq!(facts.account_id.as_deref(), Some("111122223333"));
        assert_eq!(facts.access_key_id, None);
        assert!(facts.resources.is_empty());
        assert!(matches!(Facts::read("{}"), Err(FactsError::Time(_))));
        assert!(matches!(Facts::read("[]"), Err(FactsError::Kind)));
    }

    #[test]
    fn resources_come_in_both_spellings() {
        let facts = Facts::read(
            r#"{"eventTime":"2026-11-20T08:00:00Z","resources":[
                {"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::b/"},
                {"accountId":"1","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::b"},{}]}"#,
        )
        .unwrap();
        let names: Vec<_> = facts.resources.iter().map(|named| named.name.as_ref()).collect();
        assert_eq!(names, ["arn:aws:s3:::b/", "arn:aws:s3:::b"]);
    }
}
