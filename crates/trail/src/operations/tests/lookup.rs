//! `GetTrail`, `DescribeTrails`, `ListTrails` and how trails are named.

use expect_test::expect;

use super::check;

#[test]
fn unknown_trails_are_named_as_aws_names_them() {
    check(expect![[r#"
        > GetTrail {"Name": "logs"}
        TrailNotFoundException: Unknown trail: logs for the user: 111122223333
        > GetTrail {"Name": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:eu-west-1:111122223333:trail/logs for the user: 111122223333
        > GetTrailStatus {"Name": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > GetEventSelectors {"TrailName": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > GetInsightSelectors {"TrailName": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > GetEventConfiguration {"TrailName": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > StartLogging {"Name": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > StopLogging {"Name": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > DeleteTrail {"Name": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > UpdateTrail {"Name": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > PutEventSelectors {"TrailName": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > PutInsightSelectors {"TrailName": "logs", "InsightSelectors": []}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > PutEventConfiguration {"TrailName": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > DescribeTrails {"trailNameList": ["logs", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/logs"]}
        {"trailList":[]}
    "#]]);
}

#[test]
fn arns_have_a_form() {
    check(expect![[r#"
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail"}
        CloudTrailARNInvalidException: arn:aws:cloudtrail:us-east-1:111122223333:trail is not the ARN of a trail, which looks like arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail.
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/"}
        CloudTrailARNInvalidException: arn:aws:cloudtrail:us-east-1:111122223333:trail/ is not the ARN of a trail, which looks like arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail.
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:1111:trail/logs"}
        CloudTrailARNInvalidException: arn:aws:cloudtrail:us-east-1:1111:trail/logs is not the ARN of a trail, which looks like arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail.
        > GetTrail {"Name": "arn:aws:cloudtrail::111122223333:trail/logs"}
        CloudTrailARNInvalidException: arn:aws:cloudtrail::111122223333:trail/logs is not the ARN of a trail, which looks like arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail.
        > GetTrail {"Name": "arn:aws:s3:us-east-1:111122223333:trail/logs"}
        CloudTrailARNInvalidException: arn:aws:s3:us-east-1:111122223333:trail/logs is not the ARN of a trail, which looks like arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail.
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:channel/logs"}
        CloudTrailARNInvalidException: arn:aws:cloudtrail:us-east-1:111122223333:channel/logs is not the ARN of a trail, which looks like arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail.
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/l#gs"}
        InvalidTrailNameException: Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).
        > GetTrail {"Name": "trail/logs"}
        InvalidTrailNameException: Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).
        > DescribeTrails {"trailNameList": ["a"]}
        InvalidTrailNameException: Trail name too short. Minimum allowed length: 3 characters. Specified name length: 1 characters.
        > DescribeTrails {"trailNameList": ["arn:aws"]}
        CloudTrailARNInvalidException: arn:aws is not the ARN of a trail, which looks like arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail.
    "#]]);
}

#[test]
fn a_trail_is_changed_at_home_only() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "IsMultiRegionTrail": true}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > in eu-west-1
        > GetTrail {"Name": "logs"}
        TrailNotFoundException: Unknown trail: logs for the user: 111122223333
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        {"Trail":{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}}
        > GetTrailStatus {"Name": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:eu-west-1:111122223333:trail/logs for the user: 111122223333
        > GetTrailStatus {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        {"IsLogging":false,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"","TimeLoggingStopped":""}
        > GetEventSelectors {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]}
        > StartLogging {"Name": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:eu-west-1:111122223333:trail/logs for the user: 111122223333
        > StartLogging {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        InvalidHomeRegionException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs can be changed in its home Region us-east-1 only, not in eu-west-1.
        > StopLogging {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        InvalidHomeRegionException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs can be changed in its home Region us-east-1 only, not in eu-west-1.
        > UpdateTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        InvalidHomeRegionException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs can be changed in its home Region us-east-1 only, not in eu-west-1.
        > DeleteTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        InvalidHomeRegionException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs can be changed in its home Region us-east-1 only, not in eu-west-1.
        > PutEventSelectors {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "EventSelectors": [{}]}
        InvalidHomeRegionException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs can be changed in its home Region us-east-1 only, not in eu-west-1.
        > PutInsightSelectors {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "InsightSelectors": []}
        InvalidHomeRegionException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs can be changed in its home Region us-east-1 only, not in eu-west-1.
        > PutEventConfiguration {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "AggregationConfigurations": []}
        InvalidHomeRegionException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs can be changed in its home Region us-east-1 only, not in eu-west-1.
        > in us-east-1
        > DeleteTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        {}
        > GetTrail {"Name": "logs"}
        TrailNotFoundException: Unknown trail: logs for the user: 111122223333
    "#]]);
}

#[test]
fn shadows_are_shown() {
    check(expect![[r#"
        > CreateTrail {"Name": "everywhere", "S3BucketName": "bucket", "IsMultiRegionTrail": true}
        {"Name":"everywhere","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/everywhere","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > CreateTrail {"Name": "here", "S3BucketName": "bucket"}
        {"Name":"here","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/here","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > in eu-west-1
        > CreateTrail {"Name": "there", "S3BucketName": "bucket"}
        {"Name":"there","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/there","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > DescribeTrails {}
        {"trailList":[{"Name":"there","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"eu-west-1","TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/there","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true},{"Name":"everywhere","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/everywhere","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}]}
        > DescribeTrails {"trailNameList": [], "includeShadowTrails": true}
        {"trailList":[{"Name":"there","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"eu-west-1","TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/there","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true},{"Name":"everywhere","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/everywhere","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}]}
        > DescribeTrails {"includeShadowTrails": false}
        {"trailList":[{"Name":"there","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"eu-west-1","TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/there","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}]}
        > DescribeTrails {"trailNameList": ["everywhere", "here", "there", "there"]}
        {"trailList":[{"Name":"there","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"eu-west-1","TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/there","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}]}
        > DescribeTrails {"trailNameList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/here"], "includeShadowTrails": false}
        {"trailList":[{"Name":"here","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/here","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}]}
        > ListTrails {"NextToken": "junk"}
        {"Trails":[{"TrailARN":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/there","Name":"there","HomeRegion":"eu-west-1"},{"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/everywhere","Name":"everywhere","HomeRegion":"us-east-1"},{"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/here","Name":"here","HomeRegion":"us-east-1"}]}
        > as 444455556666
        > DescribeTrails {}
        {"trailList":[]}
        > DescribeTrails {"trailNameList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/here"]}
        {"trailList":[]}
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/everywhere"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/everywhere for the user: 444455556666
        > ListTrails {}
        {"Trails":[]}
    "#]]);
}
