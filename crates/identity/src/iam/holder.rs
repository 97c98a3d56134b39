//! Users and roles seen alike: as holders of policies.

use wire::Fault;

use super::{find, quota};
use crate::change::Identity;
use crate::operation::Request;
use crate::state::{Account, Permissions, Role};

/// A user or a role that holds policies.
pub(crate) struct Holder<'a> {
    pub(crate) identity: Identity,
    pub(crate) permissions: &'a Permissions,
    /// `user` or `role`, as messages have it.
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
    /// How large its inline policies may be together.
    pub(crate) inline_size_max: usize,
}

/// Finds the holder that an input names.
pub(crate) type Find = for<'a> fn(&Request<'a, '_>, &'a Account) -> Result<Holder<'a>, Fault>;

/// Returns the user that `UserName` names.
pub(crate) fn user<'a>(
    request: &Request<'a, '_>,
    account: &'a Account,
) -> Result<Holder<'a>, Fault> {
    let user = find::user(account, request.text("UserName"))?;
    Ok(Holder {
        identity: Identity::User(user.entity.id.clone()),
        permissions: &user.permissions,
        kind: "user",
        name: &user.entity.name,
        inline_size_max: quota::USER_INLINE_SIZE,
    })
}

/// Returns the role that `RoleName` names.
pub(crate) fn role<'a>(
    request: &Request<'a, '_>,
    account: &'a Account,
) -> Result<Holder<'a>, Fault> {
    Ok(holding(find::role(account, request.text("RoleName"))?))
}

/// Returns the role that `RoleName` names, to be changed.
pub(crate) fn own_role<'a>(
    request: &Request<'a, '_>,
    account: &'a Account,
) -> Result<Holder<'a>, Fault> {
    Ok(holding(find::own_role(account, request.text("RoleName"))?))
}

fn holding(role: &Role) -> Holder<'_> {
    Holder {
        identity: Identity::Role(role.entity.id.clone()),
        permissions: &role.permissions,
        kind: "role",
        name: &role.entity.name,
        inline_size_max: quota::ROLE_INLINE_SIZE,
    }
}

impl Holder<'_> {
    /// Returns CloudFormation's type of the holder.
    pub(crate) fn resource_type(&self) -> &'static str {
        match self.identity {
            Identity::User(_) => "AWS::IAM::User",
            Identity::Role(_) => "AWS::IAM::Role",
        }
    }

    /// Returns the member that names the holder in inputs and outputs.
    pub(crate) fn name_member(&self) -> &'static str {
        match self.identity {
            Identity::User(_) => "UserName",
            Identity::Role(_) => "RoleName",
        }
    }
}
