//! E1, E2, E3: what could reach files, run away or overflow is refused before anything is read.

use crate::world::World;
use dialect::{Limits, SqlErrorKind, check};

fn refused(sql: &str) {
    let world = World::new();
    let error = check(&world.catalog, sql, &Limits::default());
    assert!(error.is_err(), "accepted: {}", sql.chars().take(200).collect::<String>());
}

#[test]
fn e1_sixty_statements_that_would_reach_files_or_state() {
    let statements = [
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "CREATE EXTERNAL TABLE t (a INT) STORED AS PARQUET LOCATION '/var/x'",
        "CREATE TABLE t AS SELECT 1",
        "CREATE TABLE t (a INT)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE OR REPLACE VIEW events AS SELECT 1",
        "CREATE SCHEMA s",
        "CREATE DATABASE d",
        "CREATE FUNCTION f AS 'x'",
        "CREATE INDEX i ON events (eventid)",
        "COPY events TO '/var/out.csv'",
        "COPY (SELECT * FROM events) TO '/var/out.parquet' STORED AS PARQUET",
        "COPY events FROM '/etc/passwd'",
        "INSERT INTO events VALUES (1)",
        "INSERT INTO '/var/x' SELECT * FROM events",
        "INSERT OVERWRITE DIRECTORY '/var/x' SELECT 1",
        "UPDATE events SET eventname = 'x'",
        "DELETE FROM events",
        "MERGE INTO events USING open ON true WHEN MATCHED THEN DELETE",
        "TRUNCATE TABLE events",
        "DROP TABLE events",
        "DROP VIEW cloudtrail_logs",
        "ALTER TABLE events ADD COLUMN x INT",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM \"file:///etc/passwd\"",
        "SELECT * FROM \"data.parquet\"",
        "SELECT * FROM \"../two.parquet\"",
        "SELECT * FROM \"s3://bucket/key\"",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('/etc/passwd')",
        "SELECT * FROM parquet_metadata('/etc/passwd')",
        "SELECT * FROM TABLE(system.builtin.x())",
        "SELECT * FROM generate_series(1, 10)",
        "SELECT * FROM range(1, 10)",
        "SELECT read_file('/etc/passwd')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT load_extension('x')",
        "SELECT input_file_name() FROM events",
        "SELECT version()",
        "SELECT arrow_cast(1, 'Utf8')",
        "SELECT arrow_typeof(1)",
        "SELECT \"$files\".eventid FROM events",
        "SELECT \"$varchar\"(1)",
        "SELECT \"!date_parse\"('x', 'y')",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "DEALLOCATE p",
        "SET datafusion.execution.batch_size = 1",
        "RESET ALL",
        "SHOW TABLES",
        "SHOW ALL",
        "SHOW COLUMNS FROM events",
        "DESCRIBE events",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT * FROM events",
        "EXPLAIN COPY events TO '/var/x'",
        "ATTACH 'x.db'",
        "PRAGMA database_list",
        "INSTALL httpfs",
        "LOAD 'httpfs'",
        "CALL system.runtime.kill_query('x')",
        "GRANT SELECT ON events TO x",
        "BEGIN",
        "SELECT 1; DROP TABLE events",
        "SELECT 1; SELECT 2",
        "WITH x AS (INSERT INTO events VALUES (1)) SELECT 1",
        "SELECT * INTO t FROM events",
        "TABLE events",
        "FROM events",
        "SELECT * FROM events FOR UPDATE",
        "SELECT ? FROM events",
        "SELECT $1 FROM events",
        "SELECT @@version",
    ];
    assert!(statements.len() >= 60);
    for sql in statements {
        refused(sql);
    }
}

fn chain(count: usize, term: &str, between: &str) -> String {
    format!("SELECT {}", vec![term; count].join(between))
}

#[test]
fn e2_deep_and_wide_queries_end_in_an_answer() {
    refused(&chain(20_000, "1", "+"));
    refused(&chain(4_000, "1", "+"));
    refused(&chain(3_000, "'a'", "||"));
    refused(&format!("SELECT {}1{}", "(".repeat(4_900), ")".repeat(4_900)));
    refused(&format!("SELECT {}1{}", "abs(".repeat(1_900), ")".repeat(1_900)));
    refused(&format!("SELECT {}1", "-".repeat(9_000).replace("--", "- -")));
    refused(&format!("SELECT {}true", "NOT ".repeat(2_400)));
    refused(&format!("SELECT {}1{}", "CASE WHEN true THEN ".repeat(400), " END".repeat(400)));
    refused(&format!("SELECT {}1{}", "ARRAY[".repeat(1_400), "]".repeat(1_400)));
    refused(&format!("SELECT * FROM {}events{}", "(SELECT * FROM ".repeat(500), ")".repeat(500)));
    refused(&format!("SELECT 1 FROM {}", vec!["events"; 1_000].join(",")));
    let unions = vec!["SELECT 1"; 550].join(" UNION ALL ");
    refused(&unions);
    refused(&format!("SELECT '{}'", "x".repeat(1 << 20)));
    let list: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    refused(&format!("SELECT 1 IN ({})", list.join(",")));
}

#[test]
fn e2_what_is_just_within_the_limits_is_answered() {
    let world = World::new();
    let list: Vec<String> = (0..1_900).map(|n| n.to_string()).collect();
    world.expect(&[
        (&chain(150, "1", "+"), &["150"]),
        (&format!("SELECT {}1{}", "(".repeat(60), ")".repeat(60)), &["1"]),
        (&format!("SELECT 1899 IN ({})", list.join(",")), &["true"]),
        (
            &format!(
                "SELECT count(*) FROM events WHERE {}",
                vec!["eventid = 'e1'"; 150].join(" OR ")
            ),
            &["1"],
        ),
        (
            &format!("SELECT count(*) FROM ({})", vec!["SELECT 1"; 100].join(" UNION ALL ")),
            &["100"],
        ),
    ]);
}

#[test]
fn e3_what_makes_much_out_of_nothing_is_capped() {
    let world = World::new();
    for sql in [
        "SELECT sequence(1, 200000000)",
        "SELECT repeat('x', 1000000000)",
        "SELECT * FROM UNNEST(sequence(1, 100000)) AS t(x)",
    ] {
        assert!(world.run(sql).is_err(), "{sql}");
    }
    for sql in [
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
        "SELECT * FROM generate_series(1, 200000000)",
        "SELECT range(1, 200000000)",
        "SELECT random()",
        "SELECT uuid()",
    ] {
        refused(sql);
    }
}

#[test]
fn e3_memory_that_runs_out_is_told() {
    let mut world = World::new();
    world.limits.memory_bytes_max = 256 << 10;
    let sql = "SELECT array_agg(a.x + b.x) FROM UNNEST(sequence(1, 3000)) AS a(x) CROSS JOIN \
               UNNEST(sequence(1, 300)) AS b(x)";
    assert_eq!(world.run(sql).unwrap_err().kind, SqlErrorKind::Limit);
}
