//! The table of operations, and what one is given.

use wire::{Call, Done, Fault, Members};

use crate::authorize::authorize;
use crate::caller::{Caller, Principal};
use crate::change::{Change, What};
use crate::iam::{
    access_keys, aliases, attachments, boundaries, inline_policies, managed_policies,
    policy_versions, providers, resource, roles, summary, tagging, users,
};
use crate::organizations::{
    accounts, all_features, creation, delegation, handshakes, invitations, membership,
    resource as organization_resource, service_access, tree,
};
use crate::policy::Context;
use crate::state::{Account, State};
use crate::sts::{
    assume_role, assume_role_with_web_identity, get_access_key_info, get_caller_identity,
    get_federation_token, get_session_token,
};
use crate::tags;
use crate::vault::Vault;
use crate::web_identity_keys;

/// Everything an operation may look at.
pub struct Request<'a, 'c> {
    /// The state that it is judged on.
    pub state: &'a State,
    /// Seals and opens secrets.
    pub vault: &'a Vault,
    /// Who calls.
    pub caller: &'a Caller,
    /// The condition keys that the server knows.
    pub context: &'a Context,
    /// The input, checked against the model.
    pub input: &'a Members,
    /// Time and randomness.
    pub call: &'a mut Call<'c>,
}

/// One operation.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The service's name in the models: `iam`, `sts`, `organizations` or `opentrail`.
    pub service: &'static str,
    /// The operation's name.
    pub operation: &'static str,
    /// Who may.
    pub permission: Permission,
    /// The event's `readOnly`.
    pub read_only: bool,
    /// Does it.
    pub run: Run,
}

/// What an operation does with its request.
pub type Run = fn(&mut Request<'_, '_>) -> Result<Done<Change>, Fault>;

/// Names what a request is about, for the policies.
pub type ResourceOf = fn(&Request<'_, '_>) -> String;

/// Who may run an operation.
#[derive(Clone, Copy)]
pub enum Permission {
    /// Whoever has credentials.
    Open,
    /// Whom the policies allow it on this resource.
    Policy(ResourceOf),
    /// The operation decides itself: more than the caller's policies is asked.
    Itself,
}

impl Entry {
    /// Returns the action in the policy language's form, such as `iam:CreateUser`.
    pub fn action(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    /// Refuses a request that the caller's policies do not allow.
    pub fn permit(&self, request: &Request<'_, '_>) -> Result<(), Fault> {
        let Permission::Policy(resource) = self.permission else {
            return Ok(());
        };
        let context = request.described();
        let resource = resource(request);
        authorize(request.state, request.caller, &self.action(), &resource, &context)
    }

    const fn read(
        service: &'static str,
        operation: &'static str,
        on: Permission,
        run: Run,
    ) -> Self {
        Self { service, operation, permission: on, read_only: true, run }
    }

    const fn write(
        service: &'static str,
        operation: &'static str,
        on: Permission,
        run: Run,
    ) -> Self {
        Self { service, operation, permission: on, read_only: false, run }
    }
}

impl<'a> Request<'a, '_> {
    /// Returns the caller's account.
    pub(crate) fn account(&self) -> Result<&'a Account, Fault> {
        let account = self.caller.account().and_then(|account| self.state.account(account));
        account.ok_or_else(|| crate::authorize::access_denied("The caller belongs to no account."))
    }

    /// Returns a required string; the model has seen to it that it is there.
    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.input.string(name).unwrap_or_default()
    }

    /// Returns the time of the call in whole seconds, which is what IAM keeps.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        let second = self.call.now.as_second();
        jiff::Timestamp::from_second(second).expect("the second of a timestamp is in its range")
    }

    /// Returns the name of the user who calls, when it is one.
    pub(crate) fn calling_user(&self) -> Option<&'a str> {
        match &self.caller.principal {
            Principal::User { user, .. } => Some(&user.name),
            _ => None,
        }
    }

    /// Returns a change in the caller's account.
    pub(crate) fn change(&self, what: What) -> Change {
        Change { account: self.caller.account().unwrap_or_default().to_owned(), what }
    }

    /// Returns the condition keys with those that the input gives.
    pub(crate) fn described(&self) -> Context {
        let tags = tags::read(self.input);
        let policy_arn = self.input.string("PolicyArn");
        let boundary = self.input.string("PermissionsBoundary");
        self.context
            .clone()
            .with_tags("aws:RequestTag", &tags)
            .with_all("aws:TagKeys", tags.keys().chain(&tags::read_keys(self.input)).cloned())
            .with_some("iam:PolicyARN", policy_arn)
            .with_some("iam:PermissionsBoundary", boundary)
    }
}

/// Returns the whole table.
pub fn operations() -> &'static [Entry] {
    TABLE
}

const IAM: &str = "iam";
const STS: &str = "sts";
const ORGANIZATIONS: &str = "organizations";
const OPENTRAIL: &str = "opentrail";

const OPEN: Permission = Permission::Open;
const ITSELF: Permission = Permission::Itself;

const fn on(resource: ResourceOf) -> Permission {
    Permission::Policy(resource)
}

#[rustfmt::skip]
const TABLE: &[Entry] = &[
    Entry::read(STS, "AssumeRole", ITSELF, assume_role::run),
    Entry::read(STS, "AssumeRoleWithWebIdentity", ITSELF, assume_role_with_web_identity::run),
    Entry::read(STS, "GetAccessKeyInfo", on(resource::everything), get_access_key_info::run),
    Entry::read(STS, "GetCallerIdentity", OPEN, get_caller_identity::run),
    Entry::write(STS, "GetFederationToken", on(get_federation_token::resource), get_federation_token::run),
    Entry::write(STS, "GetSessionToken", OPEN, get_session_token::run),

    Entry::write(IAM, "CreateUser", on(resource::user), users::create),
    Entry::write(IAM, "UpdateUser", on(resource::user), users::update),
    Entry::write(IAM, "DeleteUser", on(resource::user), users::delete),
    Entry::read(IAM, "GetUser", on(resource::user), users::get),
    Entry::read(IAM, "ListUsers", on(resource::users), users::list),
    Entry::write(IAM, "CreateAccessKey", on(resource::user), access_keys::create),
    Entry::write(IAM, "UpdateAccessKey", on(resource::user), access_keys::update),
    Entry::write(IAM, "DeleteAccessKey", on(resource::user), access_keys::delete),
    Entry::read(IAM, "ListAccessKeys", on(resource::user), access_keys::list),

    Entry::write(IAM, "CreateRole", on(resource::role), roles::create),
    Entry::read(IAM, "GetRole", on(resource::role), roles::get),
    Entry::read(IAM, "ListRoles", on(resource::roles), roles::list),
    Entry::write(IAM, "UpdateRole", on(resource::role), roles::update),
    Entry::write(IAM, "UpdateRoleDescription", on(resource::role), roles::update_description),
    Entry::write(IAM, "UpdateAssumeRolePolicy", on(resource::role), roles::update_trust),
    Entry::write(IAM, "DeleteRole", on(resource::role), roles::delete),

    Entry::write(IAM, "PutUserPolicy", on(resource::user), inline_policies::put_user),
    Entry::read(IAM, "GetUserPolicy", on(resource::user), inline_policies::get_user),
    Entry::read(IAM, "ListUserPolicies", on(resource::user), inline_policies::list_user),
    Entry::write(IAM, "DeleteUserPolicy", on(resource::user), inline_policies::delete_user),
    Entry::write(IAM, "AttachUserPolicy", on(resource::user), attachments::attach_user),
    Entry::write(IAM, "DetachUserPolicy", on(resource::user), attachments::detach_user),
    Entry::read(IAM, "ListAttachedUserPolicies", on(resource::user), attachments::list_user),
    Entry::write(IAM, "PutUserPermissionsBoundary", on(resource::user), boundaries::put_user),
    Entry::write(IAM, "DeleteUserPermissionsBoundary", on(resource::user), boundaries::delete_user),
    Entry::write(IAM, "PutRolePolicy", on(resource::role), inline_policies::put_role),
    Entry::read(IAM, "GetRolePolicy", on(resource::role), inline_policies::get_role),
    Entry::read(IAM, "ListRolePolicies", on(resource::role), inline_policies::list_role),
    Entry::write(IAM, "DeleteRolePolicy", on(resource::role), inline_policies::delete_role),
    Entry::write(IAM, "AttachRolePolicy", on(resource::role), attachments::attach_role),
    Entry::write(IAM, "DetachRolePolicy", on(resource::role), attachments::detach_role),
    Entry::read(IAM, "ListAttachedRolePolicies", on(resource::role), attachments::list_role),
    Entry::write(IAM, "PutRolePermissionsBoundary", on(resource::role), boundaries::put_role),
    Entry::write(IAM, "DeleteRolePermissionsBoundary", on(resource::role), boundaries::delete_role),

    Entry::write(IAM, "CreatePolicy", on(resource::new_policy), managed_policies::create),
    Entry::read(IAM, "GetPolicy", on(resource::policy), managed_policies::get),
    Entry::read(IAM, "ListPolicies", on(resource::policies), managed_policies::list),
    Entry::write(IAM, "DeletePolicy", on(resource::policy), managed_policies::delete),
    Entry::read(IAM, "ListEntitiesForPolicy", on(resource::policy), attachments::list_entities),
    Entry::write(IAM, "CreatePolicyVersion", on(resource::policy), policy_versions::create),
    Entry::read(IAM, "GetPolicyVersion", on(resource::policy), policy_versions::get),
    Entry::read(IAM, "ListPolicyVersions", on(resource::policy), policy_versions::list),
    Entry::write(IAM, "SetDefaultPolicyVersion", on(resource::policy), policy_versions::set_default),
    Entry::write(IAM, "DeletePolicyVersion", on(resource::policy), policy_versions::delete),

    Entry::write(IAM, "CreateOpenIDConnectProvider", on(resource::new_provider), providers::create),
    Entry::read(IAM, "GetOpenIDConnectProvider", on(resource::provider), providers::get),
    Entry::read(IAM, "ListOpenIDConnectProviders", on(resource::providers), providers::list),
    Entry::write(IAM, "DeleteOpenIDConnectProvider", on(resource::provider), providers::delete),
    Entry::write(IAM, "AddClientIDToOpenIDConnectProvider", on(resource::provider), providers::add_client_id),
    Entry::write(IAM, "RemoveClientIDFromOpenIDConnectProvider", on(resource::provider), providers::remove_client_id),
    Entry::write(IAM, "UpdateOpenIDConnectProviderThumbprint", on(resource::provider), providers::update_thumbprints),

    Entry::write(IAM, "TagUser", on(resource::user), tagging::tag_user),
    Entry::write(IAM, "UntagUser", on(resource::user), tagging::untag_user),
    Entry::read(IAM, "ListUserTags", on(resource::user), tagging::list_user),
    Entry::write(IAM, "TagRole", on(resource::role), tagging::tag_role),
    Entry::write(IAM, "UntagRole", on(resource::role), tagging::untag_role),
    Entry::read(IAM, "ListRoleTags", on(resource::role), tagging::list_role),
    Entry::write(IAM, "TagPolicy", on(resource::policy), tagging::tag_policy),
    Entry::write(IAM, "UntagPolicy", on(resource::policy), tagging::untag_policy),
    Entry::read(IAM, "ListPolicyTags", on(resource::policy), tagging::list_policy),
    Entry::write(IAM, "TagOpenIDConnectProvider", on(resource::provider), tagging::tag_provider),
    Entry::write(IAM, "UntagOpenIDConnectProvider", on(resource::provider), tagging::untag_provider),
    Entry::read(IAM, "ListOpenIDConnectProviderTags", on(resource::provider), tagging::list_provider),

    Entry::write(IAM, "CreateAccountAlias", on(resource::everything), aliases::create),
    Entry::write(IAM, "DeleteAccountAlias", on(resource::everything), aliases::delete),
    Entry::read(IAM, "ListAccountAliases", on(resource::everything), aliases::list),
    Entry::read(IAM, "GetAccountSummary", on(resource::everything), summary::get),

    Entry::write(ORGANIZATIONS, "CreateOrganization", on(resource::everything), creation::create),
    Entry::read(ORGANIZATIONS, "DescribeOrganization", on(resource::everything), creation::describe),
    Entry::write(ORGANIZATIONS, "DeleteOrganization", on(resource::everything), creation::delete),
    Entry::write(ORGANIZATIONS, "EnableAllFeatures", on(resource::everything), all_features::run),
    Entry::write(ORGANIZATIONS, "CreateAccount", on(resource::everything), accounts::create),
    Entry::read(ORGANIZATIONS, "DescribeCreateAccountStatus", on(resource::everything), accounts::describe_status),
    Entry::read(ORGANIZATIONS, "ListCreateAccountStatus", on(resource::everything), accounts::list_status),
    Entry::read(ORGANIZATIONS, "ListAccounts", on(resource::everything), membership::list),
    Entry::read(ORGANIZATIONS, "DescribeAccount", on(organization_resource::account), membership::describe),
    Entry::write(ORGANIZATIONS, "LeaveOrganization", on(resource::everything), membership::leave),
    Entry::write(ORGANIZATIONS, "RemoveAccountFromOrganization", on(organization_resource::account), membership::remove),
    Entry::write(ORGANIZATIONS, "TagResource", on(organization_resource::child), membership::tag),
    Entry::write(ORGANIZATIONS, "UntagResource", on(organization_resource::child), membership::untag),
    Entry::read(ORGANIZATIONS, "ListTagsForResource", on(organization_resource::child), membership::list_tags),
    Entry::write(ORGANIZATIONS, "InviteAccountToOrganization", on(organization_resource::target), invitations::run),
    Entry::write(ORGANIZATIONS, "AcceptHandshake", on(organization_resource::handshake), handshakes::accept),
    Entry::write(ORGANIZATIONS, "DeclineHandshake", on(organization_resource::handshake), handshakes::decline),
    Entry::write(ORGANIZATIONS, "CancelHandshake", on(organization_resource::handshake), handshakes::cancel),
    Entry::read(ORGANIZATIONS, "DescribeHandshake", on(organization_resource::handshake), handshakes::describe),
    Entry::read(ORGANIZATIONS, "ListHandshakesForAccount", on(resource::everything), handshakes::list_for_account),
    Entry::read(ORGANIZATIONS, "ListHandshakesForOrganization", on(resource::everything), handshakes::list_for_organization),
    Entry::write(ORGANIZATIONS, "EnableAWSServiceAccess", on(resource::everything), service_access::enable),
    Entry::write(ORGANIZATIONS, "DisableAWSServiceAccess", on(resource::everything), service_access::disable),
    Entry::read(ORGANIZATIONS, "ListAWSServiceAccessForOrganization", on(resource::everything), service_access::list),
    Entry::write(ORGANIZATIONS, "RegisterDelegatedAdministrator", on(organization_resource::account), delegation::register),
    Entry::write(ORGANIZATIONS, "DeregisterDelegatedAdministrator", on(organization_resource::account), delegation::deregister),
    Entry::read(ORGANIZATIONS, "ListDelegatedAdministrators", on(resource::everything), delegation::list_administrators),
    Entry::read(ORGANIZATIONS, "ListDelegatedServicesForAccount", on(organization_resource::account), delegation::list_services),
    Entry::read(ORGANIZATIONS, "ListRoots", on(resource::everything), tree::list_roots),
    Entry::read(ORGANIZATIONS, "ListParents", on(organization_resource::child), tree::list_parents),
    Entry::read(ORGANIZATIONS, "ListChildren", on(organization_resource::root), tree::list_children),
    Entry::read(ORGANIZATIONS, "ListAccountsForParent", on(organization_resource::root), tree::list_accounts),
    Entry::read(ORGANIZATIONS, "ListOrganizationalUnitsForParent", on(organization_resource::root), tree::list_units),

    Entry::write(OPENTRAIL, "PutWebIdentityKeys", on(web_identity_keys::resource), web_identity_keys::run),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wire::model::Models;

    use super::*;

    #[test]
    fn every_entry_is_a_modelled_operation_and_stands_there_once() {
        let models = Models::built_in();
        let mut seen = BTreeSet::new();
        for entry in operations() {
            let service = models.service(entry.service).unwrap();
            assert!(service.operation(entry.operation).is_some(), "{}", entry.action());
            assert!(seen.insert(entry.action()), "{} stands twice", entry.action());
        }
    }

    #[test]
    fn reading_is_what_cloudtrail_says_it_is() {
        for entry in operations() {
            let name = entry.operation;
            let reads = ["Describe", "Get", "List"].iter().any(|verb| name.starts_with(verb));
            let expected = match name {
                "AssumeRole" | "AssumeRoleWithWebIdentity" => true,
                "GetSessionToken" | "GetFederationToken" => false,
                _ => reads,
            };
            assert_eq!(entry.read_only, expected, "{name}");
        }
    }

    #[test]
    fn only_sts_has_operations_that_policies_do_not_guard() {
        let unguarded: Vec<_> = operations()
            .iter()
            .filter(|entry| !matches!(entry.permission, Permission::Policy(_)))
            .map(Entry::action)
            .collect();
        assert_eq!(
            unguarded,
            [
                "sts:AssumeRole",
                "sts:AssumeRoleWithWebIdentity",
                "sts:GetCallerIdentity",
                "sts:GetSessionToken"
            ]
        );
    }
}
