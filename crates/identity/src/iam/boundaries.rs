//! Permissions boundaries: what a user or role may do at most.

use wire::{Done, Fault, Members};

use super::find;
use super::holder::{self, Find};
use crate::change::{Change, What};
use crate::operation::Request;
use crate::state::Account;

/// `PutUserPermissionsBoundary`
pub(crate) fn put_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    set(request, holder::user)
}

/// `DeleteUserPermissionsBoundary`
pub(crate) fn delete_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    remove(request, holder::user)
}

/// `PutRolePermissionsBoundary`
pub(crate) fn put_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    set(request, holder::own_role)
}

/// `DeleteRolePermissionsBoundary`
pub(crate) fn delete_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    remove(request, holder::own_role)
}

/// Returns the boundary that an input asks for, which must exist.
pub(crate) fn asked(request: &Request<'_, '_>, account: &Account) -> Result<Option<String>, Fault> {
    let Some(arn) = request.input.string("PermissionsBoundary") else {
        return Ok(None);
    };
    find::policy(request, account, arn).map_err(|_| {
        find::missing(format!("Scope ARN: {arn} does not exist or is not attachable."))
    })?;
    Ok(Some(arn.to_owned()))
}

fn set(request: &Request<'_, '_>, find_holder: Find) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = find_holder(request, account)?;
    let policy_arn = asked(request, account)?;
    let done = Done::read(Members::new()).about(holder.resource_type(), holder.name);
    let what = What::BoundarySet { identity: holder.identity, policy_arn };
    Ok(Done { changes: vec![request.change(what)], ..done })
}

fn remove(request: &Request<'_, '_>, find_holder: Find) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = find_holder(request, account)?;
    if holder.permissions.boundary.is_none() {
        let (kind, name) = (holder.kind, holder.name);
        return Err(find::missing(format!("The {kind} {name} has no permissions boundary.")));
    }
    let done = Done::read(Members::new()).about(holder.resource_type(), holder.name);
    let what = What::BoundarySet { identity: holder.identity, policy_arn: None };
    Ok(Done { changes: vec![request.change(what)], ..done })
}
