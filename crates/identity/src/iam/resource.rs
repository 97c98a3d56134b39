//! What a request is about, as an ARN for the policies.

use crate::arn;
use crate::operation::Request;

/// Names the account as a whole.
pub(crate) fn everything(_request: &Request<'_, '_>) -> String {
    "*".to_owned()
}

/// Names a user that is there, or is to be; the caller itself when none is named.
pub(crate) fn user(request: &Request<'_, '_>) -> String {
    let account = account(request);
    let Some(name) = request.input.string("UserName").or(request.calling_user()) else {
        return arn::root(account);
    };
    let known = request.state.account(account).and_then(|account| account.user_named(name));
    let path = known.map(|user| user.entity.path.as_str()).or(request.input.string("Path"));
    arn::user(account, path.unwrap_or("/"), name)
}

/// Names a role that is there, or is to be.
pub(crate) fn role(request: &Request<'_, '_>) -> String {
    let (account, name) = (account(request), request.text("RoleName"));
    let known = request.state.account(account).and_then(|account| account.role_named(name));
    let path = known.map(|role| role.entity.path.as_str()).or(request.input.string("Path"));
    arn::role(account, path.unwrap_or("/"), name)
}

/// Names the managed policy whose ARN is given.
pub(crate) fn policy(request: &Request<'_, '_>) -> String {
    request.text("PolicyArn").to_owned()
}

/// Names the managed policy that is to be.
pub(crate) fn new_policy(request: &Request<'_, '_>) -> String {
    let path = request.input.string("Path").unwrap_or("/");
    arn::policy(account(request), path, request.text("PolicyName"))
}

/// Names the provider whose ARN is given.
pub(crate) fn provider(request: &Request<'_, '_>) -> String {
    request.text("OpenIDConnectProviderArn").to_owned()
}

/// Names the provider that is to be.
pub(crate) fn new_provider(request: &Request<'_, '_>) -> String {
    let url = crate::web_identity::without_scheme(request.text("Url"));
    arn::oidc_provider(account(request), url)
}

/// Names all providers.
pub(crate) fn providers(request: &Request<'_, '_>) -> String {
    arn::oidc_provider(account(request), "*")
}

/// Names all users.
pub(crate) fn users(request: &Request<'_, '_>) -> String {
    arn::user(account(request), "/", "")
}

/// Names all roles.
pub(crate) fn roles(request: &Request<'_, '_>) -> String {
    arn::role(account(request), "/", "")
}

/// Names the managed policies under a path.
pub(crate) fn policies(request: &Request<'_, '_>) -> String {
    format!("policy path {}", request.input.string("PathPrefix").unwrap_or("/"))
}

fn account<'a>(request: &Request<'a, '_>) -> &'a str {
    request.caller.account().unwrap_or_default()
}
