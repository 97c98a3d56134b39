//! How users, roles and policies look in outputs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wire::{Members, Value};

use crate::policy::Policy;
use crate::state::{AccessKey, Account, ManagedPolicy, Permissions, PolicyVersion, Role, User};
use crate::tags;

/// What RFC 3986 leaves as it is.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Returns a policy document as IAM answers it: percent-encoded.
pub(crate) fn document(policy: &Policy) -> Value {
    Value::from(utf8_percent_encode(policy.text(), KEPT).to_string())
}

/// Returns a user.
pub(crate) fn user(account: &Account, user: &User) -> Members {
    Members::new()
        .with("Path", Value::from(user.entity.path.as_str()))
        .with("UserName", Value::from(user.entity.name.as_str()))
        .with("UserId", Value::from(user.entity.id.as_str()))
        .with("Arn", Value::from(user.arn(&account.id)))
        .with("CreateDate", Value::from(user.created))
}

/// Returns a user with what lists leave out.
pub(crate) fn whole_user(account: &Account, found: &User) -> Members {
    user(account, found)
        .with("PermissionsBoundary", boundary(&found.permissions))
        .with("Tags", tags::write(&found.tags))
}

/// Returns a role.
pub(crate) fn role(account: &Account, role: &Role) -> Members {
    Members::new()
        .with("Path", Value::from(role.entity.path.as_str()))
        .with("RoleName", Value::from(role.entity.name.as_str()))
        .with("RoleId", Value::from(role.entity.id.as_str()))
        .with("Arn", Value::from(role.arn(&account.id)))
        .with("CreateDate", Value::from(role.created))
        .with("AssumeRolePolicyDocument", document(&role.trust))
        .with("Description", role.description.as_deref().map(Value::from))
        .with("MaxSessionDuration", Value::from(role.session_secs_max))
}

/// Returns a role with what lists leave out.
pub(crate) fn whole_role(account: &Account, found: &Role) -> Members {
    role(account, found)
        .with("PermissionsBoundary", boundary(&found.permissions))
        .with("Tags", tags::write(&found.tags))
}

/// Returns a managed policy of `owner`, as `account` sees it.
pub(crate) fn policy(account: &Account, owner: &str, policy: &ManagedPolicy) -> Members {
    let arn = policy.arn(owner);
    let attachments = i64::try_from(account.attachments(&arn)).unwrap_or(i64::MAX);
    let bounded = i64::try_from(account.bounded_by(&arn)).unwrap_or(i64::MAX);
    Members::new()
        .with("PolicyName", Value::from(policy.entity.name.as_str()))
        .with("PolicyId", Value::from(policy.entity.id.as_str()))
        .with("Arn", Value::from(arn))
        .with("Path", Value::from(policy.entity.path.as_str()))
        .with("DefaultVersionId", Value::from(version_id(policy.default_version)))
        .with("AttachmentCount", Value::from(attachments))
        .with("PermissionsBoundaryUsageCount", Value::from(bounded))
        .with("IsAttachable", Value::from(true))
        .with("CreateDate", Value::from(policy.created))
        .with("UpdateDate", Value::from(policy.updated))
}

/// Returns a version of a managed policy, without its document.
pub(crate) fn version(policy: &ManagedPolicy, version: &PolicyVersion) -> Members {
    Members::new()
        .with("VersionId", Value::from(version_id(version.number)))
        .with("IsDefaultVersion", Value::from(version.number == policy.default_version))
        .with("CreateDate", Value::from(version.created))
}

/// Returns a version's id, such as `v1`.
pub(crate) fn version_id(number: u32) -> String {
    format!("v{number}")
}

/// Returns an access key without its secret; root's have no user name.
pub(crate) fn access_key(user_name: Option<&str>, key: &AccessKey) -> Members {
    Members::new()
        .with("UserName", user_name.map(Value::from))
        .with("AccessKeyId", Value::from(key.id.as_str()))
        .with("Status", Value::from(if key.active { "Active" } else { "Inactive" }))
        .with("CreateDate", Value::from(key.created))
}

fn boundary(permissions: &Permissions) -> Option<Value> {
    let arn = permissions.boundary.as_deref()?;
    let boundary = Members::new()
        .with("PermissionsBoundaryType", Value::from("PermissionsBoundaryPolicy"))
        .with("PermissionsBoundaryArn", Value::from(arn));
    Some(Value::from(boundary))
}
