//! Users: create, get, list, rename, delete.

use std::collections::BTreeMap;

use wire::{Done, Fault, Members, Value};

use super::{boundaries, find, quota, shape};
use crate::arn;
use crate::authorize::authorize;
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
    // who may change this user must be allowed the one it becomes, too
    let becomes = arn::user(&account.id, path, name);
    let context = request.described();
    authorize(request.state, request.caller, "iam:UpdateUser", &becomes, &context)?;
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
        .with("UserName", Value::from(account.alias.as_deref().unwrap_or("root")))
        .with("UserId", Value::from(account.id.as_str()))
        .with("Arn", Value::from(request.caller.arn()))
        .with("CreateDate", Value::from(account.created)))
}

fn about(account: &Account, user: &User, done: Done<Change>) -> Done<Change> {
    done.about(USER, user.entity.name.clone())
        .about(USER, user.entity.id.clone())
        .about(USER, user.arn(&account.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        ACCOUNT, World, allow, policy, refused, root_of, session_keys, string, text, trust,
    };

    fn fails(world: &mut World, operation: &str, input: Members) -> String {
        refused(world.run(&root_of(ACCOUNT), operation, input))
    }

    #[test]
    fn a_user_is_made_shown_moved_and_removed() {
        let mut world = World::new();
        let tags = Value::from(vec![tags::one("team", "red")]);
        let input = text(&[("UserName", "anna"), ("Path", "/dev/")]).with("Tags", tags);
        let made = world.run(&root_of(ACCOUNT), "CreateUser", input).unwrap();
        let user = made.output.map("User").unwrap();
        assert_eq!(string(user, "Arn"), "arn:aws:iam::111122223333:user/dev/anna");
        assert_eq!(user.timestamp("CreateDate"), Some(world.now));
        assert_eq!(user.list("Tags").len(), 1);
        assert_eq!(made.resources.first().map(|resource| resource.kind), Some("AWS::IAM::User"));

        let shown = world.make("GetUser", text(&[("UserName", "anna")]));
        assert_eq!(shown.map("User"), Some(user));
        world.make("UpdateUser", text(&[("UserName", "anna"), ("NewUserName", "ann")]));
        let listed = world.make("ListUsers", text(&[("PathPrefix", "/dev/")]));
        let listed: Vec<_> = listed.maps("Users").map(|user| string(user, "UserName")).collect();
        assert_eq!(listed, ["ann"]);
        assert_eq!(world.make("ListUsers", text(&[("PathPrefix", "/ops/")])).list("Users"), []);
        world.make("DeleteUser", text(&[("UserName", "ann")]));
        assert_eq!(
            fails(&mut world, "GetUser", text(&[("UserName", "ann")])),
            "NoSuchEntityException: The user with name ann cannot be found."
        );
    }

    #[test]
    fn names_are_taken_whatever_their_case() {
        let mut world = World::new();
        world.user("anna", "");
        world.user("bob", "");
        let taken = "EntityAlreadyExistsException: User with name ANNA already exists.";
        assert_eq!(fails(&mut world, "CreateUser", text(&[("UserName", "ANNA")])), taken);
        let move_bob = text(&[("UserName", "bob"), ("NewUserName", "ANNA")]);
        assert_eq!(fails(&mut world, "UpdateUser", move_bob), taken);
        world.make("UpdateUser", text(&[("UserName", "anna"), ("NewUserName", "ANNA")]));
    }

    #[test]
    fn a_user_that_holds_something_stays() {
        let mut world = World::new();
        let anna = world.user("anna", &allow(r#""*""#));
        let name = ("UserName", "anna");
        let policy = ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess");
        world.make("AttachUserPolicy", text(&[name, policy]));
        let mut complaint = || fails(&mut world, "DeleteUser", text(&[name]));
        assert!(complaint().ends_with("must delete access keys first."));
        world.make("DeleteAccessKey", text(&[name, ("AccessKeyId", &anna.0)]));
        let mut complaint = || fails(&mut world, "DeleteUser", text(&[name]));
        assert!(complaint().ends_with("must detach all policies first."));
        world.make("DetachUserPolicy", text(&[name, policy]));
        let mut complaint = || fails(&mut world, "DeleteUser", text(&[name]));
        assert!(complaint().ends_with("must delete policies first."));
        world.make("DeleteUserPolicy", text(&[name, ("PolicyName", "own")]));
        world.make("DeleteUser", text(&[name]));
    }

    #[test]
    fn without_a_name_it_is_about_the_caller() {
        let mut world = World::new();
        let keys = world.user("anna", &allow(r#""*""#));
        let anna = world.caller(&keys);
        let shown = world.run(&anna, "GetUser", Members::new()).unwrap();
        assert_eq!(string(shown.output.map("User").unwrap(), "UserName"), "anna");
        let root = world.make("GetUser", Members::new());
        assert_eq!(string(root.map("User").unwrap(), "Arn"), "arn:aws:iam::111122223333:root");

        world.role("Builder", &trust(r#""*""#), &allow(r#""*""#));
        let role = ("RoleArn", "arn:aws:iam::111122223333:role/Builder");
        let done =
            world.run(&anna, "AssumeRole", text(&[role, ("RoleSessionName", "b1")])).unwrap();
        let session = world.caller(&session_keys(&done.output));
        for operation in ["GetUser", "CreateAccessKey"] {
            let message = refused(world.run(&session, operation, Members::new()));
            assert!(message.contains("Must specify userName"), "{message}");
        }
    }

    #[test]
    fn a_boundary_must_exist() {
        let mut world = World::new();
        let boundary = "arn:aws:iam::aws:policy/NoSuchPolicy";
        let input = text(&[("UserName", "anna"), ("PermissionsBoundary", boundary)]);
        assert!(fails(&mut world, "CreateUser", input).contains("does not exist"));
        let boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        let input = text(&[("UserName", "anna"), ("PermissionsBoundary", boundary)]);
        let made = world.make("CreateUser", input);
        let shown = made.map("User").unwrap().map("PermissionsBoundary").unwrap();
        assert_eq!(string(shown, "PermissionsBoundaryArn"), boundary);
    }

    #[test]
    fn accounts_do_not_see_each_other() {
        let mut world = World::new();
        world.user("anna", "");
        let other = root_of(crate::testing::OTHER);
        let listed = world.run(&other, "ListUsers", Members::new()).unwrap();
        assert_eq!(listed.output.list("Users"), []);
        assert!(world.run(&other, "GetUser", text(&[("UserName", "anna")])).is_err());
    }

    #[test]
    fn a_user_is_not_moved_to_where_the_caller_may_not_reach() {
        let mut world = World::new();
        let own = "arn:aws:iam::111122223333:user/dev/*";
        let statement =
            format!(r#"{{"Effect":"Allow","Action":"iam:UpdateUser","Resource":"{own}"}}"#);
        let keys = world.user("anna", &policy(&statement));
        let anna = world.caller(&keys);
        world.make("CreateUser", text(&[("UserName", "bob"), ("Path", "/dev/")]));
        let bob = ("UserName", "bob");
        let message = refused(world.run(&anna, "UpdateUser", text(&[bob, ("NewPath", "/ops/")])));
        let becomes = "iam:UpdateUser on resource: arn:aws:iam::111122223333:user/ops/bob";
        assert!(message.contains(becomes), "{message}");
        world.run(&anna, "UpdateUser", text(&[bob, ("NewPath", "/dev/new/")])).unwrap();
    }

    #[test]
    fn a_user_is_not_given_a_name_that_the_caller_may_not_update() {
        let mut world = World::new();
        let deny = r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny",
            "Action":"iam:UpdateUser","Resource":"arn:aws:iam::111122223333:user/admin-*"}"#;
        let keys = world.user("anna", &policy(deny));
        let anna = world.caller(&keys);
        world.user("bob", "");
        let rename = |name| text(&[("UserName", "bob"), ("NewUserName", name)]);
        let message = refused(world.run(&anna, "UpdateUser", rename("admin-bob")));
        assert!(message.contains("user/admin-bob with an explicit deny"), "{message}");
        world.run(&anna, "UpdateUser", rename("robert")).unwrap();
    }
}
