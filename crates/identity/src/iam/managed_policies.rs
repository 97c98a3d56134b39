//! Managed policies: create, get, list, delete.

use std::collections::BTreeMap;

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
        versions: BTreeMap::from([(1, PolicyVersion { document, created: now })]),
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
