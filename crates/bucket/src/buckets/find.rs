//! `HeadBucket` and `GetBucketLocation`: whether there is a bucket, and where.

use wire::{Fault, Members, Value};

use super::create_bucket::FIRST_REGION;
use crate::request::{Effect, Request};

/// Answers `HeadBucket`.
pub(crate) fn head(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let bucket = request.bucket()?;
    let arn = format!("arn:aws:s3:::{}", request.bucket_name());
    let output = Members::new()
        .with("BucketArn", Value::from(arn))
        .with("BucketRegion", Value::from(&*bucket.region))
        .with("AccessPointAlias", Value::from(false));
    Ok(request.answer(output))
}

/// Answers `GetBucketLocation`: nothing stands for `us-east-1`.
pub(crate) fn location(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let region = &*request.bucket()?.region;
    let constraint = (region != FIRST_REGION).then(|| Value::from(region));
    Ok(request.answer(Members::new().with("LocationConstraint", constraint)))
}
