//! Roles: create, get, list, update, trust, delete.

use wire::{Done, Fault, Members, Value};

use super::{boundaries, find, quota, shape, users};
use crate::caller::Entity;
use crate::change::{Change, What};
use crate::operation::Request;
use crate::page::page;
use crate::policy::{Policy, Purpose};
use crate::state::{Account, Permissions, Role};
use crate::{ids, tags};

const ROLE: &str = "AWS::IAM::Role";
const SESSION_SECS: i64 = 3_600;

/// `CreateRole`: makes a role that its trust policy's principals may assume.
pub(crate) fn create(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let name = request.text("RoleName");
    if account.roles.values().any(|role| role.entity.name.eq_ignore_ascii_case(name)) {
        return Err(Fault::new(
            "EntityAlreadyExistsException",
            format!("Role with name {name} already exists."),
        ));
    }
    quota::room_for_one("RolesPerAccount", account.roles.len(), quota::ROLES)?;
    if request.input.string("Path").is_some_and(|path| path.starts_with(find::SERVICE_LINKED)) {
        return Err(Fault::new(
            "InvalidInputException",
            format!(
                "Roles under {} are made by the services that act by them.",
                find::SERVICE_LINKED
            ),
        ));
    }
    let trust = trust(request, account, "AssumeRolePolicyDocument")?;
    let permissions =
        Permissions { boundary: boundaries::asked(request, account)?, ..Permissions::default() };
    let role = Role {
        entity: Entity {
            path: request.input.string("Path").unwrap_or("/").to_owned(),
            name: name.to_owned(),
            id: ids::role(request.call),
        },
        created: request.now(),
        description: request.input.string("Description").map(str::to_owned),
        session_secs_max: request.input.integer("MaxSessionDuration").unwrap_or(SESSION_SECS),
        trust,
        tags: tags::checked(request.input)?,
        permissions,
    };
    let output = Members::new().with("Role", Value::from(shape::whole_role(account, &role)));
    let change = request.change(What::RoleCreated { role: Box::new(role.clone()) });
    Ok(about(account, &role, Done::changed(output, vec![change])))
}

/// `GetRole`: answers a role with its trust policy.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let role = find::role(account, request.text("RoleName"))?;
    let output = Value::from(shape::whole_role(account, role));
    Ok(Done::read(Members::new().with("Role", output)))
}

/// `ListRoles`: answers the roles under a path, by name.
pub(crate) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let prefix = request.input.string("PathPrefix").unwrap_or("/");
    let roles = account.roles.values().filter(|role| role.entity.path.starts_with(prefix));
    let items = roles
        .map(|role| (role.entity.name.clone(), Value::from(shape::role(account, role))))
        .collect();
    Ok(Done::read(page(request.input, "Roles", items)?))
}

/// `UpdateRole`: sets description and longest session, each when given.
pub(crate) fn update(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (account, role, change) = updated(request)?;
    Ok(about(account, role, Done::changed(Members::new(), vec![change])))
}

/// `UpdateRoleDescription`: sets the description and answers the role.
pub(crate) fn update_description(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (account, role, change) = updated(request)?;
    let description = request.input.string("Description").map(str::to_owned);
    let renewed = Role { description, ..role.clone() };
    let output = Members::new().with("Role", Value::from(shape::role(account, &renewed)));
    Ok(about(account, role, Done::changed(output, vec![change])))
}

/// `UpdateAssumeRolePolicy`: trusts the role to others.
pub(crate) fn update_trust(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let role = find::own_role(account, request.text("RoleName"))?;
    let trust = trust(request, account, "PolicyDocument")?;
    let what = What::TrustSet { role_id: role.entity.id.clone(), trust };
    Ok(about(account, role, Done::changed(Members::new(), vec![request.change(what)])))
}

/// `DeleteRole`: removes a role that holds nothing any more; its sessions end with it.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let role = find::own_role(account, request.text("RoleName"))?;
    users::refuse_held(&role.permissions)?;
    let what = What::RoleDeleted { role_id: role.entity.id.clone() };
    Ok(about(account, role, Done::changed(Members::new(), vec![request.change(what)])))
}

fn updated<'a>(request: &Request<'a, '_>) -> Result<(&'a Account, &'a Role, Change), Fault> {
    let account = request.account()?;
    let role = find::own_role(account, request.text("RoleName"))?;
    let description = request.input.string("Description").or(role.description.as_deref());
    let seconds = request.input.integer("MaxSessionDuration").unwrap_or(role.session_secs_max);
    let what = What::RoleUpdated {
        role_id: role.entity.id.clone(),
        description: description.map(str::to_owned),
        session_secs_max: seconds,
    };
    Ok((account, role, request.change(what)))
}

/// Reads a trust policy; principals of this account must exist.
fn trust(request: &Request<'_, '_>, account: &Account, member: &str) -> Result<Policy, Fault> {
    let trust = find::document(request, member, Purpose::Trust)?;
    if trust.size() > quota::TRUST_SIZE {
        return Err(quota::exceeded("ACLSizePerRole", quota::TRUST_SIZE));
    }
    if let Some(named) = trust.principals().find(|named| !exists(account, named)) {
        return Err(Fault::new(
            "MalformedPolicyDocumentException",
            format!("Invalid principal in policy: \"AWS\":\"{named}\""),
        ));
    }
    Ok(trust)
}

/// Whether a principal is there, as far as this account can tell.
fn exists(account: &Account, named: &str) -> bool {
    let Some(arn) = crate::arn::IamArn::parse(named).filter(|arn| arn.account == account.id) else {
        return true;
    };
    match (arn.service, arn.kind) {
        ("iam", "user") => {
            account.user_named(arn.name).is_some_and(|user| user.arn(&account.id) == named)
        }
        ("iam", "role") => {
            account.role_named(arn.name).is_some_and(|role| role.arn(&account.id) == named)
        }
        _ => true,
    }
}

fn about(account: &Account, role: &Role, done: Done<Change>) -> Done<Change> {
    done.about(ROLE, role.entity.name.clone())
        .about(ROLE, role.entity.id.clone())
        .about(ROLE, role.arn(&account.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ACCOUNT, World, allow, refused, root_of, string, text, trust};

    fn fails(world: &mut World, operation: &str, input: Members) -> String {
        refused(world.run(&root_of(ACCOUNT), operation, input))
    }

    #[test]
    fn a_role_is_made_shown_changed_and_removed() {
        let mut world = World::new();
        let document = trust(r#"{"AWS":"111122223333"}"#);
        let input = [
            ("RoleName", "Builder"),
            ("Path", "/ci/"),
            ("AssumeRolePolicyDocument", &*document),
            ("Description", "builds"),
        ];
        let made = world.make("CreateRole", text(&input));
        let role = made.map("Role").unwrap();
        assert_eq!(string(role, "Arn"), "arn:aws:iam::111122223333:role/ci/Builder");
        assert_eq!(role.integer("MaxSessionDuration"), Some(3_600));
        let encoded = string(role, "AssumeRolePolicyDocument");
        assert!(encoded.starts_with("%7B%22Version%22%3A%222012-10-17%22"), "{encoded}");

        let name = ("RoleName", "Builder");
        world.make("UpdateRole", text(&[name]).with("MaxSessionDuration", Value::from(7_200)));
        let output = world.make("UpdateRoleDescription", text(&[name, ("Description", "tests")]));
        assert_eq!(string(output.map("Role").unwrap(), "Description"), "tests");
        let shown = world.make("GetRole", text(&[name]));
        let shown = shown.map("Role").unwrap();
        assert_eq!(shown.integer("MaxSessionDuration"), Some(7_200));
        assert_eq!(string(shown, "Description"), "tests");
        assert_eq!(world.make("ListRoles", Members::new()).list("Roles").len(), 1);
        world.make("DeleteRole", text(&[name]));
        assert_eq!(
            fails(&mut world, "GetRole", text(&[name])),
            "NoSuchEntityException: The role with name Builder cannot be found."
        );
    }

    #[test]
    fn trust_policies_are_checked_and_name_who_is_there() {
        let mut world = World::new();
        let create =
            |document: &str| text(&[("RoleName", "R"), ("AssumeRolePolicyDocument", document)]);
        let message = fails(&mut world, "CreateRole", create("{"));
        assert_eq!(message, "MalformedPolicyDocumentException: Syntax errors in policy.");
        let nobody = trust(r#"{"AWS":"arn:aws:iam::111122223333:user/nobody"}"#);
        let message = fails(&mut world, "CreateRole", create(&nobody));
        assert!(message.contains("Invalid principal in policy"), "{message}");
        let foreign = trust(r#"{"AWS":"arn:aws:iam::999999999999:user/someone"}"#);
        world.make("CreateRole", create(&foreign));
        let message = fails(&mut world, "CreateRole", create(&foreign));
        assert_eq!(message, "EntityAlreadyExistsException: Role with name R already exists.");
        let set = text(&[("RoleName", "R"), ("PolicyDocument", &nobody)]);
        assert!(fails(&mut world, "UpdateAssumeRolePolicy", set).contains("Invalid principal"));
    }

    #[test]
    fn a_role_that_holds_policies_stays() {
        let mut world = World::new();
        world.role("Builder", &trust(r#""*""#), &allow(r#""*""#));
        let message = fails(&mut world, "DeleteRole", text(&[("RoleName", "Builder")]));
        assert!(message.ends_with("must delete policies first."), "{message}");
    }
}
