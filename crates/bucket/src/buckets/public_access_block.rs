//! What a bucket refuses as too public. A new bucket refuses all of it.

use wire::{Fault, Members, Value};

use super::configure;
use crate::bucket::PublicAccessBlock;
use crate::fault;
use crate::request::{Effect, Request};

/// Answers `GetPublicAccessBlock`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let block = request.bucket()?.settings.public_access_block.as_ref().ok_or_else(|| {
        let message = "The public access block configuration was not found";
        let code = "NoSuchPublicAccessBlockConfiguration";
        fault::not_set_up(code, message, request.bucket_name())
    })?;
    let configuration = Members::new()
        .with("BlockPublicAcls", Value::from(block.block_public_acls))
        .with("IgnorePublicAcls", Value::from(block.ignore_public_acls))
        .with("BlockPublicPolicy", Value::from(block.block_public_policy))
        .with("RestrictPublicBuckets", Value::from(block.restrict_public_buckets));
    let output = Members::new().with("PublicAccessBlockConfiguration", Value::from(configuration));
    Ok(request.answer(output))
}

/// Answers `PutPublicAccessBlock`: what is not named is off.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let given = request.input.map("PublicAccessBlockConfiguration");
    let given = given.ok_or_else(fault::malformed_xml)?;
    let on = |name| given.boolean(name) == Some(true);
    let block = PublicAccessBlock {
        block_public_acls: on("BlockPublicAcls"),
        ignore_public_acls: on("IgnorePublicAcls"),
        block_public_policy: on("BlockPublicPolicy"),
        restrict_public_buckets: on("RestrictPublicBuckets"),
    };
    configure(request, |settings| settings.public_access_block = Some(block))
}

/// Answers `DeletePublicAccessBlock`.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    configure(request, |settings| settings.public_access_block = None)
}
