//! What an organization is: its members, whom it trusts, and what is being agreed on.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::state::State;

/// An organization: a management account and its members, all under one root.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organization {
    /// `o-` and ten lower-case letters and digits.
    pub id: String,
    /// The account that made it and pays for it.
    pub management_account: String,
    /// What the organization may do beyond paying together.
    pub feature_set: FeatureSet,
    /// `r-` and four lower-case letters and digits.
    pub root_id: String,
    /// By account; the management account among them.
    pub(crate) members: BTreeMap<String, Member>,
    /// The services with trusted access, and since when.
    pub(crate) services: BTreeMap<String, Timestamp>,
    /// Delegated administrators and since when, by service.
    pub(crate) delegations: BTreeMap<String, BTreeMap<String, Timestamp>>,
    /// What came of `CreateAccount`, by request id.
    pub(crate) requests: BTreeMap<String, AccountRequest>,
    /// Handshakes by id, ended ones too.
    pub(crate) handshakes: BTreeMap<String, Handshake>,
}

/// What an organization may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FeatureSet {
    /// Everything, trusted access for services among it.
    All,
    /// Pay together.
    ConsolidatedBilling,
}

/// An account in an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The account.
    pub account: String,
    /// Whether the organization made it; others were invited.
    pub created: bool,
    /// When it joined.
    pub joined: Timestamp,
    /// The account's tags in the organization.
    pub tags: BTreeMap<String, String>,
}

/// What came of asking for a new account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRequest {
    /// `car-` and 32 hexadecimal digits.
    pub id: String,
    /// The name that the account was to have.
    pub name: String,
    /// When it was asked for, and decided: both happen at once.
    pub at: Timestamp,
    /// The account, or the reason why there is none.
    pub outcome: Result<String, String>,
}

/// Something that two accounts agree on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handshake {
    /// `h-` and 32 hexadecimal digits.
    pub id: String,
    /// What is agreed on.
    pub action: HandshakeAction,
    /// The account that is asked; the management account where all were asked before.
    pub target: String,
    /// The mail address by which it was asked, when it was.
    pub email: Option<String>,
    /// Words of the one who asked.
    pub notes: Option<String>,
    /// Tags that the account gets on joining.
    pub tags: BTreeMap<String, String>,
    /// When it was asked.
    pub requested: Timestamp,
    /// When it ends unanswered.
    pub expires: Timestamp,
    /// How far it is, leaving time aside.
    pub state: HandshakeState,
    /// The handshake that this one is a part of.
    pub parent: Option<String>,
}

/// What a handshake is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HandshakeAction {
    /// An account joins.
    Invite,
    /// The organization gets all features.
    EnableAllFeatures,
    /// An invited member agrees to all features.
    ApproveAllFeatures,
}

/// How far a handshake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HandshakeState {
    /// Others have to answer first.
    Requested,
    /// Waits for its answer.
    Open,
    /// Taken back by the one who asked.
    Canceled,
    /// Agreed.
    Accepted,
    /// Refused.
    Declined,
    /// Not answered in time.
    Expired,
}

impl Organization {
    /// Returns the organization's ARN.
    pub fn arn(&self) -> String {
        self.named(format_args!("organization/{}", self.id))
    }

    /// Returns the ARN under which an account is a member.
    pub fn account_arn(&self, account: &str) -> String {
        self.named(format_args!("account/{}/{account}", self.id))
    }

    /// Returns the root's ARN.
    pub fn root_arn(&self) -> String {
        self.named(format_args!("root/{}/{}", self.id, self.root_id))
    }

    /// Returns a handshake's ARN.
    pub(crate) fn handshake_arn(&self, handshake: &Handshake) -> String {
        let action = handshake.action.name().to_ascii_lowercase();
        self.named(format_args!("handshake/{}/{action}/{}", self.id, handshake.id))
    }

    fn named(&self, resource: std::fmt::Arguments<'_>) -> String {
        format!("arn:aws:organizations::{}:{resource}", self.management_account)
    }

    /// Returns the path of every account, in the form of `aws:PrincipalOrgPaths`.
    pub fn path(&self) -> String {
        format!("{}/{}/", self.id, self.root_id)
    }

    /// Returns the accounts in order, the management account among them.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// Returns whether an account belongs to the organization.
    pub fn is_member(&self, account: &str) -> bool {
        self.members.contains_key(account)
    }

    /// Returns whether services may act across the organization.
    pub fn has_all_features(&self) -> bool {
        self.feature_set == FeatureSet::All
    }

    /// Returns whether a service, by its host, has trusted access.
    pub fn trusts(&self, service: &str) -> bool {
        self.services.contains_key(service)
    }

    /// Returns the accounts that administer a service beside the management account.
    pub fn delegated_admins(&self, service: &str) -> impl Iterator<Item = &str> {
        self.delegations.get(service).into_iter().flat_map(BTreeMap::keys).map(String::as_str)
    }

    /// Returns whether an account is registered as a delegated administrator of a service.
    ///
    /// The registration outlives trusted access; what a service lets it do asks [`Self::trusts`],
    /// too.
    pub fn is_delegated_admin(&self, account: &str, service: &str) -> bool {
        self.delegated_admins(service).any(|admin| admin == account)
    }

    /// Returns whether an account is a delegated administrator of any service.
    pub fn is_any_delegated_admin(&self, account: &str) -> bool {
        self.delegations.values().any(|admins| admins.contains_key(account))
    }
}

impl Handshake {
    /// Returns how far the handshake is at a point in time.
    pub fn state_at(&self, now: Timestamp) -> HandshakeState {
        let waits = matches!(self.state, HandshakeState::Open | HandshakeState::Requested);
        if waits && now >= self.expires { HandshakeState::Expired } else { self.state }
    }
}

impl HandshakeAction {
    /// Returns AWS's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invite => "INVITE",
            Self::EnableAllFeatures => "ENABLE_ALL_FEATURES",
            Self::ApproveAllFeatures => "APPROVE_ALL_FEATURES",
        }
    }
}

impl HandshakeState {
    /// Returns AWS's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requested => "REQUESTED",
            Self::Open => "OPEN",
            Self::Canceled => "CANCELED",
            Self::Accepted => "ACCEPTED",
            Self::Declined => "DECLINED",
            Self::Expired => "EXPIRED",
        }
    }
}

impl FeatureSet {
    /// Returns AWS's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::ConsolidatedBilling => "CONSOLIDATED_BILLING",
        }
    }
}

impl State {
    /// Returns the organization that an account belongs to.
    pub fn organization_of(&self, account: &str) -> Option<&Organization> {
        self.organizations.values().find(|organization| organization.is_member(account))
    }

    /// Returns the organization with this id.
    pub fn organization(&self, id: &str) -> Option<&Organization> {
        self.organizations.get(id)
    }

    /// Returns all organizations in the order of their ids.
    pub fn organizations(&self) -> impl Iterator<Item = &Organization> {
        self.organizations.values()
    }
}
