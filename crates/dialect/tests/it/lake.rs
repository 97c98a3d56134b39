//! The queries that CloudTrail Lake and Athena document, and those that programs send.

use crate::world::{STORE, World};

#[test]
fn the_query_of_the_team_application_runs_unchanged() {
    let world = World::new();
    let sql = format!(
        "SELECT eventID, eventName, eventSource, eventTime FROM {STORE} WHERE eventTime > \
         '2026-11-01 00:00:00' AND eventTime < '2026-12-01 00:00:00' AND \
         lower(useridentity.principalId) LIKE '%:user%' AND \
         useridentity.sessionContext.sessionIssuer.arn LIKE '%role%' AND recipientAccountId = \
         '111122223333'"
    );
    assert_eq!(world.rows(&sql), ["e3 | GetObject | s3.amazonaws.com | 2026-11-20 08:15:00.000"]);
}

#[test]
fn documented_questions_are_answered() {
    World::new().expect(&[
        ("SELECT count(*) FROM <eds>", &["5"]),
        ("SELECT count(*) FROM events", &["5"]),
        ("SELECT COUNT(*) AS n FROM \"EVENTS\" WHERE EVENTTIME > '2026-11-20 00:00:00'", &["3"]),
        (
            "SELECT eventName, count(*) AS n FROM <eds> GROUP BY eventName ORDER BY n DESC, 1 LIMIT 2",
            &["AssumeRole | 1", "ConsoleLogin | 1"],
        ),
        (
            "SELECT useridentity.arn, eventname FROM <eds> WHERE errorcode IN ('AccessDenied', 'UnauthorizedOperation')",
            &["arn:aws:iam::111122223333:user/bob | CreateUser"],
        ),
        (
            "SELECT element_at(requestparameters, 'bucketName') AS bucket, count(*) FROM <eds> WHERE eventsource = 's3.amazonaws.com' GROUP BY element_at(requestparameters, 'bucketName')",
            &["logs | 2"],
        ),
        (
            "SELECT requestParameters['bucketName'], requestParameters['absent'] FROM <eds> WHERE eventid = 'e1'",
            &["logs | null"],
        ),
        (
            "SELECT eventid FROM <eds> WHERE json_extract_scalar(requestParameters, '$.bucketName') = 'logs' AND json_extract_scalar(requestparameters, '$.key') IS NULL",
            &["e1"],
        ),
        (
            "SELECT eventid, r.arn FROM <eds> CROSS JOIN UNNEST(resources) AS t(r) WHERE r.arn LIKE '%/b.txt'",
            &["e3 | arn:aws:s3:::logs/a/b.txt"],
        ),
        (
            "SELECT e.eventid, arn, n FROM <eds> e, UNNEST(e.resources) WITH ORDINALITY AS t(acc, type, arn, prefix, n) ORDER BY 1, n",
            &[
                "e1 | arn:aws:s3:::logs | 1",
                "e3 | arn:aws:s3:::logs/a/b.txt | 1",
                "e3 | arn:aws:s3:::logs | 2",
            ],
        ),
        (
            "SELECT eventid, r.type FROM <eds> LEFT JOIN UNNEST(resources) AS t(r) ON TRUE ORDER BY eventid, 2",
            &[
                "e1 | AWS::S3::Bucket",
                "e2 | null",
                "e3 | AWS::S3::Bucket",
                "e3 | AWS::S3::Object",
                "e4 | null",
                "e5 | null",
            ],
        ),
        (
            "SELECT useridentity.username, additionaleventdata['MFAUsed'], responseelements['ConsoleLogin'] FROM <eds> WHERE eventname = 'ConsoleLogin'",
            &["alice | Yes | Success"],
        ),
        (
            "SELECT eventsource, tlsdetails.tlsversion, count(*) FROM <eds> WHERE tlsdetails.tlsversion IN ('TLSv1', 'TLSv1.2') GROUP BY 1, 2",
            &["iam.amazonaws.com | TLSv1.2 | 1"],
        ),
        (
            "SELECT eventid FROM <eds> WHERE eventtime BETWEEN '2026-11-19 00:00:00' AND '2026-11-20 08:00:00.250' ORDER BY eventtime DESC",
            &["e2", "e1", "e4"],
        ),
        (
            "SELECT eventid FROM <eds> WHERE eventtime >= date_add('day', -1, now()) ORDER BY eventid",
            &["e1", "e2", "e3", "e4"],
        ),
        (
            "SELECT eventid FROM <eds> WHERE eventtime > current_timestamp - interval '4' hour ORDER BY 1",
            &["e2", "e3"],
        ),
        (
            "SELECT eventid FROM <eds> WHERE date(eventtime) = date '2026-11-19'",
            &["e4"],
        ),
        (
            "SELECT eventid FROM <eds> WHERE eventTime = timestamp '2026-11-20 07:31:02'",
            &["e1"],
        ),
        (
            "SELECT eventid FROM <eds> WHERE eventtime > from_iso8601_timestamp('2026-11-20T08:00:00+00:00') ORDER BY 1",
            &["e2", "e3"],
        ),
        (
            "SELECT useridentity.sessioncontext.attributes.creationdate, useridentity.sessioncontext.sessionissuer.username FROM <eds> WHERE eventid = 'e3'",
            &["2026-11-20 08:14:00.000 | TEAM"],
        ),
        (
            "SELECT DISTINCT useridentity.type FROM <eds> ORDER BY useridentity.type",
            &["AWSService", "AssumedRole", "IAMUser"],
        ),
        ("SELECT eventjsonchecksum FROM <eds> WHERE eventid = 'e1'", &["E4IW3TJXAR9Ndl09YYDF6fxoXbsc96YZxJBo+HdKfZg="]),
        (
            "SELECT eventname FROM <eds> WHERE readOnly = false AND managementEvent ORDER BY 1",
            &["ConsoleLogin", "CreateBucket", "CreateUser"],
        ),
        (
            "SELECT cardinality(requestparameters), map_keys(requestparameters) FROM <eds> WHERE eventid = 'e3'",
            &["2 | [bucketName, key]"],
        ),
    ]);
}

#[test]
fn athena_queries_run_on_its_view() {
    World::new().expect(&[
        (
            "SELECT eventid FROM cloudtrail_logs",
            &["ERROR column not found at line 1, column 8: there is no column eventid (did you mean eventtime?)"],
        ),
        (
            "SELECT useridentity.arn, eventname FROM \"default\".\"cloudtrail_logs\" WHERE eventtime >= '2026-11-20T08:00:00Z' AND readonly = 'true'",
            &["arn:aws:sts::111122223333:assumed-role/TEAM/User@example.com | GetObject"],
        ),
        (
            "SELECT json_extract_scalar(requestparameters, '$.userName') FROM cloudtrail_logs WHERE eventname = 'CreateUser'",
            &["eve"],
        ),
        (
            "SELECT date_trunc('hour', from_iso8601_timestamp(eventtime)) AS h, count(*) FROM cloudtrail_logs GROUP BY 1 ORDER BY 1 DESC LIMIT 1",
            &["2026-11-20 08:00:00.000 | 2"],
        ),
    ]);
}
