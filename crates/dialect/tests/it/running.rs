//! How a query ends early, and what files that are gone or older do to it.

use crate::world::{World, write_without};
use dialect::{SqlErrorKind, Statistics};
use std::ops::ControlFlow;

#[test]
fn a_sink_that_has_enough_ends_the_query() {
    let world = World::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (mut batches, mut columns) = (0, 0);
    let sink = |_| {
        batches += 1;
        ControlFlow::Break(())
    };
    let sql = "SELECT eventid FROM events UNION ALL SELECT eventid FROM open".to_owned();
    let run = dialect::run(world.catalog.clone(), sql, world.limits, |c| columns = c.0.len(), sink);
    assert_eq!(runtime.block_on(run).unwrap(), Statistics::default());
    assert_eq!((batches, columns), (1, 1));
}

#[test]
fn a_file_that_is_gone_is_told_without_its_path() {
    let mut world = World::new();
    let table = world.catalog.tables.first_mut().unwrap();
    let file = table.files.first_mut().unwrap();
    file.path.set_file_name("gone.parquet");
    let sql = format!("SELECT * FROM {}", table.name);
    let error = world.run(&sql).unwrap_err();
    assert_eq!(error.kind, SqlErrorKind::Failed);
    assert!(!error.to_string().contains("gone"), "{error}");
}

#[test]
fn a_column_that_an_older_file_lacks_is_null() {
    let mut world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let older = write_without(folder.path(), "older.parquet", "errorcode");
    world.catalog.tables.iter_mut().for_each(|table| table.files = vec![older.clone()]);
    world.expect(&[
        ("SELECT count(*), count(errorcode) FROM events", &["5 | 0"]),
        ("SELECT eventid FROM events WHERE errorcode IS NULL AND eventid = 'e2'", &["e2"]),
        ("SELECT count(*) FROM events WHERE errorcode = 'AccessDenied'", &["0"]),
    ]);
}

#[test]
fn a_table_without_files_is_empty() {
    let mut world = World::new();
    world.catalog.tables.iter_mut().for_each(|table| table.files.clear());
    world.expect(&[
        ("SELECT count(*), max(eventtime) FROM events", &["0 | null"]),
        ("SELECT count(*) FROM open", &["0"]),
        (
            "SELECT eventid, useridentity.arn FROM events WHERE eventname = 'x' ORDER BY eventtime",
            &[],
        ),
        ("SELECT r.arn FROM open CROSS JOIN UNNEST(resources) AS t(r)", &[]),
    ]);
}

/// Whoever runs queries in a process of its own sends these through a pipe.
#[test]
fn what_is_told_goes_through_json() {
    let world = World::new();
    let error = world.run("SELECT eventnme FROM events").unwrap_err();
    let text = serde_json::to_string(&error).unwrap();
    assert_eq!(serde_json::from_str::<dialect::SqlError>(&text).unwrap(), error);
    assert_eq!((error.line, error.column), (1, 8));
}
