//! `PutEventSelectors` and `GetEventSelectors`.

use expect_test::expect;

use super::check;

#[test]
fn a_new_trail_has_the_default() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > GetEventSelectors {"TrailName": "logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]}
    "#]]);
}

#[test]
fn each_kind_takes_the_place_of_the_other() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > PutEventSelectors {"TrailName": "logs", "EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": false, "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::bucket/"]}, {"Type": "AWS::Lambda::Function"}]}, {"ExcludeManagementEventSources": ["kms.amazonaws.com"]}]}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","EventSelectors":[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":false,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::bucket/"]},{"Type":"AWS::Lambda::Function","Values":[]}],"ExcludeManagementEventSources":[]},{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":["kms.amazonaws.com"]}]}
        > GetEventSelectors {"TrailName": "logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","EventSelectors":[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":false,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::bucket/"]},{"Type":"AWS::Lambda::Function","Values":[]}],"ExcludeManagementEventSources":[]},{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":["kms.amazonaws.com"]}]}
        > PutEventSelectors {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "AdvancedEventSelectors": [{"Name": "objects", "FieldSelectors": [{"Field": "resources.type", "Equals": ["AWS::S3::Object"]}, {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::b/", "arn:aws:s3:::a/"], "NotEndsWith": [".tmp"]}, {"Field": "eventCategory", "Equals": ["Data"]}]}, {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","AdvancedEventSelectors":[{"Name":"objects","FieldSelectors":[{"Field":"resources.type","Equals":["AWS::S3::Object"]},{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::b/","arn:aws:s3:::a/"],"NotEndsWith":[".tmp"]},{"Field":"eventCategory","Equals":["Data"]}]},{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]}
        > GetEventSelectors {"TrailName": "logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","AdvancedEventSelectors":[{"Name":"objects","FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::b/","arn:aws:s3:::a/"],"NotEndsWith":[".tmp"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]},{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]}
        > GetTrail {"Name": "logs"}
        {"Trail":{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":true,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}}
        > PutEventSelectors {"TrailName": "logs", "EventSelectors": [{}]}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]}
        > GetEventSelectors {"TrailName": "logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]}
    "#]]);
}

#[test]
fn what_is_wrong_changes_nothing() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > PutEventSelectors {"TrailName": "logs"}
        InvalidEventSelectorsException: Specify a valid number of selectors (1 to 5) for your trail
        > PutEventSelectors {"TrailName": "logs", "EventSelectors": []}
        InvalidEventSelectorsException: Specify a valid number of selectors (1 to 5) for your trail
        > PutEventSelectors {"TrailName": "logs", "AdvancedEventSelectors": []}
        InvalidEventSelectorsException: Specify between 1 and 500 selectors for your trail.
        > PutEventSelectors {"TrailName": "logs", "EventSelectors": [{}], "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]}
        InvalidEventSelectorsException: You can select events by using either EventSelectors or AdvancedEventSelectors, but not both.
        > PutEventSelectors {"TrailName": "logs", "EventSelectors": [{}, {}, {}, {}, {}, {}]}
        InvalidEventSelectorsException: Specify a valid number of selectors (1 to 5) for your trail
        > PutEventSelectors {"TrailName": "logs", "EventSelectors": [{"ReadWriteType": "read-only"}]}
        InvalidEventSelectorsException: Value read-only for ReadWriteType is invalid.
        > PutEventSelectors {"TrailName": "logs", "EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::*"]}]}]}
        InvalidEventSelectorsException: Value arn:aws:s3:::* for DataResources.Values is invalid.
        > PutEventSelectors {"TrailName": "logs", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "readOnly", "Equals": ["true"]}]}]}
        InvalidEventSelectorsException: The following fields are required: [eventCategory].
        > PutEventSelectors {"TrailName": "logs", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::IAM::Role"]}]}]}
        InvalidEventSelectorsException: The resources.type field value is not valid.
        > PutEventSelectors {"TrailName": "logs", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "eventSource", "NotEquals": ["cloudtrail.amazonaws.com"]}]}]}
        InvalidEventSelectorsException: The eventSource field value is not valid: cloudtrail.amazonaws.com
        > GetEventSelectors {"TrailName": "logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]}
        > GetTrail {"Name": "logs"}
        {"Trail":{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false,"RecursiveLogging":true}}
    "#]]);
}
