//! An object's ACL: its owner has full control, and the bucket's owner where that was granted.

use wire::{Fault, Members};

use crate::attributes::{self, acls_are_off, refuse_unknown};
use crate::bucket::Bucket;
use crate::buckets::acl::{check_grants, missing};
use crate::object::Object;
use crate::objects::describe;
use crate::request::{Effect, Request};
use crate::shape;
use crate::state::Description;

/// Answers `GetObjectAcl`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let object = request.object()?;
    let accounts = accounts(request.bucket()?, object);
    Ok(request.answer(shape::acl(&object.owner, &accounts)))
}

/// Answers `PutObjectAcl`: a canned ACL that opens the object to nobody else.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (bucket, object) = (request.bucket()?, request.object()?);
    refuse_unknown(request.input)?;
    if let Some(given) = request.input.map("AccessControlPolicy") {
        check_grants(given, &accounts(bucket, object))?;
        return Ok(request.answer(Members::new()));
    }
    if request.input.string("ACL").is_none() {
        return Err(missing());
    }
    if bucket.enforces_ownership() {
        return Err(acls_are_off());
    }
    let acl = attributes::acl(request.input, bucket)?;
    Ok(describe(request, object, Description::Acl(acl), Members::new()))
}

/// Returns who has full control.
fn accounts<'a>(bucket: &'a Bucket, object: &'a Object) -> Vec<&'a str> {
    let granted = object.attributes.acl.as_deref() == Some("bucket-owner-full-control");
    let also = (granted && object.owner != bucket.owner).then_some(&*bucket.owner);
    [&*object.owner].into_iter().chain(also).collect()
}
