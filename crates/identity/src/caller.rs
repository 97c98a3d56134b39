//! Who calls.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn;
use crate::policy::{Context, Policy};

/// Who signed a request, by which key, and in which session.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    /// Who acts.
    pub principal: Principal,
    /// The access key that signed; absent for services and web identities.
    pub access_key_id: Option<String>,
    /// The session of temporary credentials.
    pub session: Option<Session>,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Principal {
    /// An account's root.
    Root {
        /// The account, twelve digits.
        account: String,
        /// The account's alias, which is root's `userName` in events.
        alias: Option<String>,
    },
    /// An IAM user.
    User {
        /// The account.
        account: String,
        /// Path, name and id (`AIDA…`).
        user: Entity,
    },
    /// A session of a role.
    AssumedRole {
        /// The role's account.
        account: String,
        /// The role's path, name and id (`AROA…`).
        role: Entity,
        /// The session's name.
        session_name: String,
    },
    /// A session with a name of its own, made by a user or by root.
    FederatedUser {
        /// The account.
        account: String,
        /// The federated user's name.
        name: String,
    },
    /// Someone known to an OIDC provider, while assuming a role.
    WebIdentityUser {
        /// The provider's ARN in the role's account.
        provider_arn: String,
        /// The provider's URL without its scheme.
        provider: String,
        /// The token's audience: the application.
        audience: String,
        /// The token's subject: the person.
        subject: String,
    },
    /// An AWS service, which is to say a part of this server.
    Service {
        /// Its host, such as `license-manager.amazonaws.com`.
        host: String,
    },
    /// Nobody we know.
    Unknown,
}

/// What names a user or a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// The path, `/` at least.
    pub path: String,
    /// The friendly name.
    pub name: String,
    /// The unique id, which is never used twice.
    pub id: String,
}

/// What temporary credentials say beyond who acts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// When the credentials were given out.
    pub created: Timestamp,
    /// When they cease to be valid.
    pub expires: Timestamp,
    /// Whether a second factor was shown.
    pub mfa_authenticated: bool,
    /// Who gave the session; absent where a user or root made it for itself.
    pub issuer: Option<Issuer>,
    /// The provider behind the session of a web identity.
    pub web_identity: Option<WebIdentity>,
    /// The name that was set at the start of a chain of roles and stays with it.
    pub source_identity: Option<String>,
    /// The policy that narrows the session.
    pub policy: Option<Policy>,
    /// The managed policies that narrow the session, by ARN.
    pub policy_arns: Vec<String>,
    /// The session's tags.
    pub tags: BTreeMap<String, String>,
    /// The keys of those tags that go on into the next role.
    pub transitive_tag_keys: Vec<String>,
}

/// Who gave a session, in the terms of an event's `sessionIssuer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issuer {
    /// `Role`, `IAMUser` or `Root`.
    pub kind: String,
    /// The role's or user's id; the account for root.
    pub principal_id: String,
    /// Its ARN, with the path.
    pub arn: String,
    /// Its account.
    pub account: String,
    /// Its friendly name; root has one only with an account alias.
    pub user_name: Option<String>,
}

/// The provider behind a web identity's session, in the terms of `webIdFederationData`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebIdentity {
    /// The provider's ARN.
    pub provider: String,
    /// `<url>:sub`, `<url>:aud` and whatever else was taken from the token.
    pub attributes: BTreeMap<String, String>,
}

impl Caller {
    /// Returns a caller about whom nothing is known.
    pub const fn unknown() -> Self {
        Self { principal: Principal::Unknown, access_key_id: None, session: None }
    }

    /// Returns a part of this server that acts on its own.
    pub fn service(host: impl Into<String>) -> Self {
        let principal = Principal::Service { host: host.into() };
        Self { principal, access_key_id: None, session: None }
    }

    /// Returns the account that the caller belongs to.
    pub fn account(&self) -> Option<&str> {
        match &self.principal {
            Principal::Root { account, .. }
            | Principal::User { account, .. }
            | Principal::AssumedRole { account, .. }
            | Principal::FederatedUser { account, .. } => Some(account),
            Principal::WebIdentityUser { .. } | Principal::Service { .. } | Principal::Unknown => {
                None
            }
        }
    }

    /// Returns the ARN of who acts; empty where there is none.
    pub fn arn(&self) -> String {
        match &self.principal {
            Principal::Root { account, .. } => arn::root(account),
            Principal::User { account, user } => arn::user(account, &user.path, &user.name),
            Principal::AssumedRole { account, role, session_name } => {
                arn::assumed_role(account, &role.name, session_name)
            }
            Principal::FederatedUser { account, name } => arn::federated_user(account, name),
            Principal::WebIdentityUser { .. } | Principal::Service { .. } | Principal::Unknown => {
                String::new()
            }
        }
    }

    /// Returns the `principalId` of events; also the `UserId` that `GetCallerIdentity` answers.
    pub fn principal_id(&self) -> String {
        match &self.principal {
            Principal::Root { account, .. } => account.clone(),
            Principal::User { user, .. } => user.id.clone(),
            Principal::AssumedRole { role, session_name, .. } => {
                format!("{}:{session_name}", role.id)
            }
            Principal::FederatedUser { account, name } => format!("{account}:{name}"),
            Principal::WebIdentityUser { provider, audience, subject, .. } => {
                format!("{provider}:{audience}:{subject}")
            }
            Principal::Service { .. } | Principal::Unknown => String::new(),
        }
    }

    /// Returns the `userName` of events, for the kinds of identity that have one.
    pub fn user_name(&self) -> Option<&str> {
        match &self.principal {
            Principal::Root { alias, .. } => alias.as_deref(),
            Principal::User { user, .. } => Some(&user.name),
            Principal::WebIdentityUser { subject, .. } => Some(subject),
            _ => None,
        }
    }

    /// Returns the `type` of an event's `userIdentity`.
    pub fn kind(&self) -> &'static str {
        match &self.principal {
            Principal::Root { .. } => "Root",
            Principal::User { .. } => "IAMUser",
            Principal::AssumedRole { .. } => "AssumedRole",
            Principal::FederatedUser { .. } => "FederatedUser",
            Principal::WebIdentityUser { .. } => "WebIdentityUser",
            Principal::Service { .. } => "AWSService",
            Principal::Unknown => "Unknown",
        }
    }

    /// Adds the condition keys that say who calls.
    pub(crate) fn describe(&self, context: Context) -> Context {
        let context = match &self.principal {
            Principal::User { user, .. } => context.with("aws:username", user.name.as_str()),
            _ => context,
        };
        let context = context
            .with("aws:PrincipalArn", self.policy_arn())
            .with("aws:PrincipalType", self.principal_type())
            .with("aws:userid", self.principal_id())
            .with_some("aws:PrincipalAccount", self.account());
        match &self.session {
            Some(session) => session.describe(context),
            None => context,
        }
    }

    /// Returns the ARN that policies know the caller by: a session goes by its role.
    fn policy_arn(&self) -> String {
        match &self.principal {
            Principal::AssumedRole { account, role, .. } => {
                arn::role(account, &role.path, &role.name)
            }
            _ => self.arn(),
        }
    }

    fn principal_type(&self) -> &'static str {
        match &self.principal {
            Principal::Root { .. } => "Account",
            Principal::User { .. } => "User",
            Principal::AssumedRole { .. } => "AssumedRole",
            Principal::FederatedUser { .. } => "FederatedUser",
            Principal::Service { .. } => "Service",
            Principal::WebIdentityUser { .. } | Principal::Unknown => "Anonymous",
        }
    }
}

impl Session {
    /// Returns whether policies were given that narrow the session.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.policy.is_some() || !self.policy_arns.is_empty()
    }

    fn describe(&self, context: Context) -> Context {
        let federated = self.web_identity.as_ref().map(|identity| identity.provider.as_str());
        context
            .with("aws:TokenIssueTime", self.created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .with("aws:MultiFactorAuthPresent", self.mfa_authenticated.to_string())
            .with_some("aws:SourceIdentity", self.source_identity.as_deref())
            .with_some("aws:FederatedProvider", federated)
            .with_tags("aws:PrincipalTag", &self.tags)
    }
}
