//! Users: create, get, list, rename, delete.

use std::collections::BTreeMap;

use wire::{Done, Fault, Members, Value};

use super::{boundaries, find, quota, shape};
use crate::caller::Entity;
use crate::change::{Change, What};
use crate::operation::Request;
use crate::page::page;
use crate::state::{Account, Permissions, User};
use crate::{ids, tags};

const USER: &str = "AWS::IAM::User";

/// `CreateUser`: makes a user without keys and without permissions.
pub(crate) fn create(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let name = request.text("UserName");
    refuse_taken(account, name, None)?;
    quota::room_for_one("UsersPerAccount", account.users.len(), quota::USERS)?;
    let permissions =
        Permissions { boundary: boundaries::asked(request, account)?, ..Permissions::default() };
    let user = User {
        entity: Entity {
            path: request.input.string("Path").unwrap_or("/").to_owned(),
            name: name.to_owned(),
            id: ids::user(request.call),
        },
        created: request.now(),
        tags: tags::checked(request.input)?,
        access_keys: BTreeMap::new(),
        permissions,
    };
    let output = Members::new().with("User", Value::from(shape::whole_user(account, &user)));
    let change = request.change(What::UserCreated { user: Box::new(user.clone()) });
    Ok(about(account, &user, Done::changed(output, vec![change])))
}

/// `GetUser`: answers a user, or the one who asks.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let output = match request.input.string("UserName").or(request.calling_user()) {
        Some(name) => shape::whole_user(account, find::user(account, name)?),
        None => root(request, account)?,
    };
    Ok(Done::read(Members::new().with("User", Value::from(output))))
}

/// `ListUsers`: answers the users under a path, by name.
pub(crate) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let prefix = request.input.string("PathPrefix").unwrap_or("/");
    let users = account.users.values().filter(|user| user.entity.path.starts_with(prefix));
    let items = users
        .map(|user| (user.entity.name.clone(), Value::from(shape::user(account, user))))
        .collect();
    Ok(Done::read(page(request.input, "Users", items)?))
}

/// `UpdateUser`: gives a user another name or path; its id stays.
pub(crate) fn update(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let user = find::user(account, request.text("UserName"))?;
    let name = request.input.string("NewUserName").unwrap_or(&user.entity.name);
    refuse_taken(account, name, Some(&user.entity.id))?;
    let path = request.input.string("NewPath").unwrap_or(&user.entity.path);
    let what = What::UserMoved {
        user_id: user.entity.id.clone(),
        name: name.to_owned(),
        path: path.to_owned(),
    };
    Ok(about(account, user, Done::changed(Members::new(), vec![request.change(what)])))
}

/// `DeleteUser`: removes a user that holds nothing any more.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let user = find::user(account, request.text("UserName"))?;
    if !user.access_keys.is_empty() {
        return Err(conflict("Cannot delete entity, must delete access keys first."));
    }
    refuse_held(&user.permissions)?;
    let what = What::UserDeleted { user_id: user.entity.id.clone() };
    Ok(about(account, user, Done::changed(Members::new(), vec![request.change(what)])))
}

/// Refuses to delete what still holds policies.
pub(crate) fn refuse_held(permissions: &Permissions) -> Result<(), Fault> {
    if !permissions.attached.is_empty() {
        return Err(conflict("Cannot delete entity, must detach all policies first."));
    }
    if !permissions.inline.is_empty() {
        return Err(conflict("Cannot delete entity, must delete policies first."));
    }
    Ok(())
}

/// Returns the fault that something must go first.
pub(crate) fn conflict(message: &str) -> Fault {
    Fault::new("DeleteConflictException", message)
}

/// Names differ by more than case, as at AWS.
fn refuse_taken(account: &Account, name: &str, but: Option<&str>) -> Result<(), Fault> {
    let mut others = account.users.values().filter(|user| Some(user.entity.id.as_str()) != but);
    if others.any(|user| user.entity.name.eq_ignore_ascii_case(name)) {
        return Err(Fault::new(
            "EntityAlreadyExistsException",
            format!("User with name {name} already exists."),
        ));
    }
    Ok(())
}

/// Root asks about itself; a role session has no user to be asked about.
fn root(request: &Request<'_, '_>, account: &Account) -> Result<Members, Fault> {
    if !matches!(request.caller.principal, crate::caller::Principal::Root { .. }) {
        return Err(Fault::new(
            "ValidationError",
            "Must specify userName when calling with non-User credentials",
        ));
    }
    Ok(Members::new()
        .with("Path", Value::from("/"))
        .with("UserName", account.alias.as_deref().map(Value::from))
        .with("UserId", Value::from(account.id.as_str()))
        .with("Arn", Value::from(request.caller.arn()))
        .with("CreateDate", Value::from(account.created)))
}

fn about(account: &Account, user: &User, done: Done<Change>) -> Done<Change> {
    done.about(USER, user.entity.name.clone())
        .about(USER, user.entity.id.clone())
        .about(USER, user.arn(&account.id))
}
