//! `CreateTrail`.

use expect_test::expect;

use super::check;

#[test]
fn a_trail_is_made_and_does_not_deliver_yet() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > GetTrail {"Name": "logs"}
        {"Trail":{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}}
        > GetTrailStatus {"Name": "logs"}
        {"IsLogging":false,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"","TimeLoggingStopped":""}
    "#]]);
}

#[test]
fn everything_that_can_be_set_is_answered() {
    check(expect![[r#"
        > CreateTrail {"Name": "all", "S3BucketName": "bucket", "S3KeyPrefix": "a/b", "SnsTopicName": "topic", "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true, "EnableLogFileValidation": true, "IsOrganizationTrail": false, "RecursiveLogging": false, "TagsList": [{"Key": "team", "Value": "red"}, {"Key": "audited"}], "Unknown": 1}
        {"Name":"all","S3BucketName":"bucket","S3KeyPrefix":"a/b","SnsTopicName":"topic","SnsTopicARN":"arn:aws:sns:us-east-1:111122223333:topic","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/all","LogFileValidationEnabled":true,"IsOrganizationTrail":false,"RecursiveLogging":false}
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/all"]}
        {"ResourceTagList":[{"ResourceId":"arn:aws:cloudtrail:us-east-1:111122223333:trail/all","TagsList":[{"Key":"audited"},{"Key":"team","Value":"red"}]}]}
        > CreateTrail {"Name": "far-topic", "S3BucketName": "bucket", "SnsTopicName": "arn:aws:sns:eu-west-1:444455556666:topic", "S3KeyPrefix": "", "KmsKeyId": "", "CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": "", "IncludeGlobalServiceEvents": false}
        {"Name":"far-topic","S3BucketName":"bucket","SnsTopicName":"arn:aws:sns:eu-west-1:444455556666:topic","SnsTopicARN":"arn:aws:sns:eu-west-1:444455556666:topic","IncludeGlobalServiceEvents":false,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/far-topic","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
    "#]]);
}

#[test]
fn names_have_rules() {
    check(expect![[r#"
        > CreateTrail {"Name": "", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name too short. Minimum allowed length: 3 characters. Specified name length: 0 characters.
        > CreateTrail {"Name": "ab", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name too short. Minimum allowed length: 3 characters. Specified name length: 2 characters.
        > CreateTrail {"Name": "éé", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name too short. Minimum allowed length: 3 characters. Specified name length: 2 characters.
        > CreateTrail {"Name": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name too long. Maximum allowed length: 128 characters. Specified name length: 129 characters.
        > CreateTrail {"Name": "-trail", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name must starts with a letter or number.
        > CreateTrail {"Name": "trail!", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name must ends with a letter or number.
        > CreateTrail {"Name": "my#trail", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).
        > CreateTrail {"Name": "my trail", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).
        > CreateTrail {"Name": "aéa", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).
        > CreateTrail {"Name": "my-.trail", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name must not have two periods, hyphens or underscores in a row.
        > CreateTrail {"Name": "192.168.5.4", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name must not be an IP address.
        > CreateTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "S3BucketName": "bucket"}
        InvalidTrailNameException: Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).
        > CreateTrail {"Name": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "S3BucketName": "bucket"}
        {"Name":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
    "#]]);
}

#[test]
fn names_are_taken_once() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere"}
        TrailAlreadyExistsException: Trail logs already exists for customer: 111122223333
        > CreateTrail {"Name": "Logs", "S3BucketName": "bucket", "IsMultiRegionTrail": true}
        {"Name":"Logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/Logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > in eu-west-1
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "Logs", "S3BucketName": "bucket"}
        TrailAlreadyExistsException: Trail Logs already exists for customer: 111122223333
        > as 444455556666
        > CreateTrail {"Name": "Logs", "S3BucketName": "bucket"}
        {"Name":"Logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:eu-west-1:444455556666:trail/Logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
    "#]]);
}

#[test]
fn a_region_holds_five_trails() {
    check(expect![[r#"
        > CreateTrail {"Name": "one", "S3BucketName": "bucket"}
        {"Name":"one","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/one","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "two", "S3BucketName": "bucket"}
        {"Name":"two","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/two","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "three", "S3BucketName": "bucket"}
        {"Name":"three","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/three","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "four", "S3BucketName": "bucket", "IsMultiRegionTrail": true}
        {"Name":"four","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/four","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "five", "S3BucketName": "bucket"}
        {"Name":"five","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/five","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "six", "S3BucketName": "nowhere"}
        MaximumNumberOfTrailsExceededException: User: 111122223333 already has 5 trails in us-east-1.
        > CreateTrail {"Name": "one", "S3BucketName": "bucket"}
        TrailAlreadyExistsException: Trail one already exists for customer: 111122223333
        > in eu-west-1
        > CreateTrail {"Name": "everywhere", "S3BucketName": "bucket", "IsMultiRegionTrail": true}
        MaximumNumberOfTrailsExceededException: User: 111122223333 already has 5 trails in us-east-1.
        > CreateTrail {"Name": "here-2", "S3BucketName": "bucket"}
        {"Name":"here-2","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/here-2","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "here-3", "S3BucketName": "bucket"}
        {"Name":"here-3","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/here-3","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "here-4", "S3BucketName": "bucket"}
        {"Name":"here-4","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/here-4","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "here-5", "S3BucketName": "bucket"}
        {"Name":"here-5","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/here-5","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "here-6", "S3BucketName": "bucket"}
        MaximumNumberOfTrailsExceededException: User: 111122223333 already has 5 trails in eu-west-1.
        > UpdateTrail {"Name": "here-2", "IsMultiRegionTrail": true}
        OperationNotPermittedException: User: 111122223333 already has 5 trails in us-east-1.
        > as 444455556666
        > CreateTrail {"Name": "here-6", "S3BucketName": "bucket"}
        {"Name":"here-6","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:eu-west-1:444455556666:trail/here-6","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
    "#]]);
}

#[test]
fn destinations_are_checked() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere"}
        S3BucketDoesNotExistException: S3 bucket nowhere does not exist!
        > CreateTrail {"Name": "logs", "S3BucketName": "closed"}
        InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: closed
        > CreateTrail {"Name": "logs", "S3BucketName": "silent"}
        S3BucketDoesNotExistException: S3 bucket silent cannot be reached: the store that holds it does not answer.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "SnsTopicName": "closed"}
        InsufficientSnsTopicPolicyException: SNS Topic does not exist or the topic policy is incorrect!
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "SnsTopicName": "closed"}
        S3BucketDoesNotExistException: S3 bucket nowhere does not exist!
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "SnsTopicName": "topic.fifo"}
        InvalidSnsTopicNameException: SNS topic topic.fifo is not valid: give the name or the ARN of a standard topic; a name has 1 to 256 letters, numbers, hyphens and underscores.
        > DescribeTrails {}
        {"trailList":[]}
    "#]]);
}

#[test]
fn destinations_have_forms() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": ""}
        InvalidS3BucketNameException: S3 bucket name  is not valid: it has 3 to 63 lowercase letters, numbers, periods and hyphens, a letter or number at both ends of each part between periods, and is no IP address.
        > CreateTrail {"Name": "logs", "S3BucketName": "Bucket"}
        InvalidS3BucketNameException: S3 bucket name Bucket is not valid: it has 3 to 63 lowercase letters, numbers, periods and hyphens, a letter or number at both ends of each part between periods, and is no IP address.
        > CreateTrail {"Name": "logs", "S3BucketName": "a..b"}
        InvalidS3BucketNameException: S3 bucket name a..b is not valid: it has 3 to 63 lowercase letters, numbers, periods and hyphens, a letter or number at both ends of each part between periods, and is no IP address.
        > CreateTrail {"Name": "logs", "S3BucketName": "a.-b"}
        InvalidS3BucketNameException: S3 bucket name a.-b is not valid: it has 3 to 63 lowercase letters, numbers, periods and hyphens, a letter or number at both ends of each part between periods, and is no IP address.
        > CreateTrail {"Name": "logs", "S3BucketName": "192.168.5.4"}
        InvalidS3BucketNameException: S3 bucket name 192.168.5.4 is not valid: it has 3 to 63 lowercase letters, numbers, periods and hyphens, a letter or number at both ends of each part between periods, and is no IP address.
        > CreateTrail {"Name": "logs", "S3BucketName": "a_b"}
        InvalidS3BucketNameException: S3 bucket name a_b is not valid: it has 3 to 63 lowercase letters, numbers, periods and hyphens, a letter or number at both ends of each part between periods, and is no IP address.
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "S3KeyPrefix": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
        InvalidS3PrefixException: The S3 key prefix is not valid: it has 201 characters, and at most 200 are allowed.
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "S3KeyPrefix": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
        S3BucketDoesNotExistException: S3 bucket nowhere does not exist!
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "S3KeyPrefix": "a{b"}
        InvalidS3PrefixException: The S3 key prefix is not valid: the character '{' is not allowed.
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "S3KeyPrefix": "a\nb"}
        InvalidS3PrefixException: The S3 key prefix is not valid: the character '\n' is not allowed.
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "SnsTopicName": "my topic"}
        InvalidSnsTopicNameException: SNS topic my topic is not valid: give the name or the ARN of a standard topic; a name has 1 to 256 letters, numbers, hyphens and underscores.
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "SnsTopicName": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
        InvalidSnsTopicNameException: SNS topic aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa is not valid: give the name or the ARN of a standard topic; a name has 1 to 256 letters, numbers, hyphens and underscores.
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "SnsTopicName": "arn:aws:sns:us-east-1:111122223333:topic.fifo"}
        InvalidSnsTopicNameException: SNS topic arn:aws:sns:us-east-1:111122223333:topic.fifo is not valid: give the name or the ARN of a standard topic; a name has 1 to 256 letters, numbers, hyphens and underscores.
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "SnsTopicName": "arn:aws:sqs:us-east-1:111122223333:topic"}
        InvalidSnsTopicNameException: SNS topic arn:aws:sqs:us-east-1:111122223333:topic is not valid: give the name or the ARN of a standard topic; a name has 1 to 256 letters, numbers, hyphens and underscores.
    "#]]);
}

#[test]
fn keys_and_log_groups_are_never_a_silent_yes() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "KmsKeyId": "alias/logs"}
        InsufficientEncryptionPolicyException: KMS key alias/logs cannot be used: there is no key service here, and log files are not encrypted with keys of one.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "KmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"}
        InsufficientEncryptionPolicyException: KMS key arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012 cannot be used: there is no key service here, and log files are not encrypted with keys of one.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "KmsKeyId": "mrk-12345678901234567890123456789012"}
        InsufficientEncryptionPolicyException: KMS key mrk-12345678901234567890123456789012 cannot be used: there is no key service here, and log files are not encrypted with keys of one.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "KmsKeyId": "arn:aws:kms:eu-west-1:111122223333:alias/logs"}
        KmsKeyNotFoundException: KMS key arn:aws:kms:eu-west-1:111122223333:alias/logs is no key of the trail's home Region.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "KmsKeyId": "alias/"}
        KmsKeyNotFoundException: KMS key alias/ is no key of the trail's home Region.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "KmsKeyId": "my key"}
        InvalidKmsKeyIdException: KMS key my key is not valid: give a key id, an alias that begins with alias/, or the ARN of either.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:logs:*"}
        InvalidCloudWatchLogsRoleArnException: You must specify a log group and a role ARN.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "CloudWatchLogsRoleArn": "arn:aws:iam::111122223333:role/logs"}
        InvalidCloudWatchLogsLogGroupArnException: You must specify a log group and a role ARN.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:logs", "CloudWatchLogsRoleArn": "x"}
        InvalidCloudWatchLogsLogGroupArnException: CloudTrail cannot validate the specified log group ARN.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:logs:*", "CloudWatchLogsRoleArn": "arn:aws:iam::111122223333:role/logs"}
        InvalidCloudWatchLogsLogGroupArnException: CloudTrail cannot validate the specified log group ARN.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:logs:*", "CloudWatchLogsRoleArn": "x"}
        InvalidCloudWatchLogsRoleArnException: CloudTrail cannot validate the specified role ARN.
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:logs:*", "CloudWatchLogsRoleArn": "arn:aws:iam::111122223333:role/logs"}
        CloudWatchLogsDeliveryUnavailableException: There is no CloudWatch Logs here: trails deliver to S3 buckets only.
    "#]]);
}

#[test]
fn parameters_go_together() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "Nowhere", "IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": false}
        InvalidParameterCombinationException: Multi-Region trail must include global service events.
        > CreateTrail {"Name": "logs", "S3BucketName": "Nowhere", "TagsList": [{"Key": "aws:team"}]}
        InvalidTagParameterException: Tag keys that begin with aws: are reserved.
        > CreateTrail {"Name": "logs", "S3BucketName": "Nowhere", "TagsList": [{"Key": "a"}, {"Key": "a", "Value": "b"}]}
        InvalidTagParameterException: Tag key a is given more than once.
    "#]]);
}
