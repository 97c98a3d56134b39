//! Policies that belong to one user or role.

use wire::{Done, Fault, Members, Value};

use super::holder::{self, Find, Holder};
use super::{find, shape};
use crate::change::{Change, What};
use crate::operation::Request;
use crate::page::page;
use crate::policy::Purpose;

/// `PutUserPolicy`
pub(crate) fn put_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    put(request, holder::user)
}

/// `GetUserPolicy`
pub(crate) fn get_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    get(request, holder::user)
}

/// `ListUserPolicies`
pub(crate) fn list_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    list(request, holder::user)
}

/// `DeleteUserPolicy`
pub(crate) fn delete_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    delete(request, holder::user)
}

/// `PutRolePolicy`
pub(crate) fn put_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    put(request, holder::role)
}

/// `GetRolePolicy`
pub(crate) fn get_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    get(request, holder::role)
}

/// `ListRolePolicies`
pub(crate) fn list_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    list(request, holder::role)
}

/// `DeleteRolePolicy`
pub(crate) fn delete_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    delete(request, holder::role)
}

fn put(request: &Request<'_, '_>, find_holder: Find) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = find_holder(request, account)?;
    let name = request.text("PolicyName");
    let document = find::document(request, "PolicyDocument", Purpose::Identity)?;
    let others = holder.permissions.inline.iter().filter(|(other, _)| *other != name);
    let size = others.map(|(_, policy)| policy.size()).sum::<usize>() + document.size();
    if size > holder.inline_size_max {
        return Err(Fault::new(
            "LimitExceededException",
            format!(
                "Maximum policy size of {} bytes exceeded for {} {}",
                holder.inline_size_max, holder.kind, holder.name
            ),
        ));
    }
    let identity = holder.identity.clone();
    let what = What::InlinePolicyPut { identity, name: name.to_owned(), document };
    Ok(about(&holder, name, request.change(what)))
}

fn get(request: &Request<'_, '_>, find_holder: Find) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = find_holder(request, account)?;
    let name = request.text("PolicyName");
    let document = holder.permissions.inline.get(name).ok_or_else(|| missing(&holder, name))?;
    Ok(Done::read(
        Members::new()
            .with(holder.name_member(), Value::from(holder.name))
            .with("PolicyName", Value::from(name))
            .with("PolicyDocument", shape::document(document)),
    ))
}

fn list(request: &Request<'_, '_>, find_holder: Find) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = find_holder(request, account)?;
    let names = holder.permissions.inline.keys();
    let items = names.map(|name| (name.clone(), Value::from(name.as_str()))).collect();
    Ok(Done::read(page(request.input, "PolicyNames", items)?))
}

fn delete(request: &Request<'_, '_>, find_holder: Find) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = find_holder(request, account)?;
    let name = request.text("PolicyName");
    if !holder.permissions.inline.contains_key(name) {
        return Err(missing(&holder, name));
    }
    let identity = holder.identity.clone();
    let what = What::InlinePolicyDeleted { identity, name: name.to_owned() };
    Ok(about(&holder, name, request.change(what)))
}

fn missing(holder: &Holder<'_>, name: &str) -> Fault {
    find::missing(format!("The {} policy with name {name} cannot be found.", holder.kind))
}

fn about(holder: &Holder<'_>, policy_name: &str, change: Change) -> Done<Change> {
    Done::changed(Members::new(), vec![change])
        .about(holder.resource_type(), holder.name)
        .about("AWS::IAM::Policy", policy_name)
}
