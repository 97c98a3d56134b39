//! What is known: accounts and everything in them, and the organizations they form.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn;
use crate::caller::Entity;
use crate::managed;
use crate::organizations::Organization;
use crate::policy::Policy;

/// All accounts, and who holds which long-term access key.
///
/// Changed by [`State::apply`] alone. Holds secrets sealed only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) key_owners: BTreeMap<String, KeyOwner>,
    /// By id; an account is in one at most.
    #[serde(default)]
    pub(crate) organizations: BTreeMap<String, Organization>,
    /// AWS's own policies by ARN: part of the program, kept here because they are read once.
    #[serde(skip, default = "managed::built_in")]
    pub(crate) aws_policies: BTreeMap<String, ManagedPolicy>,
}

/// Where a long-term access key is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyOwner {
    /// The account.
    pub account: String,
    /// The user's id; absent for root's keys.
    pub user_id: Option<String>,
}

/// One account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The twelve digits.
    pub id: String,
    /// When it came into being.
    pub created: Timestamp,
    /// The account's alias.
    pub alias: Option<String>,
    /// The name that it was made with; absent where no organization made it.
    pub name: Option<String>,
    /// The mail address that it was made with, likewise.
    pub email: Option<String>,
    /// Root's access keys by id.
    pub root_access_keys: BTreeMap<String, AccessKey>,
    /// The users by their unique id: a name may change, and may come again.
    pub users: BTreeMap<String, User>,
    /// The roles by their unique id.
    pub roles: BTreeMap<String, Role>,
    /// The customer managed policies by ARN.
    pub policies: BTreeMap<String, ManagedPolicy>,
    /// The OIDC providers by ARN.
    pub providers: BTreeMap<String, Provider>,
}

/// A long-term access key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// `AKIA…`
    pub id: String,
    /// The secret, as [`crate::Vault`] sealed it.
    pub sealed_secret: String,
    /// Whether it may be used.
    pub active: bool,
    /// When it was made.
    pub created: Timestamp,
}

/// What an identity may do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Permissions {
    /// Policies of its own, by name.
    pub inline: BTreeMap<String, Policy>,
    /// ARNs of managed policies, in the order of attaching.
    pub attached: Vec<String>,
    /// The managed policy that bounds it, by ARN.
    pub boundary: Option<String>,
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Path, name and id (`AIDA…`).
    pub entity: Entity,
    /// When it was made.
    pub created: Timestamp,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its access keys by id.
    pub access_keys: BTreeMap<String, AccessKey>,
    /// What it may do.
    pub permissions: Permissions,
}

/// An IAM role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Path, name and id (`AROA…`).
    pub entity: Entity,
    /// When it was made.
    pub created: Timestamp,
    /// Words for people.
    pub description: Option<String>,
    /// The longest session, in seconds.
    pub session_secs_max: i64,
    /// Who may assume it.
    pub trust: Policy,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// What it may do.
    pub permissions: Permissions,
}

/// A customer managed policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// Path, name and id (`ANPA…`).
    pub entity: Entity,
    /// Words for people.
    pub description: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When a version was last made or chosen.
    pub updated: Timestamp,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The versions, the oldest first.
    pub versions: Vec<PolicyVersion>,
    /// The version in force.
    pub default_version: u32,
    /// The number that the next version gets.
    pub next_version: u32,
}

/// A version of a managed policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// Its number, never used twice in a policy.
    pub number: u32,
    /// The document.
    pub document: Policy,
    /// When it was made.
    pub created: Timestamp,
}

/// An OIDC provider, and the keys that its tokens are proven with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    /// The URL without its scheme.
    pub url: String,
    /// The audiences that are accepted.
    pub client_ids: Vec<String>,
    /// Thumbprints, kept as given: keys are registered here, not fetched.
    pub thumbprints: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The registered JSON Web Key Set, as given; tokens are refused while there is none.
    pub jwks: Option<String>,
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// Returns a state without accounts.
    pub fn new() -> Self {
        Self {
            accounts: BTreeMap::new(),
            key_owners: BTreeMap::new(),
            organizations: BTreeMap::new(),
            aws_policies: managed::built_in(),
        }
    }

    /// Returns a managed policy of an account, or of AWS.
    pub(crate) fn managed_policy<'a>(
        &'a self,
        account: &'a Account,
        arn: &str,
    ) -> Option<&'a ManagedPolicy> {
        account.policies.get(arn).or_else(|| self.aws_policies.get(arn))
    }

    /// Returns an account.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(id)
    }

    /// Returns all accounts in the order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// Returns who holds a long-term access key.
    pub fn key_owner(&self, access_key_id: &str) -> Option<&KeyOwner> {
        self.key_owners.get(access_key_id)
    }
}

impl Account {
    /// Returns the user of this name.
    pub fn user_named(&self, name: &str) -> Option<&User> {
        self.users.values().find(|user| user.entity.name == name)
    }

    /// Returns the role of this name.
    pub fn role_named(&self, name: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.entity.name == name)
    }

    /// Returns a long-term access key of a user, or of root when no user is named.
    pub fn access_key(&self, user_id: Option<&str>, access_key_id: &str) -> Option<&AccessKey> {
        match user_id {
            Some(user_id) => self.users.get(user_id)?.access_keys.get(access_key_id),
            None => self.root_access_keys.get(access_key_id),
        }
    }

    /// Returns how many users and roles a managed policy is attached to.
    pub fn attachments(&self, policy_arn: &str) -> usize {
        let attached = |held: &&Permissions| held.attached.iter().any(|arn| arn == policy_arn);
        self.permissions().filter(attached).count()
    }

    /// Returns how many users and roles a managed policy bounds.
    pub fn bounded_by(&self, policy_arn: &str) -> usize {
        let bounded = |held: &&Permissions| held.boundary.as_deref() == Some(policy_arn);
        self.permissions().filter(bounded).count()
    }

    fn permissions(&self) -> impl Iterator<Item = &Permissions> {
        let users = self.users.values().map(|user| &user.permissions);
        users.chain(self.roles.values().map(|role| &role.permissions))
    }
}

impl User {
    /// Returns the user's ARN.
    pub fn arn(&self, account: &str) -> String {
        arn::user(account, &self.entity.path, &self.entity.name)
    }
}

impl Role {
    /// Returns the role's ARN.
    pub fn arn(&self, account: &str) -> String {
        arn::role(account, &self.entity.path, &self.entity.name)
    }
}

impl ManagedPolicy {
    /// Returns the policy's ARN.
    pub fn arn(&self, account: &str) -> String {
        arn::policy(account, &self.entity.path, &self.entity.name)
    }

    /// Returns the document in force.
    pub fn document(&self) -> Option<&Policy> {
        self.version(self.default_version).map(|version| &version.document)
    }

    /// Returns the version of this number.
    pub fn version(&self, number: u32) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.number == number)
    }
}

impl Provider {
    /// Returns the provider's ARN.
    pub fn arn(&self, account: &str) -> String {
        arn::oidc_provider(account, &self.url)
    }
}
