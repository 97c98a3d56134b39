//! A bucket's policy: put, read, deleted, and whether it lets everyone in.

use wire::{Fault, Members, Value};

use super::{configure, public};
use crate::fault;
use crate::request::{Effect, Request};

/// The most bytes of a policy.
const POLICY_BYTES_MAX: usize = 20 * 1024;

/// Answers `GetBucketPolicy`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let policy = policy(request)?;
    Ok(request.answer(Members::new().with("Policy", Value::from(policy))))
}

/// Answers `GetBucketPolicyStatus`.
pub(crate) fn status(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let public = serde_json::from_str(policy(request)?).is_ok_and(|policy| public::is(&policy));
    let status = Members::new().with("IsPublic", Value::from(public));
    Ok(request.answer(Members::new().with("PolicyStatus", Value::from(status))))
}

/// Answers `PutBucketPolicy`; whether the policy makes sense was asked before.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let bucket = request.bucket()?;
    let text = request.text("Policy");
    if text.len() > POLICY_BYTES_MAX {
        return Err(malformed("Policy exceeds the maximum allowed document size."));
    }
    let policy: serde_json::Value = serde_json::from_str(text)
        .ok()
        .filter(serde_json::Value::is_object)
        .ok_or_else(|| malformed("Policies must be valid JSON and the first byte must be '{'"))?;
    let blocks = bucket.settings.public_access_block.as_ref();
    if blocks.is_some_and(|blocks| blocks.block_public_policy) && public::is(&policy) {
        return Err(fault::access_denied("Access Denied"));
    }
    configure(request, |settings| settings.policy = Some(text.to_owned()))
}

/// Answers `DeleteBucketPolicy`.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    configure(request, |settings| settings.policy = None)
}

fn policy<'a>(request: &Request<'a, '_>) -> Result<&'a str, Fault> {
    let policy = request.bucket()?.settings.policy.as_deref();
    policy.ok_or_else(|| {
        let message = "The bucket policy does not exist";
        fault::not_set_up("NoSuchBucketPolicy", message, request.bucket_name())
    })
}

fn malformed(message: &str) -> Fault {
    fault::fault(400, "MalformedPolicy", message)
}
