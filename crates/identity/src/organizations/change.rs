//! What can happen to an organization, and how it happens.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::organization::{
    AccountRequest, FeatureSet, Handshake, HandshakeState, Member, Organization,
};
use crate::change::{Change, What};
use crate::state::State;

/// What changes in an organization, which goes by its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of the operations that make the changes")]
pub enum OrganizationChange {
    /// A new organization.
    Created { organization: Box<Organization> },
    /// The organization is gone.
    Deleted,
    /// All features are on.
    AllFeaturesEnabled,
    /// An account joins.
    MemberJoined { member: Member },
    /// An account leaves.
    MemberLeft { account: String },
    /// All tags of a member.
    MemberTagged { account: String, tags: BTreeMap<String, String> },
    /// An account was asked for.
    AccountRequested { request: AccountRequest },
    /// A service gets trusted access.
    ServiceTrusted { service: String, at: Timestamp },
    /// A service loses trusted access.
    ServiceDistrusted { service: String },
    /// An account administers a service.
    DelegationGiven { service: String, account: String, at: Timestamp },
    /// An account no longer administers a service.
    DelegationTaken { service: String, account: String },
    /// A handshake begins.
    HandshakeBegun { handshake: Box<Handshake> },
    /// A handshake goes on, or ends.
    HandshakeMoved { handshake_id: String, state: HandshakeState },
}

impl Change {
    /// Returns the id of the organization that no longer trusts a service, by its host, once this
    /// has happened; one that ends trusts none.
    pub fn ends_trust(&self, host: &str) -> Option<&str> {
        let What::Organization { id, change } = &self.what else { return None };
        match change {
            OrganizationChange::Deleted => Some(id),
            OrganizationChange::ServiceDistrusted { service } if service == host => Some(id),
            _ => None,
        }
    }
}

impl State {
    /// Folds a change of one organization in.
    pub(crate) fn apply_to_organization(&mut self, id: &str, change: &OrganizationChange) {
        match change {
            OrganizationChange::Created { organization } => {
                self.organizations.insert(id.to_owned(), (**organization).clone());
            }
            OrganizationChange::Deleted => {
                self.organizations.remove(id);
            }
            change => {
                if let Some(organization) = self.organizations.get_mut(id) {
                    organization.apply(change);
                }
            }
        }
    }
}

impl Organization {
    fn apply(&mut self, change: &OrganizationChange) {
        match change {
            OrganizationChange::Created { .. } | OrganizationChange::Deleted => {}
            OrganizationChange::AllFeaturesEnabled => self.feature_set = FeatureSet::All,
            OrganizationChange::AccountRequested { request } => {
                self.requests.insert(request.id.clone(), request.clone());
            }
            OrganizationChange::ServiceTrusted { service, at } => {
                self.services.entry(service.clone()).or_insert(*at);
            }
            OrganizationChange::ServiceDistrusted { service } => {
                self.services.remove(service);
            }
            OrganizationChange::DelegationGiven { service, account, at } => {
                let admins = self.delegations.entry(service.clone()).or_default();
                admins.entry(account.clone()).or_insert(*at);
            }
            OrganizationChange::DelegationTaken { service, account } => {
                if let Some(admins) = self.delegations.get_mut(service) {
                    admins.remove(account);
                }
            }
            OrganizationChange::HandshakeBegun { handshake } => {
                self.handshakes.insert(handshake.id.clone(), (**handshake).clone());
            }
            OrganizationChange::HandshakeMoved { handshake_id, state } => {
                if let Some(handshake) = self.handshakes.get_mut(handshake_id) {
                    handshake.state = *state;
                }
            }
            OrganizationChange::MemberJoined { .. }
            | OrganizationChange::MemberLeft { .. }
            | OrganizationChange::MemberTagged { .. } => self.apply_to_members(change),
        }
    }

    fn apply_to_members(&mut self, change: &OrganizationChange) {
        match change {
            OrganizationChange::MemberJoined { member } => {
                self.members.insert(member.account.clone(), member.clone());
            }
            OrganizationChange::MemberLeft { account } => {
                self.members.remove(account);
            }
            OrganizationChange::MemberTagged { account, tags } => {
                if let Some(member) = self.members.get_mut(account) {
                    member.tags.clone_from(tags);
                }
            }
            _ => {}
        }
    }
}
