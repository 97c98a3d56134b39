//! Organization trails.

use expect_test::expect;

use super::check;
use super::world::World;
use crate::request::Organization;
use crate::state::Cut;

#[test]
fn an_organization_trail_is_of_the_management_account() {
    check(expect![[r#"
        > in organization
        > CreateTrail {"Name": "own", "S3BucketName": "bucket", "IsOrganizationTrail": true}
        {"Name":"own","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/own","LogFileValidationEnabled":false,"IsOrganizationTrail":true,"RecursiveLogging":true}
        > as 222233334444
        > CreateTrail {"Name": "delegated", "S3BucketName": "bucket", "IsOrganizationTrail": true, "IsMultiRegionTrail": true, "SnsTopicName": "topic"}
        {"Name":"delegated","S3BucketName":"bucket","SnsTopicName":"topic","SnsTopicARN":"arn:aws:sns:us-east-1:111122223333:topic","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/delegated","LogFileValidationEnabled":false,"IsOrganizationTrail":true,"RecursiveLogging":true}
        > CreateTrail {"Name": "own", "S3BucketName": "bucket", "IsOrganizationTrail": true}
        TrailAlreadyExistsException: Trail own already exists for customer: 111122223333
        > StartLogging {"Name": "delegated"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:222233334444:trail/delegated for the user: 222233334444
        > StartLogging {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/delegated"}
        {}
        > UpdateTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/delegated", "IsOrganizationTrail": true, "EnableLogFileValidation": true}
        {"Name":"delegated","S3BucketName":"bucket","SnsTopicName":"topic","SnsTopicARN":"arn:aws:sns:us-east-1:111122223333:topic","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/delegated","LogFileValidationEnabled":true,"IsOrganizationTrail":true,"RecursiveLogging":true}
        > UpdateTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/delegated", "IsOrganizationTrail": false}
        NotOrganizationMasterAccountException: Only the management account of the organization can convert a trail between an organization trail and an account's own.
        > as 111122223333
        > GetTrailStatus {"Name": "delegated"}
        {"IsLogging":true,"StartLoggingTime":1795161600.125,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"2026-11-20T08:00:00Z","TimeLoggingStopped":""}
    "#]]);
}

#[test]
fn members_see_it_and_cannot_change_it() {
    check(expect![[r#"
        > in organization
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "IsOrganizationTrail": true}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":true,"RecursiveLogging":true}
        > CreateTrail {"Name": "private", "S3BucketName": "bucket"}
        {"Name":"private","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/private","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > as 333344445555
        > DescribeTrails {}
        {"trailList":[{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":true,"RecursiveLogging":true}]}
        > DescribeTrails {"includeShadowTrails": false}
        {"trailList":[]}
        > DescribeTrails {"trailNameList": ["logs"]}
        {"trailList":[]}
        > DescribeTrails {"trailNameList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "arn:aws:cloudtrail:us-east-1:111122223333:trail/private"]}
        {"trailList":[{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":true,"RecursiveLogging":true}]}
        > ListTrails {}
        {"Trails":[{"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","Name":"logs","HomeRegion":"us-east-1"}]}
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        {"Trail":{"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":true,"RecursiveLogging":true}}
        > GetTrailStatus {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        {"IsLogging":false,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"","TimeLoggingStopped":""}
        > GetEventSelectors {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        {"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]}
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"]}
        {"ResourceTagList":[{"ResourceId":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","TagsList":[]}]}
        > StartLogging {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        NotOrganizationMasterAccountException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs belongs to the organization; account 333344445555 is neither its management account nor a delegated administrator for CloudTrail.
        > StopLogging {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        NotOrganizationMasterAccountException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs belongs to the organization; account 333344445555 is neither its management account nor a delegated administrator for CloudTrail.
        > UpdateTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        NotOrganizationMasterAccountException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs belongs to the organization; account 333344445555 is neither its management account nor a delegated administrator for CloudTrail.
        > DeleteTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        NotOrganizationMasterAccountException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs belongs to the organization; account 333344445555 is neither its management account nor a delegated administrator for CloudTrail.
        > PutEventSelectors {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "EventSelectors": [{}]}
        NotOrganizationMasterAccountException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs belongs to the organization; account 333344445555 is neither its management account nor a delegated administrator for CloudTrail.
        > PutInsightSelectors {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "InsightSelectors": []}
        NotOrganizationMasterAccountException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs belongs to the organization; account 333344445555 is neither its management account nor a delegated administrator for CloudTrail.
        > PutEventConfiguration {"TrailName": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "AggregationConfigurations": []}
        NotOrganizationMasterAccountException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs belongs to the organization; account 333344445555 is neither its management account nor a delegated administrator for CloudTrail.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": []}
        NotOrganizationMasterAccountException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs belongs to the organization; account 333344445555 is neither its management account nor a delegated administrator for CloudTrail.
        > RemoveTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": []}
        NotOrganizationMasterAccountException: Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs belongs to the organization; account 333344445555 is neither its management account nor a delegated administrator for CloudTrail.
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/private"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/private for the user: 333344445555
        > as 444455556666
        > DescribeTrails {}
        {"trailList":[]}
        > GetTrail {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 444455556666
    "#]]);
}

#[test]
fn a_trail_is_converted_by_the_management_account() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "IsOrganizationTrail": true}
        OrganizationsNotInUseException: The account does not belong to an organization.
        > UpdateTrail {"Name": "logs", "IsOrganizationTrail": true, "S3BucketName": "nowhere"}
        S3BucketDoesNotExistException: S3 bucket nowhere does not exist!
        > in organization
        > UpdateTrail {"Name": "logs", "IsOrganizationTrail": true}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":true,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "IsOrganizationTrail": false}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > as 222233334444
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:222233334444:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > UpdateTrail {"Name": "logs", "IsOrganizationTrail": true}
        NotOrganizationMasterAccountException: Only the management account of the organization can convert a trail between an organization trail and an account's own.
        > UpdateTrail {"Name": "logs", "IsOrganizationTrail": false}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:222233334444:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
    "#]]);
}

#[test]
fn who_may_not_have_one_hears_of_the_bucket_first() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "IsOrganizationTrail": true}
        OrganizationsNotInUseException: The account does not belong to an organization.
        > CreateTrail {"Name": "logs", "S3BucketName": "nowhere", "IsOrganizationTrail": true}
        S3BucketDoesNotExistException: S3 bucket nowhere does not exist!
        > CreateTrail {"Name": "logs", "S3BucketName": "silent", "IsOrganizationTrail": true}
        S3BucketDoesNotExistException: S3 bucket silent cannot be reached: the store that holds it does not answer.
        > CreateTrail {"Name": "logs", "S3BucketName": "closed", "IsOrganizationTrail": true}
        OrganizationsNotInUseException: The account does not belong to an organization.
        > in organization
        > as 333344445555
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "IsOrganizationTrail": true}
        NotOrganizationMasterAccountException: Only the management account of the organization and its delegated administrators for CloudTrail can make an organization trail.
    "#]]);
}

#[test]
fn an_organization_must_be_ready_for_trails() {
    let input = r#"{"Name": "logs", "S3BucketName": "bucket", "IsOrganizationTrail": true}"#;
    let mut world = World::new();
    world.step("in organization");
    let mut with = |change: fn(&mut Organization)| {
        let organization = world.outside.organization.as_mut().unwrap();
        change(organization);
        let answer = world.call("CreateTrail", input);
        answer.split(':').next().unwrap().to_owned()
    };
    assert_eq!(with(|it| it.trusts_cloudtrail = false), "CloudTrailAccessNotEnabledException");
    assert_eq!(with(|it| it.has_all_features = false), "OrganizationNotInAllFeaturesModeException");
}

/// B5, as far as it is decided here: whose bucket policy is asked, and on behalf of which trail.
#[test]
fn markers_are_those_of_the_owner_and_the_organization() {
    let mut world = World::new();
    for step in [
        r#"CreateTrail {"Name": "one", "S3BucketName": "bucket"}"#,
        r#"CreateTrail {"Name": "two", "S3BucketName": "bucket", "S3KeyPrefix": "a", "EnableLogFileValidation": true}"#,
        "in organization",
        "as 222233334444",
        r#"CreateTrail {"Name": "three", "S3BucketName": "bucket", "IsOrganizationTrail": true}"#,
    ] {
        world.step(step);
    }
    expect![[r"
        bucket 111122223333 arn:aws:cloudtrail:us-east-1:111122223333:trail/one AWSLogs/111122223333/CloudTrail/
        bucket 111122223333 arn:aws:cloudtrail:us-east-1:111122223333:trail/two a/AWSLogs/111122223333/CloudTrail/ a/AWSLogs/111122223333/CloudTrail-Digest/
        bucket 111122223333 arn:aws:cloudtrail:us-east-1:111122223333:trail/three AWSLogs/o-exampleorgid/111122223333/CloudTrail/"]].assert_eq(&world.outside.asked.borrow().join("\n"));
}

/// What members did while the trail was theirs is delivered after it is theirs no longer.
#[test]
fn a_trail_that_leaves_its_organization_files_its_members_events_there() {
    let mut world = World::new();
    world.step("in organization");
    for name in ["converted", "distrusted"] {
        let input = format!(
            r#"{{"Name": "{name}", "S3BucketName": "bucket", "IsOrganizationTrail": true}}"#
        );
        world.call("CreateTrail", &input);
        world.call("StartLogging", &format!(r#"{{"Name": "{name}"}}"#));
    }
    world.call("UpdateTrail", r#"{"Name": "converted", "IsOrganizationTrail": false}"#);
    assert_eq!(world.state.without_organization("o-anotherorgid", world.now, 8), []);
    let changes = world.state.without_organization("o-exampleorgid", world.now, 8);
    assert_eq!(changes.len(), 1);
    world.apply(&changes);
    for trail in world.state.trails.values() {
        assert!(!trail.is_organization() && trail.is_logging, "{}", trail.name);
        assert_eq!(trail.files_organization("333344445555"), Some("o-exampleorgid"));
        assert_eq!(trail.files_organization("111122223333"), None);
        assert_eq!(trail.cuts, [Cut::new(7, 8, world.now)]);
    }
    assert_eq!(world.state.without_organization("o-exampleorgid", world.now, 9), []);
    world.assert_folds_twice();
}
