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
    /// The provider to whom access was delegated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoked_by_delegate: Option<InvokedByDelegate>,
    /// The Identity Center user behind the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<OnBehalfOf>,
    /// What the session was issued to, such as a function or an instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_scope_of: Option<InScopeOf>,
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
    /// `"true"` for a session of a member account's root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumed_root: Option<&'static str>,
    /// The console sign-in that the session came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_session_arn: Option<String>,
    /// The source identity that the first caller set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// Which version of the instance metadata service gave the credentials: `1.0` or `2.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2_role_delivery: Option<&'static str>,
    /// The VPC in which those credentials were issued.
    #[serde(rename = "ec2IssuedInVpc", skip_serializing_if = "Option::is_none")]
    pub ec2_issued_in_vpc: Option<String>,
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

/// The provider to whom access was delegated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InvokedByDelegate {
    /// The provider's account.
    pub account_id: String,
}

/// What a session was issued to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InScopeOf {
    /// The function or instance.
    pub source_arn: String,
    /// Its account.
    pub source_account: String,
    /// Its type, such as `AWS::Lambda::Function`.
    pub issuer_type: String,
    /// Who got the credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials_issued_to: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(identity: &UserIdentity, expected: &Expect) {
        expected.assert_eq(&serde_json::to_string(identity).unwrap());
    }

    fn named(kind: &'static str, principal_id: &str, arn: &str) -> UserIdentity {
        UserIdentity {
            kind: Some(kind),
            principal_id: Some(principal_id.to_owned()),
            arn: Some(arn.to_owned()),
            account_id: Some("111122223333".to_owned()),
            access_key_id: Some("ASIAEXAMPLE000000001".to_owned()),
            ..UserIdentity::default()
        }
    }

    fn session(kind: &str, principal_id: &str, arn: &str, name: Option<&str>) -> SessionContext {
        SessionContext {
            session_issuer: Some(SessionIssuer {
                kind: kind.to_owned(),
                principal_id: principal_id.to_owned(),
                arn: arn.to_owned(),
                account_id: "111122223333".to_owned(),
                user_name: name.map(str::to_owned),
            }),
            attributes: SessionAttributes {
                creation_date: "2026-11-20T07:30:00Z".to_owned(),
                mfa_authenticated: "false",
            },
            ..SessionContext::default()
        }
    }

    #[test]
    fn long_term_identities() {
        check(
            &named("Root", "111122223333", "arn:aws:iam::111122223333:root"),
            &expect![[
                r#"{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE000000001"}"#
            ]],
        );
        let anna = named("IAMUser", "AIDA1", "arn:aws:iam::111122223333:user/dev/anna");
        check(
            &UserIdentity { user_name: Some("anna".to_owned()), ..anna },
            &expect![[
                r#"{"type":"IAMUser","principalId":"AIDA1","arn":"arn:aws:iam::111122223333:user/dev/anna","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE000000001","userName":"anna"}"#
            ]],
        );
    }

    #[test]
    fn sessions() {
        let issuer = "arn:aws:iam::111122223333:role/ci/Builder";
        let builder =
            named("AssumedRole", "AROA2:b-7", "arn:aws:sts::111122223333:assumed-role/Builder/b-7");
        let context = SessionContext {
            source_identity: Some("anna".to_owned()),
            ec2_role_delivery: Some("2.0"),
            ..session("Role", "AROA2", issuer, Some("Builder"))
        };
        check(
            &UserIdentity { session_context: Some(context.clone()), ..builder },
            &expect![[
                r#"{"type":"AssumedRole","principalId":"AROA2:b-7","arn":"arn:aws:sts::111122223333:assumed-role/Builder/b-7","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE000000001","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA2","arn":"arn:aws:iam::111122223333:role/ci/Builder","accountId":"111122223333","userName":"Builder"},"attributes":{"creationDate":"2026-11-20T07:30:00Z","mfaAuthenticated":"false"},"sourceIdentity":"anna","ec2RoleDelivery":"2.0"}}"#
            ]],
        );
        let role = named("Role", "AROA2", issuer);
        check(
            &UserIdentity { session_context: Some(context), ..role },
            &expect![[
                r#"{"type":"Role","principalId":"AROA2","arn":"arn:aws:iam::111122223333:role/ci/Builder","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE000000001","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA2","arn":"arn:aws:iam::111122223333:role/ci/Builder","accountId":"111122223333","userName":"Builder"},"attributes":{"creationDate":"2026-11-20T07:30:00Z","mfaAuthenticated":"false"},"sourceIdentity":"anna","ec2RoleDelivery":"2.0"}}"#
            ]],
        );
        let federated = named(
            "FederatedUser",
            "111122223333:bob",
            "arn:aws:sts::111122223333:federated-user/bob",
        );
        let root = session("Root", "111122223333", "arn:aws:iam::111122223333:root", None);
        check(
            &UserIdentity { session_context: Some(root), ..federated },
            &expect![[
                r#"{"type":"FederatedUser","principalId":"111122223333:bob","arn":"arn:aws:sts::111122223333:federated-user/bob","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE000000001","sessionContext":{"sessionIssuer":{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333"},"attributes":{"creationDate":"2026-11-20T07:30:00Z","mfaAuthenticated":"false"}}}"#
            ]],
        );
    }

    #[test]
    fn identities_from_elsewhere() {
        check(
            &UserIdentity::other_account("444455556666", "AROA5:ext"),
            &expect![[
                r#"{"type":"AWSAccount","principalId":"AROA5:ext","accountId":"444455556666"}"#
            ]],
        );
        check(
            &UserIdentity::aws_service("ec2.amazonaws.com"),
            &expect![[r#"{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}"#]],
        );
        check(
            &UserIdentity::internal("111122223333"),
            &expect![[r#"{"accountId":"111122223333","invokedBy":"AWS Internal"}"#]],
        );
        check(
            &UserIdentity::unknown(),
            &expect![[r#"{"type":"Unknown","principalId":"","accountId":"","userName":""}"#]],
        );
        let provided = |kind, principal: &str, user: &str, provider: &str| UserIdentity {
            kind: Some(kind),
            principal_id: Some(principal.to_owned()),
            user_name: Some(user.to_owned()),
            identity_provider: Some(provider.to_owned()),
            ..UserIdentity::default()
        };
        check(
            &provided("SAMLUser", "q=:carol", "carol", "q="),
            &expect![[
                r#"{"type":"SAMLUser","principalId":"q=:carol","userName":"carol","identityProvider":"q="}"#
            ]],
        );
        check(
            &provided("WebIdentityUser", "idp.example:app:u-42", "u-42", "idp.example"),
            &expect![[
                r#"{"type":"WebIdentityUser","principalId":"idp.example:app:u-42","userName":"u-42","identityProvider":"idp.example"}"#
            ]],
        );
        let directory = UserIdentity {
            kind: Some("Directory"),
            principal_id: Some("d-9067000001:S-1-5-21".to_owned()),
            account_id: Some("111122223333".to_owned()),
            user_name: Some("corp\\carol".to_owned()),
            ..UserIdentity::default()
        };
        check(
            &directory,
            &expect![[
                r#"{"type":"Directory","principalId":"d-9067000001:S-1-5-21","accountId":"111122223333","userName":"corp\\carol"}"#
            ]],
        );
        let center = UserIdentity {
            kind: Some("IdentityCenterUser"),
            account_id: Some("111122223333".to_owned()),
            on_behalf_of: Some(OnBehalfOf {
                user_id: "u-1".to_owned(),
                identity_store_arn: "arn:aws:identitystore::111122223333:identitystore/d-1"
                    .to_owned(),
            }),
            credential_id: Some("c-1".to_owned()),
            ..UserIdentity::default()
        };
        check(
            &center,
            &expect![[
                r#"{"type":"IdentityCenterUser","accountId":"111122223333","onBehalfOf":{"userId":"u-1","identityStoreArn":"arn:aws:identitystore::111122223333:identitystore/d-1"},"credentialId":"c-1"}"#
            ]],
        );
        let function = UserIdentity {
            in_scope_of: Some(InScopeOf {
                source_arn: "arn:aws:lambda:us-east-1:111122223333:function:f".to_owned(),
                source_account: "111122223333".to_owned(),
                issuer_type: "AWS::Lambda::Function".to_owned(),
                credentials_issued_to: None,
            }),
            invoked_by_delegate: Some(InvokedByDelegate { account_id: "444455556666".to_owned() }),
            invoked_by: Some("cloudformation.amazonaws.com".to_owned()),
            ..named("AssumedRole", "AROA2:f", "arn:aws:sts::111122223333:assumed-role/F/f")
        };
        check(
            &function,
            &expect![[
                r#"{"type":"AssumedRole","principalId":"AROA2:f","arn":"arn:aws:sts::111122223333:assumed-role/F/f","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE000000001","invokedBy":"cloudformation.amazonaws.com","invokedByDelegate":{"accountId":"444455556666"},"inScopeOf":{"sourceArn":"arn:aws:lambda:us-east-1:111122223333:function:f","sourceAccount":"111122223333","issuerType":"AWS::Lambda::Function"}}"#
            ]],
        );
    }
}
