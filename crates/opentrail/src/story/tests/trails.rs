//! CloudTrail itself: what a call changes, and how it was before.

use expect_test::{Expect, expect};
use serde_json::json;
use trail::Trail;
use wire::{Members, Resource, Value};

use super::{Asked, state};
use crate::story::Ending;

const ARN: &str = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/all";

fn trail(selectors: &serde_json::Value) -> Trail {
    let trail = json!({
        "number": 1, "name": "all", "arn": ARN, "account": "111122223333",
        "home_region": "eu-central-1", "s3_bucket_name": "logs", "s3_key_prefix": null,
        "sns_topic_name": "news", "sns_topic_arn": "arn:aws:sns:eu-central-1:111122223333:news",
        "include_global_service_events": true, "is_multi_region": true, "organization_id": null,
        "validation_since": "2026-11-20T07:00:00Z", "recursive_logging": true,
        "selectors": selectors, "has_custom_event_selectors": true,
        "insight_selectors": [
            {"insight_type": "ApiCallRateInsight", "event_categories": []},
            {"insight_type": "ApiErrorRateInsight", "event_categories": ["Data"]},
        ],
        "insights_destination": null, "aggregations": [], "tags": {}, "is_logging": true,
        "started": "2026-11-20T07:00:00Z", "stopped": null, "cut_to": 0, "cuts": [], "chains": {},
        "unlisted": [], "notices": [], "statuses": {},
    });
    serde_json::from_value(trail).unwrap()
}

fn basic() -> serde_json::Value {
    json!({"Basic": [{
        "ReadWriteType": "WriteOnly",
        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::logs/"]}],
    }]})
}

/// Holds a call against its record; it was about the trail, which had these selectors.
fn check(operation: &'static str, input: Members, had: &serde_json::Value, expected: &Expect) {
    let mut state = state();
    state.trail.trails.insert(ARN.to_owned(), trail(had));
    let about = Resource { kind: "AWS::CloudTrail::Trail", name: ARN.to_owned(), in_record: false };
    let (output, resources) = (&Members::new(), &[about]);
    let asked = Asked::new("cloudtrail", operation, input);
    asked.tell(&state, &Ending::Done { output, resources, owner_account: None }, expected);
}

fn named() -> Members {
    Members::new().with("Name", Value::from("all"))
}

#[test]
fn replaced_selectors_stand_beside_the_new_ones() {
    let selector = Members::new().with("ReadWriteType", Value::from("ReadOnly"));
    let input = Members::new()
        .with("TrailName", Value::from("all"))
        .with("EventSelectors", Value::from(vec![selector]));
    let advanced = json!({"Advanced": [{"Name": "Kept", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ]}]});
    check(
        "PutEventSelectors",
        input,
        &advanced,
        &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"PutEventSelectors","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"trailName":"all","eventSelectors":[{"readWriteType":"ReadOnly"}]},"responseElements":null,"additionalEventData":{"opentrail:previous":{"advancedEventSelectors":[{"name":"Kept","fieldSelectors":[{"field":"eventCategory","equals":["Data"]},{"field":"resources.type","equals":["AWS::S3::Object"]}]}]}},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
          in history: AWS::CloudTrail::Trail arn:aws:cloudtrail:eu-central-1:111122223333:trail/all
    "#]],
    );
}

#[test]
fn what_is_updated_or_stopped_stands_as_it_was() {
    let input = named().with("IsMultiRegionTrail", Value::from(false));
    check(
        "UpdateTrail",
        input,
        &basic(),
        &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"UpdateTrail","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"name":"all","isMultiRegionTrail":false},"responseElements":null,"additionalEventData":{"opentrail:previous":{"name":"all","s3BucketName":"logs","snsTopicName":"news","snsTopicARN":"arn:aws:sns:eu-central-1:111122223333:news","includeGlobalServiceEvents":true,"isMultiRegionTrail":true,"homeRegion":"eu-central-1","trailARN":"arn:aws:cloudtrail:eu-central-1:111122223333:trail/all","logFileValidationEnabled":true,"hasCustomEventSelectors":true,"hasInsightSelectors":true,"isOrganizationTrail":false,"recursiveLogging":true}},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
          in history: AWS::CloudTrail::Trail arn:aws:cloudtrail:eu-central-1:111122223333:trail/all
    "#]],
    );
    check(
        "StopLogging",
        named(),
        &basic(),
        &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"name":"all"},"responseElements":null,"additionalEventData":{"opentrail:previous":{"isLogging":true}},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
          in history: AWS::CloudTrail::Trail arn:aws:cloudtrail:eu-central-1:111122223333:trail/all
    "#]],
    );
    let input = Members::new()
        .with("TrailName", Value::from("all"))
        .with("InsightSelectors", Value::List(Vec::new()));
    check(
        "PutInsightSelectors",
        input,
        &basic(),
        &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"PutInsightSelectors","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"trailName":"all","insightSelectors":[]},"responseElements":null,"additionalEventData":{"opentrail:previous":{"insightSelectors":[{"insightType":"ApiCallRateInsight"},{"insightType":"ApiErrorRateInsight","eventCategories":["Data"]}]}},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
          in history: AWS::CloudTrail::Trail arn:aws:cloudtrail:eu-central-1:111122223333:trail/all
    "#]],
    );
}

#[test]
fn a_deleted_trail_is_told_whole() {
    check(
        "DeleteTrail",
        named(),
        &basic(),
        &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"DeleteTrail","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"name":"all"},"responseElements":null,"additionalEventData":{"opentrail:previous":{"name":"all","s3BucketName":"logs","snsTopicName":"news","snsTopicARN":"arn:aws:sns:eu-central-1:111122223333:news","includeGlobalServiceEvents":true,"isMultiRegionTrail":true,"homeRegion":"eu-central-1","trailARN":"arn:aws:cloudtrail:eu-central-1:111122223333:trail/all","logFileValidationEnabled":true,"hasCustomEventSelectors":true,"hasInsightSelectors":true,"isOrganizationTrail":false,"recursiveLogging":true,"isLogging":true,"eventSelectors":[{"readWriteType":"WriteOnly","includeManagementEvents":true,"dataResources":[{"type":"AWS::S3::Object","values":["arn:aws:s3:::logs/"]}],"excludeManagementEventSources":[]}],"insightSelectors":[{"insightType":"ApiCallRateInsight"},{"insightType":"ApiErrorRateInsight","eventCategories":["Data"]}]}},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
          in history: AWS::CloudTrail::Trail arn:aws:cloudtrail:eu-central-1:111122223333:trail/all
    "#]],
    );
}

#[test]
fn starting_takes_nothing_away() {
    check(
        "StartLogging",
        named(),
        &basic(),
        &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StartLogging","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"name":"all"},"responseElements":null,"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
          in history: AWS::CloudTrail::Trail arn:aws:cloudtrail:eu-central-1:111122223333:trail/all
    "#]],
    );
}

#[test]
fn selectors_that_are_too_large_to_be_shown_are_named() {
    let values: Vec<_> = (0..250).map(|n| format!("arn:aws:s3:::logs/{n:0>150}")).collect();
    let large =
        json!({"Basic": [{"DataResources": [{"Type": "AWS::S3::Object", "Values": values}]}]});
    let shown = super::super::previous::previous("PutEventSelectors", &trail(&large)).unwrap();
    assert_eq!(shown["omitted"], true);
    assert!(shown["length"].as_u64().unwrap() > 250 * 150);
    assert!(shown.to_string().len() < 8 * 1024);
}
