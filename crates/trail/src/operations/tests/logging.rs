//! `StartLogging`, `StopLogging` and `DeleteTrail`.

use expect_test::expect;

use super::check;

#[test]
fn starting_and_stopping_twice_is_once() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > StopLogging {"Name": "logs"}
        {}
        > GetTrailStatus {"Name": "logs"}
        {"IsLogging":false,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"","TimeLoggingStopped":""}
        > StartLogging {"Name": "logs"}
        {}
        > GetTrailStatus {"Name": "logs"}
        {"IsLogging":true,"StartLoggingTime":1795161600.125,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"2026-11-20T08:00:00Z","TimeLoggingStopped":""}
        > wait 60
        > StartLogging {"Name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"}
        {}
        > GetTrailStatus {"Name": "logs"}
        {"IsLogging":true,"StartLoggingTime":1795161600.125,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"2026-11-20T08:00:00Z","TimeLoggingStopped":""}
        > StopLogging {"Name": "logs"}
        {}
        > wait 60
        > StopLogging {"Name": "logs"}
        {}
        > GetTrailStatus {"Name": "logs"}
        {"IsLogging":false,"StartLoggingTime":1795161600.125,"StopLoggingTime":1795161660.125,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"2026-11-20T08:00:00Z","TimeLoggingStopped":"2026-11-20T08:01:00Z"}
        > StartLogging {"Name": "logs"}
        {}
        > GetTrailStatus {"Name": "logs"}
        {"IsLogging":true,"StartLoggingTime":1795161720.125,"StopLoggingTime":1795161660.125,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"2026-11-20T08:02:00Z","TimeLoggingStopped":"2026-11-20T08:01:00Z"}
        > DeleteTrail {"Name": "logs"}
        {}
        > GetTrailStatus {"Name": "logs"}
        TrailNotFoundException: Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/logs for the user: 111122223333
        > DescribeTrails {}
        {"trailList":[]}
    "#]]);
}
