//! `GetResourcePolicy`, `PutResourcePolicy` and `DeleteResourcePolicy`.

use expect_test::expect;

use super::check;

#[test]
fn no_resource_has_a_policy_yet() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > GetResourcePolicy {"ResourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        ResourceTypeNotSupportedException: Resources of the type trail have no resource policies.
        > PutResourcePolicy {"ResourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "ResourcePolicy": "{}"}
        ResourceTypeNotSupportedException: Resources of the type trail have no resource policies.
        > DeleteResourcePolicy {"ResourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        ResourceTypeNotSupportedException: Resources of the type trail have no resource policies.
        > GetResourcePolicy {"ResourceArn": "logs"}
        ResourceARNNotValidException: logs is not the ARN of an event data store, a channel or a dashboard.
        > GetResourcePolicy {"ResourceArn": "arn:aws:s3:::bucket"}
        ResourceARNNotValidException: arn:aws:s3:::bucket is not the ARN of an event data store, a channel or a dashboard.
        > GetResourcePolicy {"ResourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/store"}
        ResourceARNNotValidException: arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/store is not the ARN of an event data store, a channel or a dashboard.
        > GetResourcePolicy {"ResourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012"}
        ResourceNotFoundException: Resource arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012 does not exist.
        > PutResourcePolicy {"ResourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:channel/12345678-1234-1234-1234-123456789012", "ResourcePolicy": "{}"}
        ResourceNotFoundException: Resource arn:aws:cloudtrail:us-east-1:111122223333:channel/12345678-1234-1234-1234-123456789012 does not exist.
        > DeleteResourcePolicy {"ResourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:dashboard/board"}
        ResourceNotFoundException: Resource arn:aws:cloudtrail:us-east-1:111122223333:dashboard/board does not exist.
    "#]]);
}
