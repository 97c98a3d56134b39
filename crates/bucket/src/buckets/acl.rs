//! A bucket's ACL: its owner has full control, and nobody else has any.

use wire::{Fault, Members};

use crate::attributes::{acls_are_off, refuse_public, refuse_unknown};
use crate::bucket::Bucket;
use crate::fault;
use crate::request::{Effect, Request};
use crate::shape;

/// Answers `GetBucketAcl`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let owner = &*request.bucket()?.owner;
    Ok(request.answer(shape::acl(owner, &[owner])))
}

/// Answers `PutBucketAcl`, as far as it asks for what is so anyhow.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let bucket = request.bucket()?;
    refuse_unknown(request.input)?;
    let given = request.input.map("AccessControlPolicy");
    if let Some(given) = given {
        check_grants(given, &[&bucket.owner])?;
    }
    match request.input.string("ACL") {
        None if given.is_none() => Err(missing()),
        None => Ok(request.answer(Members::new())),
        Some(acl) => check_canned(acl, bucket).map(|()| request.answer(Members::new())),
    }
}

fn check_canned(acl: &str, bucket: &Bucket) -> Result<(), Fault> {
    match acl {
        _ if bucket.enforces_ownership() => Err(acls_are_off()),
        "private" => Ok(()),
        _ => Err(refuse_public(acl, bucket)),
    }
}

/// Refuses grants other than full control for each of `accounts`.
pub(crate) fn check_grants(given: &Members, accounts: &[&str]) -> Result<(), Fault> {
    let ids: Vec<String> = accounts.iter().map(|account| shape::canonical_id(account)).collect();
    let usual = given.maps("Grants").all(|grant| {
        let grantee = grant.map("Grantee").and_then(|grantee| grantee.string("ID"));
        grant.string("Permission") == Some("FULL_CONTROL")
            && grantee.is_some_and(|id| ids.iter().any(|known| known == id))
    });
    let usual = usual && !given.list("Grants").is_empty();
    usual.then_some(()).ok_or_else(|| fault::not_implemented("grants to others in an ACL"))
}

/// Returns the fault for a call that names no ACL at all.
pub(crate) fn missing() -> Fault {
    let message = "Your request was missing a required header";
    let fault = fault::fault(400, "MissingSecurityHeader", message);
    fault.with_member("MissingHeaderName", "x-amz-acl")
}
