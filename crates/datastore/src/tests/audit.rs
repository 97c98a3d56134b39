//! `PutAuditEvents`.

use expect_test::expect;

use super::check;
use super::check_in;
use super::world::{World, long};

/// A world with a store for activity and a channel, `<3>`, that leads to it.
fn with_channel() -> World {
    let mut world = World::new();
    for step in [
        r#"CreateEventDataStore {"Name": "audit", "TerminationProtectionEnabled": false, "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}"#,
        r#"CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}"#,
        "wait 1",
    ] {
        let answer = world.step(step);
        assert!(answer.is_none_or(|answer| answer.starts_with('{')), "{step}");
    }
    world
}

/// Returns an event whose data differs from a good one's by these members; null takes one away.
fn event(id: &str, differing: &serde_json::Value) -> serde_json::Value {
    let mut data = serde_json::json!({
        "version": "1",
        "userIdentity": {"type": "badge", "principalId": "7"},
        "eventSource": "door.example.com",
        "eventName": "Open",
        "eventTime": "2026-11-20T07:59:00Z",
        "UID": "u-1",
        "recipientAccountId": "111122223333",
    });
    for (name, value) in differing.as_object().unwrap() {
        data[name] = value.clone();
    }
    serde_json::json!({ "id": id, "eventData": data.to_string() })
}

fn put(world: &mut World, events: &[serde_json::Value]) -> String {
    let events = serde_json::Value::from(events.to_vec());
    world.step(&long(&format!("put ARN:channel/<3> {events}"))).unwrap()
}

#[test]
fn good_events_are_taken_and_bad_ones_told() {
    check_in(
        &mut with_channel(),
        &expect![[r#"
            > GetChannel {"Channel": "<3>"}
            {"ChannelArn":"ARN:channel/<3>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}]}
            > put ARN:channel/<3> [{"id": "1", "eventData": "{ \"version\": \"1\", \"userIdentity\": {\"type\": \"badge\", \"principalId\": \"7\", \"details\": {\"door\": 1.0}}, \"eventSource\": \"door.example.com\", \"eventName\": \"Open\", \"eventTime\": \"2026-11-20T07:59:00Z\", \"UID\": \"u-1\", \"recipientAccountId\": \"111122223333\"}", "eventDataChecksum": "VjfpjxignZH8/28WICSvbqbfRftKu7o03lw08nO6ElQ="}, {"id": "2", "eventData": "[]"}]
            {"successful":[{"id":"1","eventID":"38506dfb-2c52-8d0e-ad6d-911533de98d5"}],"failed":[{"id":"2","errorCode":"InvalidData","errorMessage":"eventData is no JSON object: invalid type: sequence, expected a map at line 1 column 0."}]}
            [0] {"eventVersion":"1.11","eventCategory":"ActivityAuditLog","eventType":"ActivityLog","eventID":"38506dfb-2c52-8d0e-ad6d-911533de98d5","eventTime":"2026-11-20T07:59:00Z","awsRegion":"us-east-1","recipientAccountId":"111122223333","metadata":{"ingestionTime":"2026-11-20T08:00:01Z","channelARN":"ARN:channel/<3>"},"eventData":{"version":"1","userIdentity":{"type":"badge","principalId":"7","details":{"door":1.0}},"eventSource":"door.example.com","eventName":"Open","eventTime":"2026-11-20T07:59:00Z","UID":"u-1","recipientAccountId":"111122223333"}}
            > GetChannel {"Channel": "<3>"}
            {"ChannelArn":"ARN:channel/<3>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}],"IngestionStatus":{"LatestIngestionSuccessTime":1795161601.125,"LatestIngestionSuccessEventID":"38506dfb-2c52-8d0e-ad6d-911533de98d5","LatestIngestionErrorCode":"InvalidData","LatestIngestionAttemptTime":1795161601.125,"LatestIngestionAttemptEventID":"38506dfb-2c52-8d0e-ad6d-911533de98d5"}}
            > put ARN:channel/<3> [{"id": "1", "eventData": "{\"version\":\"1\",\"userIdentity\":{\"type\":\"badge\",\"principalId\":\"7\",\"details\":{\"door\":1.0}},\"eventSource\":\"door.example.com\",\"eventName\":\"Open\",\"eventTime\":\"2026-11-20T07:59:00Z\",\"UID\":\"u-1\",\"recipientAccountId\":\"111122223333\"}"}]
            {"successful":[{"id":"1","eventID":"38506dfb-2c52-8d0e-ad6d-911533de98d5"}],"failed":[]}
            > GetChannel {"Channel": "<3>"}
            {"ChannelArn":"ARN:channel/<3>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}],"IngestionStatus":{"LatestIngestionSuccessTime":1795161601.125,"LatestIngestionSuccessEventID":"38506dfb-2c52-8d0e-ad6d-911533de98d5","LatestIngestionAttemptTime":1795161601.125,"LatestIngestionAttemptEventID":"38506dfb-2c52-8d0e-ad6d-911533de98d5"}}
        "#]],
    );
}

#[test]
fn calls_that_are_wrong_as_a_whole() {
    check(expect![[r#"
        > put arn:any [{"id": "1", "eventData": "{}"}]
        InvalidChannelARN: arn:any is not the ARN of a channel.
        > put ARN:channel/badges [{"id": "1", "eventData": "{}"}]
        InvalidChannelARN: ARN:channel/badges is not the ARN of a channel.
        > put ARN:channel/<3> [{"id": "1", "eventData": "{}"}]
        ChannelNotFound: Channel ARN:channel/<3> does not exist.
    "#]]);
    check_in(
        &mut with_channel(),
        &expect![[r#"
            > put ARN:channel/<3> [{"id": "1", "eventData": "{}"}, {"id": "1", "eventData": "{}"}]
            DuplicatedAuditEventId: Two or more events have the id 1.
            > as 222233334444
            > put ARN:channel/<3> [{"id": "1", "eventData": "{}"}]
            ChannelInsufficientPermission: The caller may not put events into channel ARN:channel/<3>: neither by its own policies nor by the channel's, or not with this external ID.
            > as 111122223333
            > PutResourcePolicy {"ResourceArn": "ARN:channel/<3>", "ResourcePolicy": "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"222233334444\"}, \"Action\": \"cloudtrail-data:PutAuditEvents\", \"Resource\": \"ARN:channel/<3>\", \"Condition\": {\"StringEquals\": {\"cloudtrail:ExternalId\": \"secret\"}}}}"}
            {"ResourceArn":"ARN:channel/<3>","ResourcePolicy":"{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"222233334444\"}, \"Action\": \"cloudtrail-data:PutAuditEvents\", \"Resource\": \"ARN:channel/<3>\", \"Condition\": {\"StringEquals\": {\"cloudtrail:ExternalId\": \"secret\"}}}}"}
            > as 222233334444
            > put ARN:channel/<3> ["wrong", [{"id": "1", "eventData": "{}"}]]
            ChannelInsufficientPermission: The caller may not put events into channel ARN:channel/<3>: neither by its own policies nor by the channel's, or not with this external ID.
            > put ARN:channel/<3> ["secret", [{"id": "1", "eventData": "{}"}]]
            {"successful":[],"failed":[{"id":"1","errorCode":"FieldNotFound","errorMessage":"version is missing."}]}
            > as 111122223333
            > in eu-west-1
            > put ARN:channel/<3> [{"id": "1", "eventData": "{}"}]
            ChannelNotFound: Channel ARN:channel/<3> does not exist.
        "#]],
    );
}

#[test]
fn every_rule_of_the_data_is_held() {
    let mut world = with_channel();
    let long_text = "x".repeat(1_025);
    let object = |kib: usize| serde_json::json!({ "x": "y".repeat(kib * 1_024) });
    for (differing, expected) in [
        (serde_json::json!({}), "eventID"),
        (serde_json::json!({"version": null}), "FieldNotFound"),
        (serde_json::json!({"version": ""}), "FieldNotFound"),
        (serde_json::json!({"version": "v".repeat(257)}), "FieldTooLong"),
        (serde_json::json!({"userIdentity": {"type": "a"}}), "FieldNotFound"),
        (serde_json::json!({"userIdentity": {"principalId": "a"}}), "FieldNotFound"),
        (serde_json::json!({"userIdentity": "a"}), "FieldNotFound"),
        (
            serde_json::json!({"userIdentity": {"type": "t".repeat(129), "principalId": "a"}}),
            "FieldTooLong",
        ),
        (serde_json::json!({"userAgent": long_text}), "FieldTooLong"),
        (serde_json::json!({"eventSource": null}), "FieldNotFound"),
        (serde_json::json!({"eventName": null}), "FieldNotFound"),
        (serde_json::json!({"eventName": 7}), "InvalidData"),
        (serde_json::json!({"UID": null}), "FieldNotFound"),
        (serde_json::json!({"UID": long_text}), "FieldTooLong"),
        (serde_json::json!({"eventTime": null}), "FieldNotFound"),
        (serde_json::json!({"eventTime": "2026-11-20T07:59:00.5Z"}), "InvalidData"),
        (serde_json::json!({"eventTime": "2026-13-20T07:59:00Z"}), "InvalidData"),
        (serde_json::json!({"eventTime": "2026-11-20 07:59:00Z"}), "InvalidData"),
        (serde_json::json!({"recipientAccountId": null}), "FieldNotFound"),
        (serde_json::json!({"recipientAccountId": "222233334444"}), "InvalidRecipient"),
        (serde_json::json!({"errorCode": "e".repeat(257)}), "FieldTooLong"),
        (serde_json::json!({"errorMessage": "e".repeat(257)}), "FieldTooLong"),
        (serde_json::json!({"requestParameters": object(99)}), "eventID"),
        (serde_json::json!({"requestParameters": object(100)}), "FieldTooLong"),
        (serde_json::json!({"responseElements": object(100)}), "FieldTooLong"),
        (serde_json::json!({"additionalEventData": object(28)}), "FieldTooLong"),
        (serde_json::json!({"requestParameters": "text"}), "InvalidData"),
        (serde_json::json!({"sourceIPAddress": "203.0.113.7", "other": [1]}), "eventID"),
    ] {
        let answer = put(&mut world, &[event("1", &differing)]);
        let answer = answer.lines().next().unwrap();
        let is_taken = answer.starts_with(r#"{"successful":[{"#);
        let shown: String = differing.to_string().chars().take(80).collect();
        assert_eq!(is_taken, expected == "eventID", "{shown}: {answer}");
        assert!(answer.contains(expected), "{shown}: {answer}");
    }
    let mut wrong = event("1", &serde_json::json!({}));
    wrong["eventDataChecksum"] = "AAAA".into();
    assert!(put(&mut world, &[wrong]).contains("InvalidChecksum"));
    world.assert_folds_twice();
}

#[test]
fn too_much_for_one_call() {
    let mut world = with_channel();
    world.settings.audit_bytes_max = 1_000;
    let events: Vec<_> = (0..9).map(|id| event(&id.to_string(), &serde_json::json!({}))).collect();
    let refused = "ValidationException: The events of one call may have 1000 bytes together.";
    assert_eq!(put(&mut world, &events), refused);
    assert!(put(&mut world, &events[..2]).starts_with('{'));
}

#[test]
fn an_event_that_is_put_again_is_the_same_event() {
    let mut world = with_channel();
    let first = event("1", &serde_json::json!({}));
    let same = event("2", &serde_json::json!({}));
    let other = event("3", &serde_json::json!({"errorCode": "Denied"}));
    let answer = put(&mut world, &[first.clone(), same, other]);
    let ids = |answer: &str| -> Vec<String> {
        let output: serde_json::Value =
            serde_json::from_str(answer.lines().next().unwrap()).unwrap();
        let entries = output["successful"].as_array().unwrap();
        entries.iter().map(|entry| entry["eventID"].as_str().unwrap().to_owned()).collect()
    };
    let given = ids(&answer);
    assert_eq!(given[0], given[1]);
    assert_ne!(given[0], given[2], "with the same UID, and yet another event");
    assert_eq!(answer.lines().count(), 3, "two records");
    let again = put(&mut world, std::slice::from_ref(&first));
    assert_eq!(ids(&again), &given[..1]);
    assert_eq!(again.lines().count(), 1, "no record");
    // after a thousand others the channel does not know it any more; the record is the same again
    for round in 0..10 {
        let events: Vec<_> = (0..100)
            .map(|id| event(&id.to_string(), &serde_json::json!({"UID": format!("{round}-{id}")})))
            .collect();
        put(&mut world, &events);
    }
    let again = put(&mut world, &[first]);
    assert_eq!(ids(&again), &given[..1]);
    assert_eq!(again.lines().count(), 2);
    let channel = world.state.channels.values().next().unwrap();
    assert_eq!(channel.recent.len(), 1_000);
    world.assert_folds_twice();
}

#[test]
fn without_a_store_that_takes_events_none_is_taken() {
    let mut world = with_channel();
    let arn = long("ARN:eventdatastore/<1>");
    world.apply(&[crate::StoreChange::Deleted { arn: arn.clone(), at: world.now }.into()]);
    let event = event("1", &serde_json::json!({}));
    assert!(put(&mut world, std::slice::from_ref(&event)).contains("AccountNotSubscribed"));
    world.apply(&[crate::StoreChange::Restored { arn, at: world.now }.into()]);
    assert!(put(&mut world, &[event]).contains("eventID"));
}
