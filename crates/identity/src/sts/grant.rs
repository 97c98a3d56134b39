//! What the operations that give out sessions have in common.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use wire::{Fault, Members, Value};

use crate::authorize::access_denied;
use crate::caller::Session;
use crate::operation::Request;
use crate::policy::{Policy, Purpose};
use crate::state::Account;
use crate::token::Credentials;

/// Characters of inline and tag text that a session may carry.
const PACKED_SIZE_MAX: usize = 2048;
/// Managed policies that a session may be narrowed by.
const POLICY_ARNS_MAX: usize = 10;

/// Returns a session of `seconds` from now on that nothing narrows yet.
pub(crate) fn session(request: &Request<'_, '_>, seconds: i64) -> Result<Session, Fault> {
    let created = request.now();
    let expires = created
        .checked_add(SignedDuration::from_secs(seconds))
        .map_err(|_| Fault::new("ValidationError", "DurationSeconds is too long"))?;
    Ok(Session {
        created,
        expires,
        mfa_authenticated: false,
        issuer: None,
        web_identity: None,
        source_identity: None,
        policy: None,
        policy_arns: Vec::new(),
        tags: BTreeMap::new(),
        transitive_tag_keys: Vec::new(),
    })
}

/// Narrows a session by the `Policy` and `PolicyArns` of the input.
pub(crate) fn narrow(
    request: &Request<'_, '_>,
    account: &Account,
    session: &mut Session,
) -> Result<(), Fault> {
    if let Some(text) = request.input.string("Policy") {
        let policy = Policy::parse(text, Purpose::Identity)
            .map_err(|error| Fault::new("MalformedPolicyDocumentException", error.to_string()))?;
        session.policy = Some(policy);
    }
    let arns = request.input.maps("PolicyArns").filter_map(|item| item.string("arn"));
    session.policy_arns = arns.map(str::to_owned).collect();
    if session.policy_arns.len() > POLICY_ARNS_MAX {
        return Err(Fault::new(
            "ValidationError",
            format!("The number of policy ARNs must not exceed {POLICY_ARNS_MAX}."),
        ));
    }
    let unknown =
        session.policy_arns.iter().find(|arn| request.state.managed_policy(account, arn).is_none());
    match unknown {
        Some(arn) => Err(Fault::new(
            "MalformedPolicyDocumentException",
            format!("Policy {arn} does not exist or is not attachable."),
        )),
        None => Ok(()),
    }
}

/// Returns what share of the allotted space policies and tags take, in percent; nothing when there
/// are none.
pub(crate) fn packed_size(session: &Session) -> Result<Option<i64>, Fault> {
    let policy = session.policy.as_ref().map_or(0, |policy| policy.text().chars().count());
    let tags: usize = session.tags.iter().map(|(key, value)| key.len() + value.len()).sum();
    let arns: usize = session.policy_arns.iter().map(String::len).sum();
    let size = policy + tags + arns;
    let percent = (size * 100).div_ceil(PACKED_SIZE_MAX);
    if size > PACKED_SIZE_MAX {
        return Err(Fault::new(
            "PackedPolicyTooLargeException",
            format!(
                "Packed policy consumes {percent}% of allotted space, please use smaller policy."
            ),
        ));
    }
    Ok((size > 0).then(|| i64::try_from(percent).unwrap_or(100)))
}

/// Returns the `Credentials` of an answer: the one place where a session's secret is shown.
pub(crate) fn output(credentials: &Credentials) -> Value {
    Value::from(
        Members::new()
            .with("AccessKeyId", Value::from(credentials.access_key_id.as_str()))
            .with("SecretAccessKey", Value::from(credentials.secret.expose()))
            .with("SessionToken", Value::from(credentials.session_token.as_str()))
            .with("Expiration", Value::from(credentials.expires)),
    )
}

/// Refuses a second factor: no device can be registered here, so none can be right.
pub(crate) fn refuse_mfa(request: &Request<'_, '_>) -> Result<(), Fault> {
    if request.input.get("SerialNumber").is_some() || request.input.get("TokenCode").is_some() {
        return Err(access_denied(
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        ));
    }
    Ok(())
}
