//! Finds what an input names, or answers `NoSuchEntity` in AWS's words.

use wire::Fault;

use crate::operation::Request;
use crate::policy::{Policy, Purpose};
use crate::state::{Account, ManagedPolicy, Provider, Role, User};

/// The path under which roles are that services act by.
pub(crate) const SERVICE_LINKED: &str = "/aws-service-role/";

/// Returns the fault that something is not there.
pub(crate) fn missing(message: impl Into<String>) -> Fault {
    Fault::new("NoSuchEntityException", message)
}

/// Returns the user of this name.
pub(crate) fn user<'a>(account: &'a Account, name: &str) -> Result<&'a User, Fault> {
    account
        .user_named(name)
        .ok_or_else(|| missing(format!("The user with name {name} cannot be found.")))
}

/// Returns the role of this name.
pub(crate) fn role<'a>(account: &'a Account, name: &str) -> Result<&'a Role, Fault> {
    account
        .role_named(name)
        .ok_or_else(|| missing(format!("The role with name {name} cannot be found.")))
}

/// Returns the role of this name, to be changed; those that services act by are theirs.
pub(crate) fn own_role<'a>(account: &'a Account, name: &str) -> Result<&'a Role, Fault> {
    let role = role(account, name)?;
    if role.entity.path.starts_with(SERVICE_LINKED) {
        let name = &role.entity.name;
        return Err(Fault::new(
            "UnmodifiableEntityException",
            format!(
                "Cannot perform the operation on the protected role '{name}' - this role is only \
                 modifiable by AWS"
            ),
        ));
    }
    Ok(role)
}

/// Returns the managed policy with this ARN, of the account or of AWS.
pub(crate) fn policy<'a>(
    request: &Request<'a, '_>,
    account: &'a Account,
    arn: &str,
) -> Result<&'a ManagedPolicy, Fault> {
    request
        .state
        .managed_policy(account, arn)
        .ok_or_else(|| missing(format!("Policy {arn} was not found.")))
}

/// Returns the account's own policy with this ARN; AWS's cannot be changed.
pub(crate) fn own_policy<'a>(account: &'a Account, arn: &str) -> Result<&'a ManagedPolicy, Fault> {
    if arn.starts_with("arn:aws:iam::aws:") {
        return Err(crate::authorize::access_denied(format!(
            "Policy {arn} is managed by AWS and cannot be changed."
        )));
    }
    account.policies.get(arn).ok_or_else(|| missing(format!("Policy {arn} was not found.")))
}

/// Returns the provider with this ARN.
pub(crate) fn provider<'a>(account: &'a Account, arn: &str) -> Result<&'a Provider, Fault> {
    account
        .providers
        .get(arn)
        .ok_or_else(|| missing(format!("OpenIDConnect Provider not found for arn {arn}")))
}

/// Reads the document in an input's member, within its size.
pub(crate) fn document(
    request: &Request<'_, '_>,
    member: &str,
    purpose: Purpose,
) -> Result<Policy, Fault> {
    Policy::parse(request.text(member), purpose)
        .map_err(|error| Fault::new("MalformedPolicyDocumentException", error.to_string()))
}
