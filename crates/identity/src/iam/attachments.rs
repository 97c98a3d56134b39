//! Which managed policies are attached to whom.

use wire::{Done, Fault, Members, Value};

use super::holder::{self, Find, Holder};
use super::{find, quota};
use crate::caller::Entity;
use crate::change::{Change, What};
use crate::operation::Request;
use crate::page::page;
use crate::state::Permissions;

/// `AttachUserPolicy`
pub(crate) fn attach_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    attach(request, holder::user, "PoliciesPerUser")
}

/// `DetachUserPolicy`
pub(crate) fn detach_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    detach(request, holder::user)
}

/// `ListAttachedUserPolicies`
pub(crate) fn list_user(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    list(request, holder::user)
}

/// `AttachRolePolicy`
pub(crate) fn attach_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    attach(request, holder::own_role, "PoliciesPerRole")
}

/// `DetachRolePolicy`
pub(crate) fn detach_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    detach(request, holder::own_role)
}

/// `ListAttachedRolePolicies`
pub(crate) fn list_role(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    list(request, holder::role)
}

/// `ListEntitiesForPolicy`: answers the users and roles that hold a managed policy.
pub(crate) fn list_entities(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let policy_arn = request.text("PolicyArn");
    find::policy(request, account, policy_arn)?;
    let filter = request.input.string("EntityFilter");
    let prefix = request.input.string("PathPrefix").unwrap_or("/");
    let bounds = request.input.string("PolicyUsageFilter") == Some("PermissionsBoundary");
    let holds = |entity: &Entity, permissions: &Permissions| {
        let attached = permissions.attached.iter().any(|arn| arn == policy_arn);
        let bounded = permissions.boundary.as_deref() == Some(policy_arn);
        entity.path.starts_with(prefix) && if bounds { bounded } else { attached }
    };
    let users = account
        .users
        .values()
        .filter(|user| {
            matches!(filter, None | Some("User")) && holds(&user.entity, &user.permissions)
        })
        .map(|user| {
            (format!("user/{}", user.entity.name), entity("UserName", "UserId", &user.entity))
        });
    let roles = account
        .roles
        .values()
        .filter(|role| {
            matches!(filter, None | Some("Role")) && holds(&role.entity, &role.permissions)
        })
        .map(|role| {
            (format!("role/{}", role.entity.name), entity("RoleName", "RoleId", &role.entity))
        });
    let page = page(request.input, "Entities", users.chain(roles).collect())?;
    Ok(Done::read(by_kind(&page)))
}

/// Splits one page of entities into the lists of the answer.
fn by_kind(page: &Members) -> Members {
    let of = |member: &str| {
        let entities = page.maps("Entities").filter(|entity| entity.get(member).is_some());
        Value::List(entities.cloned().map(Value::from).collect())
    };
    Members::new()
        .with("PolicyGroups", Value::List(Vec::new()))
        .with("PolicyUsers", of("UserName"))
        .with("PolicyRoles", of("RoleName"))
        .with("IsTruncated", page.get("IsTruncated").cloned())
        .with("Marker", page.get("Marker").cloned())
}

fn entity(name_member: &'static str, id_member: &'static str, entity: &Entity) -> Value {
    Value::from(
        Members::new()
            .with(name_member, Value::from(entity.name.as_str()))
            .with(id_member, Value::from(entity.id.as_str())),
    )
}

fn attach(
    request: &Request<'_, '_>,
    find_holder: Find,
    quota_name: &str,
) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = find_holder(request, account)?;
    let policy_arn = request.text("PolicyArn");
    if request.state.managed_policy(account, policy_arn).is_none() {
        return Err(find::missing(format!(
            "Policy {policy_arn} does not exist or is not attachable."
        )));
    }
    // Attaching twice is fine, and changes nothing.
    let held = &holder.permissions.attached;
    if !held.iter().any(|attached| attached == policy_arn) {
        quota::room_for_one(quota_name, held.len(), quota::ATTACHED)?;
    }
    let identity = holder.identity.clone();
    let what = What::PolicyAttached { identity, policy_arn: policy_arn.to_owned() };
    Ok(about(&holder, policy_arn, request.change(what)))
}

fn detach(request: &Request<'_, '_>, find_holder: Find) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = find_holder(request, account)?;
    let policy_arn = request.text("PolicyArn");
    if !holder.permissions.attached.iter().any(|attached| attached == policy_arn) {
        return Err(find::missing(format!("Policy {policy_arn} was not found.")));
    }
    let identity = holder.identity.clone();
    let what = What::PolicyDetached { identity, policy_arn: policy_arn.to_owned() };
    Ok(about(&holder, policy_arn, request.change(what)))
}

fn list(request: &Request<'_, '_>, find_holder: Find) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let holder = find_holder(request, account)?;
    let prefix = request.input.string("PathPrefix").unwrap_or("/");
    let policies = holder.permissions.attached.iter().filter_map(|arn| {
        let policy = request.state.managed_policy(account, arn)?;
        policy.entity.path.starts_with(prefix).then_some((arn, &policy.entity.name))
    });
    let items = policies
        .map(|(arn, name)| {
            let shown = Members::new()
                .with("PolicyName", Value::from(name.as_str()))
                .with("PolicyArn", Value::from(arn.as_str()));
            (arn.clone(), Value::from(shown))
        })
        .collect();
    Ok(Done::read(page(request.input, "AttachedPolicies", items)?))
}

fn about(holder: &Holder<'_>, policy_arn: &str, change: Change) -> Done<Change> {
    Done::changed(Members::new(), vec![change])
        .about(holder.resource_type(), holder.name)
        .about("AWS::IAM::Policy", policy_arn)
}

#[cfg(test)]
mod tests {
    use crate::testing::{ACCOUNT, World, allow, refused, root_of, string, text, trust};

    const READ: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    #[test]
    fn attached_policies_are_listed_from_both_sides() {
        let mut world = World::new();
        world.user("anna", "");
        world.role("Builder", &trust(r#""*""#), "");
        let (user, role, arn) =
            (("UserName", "anna"), ("RoleName", "Builder"), ("PolicyArn", READ));
        world.make("AttachUserPolicy", text(&[user, arn]));
        world.make("AttachUserPolicy", text(&[user, arn]));
        world.make("AttachRolePolicy", text(&[role, arn]));
        let listed = world.make("ListAttachedUserPolicies", text(&[user]));
        let listed: Vec<_> = listed.maps("AttachedPolicies").collect();
        assert_eq!(listed.len(), 1, "attached twice is attached once");
        assert_eq!(string(listed[0], "PolicyName"), "ReadOnlyAccess");
        assert_eq!(
            world.make("ListAttachedRolePolicies", text(&[role])).list("AttachedPolicies").len(),
            1
        );
        let entities = world.make("ListEntitiesForPolicy", text(&[arn]));
        assert_eq!(string(entities.maps("PolicyUsers").next().unwrap(), "UserName"), "anna");
        assert_eq!(string(entities.maps("PolicyRoles").next().unwrap(), "RoleName"), "Builder");
        let users = world.make("ListEntitiesForPolicy", text(&[arn, ("EntityFilter", "User")]));
        assert_eq!((users.list("PolicyUsers").len(), users.list("PolicyRoles").len()), (1, 0));
    }

    #[test]
    fn what_is_not_there_cannot_be_attached_or_detached() {
        let mut world = World::new();
        world.user("anna", "");
        let root = root_of(ACCOUNT);
        let missing = "arn:aws:iam::111122223333:policy/Missing";
        let input = |arn| text(&[("UserName", "anna"), ("PolicyArn", arn)]);
        assert_eq!(
            refused(world.run(&root, "AttachUserPolicy", input(missing))),
            format!("NoSuchEntityException: Policy {missing} does not exist or is not attachable.")
        );
        assert_eq!(
            refused(world.run(&root, "DetachUserPolicy", input(READ))),
            format!("NoSuchEntityException: Policy {READ} was not found.")
        );
    }

    #[test]
    fn ten_policies_and_no_more() {
        let mut world = World::new();
        world.user("anna", "");
        let root = root_of(ACCOUNT);
        let document = allow(r#""s3:*""#);
        let mut last = Ok(());
        for at in 0..=10 {
            let name = format!("P{at}");
            world.make(
                "CreatePolicy",
                text(&[("PolicyName", &name), ("PolicyDocument", &document)]),
            );
            let arn = format!("arn:aws:iam::111122223333:policy/{name}");
            let input = text(&[("UserName", "anna"), ("PolicyArn", &arn)]);
            last = world.run(&root, "AttachUserPolicy", input).map(|_| ()).map_err(|f| f.message);
            assert_eq!(last.is_ok(), at < 10);
        }
        assert_eq!(last, Err("Cannot exceed quota for PoliciesPerUser: 10".to_owned()));
    }
}
