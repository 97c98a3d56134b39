//! E4: rows that a table's predicate does not let through have no part in any answer.

use crate::world::World;

const FOREIGN: [&str; 4] = ["FOREIGN-SECRET", "mallory", "GetSecretValue", "444455556666"];

#[test]
fn e4_no_query_sees_a_foreign_row() {
    let world = World::new();
    for sql in [
        "SELECT * FROM events",
        "SELECT * FROM events WHERE recipientaccountid = '444455556666'",
        "SELECT * FROM events WHERE true OR eventid = 'f1'",
        "SELECT * FROM events WHERE eventid = 'f1' OR 1 = 1",
        "SELECT * FROM events a FULL JOIN events b ON a.eventid = b.eventid",
        "SELECT * FROM events UNION ALL SELECT * FROM events",
        "SELECT * FROM events EXCEPT SELECT * FROM events WHERE recipientaccountid = '111122223333'",
        "SELECT array_agg(requestparameters), histogram(recipientaccountid) FROM events",
        "SELECT max(useridentity.username), max(requestparameters), max(recipientaccountid) FROM events",
        "SELECT max_by(eventname, eventtime) FROM events",
        "SELECT eventname FROM events ORDER BY eventtime DESC LIMIT 1",
        "SELECT k, v FROM events LEFT JOIN UNNEST(requestparameters) AS t(k, v) ON TRUE",
        "SELECT (SELECT max(eventname) FROM events WHERE eventid LIKE 'f%')",
        "SELECT * FROM cloudtrail_logs WHERE eventname LIKE '%Secret%' OR true",
        "SELECT first_value(eventname) OVER (ORDER BY eventtime DESC) FROM events",
        "SELECT approx_percentile(to_unixtime(eventtime), 1.0) FROM events",
    ] {
        let rows = world.rows(sql).join("\n");
        assert!(!rows.starts_with("ERROR"), "{sql}: {rows}");
        for word in FOREIGN {
            assert!(!rows.contains(word), "{sql}: {rows}");
        }
    }
    world.expect(&[
        ("SELECT count(*), count(DISTINCT recipientaccountid) FROM events", &["5 | 1"]),
        ("SELECT count(*) FROM events WHERE eventid = 'f1'", &["0"]),
        ("SELECT count(*) FROM events WHERE eventtime > '2026-11-20 08:30:00'", &["0"]),
        ("SELECT max(eventtime) FROM events", &["2026-11-20 08:15:00.000"]),
    ]);
}

/// Only the foreign row's parameters are no JSON, and only its id makes these divide by zero: an
/// error, even one without a value, would tell of the row.
#[test]
fn e4_no_error_tells_of_a_foreign_row() {
    let world = World::new();
    for sql in [
        "SELECT count(*) FROM events WHERE json_parse(requestparameters) IS NULL",
        "SELECT count(*) FROM events WHERE CAST(json_parse(requestparameters) AS map(varchar, json)) IS NULL",
        "SELECT eventid FROM events WHERE 1 / (CASE WHEN eventid = 'f1' THEN 0 ELSE 1 END) = 1",
        "SELECT eventid FROM events WHERE CAST(replace(eventid, 'e') AS bigint) > 0",
        "SELECT eventid FROM events WHERE eventname = 'CreateUser' AND CAST(replace(eventid, 'e') AS bigint) > 0",
        "SELECT eventid FROM events ORDER BY CAST(replace(eventid, 'e') AS bigint) DESC LIMIT 1",
        "SELECT a.eventid FROM events a JOIN events b ON CAST(replace(a.eventid, 'e') AS bigint) = CAST(replace(b.eventid, 'e') AS bigint)",
        "SELECT max(CAST(replace(eventid, 'e') AS bigint)) FROM events",
        "SELECT count(*) FROM (SELECT eventid, CAST(replace(eventid, 'e') AS bigint) AS n FROM events) WHERE n > 1 AND eventid LIKE 'e%'",
    ] {
        let rows = world.rows(sql);
        assert!(!rows.iter().any(|row| row.starts_with("ERROR")), "{sql}: {rows:?}");
    }
    world.expect(&[
        (
            "SELECT useridentity.arn, upper(useridentity.username), eventid, CAST(replace(eventid, 'e') AS bigint), 7, useridentity.sessioncontext.sessionissuer.username FROM events WHERE readonly = false ORDER BY 3 LIMIT 1",
            &["arn:aws:iam::111122223333:user/alice | ALICE | e1 | 1 | 7 | null"],
        ),
        (
            "SELECT useridentity.username, count(*) FROM events GROUP BY useridentity.username ORDER BY 2 DESC, 1",
            &["alice | 2", "null | 2", "bob | 1"],
        ),
        ("SELECT eventid FROM events WHERE useridentity.username = 'bob'", &["e2"]),
        (
            "SELECT useridentity.username, transform(resources, r -> useridentity.username || r.type || eventid || useridentity.type), lower(useridentity.type) FROM events WHERE eventid = 'e1'",
            &["alice | [aliceAWS::S3::Buckete1IAMUser] | iamuser"],
        ),
        ("SELECT length(useridentity.username) + length(useridentity.username) FROM events WHERE eventid = 'e2'", &["6"]),
    ]);
    // the same query does fail where the row may be seen
    let open =
        world.rows("SELECT eventid FROM open WHERE CAST(replace(eventid, 'e') AS bigint) > 0");
    assert!(open.iter().any(|row| row.starts_with("ERROR")), "{open:?}");
}

#[test]
fn e4_hidden_columns_and_other_tables_have_no_name() {
    let world = World::new();
    for sql in [
        "SELECT opentrail_account FROM events",
        "SELECT events.opentrail_sequence FROM events",
        "SELECT eventid FROM events WHERE opentrail_account <> ''",
        "SELECT eventid FROM events ORDER BY opentrail_nth",
        "SELECT count(*) FROM events GROUP BY opentrail_account",
        "SELECT * FROM \"$files\"",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM information_schema.columns",
        "SELECT * FROM other.events",
        "SELECT * FROM a.b.events",
        "SELECT * FROM system.runtime.queries",
        "SELECT * FROM 99999999-1111-4222-8333-444455556666",
        "SELECT * FROM pg_catalog.pg_tables",
    ] {
        let rows = world.rows(sql);
        assert!(rows.first().is_some_and(|row| row.starts_with("ERROR")), "{sql}: {rows:?}");
    }
}
