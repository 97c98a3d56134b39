//! What can happen to the state, and how it happens.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::organizations::OrganizationChange;
use crate::policy::Policy;
use crate::state::{
    AccessKey, Account, KeyOwner, ManagedPolicy, Permissions, PolicyVersion, Provider, Role, State,
    User,
};

/// A change in one account, or in the organization that it manages, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The account that changes.
    pub account: String,
    /// What changes in it.
    pub what: What,
}

/// What changes in an account.
///
/// Users and roles go by their ids, managed policies and providers by their ARNs. A change was
/// judged on the state that it is folded into, so what it names is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of the operations that make the changes")]
pub enum What {
    /// An account comes into being, with root and nothing else.
    AccountCreated { at: Timestamp },
    /// The name and the mail address that an account is made with.
    AccountNamed { name: String, email: String },
    /// An organization changes, by its id.
    Organization { id: String, change: OrganizationChange },
    /// The account's alias is set or taken away.
    AliasSet { alias: Option<String> },
    /// A long-term key for a user, or for root.
    AccessKeyCreated { user_id: Option<String>, key: AccessKey },
    /// A key is switched on or off.
    AccessKeyStatusSet { user_id: Option<String>, access_key_id: String, active: bool },
    /// A key is gone.
    AccessKeyDeleted { user_id: Option<String>, access_key_id: String },
    /// A new user.
    UserCreated { user: Box<User> },
    /// A user gets another name or path.
    UserMoved { user_id: String, name: String, path: String },
    /// A user is gone.
    UserDeleted { user_id: String },
    /// A new role.
    RoleCreated { role: Box<Role> },
    /// A role gets another description or longest session.
    RoleUpdated { role_id: String, description: Option<String>, session_secs_max: i64 },
    /// A role is trusted to others.
    TrustSet { role_id: String, trust: Policy },
    /// A role is gone.
    RoleDeleted { role_id: String },
    /// An identity gets a policy of its own, or another text for it.
    InlinePolicyPut { identity: Identity, name: String, document: Policy },
    /// An identity loses a policy of its own.
    InlinePolicyDeleted { identity: Identity, name: String },
    /// A managed policy is attached.
    PolicyAttached { identity: Identity, policy_arn: String },
    /// A managed policy is detached.
    PolicyDetached { identity: Identity, policy_arn: String },
    /// An identity is bounded by a managed policy, or no longer.
    BoundarySet { identity: Identity, policy_arn: Option<String> },
    /// A new managed policy.
    PolicyCreated { policy_arn: String, policy: Box<ManagedPolicy> },
    /// A managed policy gets a version.
    PolicyVersionCreated { policy_arn: String, version: PolicyVersion, set_default: bool },
    /// Another version is in force.
    DefaultVersionSet { policy_arn: String, version: u32, at: Timestamp },
    /// A version is gone.
    PolicyVersionDeleted { policy_arn: String, version: u32 },
    /// A managed policy is gone.
    PolicyDeleted { policy_arn: String },
    /// A new provider.
    ProviderCreated { provider_arn: String, provider: Box<Provider> },
    /// A provider accepts other audiences.
    ClientIdsSet { provider_arn: String, client_ids: Vec<String> },
    /// A provider has other thumbprints.
    ThumbprintsSet { provider_arn: String, thumbprints: Vec<String> },
    /// A provider's tokens are proven with other keys.
    WebIdentityKeysSet { provider_arn: String, jwks: String },
    /// A provider is gone.
    ProviderDeleted { provider_arn: String },
    /// All tags of something.
    TagsSet { on: Tagged, tags: BTreeMap<String, String> },
}

/// Who holds permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// A user, by id.
    User(String),
    /// A role, by id.
    Role(String),
}

/// What carries tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tagged {
    /// A user, by id.
    User(String),
    /// A role, by id.
    Role(String),
    /// A managed policy, by ARN.
    Policy(String),
    /// A provider, by ARN.
    Provider(String),
}

impl State {
    /// Folds one change in; the same changes in the same order always give the same state.
    pub fn apply(&mut self, change: &Change) {
        if let What::Organization { id, change } = &change.what {
            return self.apply_to_organization(id, change);
        }
        let account = self
            .accounts
            .entry(change.account.clone())
            .or_insert_with(|| Account { id: change.account.clone(), ..Account::default() });
        match &change.what {
            What::AccessKeyCreated { user_id, key } => {
                let owner = KeyOwner { account: change.account.clone(), user_id: user_id.clone() };
                self.key_owners.insert(key.id.clone(), owner);
                if let Some(keys) = account.keys_mut(user_id.as_deref()) {
                    keys.insert(key.id.clone(), key.clone());
                }
            }
            What::AccessKeyDeleted { user_id, access_key_id } => {
                self.key_owners.remove(access_key_id);
                if let Some(keys) = account.keys_mut(user_id.as_deref()) {
                    keys.remove(access_key_id);
                }
            }
            what => account.apply(what),
        }
    }
}

impl Account {
    fn apply(&mut self, what: &What) {
        match what {
            What::AliasSet { alias } => self.alias.clone_from(alias),
            What::AccessKeyStatusSet { user_id, access_key_id, active } => {
                let keys = self.keys_mut(user_id.as_deref());
                if let Some(key) = keys.and_then(|keys| keys.get_mut(access_key_id)) {
                    key.active = *active;
                }
            }
            What::TagsSet { on, tags } => {
                if let Some(held) = self.tags_mut(on) {
                    held.clone_from(tags);
                }
            }
            What::AccountCreated { at } => self.created = *at,
            What::AccountNamed { name, email } => {
                (self.name, self.email) = (Some(name.clone()), Some(email.clone()));
            }
            What::AccessKeyCreated { .. }
            | What::AccessKeyDeleted { .. }
            | What::Organization { .. } => {}
            what => {
                self.apply_to_user(what);
                self.apply_to_role(what);
                self.apply_to_permissions(what);
                self.apply_to_policy(what);
                self.apply_to_provider(what);
            }
        }
    }

    fn apply_to_user(&mut self, what: &What) {
        match what {
            What::UserCreated { user } => {
                self.users.insert(user.entity.id.clone(), (**user).clone());
            }
            What::UserMoved { user_id, name, path } => {
                if let Some(user) = self.users.get_mut(user_id) {
                    user.entity.name.clone_from(name);
                    user.entity.path.clone_from(path);
                }
            }
            What::UserDeleted { user_id } => {
                self.users.remove(user_id);
            }
            _ => {}
        }
    }

    fn apply_to_role(&mut self, what: &What) {
        match what {
            What::RoleCreated { role } => {
                self.roles.insert(role.entity.id.clone(), (**role).clone());
            }
            What::RoleUpdated { role_id, description, session_secs_max } => {
                if let Some(role) = self.roles.get_mut(role_id) {
                    role.description.clone_from(description);
                    role.session_secs_max = *session_secs_max;
                }
            }
            What::TrustSet { role_id, trust } => {
                if let Some(role) = self.roles.get_mut(role_id) {
                    role.trust = trust.clone();
                }
            }
            What::RoleDeleted { role_id } => {
                self.roles.remove(role_id);
            }
            _ => {}
        }
    }

    fn apply_to_permissions(&mut self, what: &What) {
        let (What::InlinePolicyPut { identity, .. }
        | What::InlinePolicyDeleted { identity, .. }
        | What::PolicyAttached { identity, .. }
        | What::PolicyDetached { identity, .. }
        | What::BoundarySet { identity, .. }) = what
        else {
            return;
        };
        let permissions = match identity {
            Identity::User(id) => self.users.get_mut(id).map(|user| &mut user.permissions),
            Identity::Role(id) => self.roles.get_mut(id).map(|role| &mut role.permissions),
        };
        if let Some(permissions) = permissions {
            permissions.apply(what);
        }
    }

    fn apply_to_policy(&mut self, what: &What) {
        match what {
            What::PolicyCreated { policy_arn, policy } => {
                self.policies.insert(policy_arn.clone(), (**policy).clone());
            }
            What::PolicyDeleted { policy_arn } => {
                self.policies.remove(policy_arn);
            }
            What::PolicyVersionCreated { policy_arn, .. }
            | What::DefaultVersionSet { policy_arn, .. }
            | What::PolicyVersionDeleted { policy_arn, .. } => {
                if let Some(policy) = self.policies.get_mut(policy_arn) {
                    policy.apply(what);
                }
            }
            _ => {}
        }
    }

    fn apply_to_provider(&mut self, what: &What) {
        match what {
            What::ProviderCreated { provider_arn, provider } => {
                self.providers.insert(provider_arn.clone(), (**provider).clone());
            }
            What::ProviderDeleted { provider_arn } => {
                self.providers.remove(provider_arn);
            }
            What::ClientIdsSet { provider_arn, .. }
            | What::ThumbprintsSet { provider_arn, .. }
            | What::WebIdentityKeysSet { provider_arn, .. } => {
                if let Some(provider) = self.providers.get_mut(provider_arn) {
                    provider.apply(what);
                }
            }
            _ => {}
        }
    }

    fn keys_mut(&mut self, user_id: Option<&str>) -> Option<&mut BTreeMap<String, AccessKey>> {
        match user_id {
            Some(user_id) => self.users.get_mut(user_id).map(|user| &mut user.access_keys),
            None => Some(&mut self.root_access_keys),
        }
    }

    fn tags_mut(&mut self, on: &Tagged) -> Option<&mut BTreeMap<String, String>> {
        match on {
            Tagged::User(id) => self.users.get_mut(id).map(|user| &mut user.tags),
            Tagged::Role(id) => self.roles.get_mut(id).map(|role| &mut role.tags),
            Tagged::Policy(arn) => self.policies.get_mut(arn).map(|policy| &mut policy.tags),
            Tagged::Provider(arn) => self.providers.get_mut(arn).map(|provider| &mut provider.tags),
        }
    }
}

impl Permissions {
    fn apply(&mut self, what: &What) {
        match what {
            What::InlinePolicyPut { name, document, .. } => {
                self.inline.insert(name.clone(), document.clone());
            }
            What::InlinePolicyDeleted { name, .. } => {
                self.inline.remove(name);
            }
            What::PolicyAttached { policy_arn, .. } if self.attached.contains(policy_arn) => {}
            What::PolicyAttached { policy_arn, .. } => self.attached.push(policy_arn.clone()),
            What::PolicyDetached { policy_arn, .. } => {
                self.attached.retain(|attached| attached != policy_arn);
            }
            What::BoundarySet { policy_arn, .. } => self.boundary.clone_from(policy_arn),
            _ => {}
        }
    }
}

impl ManagedPolicy {
    fn apply(&mut self, what: &What) {
        match what {
            What::PolicyVersionCreated { version, set_default, .. } => {
                self.updated = version.created;
                self.next_version = version.number.saturating_add(1);
                if *set_default {
                    self.default_version = version.number;
                }
                self.versions.push(version.clone());
            }
            What::DefaultVersionSet { version, at, .. } => {
                self.default_version = *version;
                self.updated = *at;
            }
            What::PolicyVersionDeleted { version, .. } => {
                self.versions.retain(|held| held.number != *version);
            }
            _ => {}
        }
    }
}

impl Provider {
    fn apply(&mut self, what: &What) {
        match what {
            What::ClientIdsSet { client_ids, .. } => self.client_ids.clone_from(client_ids),
            What::ThumbprintsSet { thumbprints, .. } => self.thumbprints.clone_from(thumbprints),
            What::WebIdentityKeysSet { jwks, .. } => self.jwks = Some(jwks.clone()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use wire::{Members, Value};

    use super::*;
    use crate::testing::{OTHER, World, allow, text, trust};

    /// A world in which every kind of change has happened.
    fn busy_world() -> World {
        let mut world = World::new();
        let document = allow(r#""s3:*""#);
        let anna = world.user("anna", &document);
        world.user("bob", "");
        world.role("Builder", &trust(r#"{"AWS":"111122223333"}"#), &document);
        world.role("Gone", &trust(r#""*""#), "");
        let (user, role) = (("UserName", "anna"), ("RoleName", "Builder"));
        let arn = ("PolicyArn", "arn:aws:iam::111122223333:policy/P");
        let bound = ("PermissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess");
        let idp =
            ("OpenIDConnectProviderArn", "arn:aws:iam::111122223333:oidc-provider/idp.example");
        let tags = || Value::from(vec![crate::tags::one("team", "red")]);
        for (operation, input) in [
            ("CreateAccountAlias", text(&[("AccountAlias", "acme")])),
            ("CreatePolicy", text(&[("PolicyName", "P"), ("PolicyDocument", &document)])),
            ("CreatePolicyVersion", text(&[arn, ("PolicyDocument", &document)])),
            ("SetDefaultPolicyVersion", text(&[arn, ("VersionId", "v2")])),
            ("DeletePolicyVersion", text(&[arn, ("VersionId", "v1")])),
            ("AttachUserPolicy", text(&[user, arn])),
            ("AttachRolePolicy", text(&[role, arn])),
            ("DetachRolePolicy", text(&[role, arn])),
            ("PutUserPermissionsBoundary", text(&[user, bound])),
            ("TagUser", text(&[user]).with("Tags", tags())),
            ("TagRole", text(&[role]).with("Tags", tags())),
            ("TagPolicy", text(&[arn]).with("Tags", tags())),
            ("UpdateAccessKey", text(&[user, ("AccessKeyId", &anna.0), ("Status", "Inactive")])),
            ("UpdateUser", text(&[user, ("NewUserName", "ann")])),
            ("UpdateRole", text(&[role, ("Description", "builds")])),
            ("UpdateAssumeRolePolicy", text(&[role, ("PolicyDocument", &trust(r#""*""#))])),
            ("DeleteRolePolicy", text(&[role, ("PolicyName", "own")])),
            ("DeleteRole", text(&[("RoleName", "Gone")])),
            ("CreateOpenIDConnectProvider", text(&[("Url", "https://idp.example")])),
            ("AddClientIDToOpenIDConnectProvider", text(&[idp, ("ClientID", "app")])),
            ("TagOpenIDConnectProvider", text(&[idp]).with("Tags", tags())),
            ("CreateAccessKey", Members::new()),
        ] {
            world.make(operation, input);
        }
        organize(&mut world);
        world
    }

    fn organize(world: &mut World) {
        let service = ("ServicePrincipal", "cloudtrail.amazonaws.com");
        let pays = text(&[("FeatureSet", "CONSOLIDATED_BILLING")]);
        world.make("CreateOrganization", pays);
        let features = world.make("EnableAllFeatures", Members::new());
        let handshake = features.map("Handshake").and_then(|handshake| handshake.string("Id"));
        world.make("AcceptHandshake", text(&[("HandshakeId", handshake.unwrap())]));
        world.make("EnableAWSServiceAccess", text(&[service]));
        let input = text(&[("AccountName", "audit"), ("Email", "audit@accounts.example")]);
        let output = world.make("CreateAccount", input);
        let status = output.map("CreateAccountStatus");
        let account = status.and_then(|status| status.string("AccountId")).unwrap();
        let target = Value::from(text(&[("Id", OTHER), ("Type", "ACCOUNT")]));
        let delegate = || text(&[("AccountId", account), service]);
        let tags = Value::from(vec![crate::tags::one("team", "red")]);
        for (operation, input) in [
            ("RegisterDelegatedAdministrator", delegate()),
            ("DeregisterDelegatedAdministrator", delegate()),
            ("TagResource", text(&[("ResourceId", account)]).with("Tags", tags)),
            ("DisableAWSServiceAccess", text(&[service])),
            ("InviteAccountToOrganization", Members::new().with("Target", target)),
            ("RemoveAccountFromOrganization", text(&[("AccountId", account)])),
        ] {
            world.make(operation, input);
        }
        let other = crate::testing::root_of(OTHER);
        world.run(&other, "CreateOrganization", Members::new()).unwrap();
        world.run(&other, "DeleteOrganization", Members::new()).unwrap();
    }

    fn folded(mut state: State, changes: &[Change]) -> State {
        for change in changes {
            state.apply(change);
        }
        state
    }

    #[test]
    fn the_same_changes_give_the_same_bytes() {
        let world = busy_world();
        let fold = || serde_json::to_string(&folded(State::new(), &world.changes)).unwrap();
        assert_eq!(fold(), fold());
        assert_eq!(fold(), serde_json::to_string(&world.state).unwrap());
    }

    #[test]
    fn a_snapshot_anywhere_makes_no_difference() {
        let world = busy_world();
        let whole = serde_json::to_string(&world.state).unwrap();
        for at in 0..=world.changes.len() {
            let (before, after) = world.changes.split_at(at);
            let snapshot = serde_json::to_string(&folded(State::new(), before)).unwrap();
            let state = folded(serde_json::from_str(&snapshot).unwrap(), after);
            assert_eq!(serde_json::to_string(&state).unwrap(), whole, "snapshot at {at}");
        }
    }

    #[test]
    fn changes_are_read_back_as_they_were_written() {
        for change in busy_world().changes {
            let text = serde_json::to_string(&change).unwrap();
            let read: Change = serde_json::from_str(&text).unwrap();
            assert_eq!(read, change, "{text}");
        }
        let surprise = r#"{"account":"1","what":{"surprise":{}}}"#;
        assert!(serde_json::from_str::<Change>(surprise).is_err());
    }
}
