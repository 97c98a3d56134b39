//! Asks whether a trail's bucket and topic would take what it delivers.

use wire::Fault;

use crate::layout::marker_keys;
use crate::request::{BucketCheck, BucketTrouble, Request};
use crate::state::Trail;

/// Checks the bucket, then the topic.
///
/// # Errors
/// `S3BucketDoesNotExistException`, `InsufficientS3BucketPolicyException`,
/// `InsufficientSnsTopicPolicyException`
pub(super) fn check(request: &Request<'_, '_>, trail: &Trail) -> Result<(), Fault> {
    let check = BucketCheck {
        bucket: &trail.s3_bucket_name,
        marker_keys: &marker_keys(trail),
        trail_arn: &trail.arn,
        account: &trail.account,
    };
    request.around.bucket(&check).map_err(|trouble| refusal(&trail.s3_bucket_name, trouble))?;
    let topic = trail.sns_topic_arn.as_deref();
    if topic.is_none_or(|topic| request.around.topic(topic, &trail.arn)) {
        return Ok(());
    }
    let message = "SNS Topic does not exist or the topic policy is incorrect!";
    Err(Fault::new("InsufficientSnsTopicPolicyException", message))
}

/// Returns the refusal of a caller who may not have the organization trail that it asks for; a
/// bucket that is not there comes first, as in AWS.
pub(super) fn or_bucket(
    request: &Request<'_, '_>,
    bucket: &str,
    trail_arn: &str,
    refused: Fault,
) -> Fault {
    let check = BucketCheck { bucket, marker_keys: &[], trail_arn, account: request.call.account };
    match request.around.bucket(&check) {
        Err(trouble @ (BucketTrouble::Missing | BucketTrouble::Unreachable)) => {
            refusal(bucket, trouble)
        }
        Err(BucketTrouble::Denied) | Ok(()) => refused,
    }
}

fn refusal(bucket: &str, trouble: BucketTrouble) -> Fault {
    const MISSING: &str = "S3BucketDoesNotExistException";
    match trouble {
        BucketTrouble::Missing => {
            Fault::new(MISSING, format!("S3 bucket {bucket} does not exist!"))
        }
        BucketTrouble::Unreachable => Fault::new(
            MISSING,
            format!(
                "S3 bucket {bucket} cannot be reached: the store that holds it does not answer."
            ),
        ),
        BucketTrouble::Denied => Fault::new(
            "InsufficientS3BucketPolicyException",
            format!("Incorrect S3 bucket policy is detected for bucket: {bucket}"),
        ),
    }
}
