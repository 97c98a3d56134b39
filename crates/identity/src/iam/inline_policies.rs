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
    put(request, holder::own_role)
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
    delete(request, holder::own_role)
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

#[cfg(test)]
mod tests {
    use crate::testing::{ACCOUNT, World, allow, policy, refused, root_of, string, text, trust};

    #[test]
    fn users_and_roles_hold_policies_of_their_own() {
        let mut world = World::new();
        world.user("anna", "");
        world.role("Builder", &trust(r#""*""#), "");
        let document = allow(r#""s3:Get*""#);
        for (kind, member, name) in [("User", "UserName", "anna"), ("Role", "RoleName", "Builder")]
        {
            let holder = (member, name);
            let put = [holder, ("PolicyName", "read"), ("PolicyDocument", &*document)];
            world.make(&format!("Put{kind}Policy"), text(&put));
            let listed = world.make(&format!("List{kind}Policies"), text(&[holder]));
            assert_eq!(listed.strings("PolicyNames").collect::<Vec<_>>(), ["read"]);
            let shown = world.make(&format!("Get{kind}Policy"), text(&put[..2]));
            assert_eq!(string(&shown, member), name);
            let encoded = string(&shown, "PolicyDocument");
            let decoded = percent_encoding::percent_decode_str(&encoded).decode_utf8().unwrap();
            assert_eq!(decoded, document);
            world.make(&format!("Delete{kind}Policy"), text(&put[..2]));
            let gone =
                refused(world.run(&root_of(ACCOUNT), &format!("Get{kind}Policy"), text(&put[..2])));
            let expected =
                format!("The {} policy with name read cannot be found.", kind.to_lowercase());
            assert!(gone.ends_with(&expected), "{gone}");
        }
    }

    #[test]
    fn all_policies_of_a_user_together_have_a_limit() {
        let mut world = World::new();
        world.user("anna", "");
        let sized = |length: usize| {
            let resource = "x".repeat(length);
            policy(&format!(
                r#"{{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3:::{resource}"}}"#
            ))
        };
        let put = |name, document: &str| {
            text(&[("UserName", "anna"), ("PolicyName", name), ("PolicyDocument", document)])
        };
        let overhead = sized(0).len();
        let root = root_of(ACCOUNT);
        assert!(world.run(&root, "PutUserPolicy", put("a", &sized(1_024 - overhead))).is_ok());
        let message =
            refused(world.run(&root, "PutUserPolicy", put("b", &sized(1_025 - overhead))));
        assert_eq!(
            message,
            "LimitExceededException: Maximum policy size of 2048 bytes exceeded for user anna"
        );
        assert!(world.run(&root, "PutUserPolicy", put("b", &sized(1_024 - overhead))).is_ok());
        assert!(
            world.run(&root, "PutUserPolicy", put("a", &sized(100))).is_ok(),
            "replaces its own"
        );
        let message = refused(world.run(&root, "PutUserPolicy", put("c", "{}")));
        assert_eq!(message, "MalformedPolicyDocumentException: Syntax errors in policy.");
    }
}
