//! Which services act across an organization, who administers them, and the roles they act by.
//!
//! What is here is done by operations of Organizations, and by operations of the services
//! themselves that come to the same: CloudTrail's `RegisterOrganizationDelegatedAdmin`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use wire::Call;

use super::change::OrganizationChange;
use super::organization::{Member, Organization};
use crate::caller::Entity;
use crate::change::{Change, Identity, What};
use crate::ids;
use crate::policy::{Policy, Purpose};
use crate::state::{Permissions, Role, State};

/// How many accounts may administer one service beside the management account; CloudTrail's limit,
/// which stands for every service here.
const DELEGATED_ADMINS_MAX: usize = 3;

/// Services that act by a role of their own in every member: host, role, managed policy.
const SERVICE_LINKED_ROLES: &[(&str, &str, &str)] = &[(
    "cloudtrail.amazonaws.com",
    "AWSServiceRoleForCloudTrail",
    "arn:aws:iam::aws:policy/aws-service-role/CloudTrailServiceRolePolicy",
)];

/// Why an account does not become, or cease to be, a delegated administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotDelegated {
    /// The management account administers every service anyway.
    #[error("the management account cannot be a delegated administrator")]
    ManagementAccount,
    /// The account is not in the organization.
    #[error("the account is not a member of the organization")]
    NotAMember,
    /// The organization only pays together.
    #[error("the organization does not have all features")]
    NotAllFeatures,
    /// The service has no trusted access.
    #[error("the service has no trusted access")]
    NotTrusted,
    /// It is one already.
    #[error("the account is a delegated administrator already")]
    AlreadyRegistered,
    /// There are as many as there may be.
    #[error("the service has {DELEGATED_ADMINS_MAX} delegated administrators already")]
    LimitExceeded,
    /// It is none.
    #[error("the account is not a delegated administrator")]
    NotRegistered,
}

/// Gives a service trusted access, and the role that it acts by to every member that lacks it.
///
/// `service` is the service's host. Asking again changes nothing.
pub fn enable_service_access(
    state: &State,
    organization: &Organization,
    service: &str,
    call: &mut Call<'_>,
) -> Vec<Change> {
    let trusted =
        OrganizationChange::ServiceTrusted { service: service.to_owned(), at: whole(call.now) };
    let mut changes = vec![organization.change(trusted)];
    for account in organization.members() {
        changes.extend(service_linked_role(state, account, service, call));
    }
    changes
}

/// Takes a service's trusted access away; its roles and delegated administrators stay.
pub fn disable_service_access(organization: &Organization, service: &str) -> Vec<Change> {
    vec![organization.change(OrganizationChange::ServiceDistrusted { service: service.to_owned() })]
}

/// Makes a member a delegated administrator of a service.
pub fn register_delegated_admin(
    organization: &Organization,
    account: &str,
    service: &str,
    now: Timestamp,
) -> Result<Vec<Change>, NotDelegated> {
    if !organization.has_all_features() {
        return Err(NotDelegated::NotAllFeatures);
    }
    if account == organization.management_account {
        return Err(NotDelegated::ManagementAccount);
    }
    if !organization.is_member(account) {
        return Err(NotDelegated::NotAMember);
    }
    if !organization.trusts(service) {
        return Err(NotDelegated::NotTrusted);
    }
    if organization.is_delegated_admin(account, service) {
        return Err(NotDelegated::AlreadyRegistered);
    }
    if organization.delegated_admins(service).count() >= DELEGATED_ADMINS_MAX {
        return Err(NotDelegated::LimitExceeded);
    }
    let (service, account) = (service.to_owned(), account.to_owned());
    let given = OrganizationChange::DelegationGiven { service, account, at: whole(now) };
    Ok(vec![organization.change(given)])
}

/// Ends a member's administration of a service.
pub fn deregister_delegated_admin(
    organization: &Organization,
    account: &str,
    service: &str,
) -> Result<Vec<Change>, NotDelegated> {
    if !organization.is_member(account) {
        return Err(NotDelegated::NotAMember);
    }
    if !organization.is_delegated_admin(account, service) {
        return Err(NotDelegated::NotRegistered);
    }
    let (service, account) = (service.to_owned(), account.to_owned());
    Ok(vec![organization.change(OrganizationChange::DelegationTaken { service, account })])
}

/// Lets an account in, with the roles of the services that the organization trusts.
pub(crate) fn join(
    state: &State,
    organization: &Organization,
    member: Member,
    call: &mut Call<'_>,
) -> Vec<Change> {
    let account = member.account.clone();
    let mut changes = vec![organization.change(OrganizationChange::MemberJoined { member })];
    for service in organization.services.keys() {
        changes.extend(service_linked_role(state, &account, service, call));
    }
    changes
}

impl Organization {
    /// Returns a change of this organization.
    pub(crate) fn change(&self, change: OrganizationChange) -> Change {
        let what = What::Organization { id: self.id.clone(), change };
        Change { account: self.management_account.clone(), what }
    }
}

/// Makes the role by which a service acts in an account, unless there is none or it is there.
fn service_linked_role(
    state: &State,
    account: &str,
    service: &str,
    call: &mut Call<'_>,
) -> Vec<Change> {
    let linked = SERVICE_LINKED_ROLES.iter().find(|(host, ..)| *host == service);
    let Some((host, name, policy_arn)) = linked else {
        return Vec::new();
    };
    if state.account(account).is_some_and(|account| account.role_named(name).is_some()) {
        return Vec::new();
    }
    let entity = Entity {
        path: format!("/aws-service-role/{host}/"),
        name: (*name).to_owned(),
        id: ids::role(call),
    };
    new_role(account, entity, &serde_json::json!({ "Service": host }), policy_arn, call.now)
}

/// Makes a role that `principal` may assume, with one managed policy.
pub(crate) fn new_role(
    account: &str,
    entity: Entity,
    principal: &serde_json::Value,
    policy_arn: &str,
    now: Timestamp,
) -> Vec<Change> {
    let trust = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }],
    });
    let trust = Policy::parse(&trust.to_string(), Purpose::Trust);
    let identity = Identity::Role(entity.id.clone());
    let role = Role {
        entity,
        created: whole(now),
        description: None,
        session_secs_max: 3_600,
        trust: trust.expect("the principal is an account or a service of ours"),
        tags: BTreeMap::new(),
        permissions: Permissions::default(),
    };
    let attached = What::PolicyAttached { identity, policy_arn: policy_arn.to_owned() };
    [What::RoleCreated { role: Box::new(role) }, attached]
        .map(|what| Change { account: account.to_owned(), what })
        .into()
}

/// Returns a time in whole seconds, which is what IAM and Organizations keep.
fn whole(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).expect("the second of a timestamp is in its range")
}
