//! `GetTrailStatus`.

use expect_test::expect;

use super::check_in;
use super::world::World;
use crate::change::Change;
use crate::delivery::{Delivery, Failure};

/// The body of a trail that was never started, to the byte: 209 of them.
#[test]
fn a_trail_that_never_started_has_six_empty_texts() {
    let mut world = World::new();
    world.call("CreateTrail", r#"{"Name": "logs", "S3BucketName": "bucket"}"#);
    let status = world.call("GetTrailStatus", r#"{"Name": "logs"}"#);
    assert_eq!(
        status,
        r#"{"IsLogging":false,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"","TimeLoggingStopped":""}"#
    );
    assert_eq!(status.len(), 209);
}

#[test]
fn each_region_and_channel_has_a_status_of_its_own() {
    let mut world = World::new();
    for (operation, input) in [
        ("CreateTrail", r#"{"Name": "logs", "S3BucketName": "bucket", "SnsTopicName": "topic"}"#),
        ("StartLogging", r#"{"Name": "logs"}"#),
    ] {
        world.call(operation, input);
    }
    let at = |second: u8| format!("2026-11-20T08:05:{second:02}.5Z").parse().unwrap();
    let region = || "us-east-1".to_owned();
    let failure =
        |error: &str, second| Failure { region: region(), error: error.to_owned(), at: at(second) };
    let mut show = |what: Vec<Delivery>, transcript| {
        let change = |what| Change::Delivery { trail: 0, what };
        world.apply(&what.into_iter().map(change).collect::<Vec<_>>());
        check_in(&mut world, &transcript);
    };
    show(
        vec![
            Delivery::DeliveryFailed(failure("NoSuchBucket", 1)),
            Delivery::NotificationFailed { failure: failure("AuthorizationError", 2), waited: 0 },
            Delivery::DigestFailed(failure("AccessDenied", 3)),
        ],
        expect![[r#"
            > GetTrailStatus {"Name": "logs"}
            {"IsLogging":true,"LatestDeliveryError":"NoSuchBucket","LatestNotificationError":"AuthorizationError","StartLoggingTime":1795161600.125,"LatestDigestDeliveryError":"AccessDenied","LatestDeliveryAttemptTime":"2026-11-20T08:05:01Z","LatestNotificationAttemptTime":"2026-11-20T08:05:02Z","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"2026-11-20T08:00:00Z","TimeLoggingStopped":""}
            > in eu-west-1
            > GetTrailStatus {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
            {"IsLogging":true,"StartLoggingTime":1795161600.125,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"2026-11-20T08:00:00Z","TimeLoggingStopped":""}
            > in us-east-1
        "#]],
    );
    let file = crate::state::DeliveredFile {
        s3_bucket: "bucket".to_owned(),
        s3_object: "key".to_owned(),
        hash: String::new(),
        raw_hash: String::new(),
        newest_event_time: at(4),
        oldest_event_time: at(4),
        at: at(4),
        events: 1,
    };
    let account = "111122223333".to_owned();
    let (cut, files, notices) = (8, vec![file], Vec::new());
    let delivered =
        Delivery::Delivered { cut, account, region: region(), files, notices, at: at(5) };
    show(
        vec![delivered],
        expect![[r#"
            > GetTrailStatus {"Name": "logs"}
            {"IsLogging":true,"LatestNotificationError":"AuthorizationError","LatestDeliveryTime":1795161905.5,"StartLoggingTime":1795161600.125,"LatestDigestDeliveryError":"AccessDenied","LatestDeliveryAttemptTime":"2026-11-20T08:05:05Z","LatestNotificationAttemptTime":"2026-11-20T08:05:02Z","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"2026-11-20T08:05:05Z","TimeLoggingStarted":"2026-11-20T08:00:00Z","TimeLoggingStopped":""}
            > UpdateTrail {"Name": "logs", "SnsTopicName": "other"}
            {"Name":"logs","S3BucketName":"bucket","SnsTopicName":"other","SnsTopicARN":"arn:aws:sns:us-east-1:111122223333:other","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
            > GetTrailStatus {"Name": "logs"}
            {"IsLogging":true,"LatestDeliveryTime":1795161905.5,"StartLoggingTime":1795161600.125,"LatestDigestDeliveryError":"AccessDenied","LatestDeliveryAttemptTime":"2026-11-20T08:05:05Z","LatestNotificationAttemptTime":"2026-11-20T08:05:02Z","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"2026-11-20T08:05:05Z","TimeLoggingStarted":"2026-11-20T08:00:00Z","TimeLoggingStopped":""}
        "#]],
    );
    show(
        vec![
            Delivery::Notified { region: region(), waited: 0, at: at(6) },
            Delivery::DeliveryFailed(failure("AccessDenied", 7)),
        ],
        expect![[r#"
            > GetTrailStatus {"Name": "logs"}
            {"IsLogging":true,"LatestDeliveryError":"AccessDenied","LatestDeliveryTime":1795161905.5,"LatestNotificationTime":1795161906.5,"StartLoggingTime":1795161600.125,"LatestDigestDeliveryError":"AccessDenied","LatestDeliveryAttemptTime":"2026-11-20T08:05:07Z","LatestNotificationAttemptTime":"2026-11-20T08:05:06Z","LatestNotificationAttemptSucceeded":"2026-11-20T08:05:06Z","LatestDeliveryAttemptSucceeded":"2026-11-20T08:05:05Z","TimeLoggingStarted":"2026-11-20T08:00:00Z","TimeLoggingStopped":""}
        "#]],
    );
}
