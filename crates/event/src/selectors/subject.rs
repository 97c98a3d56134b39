//! What selectors look at of one event.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::facts::{FactsError, flag, text};

/// The members of an event that a selector can name.
///
/// It can be read from a record ([`Subject::read`]) or filled in before there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject<'a> {
    /// `eventCategory`: `Management`, `Data`, `NetworkActivity`, …
    pub event_category: Cow<'a, str>,
    /// `readOnly`
    pub read_only: Option<bool>,
    /// `eventSource`
    pub event_source: Option<Cow<'a, str>>,
    /// `eventName`
    pub event_name: Option<Cow<'a, str>>,
    /// `eventType`
    pub event_type: Option<Cow<'a, str>>,
    /// `userIdentity.arn`
    pub user_identity_arn: Option<Cow<'a, str>>,
    /// `sessionCredentialFromConsole`: the text `true`, or absent
    pub session_credential_from_console: Option<Cow<'a, str>>,
    /// `errorCode`
    pub error_code: Option<Cow<'a, str>>,
    /// `vpcEndpointId`
    pub vpc_endpoint_id: Option<Cow<'a, str>>,
    /// `resources`
    pub resources: Vec<Touched<'a>>,
}

/// One entry of an event's `resources`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched<'a> {
    /// `type`, such as `AWS::S3::Object`
    pub kind: Option<Cow<'a, str>>,
    /// `ARN`
    pub arn: Option<Cow<'a, str>>,
    /// `ARNPrefix`, which listings have in place of an ARN
    pub arn_prefix: Option<Cow<'a, str>>,
}

/// The members as raw text: one of an unexpected kind is as good as absent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(borrow)]
    event_category: Option<&'a RawValue>,
    #[serde(borrow)]
    management_event: Option<&'a RawValue>,
    #[serde(borrow)]
    read_only: Option<&'a RawValue>,
    #[serde(borrow)]
    event_source: Option<&'a RawValue>,
    #[serde(borrow)]
    event_name: Option<&'a RawValue>,
    #[serde(borrow)]
    event_type: Option<&'a RawValue>,
    #[serde(borrow)]
    user_identity: Option<&'a RawValue>,
    #[serde(borrow)]
    session_credential_from_console: Option<&'a RawValue>,
    #[serde(borrow)]
    error_code: Option<&'a RawValue>,
    #[serde(borrow)]
    vpc_endpoint_id: Option<&'a RawValue>,
    #[serde(borrow)]
    resources: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawIdentity<'a> {
    #[serde(borrow)]
    arn: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawResource<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<&'a RawValue>,
    #[serde(rename = "ARN", borrow)]
    arn: Option<&'a RawValue>,
    #[serde(rename = "ARNPrefix", borrow)]
    arn_prefix: Option<&'a RawValue>,
}

impl<'a> Subject<'a> {
    /// Reads what selectors look at from a record.
    ///
    /// A record without `eventCategory` (before version 1.07) is a data event when its
    /// `managementEvent` is false, and a management event else.
    ///
    /// # Errors
    /// It is no JSON object, or has one of the members twice.
    pub fn read(record: &'a str) -> Result<Self, FactsError> {
        if !record.trim_start().starts_with('{') {
            return Err(FactsError::Kind);
        }
        let raw: Raw<'a> = serde_json::from_str(record).map_err(FactsError::Shape)?;
        Ok(Self {
            event_category: category(&raw),
            read_only: raw.read_only.and_then(flag),
            event_source: text(raw.event_source),
            event_name: text(raw.event_name),
            event_type: text(raw.event_type),
            user_identity_arn: raw.user_identity.and_then(caller),
            session_credential_from_console: raw.session_credential_from_console.and_then(shown),
            error_code: text(raw.error_code),
            vpc_endpoint_id: text(raw.vpc_endpoint_id),
            resources: raw.resources.map(touched).unwrap_or_default(),
        })
    }

    /// Returns the value of a field in a selector's words, unless it is one of a resource.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        match name {
            "eventCategory" => Some(self.event_category.as_ref()),
            "readOnly" => self.read_only.map(|read| if read { "true" } else { "false" }),
            "eventSource" => self.event_source.as_deref(),
            "eventName" => self.event_name.as_deref(),
            "eventType" => self.event_type.as_deref(),
            "userIdentity.arn" => self.user_identity_arn.as_deref(),
            "sessionCredentialFromConsole" => self.session_credential_from_console.as_deref(),
            "errorCode" => self.error_code.as_deref(),
            "vpcEndpointId" => self.vpc_endpoint_id.as_deref(),
            _ => None,
        }
    }
}

impl<'a> Touched<'a> {
    /// Returns a resource of this type and with this ARN.
    pub fn new(kind: impl Into<Cow<'a, str>>, arn: impl Into<Cow<'a, str>>) -> Self {
        Self { kind: Some(kind.into()), arn: Some(arn.into()), arn_prefix: None }
    }

    /// Returns the ARN, or what stands in its place.
    pub(super) fn arn(&self) -> Option<&str> {
        self.arn.as_deref().or(self.arn_prefix.as_deref())
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        match name {
            "resources.type" => self.kind.as_deref(),
            "resources.ARN" => self.arn(),
            _ => None,
        }
    }
}

fn category<'a>(raw: &Raw<'a>) -> Cow<'a, str> {
    text(raw.event_category).unwrap_or_else(|| {
        let data = raw.management_event.and_then(flag) == Some(false);
        Cow::Borrowed(if data { "Data" } else { "Management" })
    })
}

fn caller(identity: &RawValue) -> Option<Cow<'_, str>> {
    let identity: RawIdentity<'_> = serde_json::from_str(identity.get()).ok()?;
    text(identity.arn)
}

/// Returns the text `true`, which old records and other writers also write as a boolean.
fn shown(console: &RawValue) -> Option<Cow<'_, str>> {
    flag(console).map(|console| Cow::Borrowed(if console { "true" } else { "false" }))
}

/// Returns the resources that have the usual form; an odd one does not hide the others.
fn touched(list: &RawValue) -> Vec<Touched<'_>> {
    let list: Vec<&RawValue> = serde_json::from_str(list.get()).unwrap_or_default();
    list.into_iter()
        .filter(|item| item.get().starts_with('{'))
        .filter_map(|item| serde_json::from_str::<RawResource<'_>>(item.get()).ok())
        .map(|raw| Touched {
            kind: text(raw.kind),
            arn: text(raw.arn),
            arn_prefix: text(raw.arn_prefix),
        })
        .collect()
}
