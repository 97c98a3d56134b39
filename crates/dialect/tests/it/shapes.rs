//! The shapes a SELECT can have: subqueries, joins, unions, names of columns.

use crate::world::World;
use dialect::{Limits, check};

#[test]
fn shapes() {
    World::new().expect(&[
        ("WITH a AS (SELECT * FROM events WHERE readonly), b(id, n) AS (SELECT eventid, eventname FROM a) SELECT id FROM b ORDER BY id", &["e3", "e4"]),
        ("SELECT eventid FROM events WHERE eventid IN (SELECT max(eventid) FROM events) OR EXISTS (SELECT 1 FROM events e2 WHERE e2.eventid = 'none')", &["e5"]),
        ("SELECT (SELECT count(*) FROM events e2 WHERE e2.eventsource = e1.eventsource) FROM events e1 WHERE eventid = 'e1'", &["2"]),
        ("SELECT a.eventid, b.eventid FROM events a JOIN <eds> b ON a.sourceipaddress = b.sourceipaddress AND a.eventid < b.eventid", &["e1 | e2"]),
        ("SELECT count(*) FROM events a LEFT JOIN <eds> b ON a.eventid = b.errorcode", &["5"]),
        ("SELECT eventid FROM events a JOIN <eds> b USING (eventid) WHERE a.readonly AND b.awsregion = 'eu-west-1'", &["e3"]),
        ("SELECT 1 UNION SELECT 1 UNION ALL SELECT 2 ORDER BY 1", &["1", "2"]),
        ("SELECT eventid FROM events INTERSECT SELECT 'e1'", &["e1"]),
        ("SELECT eventid FROM events EXCEPT SELECT eventid FROM <eds> WHERE readonly ORDER BY 1", &["e1", "e2", "e5"]),
        ("SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y) ORDER BY x DESC", &["2 | b", "1 | a"]),
        ("SELECT errorcode FROM events ORDER BY errorcode LIMIT 2", &["AccessDenied", "null"]),
        ("SELECT errorcode FROM events ORDER BY errorcode DESC LIMIT 1", &["AccessDenied"]),
        ("SELECT errorcode FROM events ORDER BY errorcode NULLS FIRST LIMIT 1", &["null"]),
        ("SELECT eventid FROM events ORDER BY 1 OFFSET 1 ROWS FETCH FIRST 2 ROWS ONLY", &["e2", "e3"]),
        ("SELECT eventid FROM events ORDER BY 1 OFFSET 3 LIMIT 1", &["e4"]),
        ("SELECT k, v FROM events CROSS JOIN UNNEST(requestparameters) AS t(k, v) WHERE eventid = 'e3' ORDER BY k", &["bucketName | logs", "key | a/b.txt"]),
        ("SELECT x, n FROM UNNEST(ARRAY['a','b']) WITH ORDINALITY AS t(x, n)", &["a | 1", "b | 2"]),
        ("SELECT x, y FROM UNNEST(ARRAY[1,2], ARRAY['a']) AS t(x, y)", &["1 | a", "2 | null"]),
        ("SELECT d, count(e.eventid) FROM UNNEST(sequence(date '2026-11-18', date '2026-11-20')) AS t(d) LEFT JOIN events e ON date(e.eventtime) = d GROUP BY d ORDER BY d", &["2026-11-18 | 0", "2026-11-19 | 1", "2026-11-20 | 3"]),
        ("SELECT a.eventid, r.arn, x FROM events a JOIN <eds> b ON a.eventid = b.eventid CROSS JOIN UNNEST(a.resources) AS t(r) CROSS JOIN UNNEST(split(r.arn, ':')) AS s(x) WHERE x = 's3' ORDER BY 1, 2", &["e1 | arn:aws:s3:::logs | s3", "e3 | arn:aws:s3:::logs | s3", "e3 | arn:aws:s3:::logs/a/b.txt | s3"]),
        ("SELECT \"EventName\" FROM Events WHERE \"EVENTID\" = 'e1' -- a comment\n", &["CreateBucket"]),
        ("SELECT eventid, eventid, count(*), count(*) FROM events WHERE eventid = 'e1' GROUP BY eventid", &["e1 | e1 | 1 | 1"]),
        ("SELECT e.eventname, lower(e.eventname) FROM events AS e GROUP BY e.eventname ORDER BY e.eventname LIMIT 1", &["AssumeRole | assumerole"]),
        ("SELECT date_trunc('day', eventtime) AS day, count(*) FROM events GROUP BY date_trunc('day', eventtime) ORDER BY day DESC LIMIT 1", &["2026-11-20 00:00:00.000 | 3"]),
        ("SELECT eventid FROM events WHERE (eventsource, eventname) IN (('s3.amazonaws.com', 'GetObject'))", &["e3"]),
        ("SELECT eventid FROM events WHERE eventid = ANY (SELECT max(eventid) FROM events) OR eventid <> ALL (SELECT eventid FROM events WHERE eventid <> 'e1') ORDER BY 1", &["e1", "e5"]),
        ("SELECT eventname AS eventName, lower(eventsource) AS eventsource, useridentity.arn FROM events WHERE errorcode = 'AccessDenied'", &["CreateUser | iam.amazonaws.com | arn:aws:iam::111122223333:user/bob"]),
        ("SELECT arn, eventname FROM (SELECT lower(eventname) AS eventname, useridentity.arn FROM events) WHERE eventname = 'createuser'", &["arn:aws:iam::111122223333:user/bob | createuser"]),
        (";", &["ERROR syntax error at line 1, column 1: the query is empty"]),
        ("SELECT 1;", &["1"]),
    ]);
}

fn names(sql: &str) -> Vec<String> {
    let world = World::new();
    let columns = check(&world.catalog, sql, &Limits::default()).unwrap();
    columns.0.into_iter().map(|column| format!("{} {}", column.name, column.data_type)).collect()
}

#[test]
fn columns_are_named_as_in_trino() {
    assert_eq!(
        names(
            "SELECT eventName, useridentity.sessionContext.sessionIssuer.userName, count(*), 1 + 1, \
             max(eventTime) AS LastSeen, resources[1].type, eventName, useridentity.userName AS \
             \"The User\" FROM events GROUP BY 1, 2, 6, 7, 8"
        ),
        [
            "eventname varchar",
            "username varchar",
            "_col2 bigint",
            "_col3 bigint",
            "LastSeen timestamp(3)",
            "type varchar",
            "eventname varchar",
            "The User varchar",
        ]
    );
}

#[test]
fn a_star_shows_what_may_be_seen() {
    let columns = names("SELECT *, 5 FROM events");
    assert_eq!(columns.first().unwrap(), "eventversion varchar");
    assert_eq!(columns.get(1).unwrap(), "eventtime timestamp(3)");
    assert!(columns.contains(&"eventjsonchecksum varchar".to_owned()));
    assert_eq!(columns.last().unwrap(), &format!("_col{} bigint", columns.len() - 1));
    assert!(!columns.iter().any(|name| name.contains("opentrail")));
}

#[test]
fn statistics_tell_what_was_read() {
    let world = World::new();
    let (_, all) = world.run("SELECT eventid FROM open").unwrap();
    assert_eq!((all.rows_scanned, all.rows_matched), (6, 6));
    let (_, late) =
        world.run("SELECT eventid FROM open WHERE eventtime > '2026-11-20 08:30:00'").unwrap();
    assert_eq!((late.rows_scanned, late.rows_matched), (4, 1), "one file is left out by its times");
    assert!(late.bytes_scanned > 0 && all.bytes_scanned > 0, "{late:?} {all:?}");
    // without them the file's own statistics leave its rows out, zone or no zone
    let mut world = world;
    world.catalog.tables.iter_mut().for_each(|table| {
        table.files.iter_mut().for_each(|file| file.times = None);
    });
    let (_, late) =
        world.run("SELECT eventid FROM open WHERE eventtime > '2026-11-20 08:30:00'").unwrap();
    assert_eq!((late.rows_scanned, late.rows_matched), (4, 1));
    let (_, own) = world.run("SELECT eventid FROM events WHERE eventname = 'CreateUser'").unwrap();
    assert_eq!(own.rows_matched, 1);
}

#[test]
fn every_function_of_the_list_has_a_name_and_no_inner_one_shows() {
    let names = dialect::functions();
    assert!(names.len() > 200, "{}", names.len());
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')));
}
