//! A record's members as they stand in it, found in one pass.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// The members of a record, as raw JSON: one of an unexpected kind must not lose the event.
///
/// `null` counts as absent. Members that nobody knows are skipped; they stay in the record's text.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Members<'a> {
    /// `eventVersion`
    #[serde(borrow)]
    pub event_version: Option<&'a RawValue>,
    /// `eventTime`
    #[serde(borrow)]
    pub event_time: Option<&'a RawValue>,
    /// `eventSource`
    #[serde(borrow)]
    pub event_source: Option<&'a RawValue>,
    /// `eventName`
    #[serde(borrow)]
    pub event_name: Option<&'a RawValue>,
    /// `awsRegion`
    #[serde(borrow)]
    pub aws_region: Option<&'a RawValue>,
    /// `sourceIPAddress`
    #[serde(rename = "sourceIPAddress", borrow)]
    pub source_ip_address: Option<&'a RawValue>,
    /// `userAgent`
    #[serde(borrow)]
    pub user_agent: Option<&'a RawValue>,
    /// `errorCode`
    #[serde(borrow)]
    pub error_code: Option<&'a RawValue>,
    /// `errorMessage`
    #[serde(borrow)]
    pub error_message: Option<&'a RawValue>,
    /// `requestID`
    #[serde(rename = "requestID", borrow)]
    pub request_id: Option<&'a RawValue>,
    /// `eventID`
    #[serde(rename = "eventID", borrow)]
    pub event_id: Option<&'a RawValue>,
    /// `eventType`
    #[serde(borrow)]
    pub event_type: Option<&'a RawValue>,
    /// `apiVersion`
    #[serde(borrow)]
    pub api_version: Option<&'a RawValue>,
    /// `readOnly`
    #[serde(borrow)]
    pub read_only: Option<&'a RawValue>,
    /// `managementEvent`
    #[serde(borrow)]
    pub management_event: Option<&'a RawValue>,
    /// `recipientAccountId`
    #[serde(borrow)]
    pub recipient_account_id: Option<&'a RawValue>,
    /// `sharedEventID`
    #[serde(rename = "sharedEventID", borrow)]
    pub shared_event_id: Option<&'a RawValue>,
    /// `annotation`
    #[serde(borrow)]
    pub annotation: Option<&'a RawValue>,
    /// `vpcEndpointId`
    #[serde(borrow)]
    pub vpc_endpoint_id: Option<&'a RawValue>,
    /// `vpcEndpointAccountId`
    #[serde(borrow)]
    pub vpc_endpoint_account_id: Option<&'a RawValue>,
    /// `eventCategory`
    #[serde(borrow)]
    pub event_category: Option<&'a RawValue>,
    /// `sessionCredentialFromConsole`
    #[serde(borrow)]
    pub session_credential_from_console: Option<&'a RawValue>,
    /// `requestParameters`
    #[serde(borrow)]
    pub request_parameters: Option<&'a RawValue>,
    /// `responseElements`
    #[serde(borrow)]
    pub response_elements: Option<&'a RawValue>,
    /// `additionalEventData`
    #[serde(borrow)]
    pub additional_event_data: Option<&'a RawValue>,
    /// `serviceEventDetails`
    #[serde(borrow)]
    pub service_event_details: Option<&'a RawValue>,
    /// `addendum`
    #[serde(borrow)]
    pub addendum: Option<&'a RawValue>,
    /// `edgeDeviceDetails`
    #[serde(borrow)]
    pub edge_device_details: Option<&'a RawValue>,
    /// `insightDetails`
    #[serde(borrow)]
    pub insight_details: Option<&'a RawValue>,
    /// `userIdentity`
    #[serde(borrow)]
    pub user_identity: Option<&'a RawValue>,
    /// `resources`
    #[serde(borrow)]
    pub resources: Option<&'a RawValue>,
    /// `tlsDetails`
    #[serde(borrow)]
    pub tls_details: Option<&'a RawValue>,
    /// `eventContext`
    #[serde(borrow)]
    pub event_context: Option<&'a RawValue>,
}

/// The members of `userIdentity`, as raw JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityMembers<'a> {
    /// `type`
    #[serde(rename = "type", borrow)]
    pub kind: Option<&'a RawValue>,
    /// `principalId`
    #[serde(borrow)]
    pub principal_id: Option<&'a RawValue>,
    /// `arn`
    #[serde(borrow)]
    pub arn: Option<&'a RawValue>,
    /// `accountId`
    #[serde(borrow)]
    pub account_id: Option<&'a RawValue>,
    /// `accessKeyId`
    #[serde(borrow)]
    pub access_key_id: Option<&'a RawValue>,
    /// `userName`
    #[serde(borrow)]
    pub user_name: Option<&'a RawValue>,
    /// `sessionContext`
    #[serde(borrow)]
    pub session_context: Option<&'a RawValue>,
    /// `invokedBy`
    #[serde(borrow)]
    pub invoked_by: Option<&'a RawValue>,
    /// `identityProvider`
    #[serde(borrow)]
    pub identity_provider: Option<&'a RawValue>,
    /// `onBehalfOf`
    #[serde(borrow)]
    pub on_behalf_of: Option<&'a RawValue>,
    /// `inScopeOf`
    #[serde(borrow)]
    pub in_scope_of: Option<&'a RawValue>,
}

/// A string that borrows from the record where it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Members<'a> {
    /// Reads the members of one record.
    ///
    /// # Errors
    /// It is not a JSON object, or has a member of these twice.
    pub fn read(record: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(record)
    }

    /// Returns the members of `userIdentity`; none where it is absent or of an unknown form.
    pub fn identity(&self) -> IdentityMembers<'a> {
        self.user_identity
            .and_then(|identity| serde_json::from_str(identity.get()).ok())
            .unwrap_or_default()
    }
}

/// Returns a text member, unescaped; nothing where it is absent or no string.
pub fn string<'a>(member: Option<&'a RawValue>) -> Option<Cow<'a, str>> {
    let raw = member?.get();
    let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str::<Text<'a>>(raw).ok().map(|text| text.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_unescaped_and_nothing_else_is_a_string() {
        let record =
            r#"{"eventName":"A\u00e9\"","eventSource":"plain","errorCode":7,"apiVersion":null}"#;
        let members = Members::read(record).unwrap();
        assert_eq!(string(members.event_name).as_deref(), Some("A\u{e9}\""));
        assert!(matches!(string(members.event_source), Some(Cow::Borrowed("plain"))));
        assert_eq!(string(members.error_code), None);
        assert_eq!(members.error_code.unwrap().get(), "7");
        assert!(members.api_version.is_none());
        assert!(Members::read(r#"{"eventName":1,"eventName":2}"#).is_err());
    }
}
