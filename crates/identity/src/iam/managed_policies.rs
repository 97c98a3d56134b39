//! Managed policies: create, get, list, delete.

use wire::{Done, Fault, Members, Value};

use super::{find, quota, shape, users};
use crate::caller::Entity;
use crate::change::{Change, What};
use crate::managed;
use crate::operation::Request;
use crate::page::page;
use crate::policy::{Policy, Purpose};
use crate::state::{Account, ManagedPolicy, PolicyVersion};
use crate::{ids, tags};

const POLICY: &str = "AWS::IAM::Policy";

/// `CreatePolicy`: makes a managed policy whose first version is in force.
pub(crate) fn create(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let name = request.text("PolicyName");
    if account.policies.values().any(|policy| policy.entity.name.eq_ignore_ascii_case(name)) {
        return Err(Fault::new(
            "EntityAlreadyExistsException",
            format!("A policy called {name} already exists. Duplicate names are not allowed."),
        ));
    }
    quota::room_for_one("PoliciesPerAccount", account.policies.len(), quota::POLICIES)?;
    let document = document(request)?;
    let now = request.now();
    let policy = ManagedPolicy {
        entity: Entity {
            path: request.input.string("Path").unwrap_or("/").to_owned(),
            name: name.to_owned(),
            id: ids::policy(request.call),
        },
        description: request.input.string("Description").map(str::to_owned),
        created: now,
        updated: now,
        tags: tags::checked(request.input)?,
        versions: vec![PolicyVersion { number: 1, document, created: now }],
        default_version: 1,
        next_version: 2,
    };
    let output = Members::new().with("Policy", Value::from(whole(account, &account.id, &policy)));
    let policy_arn = policy.arn(&account.id);
    let what = What::PolicyCreated { policy_arn: policy_arn.clone(), policy: Box::new(policy) };
    Ok(Done::changed(output, vec![request.change(what)]).about(POLICY, policy_arn))
}

/// `GetPolicy`: answers a managed policy, without documents.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let policy_arn = request.text("PolicyArn");
    let policy = find::policy(request, account, policy_arn)?;
    let output = whole(account, owner(account, policy_arn), policy);
    Ok(Done::read(Members::new().with("Policy", Value::from(output))))
}

/// `ListPolicies`: answers the account's policies, AWS's, or both.
pub(crate) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let scope = request.input.string("Scope").unwrap_or("All");
    let prefix = request.input.string("PathPrefix").unwrap_or("/");
    let only_attached = request.input.boolean("OnlyAttached").unwrap_or(false);
    let own = account.policies.iter().filter(|_| scope != "AWS");
    let aws = request.state.aws_policies.iter().filter(|_| scope != "Local");
    let items = own
        .chain(aws)
        .filter(|(_, policy)| policy.entity.path.starts_with(prefix))
        .filter(|(arn, _)| !only_attached || account.attachments(arn) > 0)
        .map(|(arn, policy)| {
            let shown = shape::policy(account, owner(account, arn), policy);
            (arn.clone(), Value::from(shown))
        })
        .collect();
    Ok(Done::read(page(request.input, "Policies", items)?))
}

/// `DeletePolicy`: removes a policy that nobody holds and that has one version only.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let policy_arn = request.text("PolicyArn");
    let policy = find::own_policy(account, policy_arn)?;
    if account.attachments(policy_arn) + account.bounded_by(policy_arn) > 0 {
        return Err(users::conflict("Cannot delete a policy attached to entities."));
    }
    if policy.versions.len() > 1 {
        return Err(users::conflict(
            "This policy has more than one version. Before you delete a policy, you must delete \
             the policy's versions. The default version is deleted with the policy.",
        ));
    }
    let what = What::PolicyDeleted { policy_arn: policy_arn.to_owned() };
    Ok(Done::changed(Members::new(), vec![request.change(what)]).about(POLICY, policy_arn))
}

/// Reads the document of a managed policy, within its size.
pub(crate) fn document(request: &Request<'_, '_>) -> Result<Policy, Fault> {
    let document = find::document(request, "PolicyDocument", Purpose::Identity)?;
    if document.size() > quota::POLICY_SIZE {
        return Err(quota::exceeded("PolicySize", quota::POLICY_SIZE));
    }
    Ok(document)
}

fn owner<'a>(account: &'a Account, policy_arn: &str) -> &'a str {
    if account.policies.contains_key(policy_arn) { &account.id } else { managed::ACCOUNT }
}

fn whole(account: &Account, owner: &str, policy: &ManagedPolicy) -> Members {
    shape::policy(account, owner, policy)
        .with("Description", policy.description.as_deref().map(Value::from))
        .with("Tags", tags::write(&policy.tags))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ACCOUNT, World, allow, refused, root_of, string, text};

    const ARN: &str = "arn:aws:iam::111122223333:policy/team/Read";

    fn world() -> World {
        let mut world = World::new();
        let document = allow(r#""s3:Get*""#);
        let input = [
            ("PolicyName", "Read"),
            ("Path", "/team/"),
            ("PolicyDocument", &*document),
            ("Description", "reads"),
        ];
        let made = world.make("CreatePolicy", text(&input));
        let policy = made.map("Policy").unwrap();
        assert_eq!(string(policy, "Arn"), ARN);
        assert_eq!(string(policy, "DefaultVersionId"), "v1");
        world
    }

    fn fails(world: &mut World, operation: &str, input: Members) -> String {
        refused(world.run(&root_of(ACCOUNT), operation, input))
    }

    #[test]
    fn policies_are_shown_listed_and_removed() {
        let mut world = world();
        world.user("anna", "");
        let arn = ("PolicyArn", ARN);
        world.make("AttachUserPolicy", text(&[("UserName", "anna"), arn]));
        let shown = world.make("GetPolicy", text(&[arn]));
        let shown = shown.map("Policy").unwrap();
        assert_eq!(shown.integer("AttachmentCount"), Some(1));
        assert_eq!(string(shown, "Description"), "reads");
        let local = world.make("ListPolicies", text(&[("Scope", "Local")]));
        assert_eq!(local.list("Policies").len(), 1);
        let all = world.make("ListPolicies", Members::new()).list("Policies").len();
        let aws = world.make("ListPolicies", text(&[("Scope", "AWS")])).list("Policies").len();
        assert_eq!(all, aws + 1);
        let attached = Members::new().with("OnlyAttached", Value::from(true));
        assert_eq!(world.make("ListPolicies", attached).list("Policies").len(), 1);

        let message = fails(&mut world, "DeletePolicy", text(&[arn]));
        assert_eq!(
            message,
            "DeleteConflictException: Cannot delete a policy attached to entities."
        );
        world.make("DetachUserPolicy", text(&[("UserName", "anna"), arn]));
        world.make("DeletePolicy", text(&[arn]));
        let message = fails(&mut world, "GetPolicy", text(&[arn]));
        assert_eq!(message, format!("NoSuchEntityException: Policy {ARN} was not found."));
    }

    #[test]
    fn names_sizes_and_documents_are_checked() {
        let mut world = world();
        let create = |document: &str| text(&[("PolicyName", "read"), ("PolicyDocument", document)]);
        let message = fails(&mut world, "CreatePolicy", create(&allow(r#""*""#)));
        assert!(message.contains("A policy called read already exists."), "{message}");
        let create = |document: &str| text(&[("PolicyName", "x"), ("PolicyDocument", document)]);
        let large = allow(&format!(r#""s3:{}""#, "x".repeat(6_144)));
        let message = fails(&mut world, "CreatePolicy", create(&large));
        assert_eq!(message, "LimitExceededException: Cannot exceed quota for PolicySize: 6144");
        assert!(fails(&mut world, "CreatePolicy", create("[]")).contains("Syntax errors"));
    }

    #[test]
    fn aws_s_own_policies_can_be_read_but_not_changed() {
        let mut world = world();
        let arn = ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess");
        let shown = world.make("GetPolicyVersion", text(&[arn, ("VersionId", "v1")]));
        assert!(string(shown.map("PolicyVersion").unwrap(), "Document").contains("Allow"));
        assert!(fails(&mut world, "DeletePolicy", text(&[arn])).starts_with("AccessDenied"));
    }

    #[test]
    fn versions_come_go_and_take_effect() {
        let mut world = world();
        let arn = ("PolicyArn", ARN);
        let document = allow(r#""s3:*""#);
        let add = || text(&[arn, ("PolicyDocument", &document)]);
        for expected in ["v2", "v3", "v4", "v5"] {
            let made = world.make("CreatePolicyVersion", add());
            assert_eq!(string(made.map("PolicyVersion").unwrap(), "VersionId"), expected);
        }
        let message = fails(&mut world, "CreatePolicyVersion", add());
        assert!(message.contains("can have up to 5 versions"), "{message}");
        world.make("SetDefaultPolicyVersion", text(&[arn, ("VersionId", "v3")]));
        let message = fails(&mut world, "DeletePolicyVersion", text(&[arn, ("VersionId", "v3")]));
        assert!(message.contains("Cannot delete the default version"), "{message}");
        world.make("DeletePolicyVersion", text(&[arn, ("VersionId", "v5")]));
        let listed = world.make("ListPolicyVersions", text(&[arn]));
        let ids: Vec<_> =
            listed.maps("Versions").map(|version| string(version, "VersionId")).collect();
        assert_eq!(ids, ["v4", "v3", "v2", "v1"]);
        let made = world.make("CreatePolicyVersion", add().with("SetAsDefault", Value::from(true)));
        assert_eq!(string(made.map("PolicyVersion").unwrap(), "VersionId"), "v6", "never reused");
        let shown = world.make("GetPolicy", text(&[arn]));
        assert_eq!(string(shown.map("Policy").unwrap(), "DefaultVersionId"), "v6");
        assert!(fails(&mut world, "DeletePolicy", text(&[arn])).contains("more than one version"));
        let missing = text(&[arn, ("VersionId", "v9")]);
        assert!(fails(&mut world, "GetPolicyVersion", missing).starts_with("NoSuchEntity"));
    }
}
