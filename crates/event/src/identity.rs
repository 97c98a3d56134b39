//! `userIdentity`: who made the call, in exactly the members that each type has.

use serde::Serialize;

/// The `userIdentity` member (spec: CloudTrail `userIdentity` element).
///
/// Absent members are left out; which ones a type has is the business of whoever fills it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserIdentity {
    /// `Root`, `IAMUser`, `AssumedRole`, `FederatedUser`, `AWSAccount`, `AWSService`, `Unknown`, …
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// `AIDA…`, `AROA…:session`, the account id for root, `ACCOUNT:name` for federated users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// The ARN of the principal that acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The account of the principal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The key that signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// The friendly name; never for assumed roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// Where temporary credentials came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_context: Option<SessionContext>,
    /// The AWS service that acted with the principal's credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoked_by: Option<String>,
    /// The Identity Center user behind the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
    /// The credential of an Identity Center user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// The identity provider of SAML and web identities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_provider: Option<String>,
}

/// Where temporary credentials came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionContext {
    /// The role, user or root that issued the session; absent for `GetSessionToken` sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_issuer: Option<SessionIssuer>,
    /// The provider of a web identity; left out when empty (since event version 1.09).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_id_federation_data: Option<WebIdFederationData>,
    /// When the session began and whether with MFA.
    pub attributes: SessionAttributes,
    /// The source identity that the first caller set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
}

/// Session attributes; AWS writes both values as strings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionAttributes {
    /// `2026-11-20T08:00:00Z`
    pub creation_date: String,
    /// `"true"` or `"false"`
    pub mfa_authenticated: &'static str,
}

/// Who issued a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionIssuer {
    /// `Role`, `IAMUser` or `Root`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The issuer's id, without a session name.
    pub principal_id: String,
    /// The issuer's ARN, with its path.
    pub arn: String,
    /// The issuer's account.
    pub account_id: String,
    /// The issuer's name; root has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
}

/// The provider of a web identity session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebIdFederationData {
    /// The provider's ARN or host.
    pub federated_provider: String,
    /// Claims; AWS fills this only for a few providers.
    pub attributes: std::collections::BTreeMap<String, String>,
}

/// An Identity Center user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OnBehalfOf {
    /// The user's id in the identity store.
    pub user_id: String,
    /// The identity store.
    pub identity_store_arn: String,
}

impl UserIdentity {
    /// Returns the identity of a call whose caller could not be proven.
    pub fn unknown() -> Self {
        Self {
            kind: Some("Unknown"),
            principal_id: Some(String::new()),
            account_id: Some(String::new()),
            user_name: Some(String::new()),
            ..Self::default()
        }
    }

    /// Returns the identity of an AWS service that acts for itself, such as `ec2.amazonaws.com`.
    pub fn aws_service(host: &str) -> Self {
        Self { kind: Some("AWSService"), invoked_by: Some(host.to_owned()), ..Self::default() }
    }

    /// Returns the identity of events that no request caused (`AwsServiceEvent`): it has no type.
    pub fn internal(account: &str) -> Self {
        Self {
            account_id: Some(account.to_owned()),
            invoked_by: Some("AWS Internal".to_owned()),
            ..Self::default()
        }
    }

    /// Returns what the owner of a resource sees of a caller from another account.
    pub fn other_account(account: &str, principal_id: &str) -> Self {
        Self {
            kind: Some("AWSAccount"),
            principal_id: Some(principal_id.to_owned()),
            account_id: Some(account.to_owned()),
            ..Self::default()
        }
    }
}
