//! `UpdateTrail`.

use expect_test::expect;

use super::check;
use super::world::World;
use crate::change::Change;
use crate::delivery::{Delivery, Failure};
use crate::state::Cut;

#[test]
fn what_is_not_given_stays() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "S3KeyPrefix": "a", "SnsTopicName": "topic", "EnableLogFileValidation": true, "RecursiveLogging": false}
        {"Name":"logs","S3BucketName":"bucket","S3KeyPrefix":"a","SnsTopicName":"topic","SnsTopicARN":"arn:aws:sns:us-east-1:111122223333:topic","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":true,"IsOrganizationTrail":false,"RecursiveLogging":false}
        > UpdateTrail {"Name": "logs"}
        {"Name":"logs","S3BucketName":"bucket","S3KeyPrefix":"a","SnsTopicName":"topic","SnsTopicARN":"arn:aws:sns:us-east-1:111122223333:topic","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":true,"IsOrganizationTrail":false,"RecursiveLogging":false}
        > UpdateTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "S3BucketName": "other", "S3KeyPrefix": "b", "SnsTopicName": "arn:aws:sns:eu-west-1:111122223333:t2", "EnableLogFileValidation": false, "RecursiveLogging": true}
        {"Name":"logs","S3BucketName":"other","S3KeyPrefix":"b","SnsTopicName":"arn:aws:sns:eu-west-1:111122223333:t2","SnsTopicARN":"arn:aws:sns:eu-west-1:111122223333:t2","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > GetTrail {"Name": "logs"}
        {"Trail":{"Name":"logs","S3BucketName":"other","S3KeyPrefix":"b","SnsTopicName":"arn:aws:sns:eu-west-1:111122223333:t2","SnsTopicARN":"arn:aws:sns:eu-west-1:111122223333:t2","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}}
    "#]]);
}

#[test]
fn an_empty_text_takes_away() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "S3KeyPrefix": "a", "SnsTopicName": "topic"}
        {"Name":"logs","S3BucketName":"bucket","S3KeyPrefix":"a","SnsTopicName":"topic","SnsTopicARN":"arn:aws:sns:us-east-1:111122223333:topic","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "SnsTopicName": "", "S3KeyPrefix": "", "KmsKeyId": "", "CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": ""}
        {"Name":"logs","S3BucketName":"bucket","SnsTopicName":"","SnsTopicARN":"","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > GetTrail {"Name": "logs"}
        {"Trail":{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}}
        > DescribeTrails {}
        {"trailList":[{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}]}
        > UpdateTrail {"Name": "logs", "CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": "arn:aws:iam::111122223333:role/logs"}
        InvalidCloudWatchLogsLogGroupArnException: You must specify a log group and a role ARN.
        > UpdateTrail {"Name": "logs", "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:logs:*", "CloudWatchLogsRoleArn": ""}
        InvalidCloudWatchLogsRoleArnException: You must specify a log group and a role ARN.
        > UpdateTrail {"Name": "logs", "S3BucketName": ""}
        InvalidS3BucketNameException: S3 bucket name  is not valid: it has 3 to 63 lowercase letters, numbers, periods and hyphens, a letter or number at both ends of each part between periods, and is no IP address.
    "#]]);
}

#[test]
fn global_events_follow_the_regions() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "IncludeGlobalServiceEvents": false}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":false,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": false}
        InvalidParameterCombinationException: Multi-Region trail must include global service events.
        > UpdateTrail {"Name": "logs", "IsMultiRegionTrail": true}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "IncludeGlobalServiceEvents": false}
        InvalidParameterCombinationException: Multi-Region trail must include global service events.
        > UpdateTrail {"Name": "logs", "IsMultiRegionTrail": true}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "IsMultiRegionTrail": false}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":false,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "IsMultiRegionTrail": true}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "IsMultiRegionTrail": false, "IncludeGlobalServiceEvents": true}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "IsMultiRegionTrail": false}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
    "#]]);
}

#[test]
fn destinations_are_checked_again() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "SnsTopicName": "topic"}
        {"Name":"logs","S3BucketName":"bucket","SnsTopicName":"topic","SnsTopicARN":"arn:aws:sns:us-east-1:111122223333:topic","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "S3BucketName": "nowhere"}
        S3BucketDoesNotExistException: S3 bucket nowhere does not exist!
        > UpdateTrail {"Name": "logs", "S3BucketName": "closed"}
        InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: closed
        > UpdateTrail {"Name": "logs", "S3BucketName": "Bucket"}
        InvalidS3BucketNameException: S3 bucket name Bucket is not valid: it has 3 to 63 lowercase letters, numbers, periods and hyphens, a letter or number at both ends of each part between periods, and is no IP address.
        > UpdateTrail {"Name": "logs", "S3KeyPrefix": "%"}
        InvalidS3PrefixException: The S3 key prefix is not valid: the character '%' is not allowed.
        > UpdateTrail {"Name": "logs", "SnsTopicName": "closed"}
        InsufficientSnsTopicPolicyException: SNS Topic does not exist or the topic policy is incorrect!
        > UpdateTrail {"Name": "logs", "SnsTopicName": "a.fifo"}
        InvalidSnsTopicNameException: SNS topic a.fifo is not valid: give the name or the ARN of a standard topic; a name has 1 to 256 letters, numbers, hyphens and underscores.
        > UpdateTrail {"Name": "logs", "KmsKeyId": "alias/logs"}
        InsufficientEncryptionPolicyException: KMS key alias/logs cannot be used: there is no key service here, and log files are not encrypted with keys of one.
        > GetTrail {"Name": "logs"}
        {"Trail":{"Name":"logs","S3BucketName":"bucket","SnsTopicName":"topic","SnsTopicARN":"arn:aws:sns:us-east-1:111122223333:topic","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}}
    "#]]);
}

#[test]
fn delivery_is_cut_and_not_forgotten() {
    let mut world = World::new();
    world.call("CreateTrail", r#"{"Name": "logs", "S3BucketName": "bucket"}"#);
    world.call("StartLogging", r#"{"Name": "logs"}"#);
    let failure =
        Failure { region: "us-east-1".to_owned(), error: "NoSuchBucket".to_owned(), at: world.now };
    world.apply(&[Change::Delivery { trail: 0, what: Delivery::DeliveryFailed(failure) }]);
    world.call("UpdateTrail", r#"{"Name": "logs", "S3BucketName": "other"}"#);
    let Some(Change::Updated { trail, .. }) = world.changes.last() else { panic!("an update") };
    assert!(trail.statuses.is_empty(), "a frame does not hold what an update does not look at");
    let kept = world.state.trails.values().next().unwrap();
    assert_eq!(kept.s3_bucket_name, "other");
    assert_eq!(kept.statuses.len(), 1);
    assert_eq!(kept.cuts, [Cut::new(7, 8, world.now)]);
    assert!(kept.is_logging);
}
