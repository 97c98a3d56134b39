//! Which ARNs policies are asked about, and which trail an event is about.

use expect_test::expect;
use serde_json::{Value as Json, json};
use wire::{Call, Members, Value};

use super::world::World;
use crate::operations::operations;

fn value(json: &Json) -> Value {
    match json {
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        json => Value::from(json.as_str().unwrap()),
    }
}

#[test]
fn policies_are_asked_about_what_is_named() {
    let arn = "arn:aws:cloudtrail:eu-west-1:444455556666:trail/logs";
    let store = "12345678-1234-1234-1234-123456789012";
    let rows = [
        ("CreateTrail", json!({"Name": "logs"})),
        ("UpdateTrail", json!({"Name": arn})),
        ("GetTrail", json!({"Name": "l#gs"})),
        ("DescribeTrails", json!({"trailNameList": ["logs"]})),
        ("ListTrails", json!({})),
        ("ListPublicKeys", json!({})),
        ("PutEventSelectors", json!({"TrailName": "logs"})),
        ("PutInsightSelectors", json!({"TrailName": "logs", "EventDataStore": store})),
        ("GetEventConfiguration", json!({"EventDataStore": store})),
        ("GetEventConfiguration", json!({})),
        ("AddTags", json!({"ResourceId": arn})),
        ("ListTags", json!({"ResourceIdList": [arn, "arn:aws:cloudtrail:us-east-1:1:channel/a"]})),
        ("ListTags", json!({"ResourceIdList": []})),
        ("PutResourcePolicy", json!({"ResourceArn": arn})),
    ];
    let mut actual = Vec::new();
    for (operation, input) in rows {
        let entry = operations().iter().find(|entry| entry.operation == operation).unwrap();
        let input: Members = input
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, json)| (name.clone().into(), value(json)))
            .collect();
        let mut random = || 0;
        let now = jiff::Timestamp::UNIX_EPOCH;
        let (account, region) = ("111122223333", "us-east-1");
        let call = Call { account, region, now, random: &mut random };
        actual.push(format!("{operation}: {}", (entry.resources)(&call, &input).join(", ")));
    }
    expect![[r"
        CreateTrail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs
        UpdateTrail: arn:aws:cloudtrail:eu-west-1:444455556666:trail/logs
        GetTrail: arn:aws:cloudtrail:us-east-1:111122223333:trail/l#gs
        DescribeTrails: *
        ListTrails: *
        ListPublicKeys: *
        PutEventSelectors: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs
        PutInsightSelectors: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs, arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012
        GetEventConfiguration: arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012
        GetEventConfiguration: *
        AddTags: arn:aws:cloudtrail:eu-west-1:444455556666:trail/logs
        ListTags: arn:aws:cloudtrail:eu-west-1:444455556666:trail/logs, arn:aws:cloudtrail:us-east-1:1:channel/a
        ListTags: *
        PutResourcePolicy: arn:aws:cloudtrail:eu-west-1:444455556666:trail/logs"]].assert_eq(&actual.join("\n"));
}

#[test]
fn events_are_about_the_trail() {
    let mut world = World::new();
    let mut about = |operation, input| {
        world.call(operation, input);
        world.touched.join(", ")
    };
    let trail = "AWS::CloudTrail::Trail arn:aws:cloudtrail:us-east-1:111122223333:trail/logs";
    for (operation, input) in [
        ("CreateTrail", r#"{"Name": "logs", "S3BucketName": "bucket"}"#),
        ("UpdateTrail", r#"{"Name": "logs"}"#),
        ("GetTrail", r#"{"Name": "logs"}"#),
        ("GetTrailStatus", r#"{"Name": "logs"}"#),
        ("StartLogging", r#"{"Name": "logs"}"#),
        ("StartLogging", r#"{"Name": "logs"}"#),
        ("StopLogging", r#"{"Name": "logs"}"#),
        ("PutEventSelectors", r#"{"TrailName": "logs", "EventSelectors": [{}]}"#),
        ("GetEventSelectors", r#"{"TrailName": "logs"}"#),
        ("DeleteTrail", r#"{"Name": "logs"}"#),
    ] {
        assert_eq!(about(operation, input), trail, "{operation}");
    }
    assert_eq!(about("DescribeTrails", "{}"), "");
}
