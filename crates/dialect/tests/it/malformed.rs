//! What is wrong is named with its place, and with what to write instead.

use crate::world::{World, zoned};
use dialect::{Limits, check};

fn says(sql: &str) -> String {
    let world = World::new();
    match check(&world.catalog, sql, &Limits::default()) {
        Ok(columns) => format!("accepted: {columns:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn faults_have_a_place_and_a_hint() {
    let mut wrong = Vec::new();
    for (sql, expected) in [
        (
            "SELEC 1",
            "not supported at line 1, column 1: only SELECT is run here, not SELEC (write one SELECT, with WITH before it if need be)",
        ),
        ("SELECT 1 FROM", "syntax error at line 1, column 14: expected identifier, found: EOF"),
        ("SELECT (1", "syntax error at line 1, column 10: expected ), found: EOF"),
        (
            "SELECT 1\nFROM events\nWHERE AND 1",
            "syntax error at line 3, column 11: expected end of statement, found: 1",
        ),
        ("SELECT 'abc", "syntax error at line 1, column 8: Unterminated string literal"),
        (
            "SELECT eventnme FROM events",
            "column not found at line 1, column 8: there is no column eventnme (did you mean eventname?)",
        ),
        (
            "SELECT eventid\nFROM events\nWHERE usridentity.arn = 'x'",
            "column not found at line 3, column 7: there is no column usridentity (did you mean useridentity?)",
        ),
        (
            "SELECT useridentity.nam FROM events",
            "column not found at line 1, column 21: there is no field nam",
        ),
        (
            "SELECT 1 FROM event",
            "table not found at line 1, column 15: there is no table event (did you mean events?)",
        ),
        (
            "SELECT json_extrac(eventjson, '$.a') FROM events",
            "function not found at line 1, column 8: there is no function json_extrac (did you mean json_extract?)",
        ),
        (
            "SELECT IFNULL(eventid, '') FROM events",
            "function not found at line 1, column 8: there is no function IFNULL (use coalesce)",
        ),
        (
            "SELECT eventid FROM events QUALIFY row_number() OVER () = 1",
            "not supported at line 1, column 36: Trino has no QUALIFY (put the window function into a subquery and filter with WHERE around it)",
        ),
        (
            "SELECT eventid FROM events WHERE eventname ILIKE '%x%'",
            "not supported at line 1, column 34: Trino has no ILIKE (write lower(x) LIKE '…')",
        ),
        (
            "SELECT CAST(eventid AS uuid) FROM events",
            "not supported at line 1, column 13: type uuid is not served in a cast (served are varchar, boolean, tinyint to bigint, real, double, decimal, date, timestamp, json, array(…), map(…, …) and row(…))",
        ),
        ("SELECT year('x', 'y')", "invalid query: year takes 1 argument(s), not 2"),
        (
            "SELECT date_trunc('day', 5)",
            "invalid query: date_trunc expects a unit and a timestamp, not (varchar, bigint)",
        ),
        (
            "SELECT eventid FROM events WHERE eventtime > 'yesterday'",
            "invalid query: Error parsing timestamp from 'yesterday': timestamp must contain at least 10 characters",
        ),
    ] {
        let found = says(sql);
        if found != expected {
            wrong.push(format!("{sql}\n    expected {expected}\n    found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_files_have_zones_and_queries_do_not() {
    let world = World::new();
    let table = world.catalog.tables.first().unwrap();
    assert_eq!(table.schema.field_with_name("eventtime").unwrap().data_type(), &zoned());
    let columns =
        check(&world.catalog, "SELECT eventtime FROM events", &Limits::default()).unwrap();
    assert_eq!(columns.0.first().unwrap().data_type, "timestamp(3)");
}
