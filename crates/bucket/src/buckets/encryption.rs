//! A bucket's default encryption: always S3's own AES256, with no keys of anyone.

use wire::{Fault, Members, Value};

use super::configure;
use crate::fault;
use crate::request::{Effect, Request};

/// Answers `GetBucketEncryption`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let settings = &request.bucket()?.settings;
    let algorithm = Members::new().with("SSEAlgorithm", Value::from("AES256"));
    let rule = Members::new()
        .with("ApplyServerSideEncryptionByDefault", Value::from(algorithm))
        .with("BucketKeyEnabled", Value::from(settings.bucket_key));
    let configuration = Members::new().with("Rules", Value::from(vec![rule]));
    let output =
        Members::new().with("ServerSideEncryptionConfiguration", Value::from(configuration));
    Ok(request.answer(output))
}

/// Answers `PutBucketEncryption`: AES256 is what there is; other keys and bans are refused.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    request.bucket()?;
    let configuration = request.input.map("ServerSideEncryptionConfiguration");
    let rules = configuration.map(|it| it.list("Rules")).unwrap_or_default();
    let [Value::Map(rule)] = rules else { return Err(fault::malformed_xml()) };
    let default = rule.map("ApplyServerSideEncryptionByDefault");
    match default.and_then(|default| default.string("SSEAlgorithm")) {
        Some("AES256") | None => {}
        Some(other) => return Err(fault::not_implemented(&format!("encryption with {other}"))),
    }
    let blocked = rule.map("BlockedEncryptionTypes").into_iter();
    // encryption with the caller's keys is refused anyhow
    let known = |kind: &str| matches!(kind, "NONE" | "SSE-C");
    if !blocked.flat_map(|it| it.strings("EncryptionType")).all(known) {
        return Err(fault::malformed_xml());
    }
    let bucket_key = rule.boolean("BucketKeyEnabled") == Some(true);
    configure(request, |settings| settings.bucket_key = bucket_key)
}

/// Answers `DeleteBucketEncryption`: back to what a new bucket has.
pub(crate) fn delete(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    configure(request, |settings| settings.bucket_key = false)
}
