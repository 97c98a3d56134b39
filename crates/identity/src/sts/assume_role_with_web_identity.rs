//! `AssumeRoleWithWebIdentity`: a role session for the holder of an OIDC token.

use wire::{Done, Fault, Value};

use super::{assume_role, grant};
use crate::authorize::access_denied;
use crate::caller::{Caller, WebIdentity};
use crate::change::Change;
use crate::operation::Request;
use crate::policy::{Decision, Question};
use crate::state::{Account, Provider, Role};
use crate::web_identity::{self, Claims};

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// Gives out a role session; the request is not signed, the token is the proof.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let refused = || access_denied("Not authorized to perform sts:AssumeRoleWithWebIdentity");
    let found = assume_role::find(request.state, request.text("RoleArn"));
    let (account, role) = found.ok_or_else(refused)?;
    let token = request.text("WebIdentityToken");
    let (provider, claims) = web_identity::prove(account, token, request.call.now)?;
    let caller = web_identity::caller(account, provider, &claims);
    if !trusts(request, role, provider, &claims, &caller) {
        return Err(refused());
    }
    done(request, account, role, provider, &claims)
}

fn done(
    request: &mut Request<'_, '_>,
    account: &Account,
    role: &Role,
    provider: &Provider,
    claims: &Claims,
) -> Result<Done<Change>, Fault> {
    let mut session = grant::session(request, assume_role::seconds(request, role)?)?;
    grant::narrow(request, account, &mut session)?;
    let provider_arn = provider.arn(&account.id);
    session.web_identity =
        Some(WebIdentity { provider: provider_arn.clone(), attributes: [].into() });
    let packed_size = grant::packed_size(&session)?;
    let given = assume_role::give(request, account, role, session);
    let output = given
        .output(packed_size)
        .with("SubjectFromWebIdentityToken", Value::from(claims.subject.as_str()))
        .with("Provider", Value::from(provider_arn))
        .with("Audience", Value::from(claims.audience.as_str()));
    let mut done = given.done(request, output);
    done.owner_account = None;
    Ok(done)
}

fn trusts(
    request: &Request<'_, '_>,
    role: &Role,
    provider: &Provider,
    claims: &Claims,
    caller: &Caller,
) -> bool {
    let context = request
        .context
        .clone()
        .with(&format!("{}:sub", provider.url), claims.subject.as_str())
        .with(&format!("{}:aud", provider.url), claims.audience.as_str())
        .with_all(&format!("{}:amr", provider.url), claims.methods.clone())
        .with("sts:RoleSessionName", request.text("RoleSessionName"));
    let resource = request.text("RoleArn");
    let question = Question { action: ACTION, resource, context: &context };
    role.trust.trust(&question, caller).0 == Decision::Allowed
}
