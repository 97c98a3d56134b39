//! Versions of managed policies: up to five, one of them in force.

use wire::{Done, Fault, Members, Value};

use super::{find, managed_policies, quota, shape, users};
use crate::change::{Change, What};
use crate::operation::Request;
use crate::page::page;
use crate::state::{ManagedPolicy, PolicyVersion};

const POLICY: &str = "AWS::IAM::Policy";

/// `CreatePolicyVersion`: adds a version, in force at once when asked.
pub(crate) fn create(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let policy_arn = request.text("PolicyArn");
    let policy = find::own_policy(account, policy_arn)?;
    if policy.versions.len() >= quota::VERSIONS {
        return Err(Fault::new(
            "LimitExceededException",
            "A managed policy can have up to 5 versions. Before you create a new version, you \
             must delete an existing version.",
        ));
    }
    let set_default = request.input.boolean("SetAsDefault").unwrap_or(false);
    let version = PolicyVersion {
        number: policy.next_version,
        document: managed_policies::document(request)?,
        created: request.now(),
    };
    let shown = Members::new()
        .with("VersionId", Value::from(shape::version_id(version.number)))
        .with("IsDefaultVersion", Value::from(set_default))
        .with("CreateDate", Value::from(version.created));
    let policy_arn = policy_arn.to_owned();
    let about = policy_arn.clone();
    let what = What::PolicyVersionCreated { policy_arn, version, set_default };
    let output = Members::new().with("PolicyVersion", Value::from(shown));
    Ok(Done::changed(output, vec![request.change(what)]).about(POLICY, about))
}

/// `GetPolicyVersion`: answers a version with its document.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let policy = find::policy(request, account, request.text("PolicyArn"))?;
    let version = named(request, policy)?;
    let shown = Members::new()
        .with("Document", shape::document(&version.document))
        .with("VersionId", Value::from(shape::version_id(version.number)))
        .with("IsDefaultVersion", Value::from(version.number == policy.default_version))
        .with("CreateDate", Value::from(version.created));
    Ok(Done::read(Members::new().with("PolicyVersion", Value::from(shown))))
}

/// `ListPolicyVersions`: answers the versions, the newest first.
pub(crate) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let policy = find::policy(request, account, request.text("PolicyArn"))?;
    let items = policy
        .versions
        .iter()
        .map(|version| {
            let newest_first = format!("{:010}", u32::MAX - version.number);
            (newest_first, Value::from(shape::version(policy, version)))
        })
        .collect();
    Ok(Done::read(page(request.input, "Versions", items)?))
}

/// `SetDefaultPolicyVersion`: puts another version in force.
pub(crate) fn set_default(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let policy_arn = request.text("PolicyArn");
    let policy = find::own_policy(account, policy_arn)?;
    let version = named(request, policy)?.number;
    let what =
        What::DefaultVersionSet { policy_arn: policy_arn.to_owned(), version, at: request.now() };
    Ok(Done::changed(Members::new(), vec![request.change(what)]).about(POLICY, policy_arn))
}

/// `DeletePolicyVersion`: removes a version that is not in force.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = request.account()?;
    let policy_arn = request.text("PolicyArn");
    let policy = find::own_policy(account, policy_arn)?;
    let version = named(request, policy)?.number;
    if version == policy.default_version {
        return Err(users::conflict("Cannot delete the default version of a policy."));
    }
    let what = What::PolicyVersionDeleted { policy_arn: policy_arn.to_owned(), version };
    Ok(Done::changed(Members::new(), vec![request.change(what)]).about(POLICY, policy_arn))
}

fn named<'a>(
    request: &Request<'_, '_>,
    policy: &'a ManagedPolicy,
) -> Result<&'a PolicyVersion, Fault> {
    let id = request.text("VersionId");
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    number.and_then(|number| policy.version(number)).ok_or_else(|| {
        let arn = request.text("PolicyArn");
        find::missing(format!("Policy {arn} version {id} does not exist or is not attachable."))
    })
}
