//! The columns of a table: how they stand in the log, and how new ones come.

use std::fs;

use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::{lines_of, now, open, schema, segment, write};
use crate::table::{Bound, Kind, Place, Range, Segment, Shape, Table, TableError};

async fn open_as(dir: &TempDir, schema: &Schema) -> Result<Table, TableError> {
    let shape = Shape { name: "events", description: "", schema, statistics: &[] };
    Table::open_or_create(Place::folder(dir.path())?, &shape, Uuid::from_u128(7), now()).await
}

/// The kinds of columns that events have: structs, lists of structs, times inside structs.
fn nested() -> Schema {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let attributes = Fields::from(vec![
        Field::new("creationdate", time.clone(), true),
        Field::new("mfaauthenticated", DataType::Boolean, true),
    ]);
    let session = Fields::from(vec![Field::new("attributes", DataType::Struct(attributes), true)]);
    let identity = Fields::from(vec![
        text("arn"),
        Field::new("sessioncontext", DataType::Struct(session), true),
    ]);
    let resource = DataType::Struct(Fields::from(vec![text("accountid"), text("arn")]));
    Schema::new(vec![
        Field::new("eventtime", time, true),
        Field::new("readonly", DataType::Boolean, true),
        Field::new("useridentity", DataType::Struct(identity), true),
        Field::new("resources", DataType::new_list(resource, true), true),
        Field::new("opentrail_sequence", DataType::Int64, true),
        Field::new("opentrail_nth", DataType::Int32, true),
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_kind_of_column_has_a_name_in_delta() {
    let dir = TempDir::new().unwrap();
    open_as(&dir, &nested()).await.unwrap();
    let metadata = lines_of(dir.path(), 0)[1]["metaData"].clone();
    let columns: Value = serde_json::from_str(metadata["schemaString"].as_str().unwrap()).unwrap();
    let field = |name: &str, kind: Value| json!({"name": name, "type": kind, "nullable": true, "metadata": {}});
    let structure = |fields: &[Value]| json!({"type": "struct", "fields": fields});
    let attributes = structure(&[
        field("creationdate", json!("timestamp")),
        field("mfaauthenticated", json!("boolean")),
    ]);
    let session = structure(&[field("attributes", attributes)]);
    let identity = structure(&[field("arn", json!("string")), field("sessioncontext", session)]);
    let resource = structure(&[field("accountid", json!("string")), field("arn", json!("string"))]);
    let list = json!({"type": "array", "elementType": resource, "containsNull": true});
    let wanted = structure(&[
        field("eventtime", json!("timestamp")),
        field("readonly", json!("boolean")),
        field("useridentity", identity),
        field("resources", list),
        field("opentrail_sequence", json!("long")),
        field("opentrail_nth", json!("integer")),
    ]);
    assert_eq!(columns, wanted);
    assert_eq!(metadata["id"], Uuid::from_u128(7).to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn new_columns_join_and_other_changes_are_refused() {
    let dir = TempDir::new().unwrap();
    let mut old = open(dir.path()).await.unwrap();
    old.commit(&write(vec![segment(dir.path(), "a.parquet", 1..=3)], Some((None, 3))))
        .await
        .unwrap();

    let mut fields: Vec<_> = schema().fields().iter().cloned().collect();
    fields.push(Field::new("added", DataType::Utf8, true).into());
    let wide = open_as(&dir, &Schema::new(fields.clone())).await.unwrap();
    assert_eq!(wide.version(), 2);
    assert_eq!(wide.files(), old.files());
    assert_eq!(open_as(&dir, &Schema::new(fields.clone())).await.unwrap().version(), 2);
    // a handle that was open meanwhile goes on
    old.commit(&write(Vec::new(), Some((Some(3), 4)))).await.unwrap();
    assert_eq!(old.version(), 3);

    let without = open_as(&dir, &Schema::new(fields[1..].to_vec())).await.err().unwrap();
    assert_eq!(without.kind(), Kind::Misuse);
    fields.push(Field::new("must", DataType::Utf8, false).into());
    assert_eq!(open_as(&dir, &Schema::new(fields)).await.err().unwrap().kind(), Kind::Misuse);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn statistics_never_hide_a_row() {
    let dir = TempDir::new().unwrap();
    let mut table = open(dir.path()).await.unwrap();
    let long = |letter: &str| Some(Bound::Text(letter.repeat(90)));
    let name =
        Range { column: "eventname".to_owned(), min: long("ä"), max: long("ö"), nulls: Some(1) };
    let file = Segment { ranges: vec![name], ..segment(dir.path(), "a.parquet", 1..=3) };
    table.commit(&write(vec![file], None)).await.unwrap();
    let added = lines_of(dir.path(), 1);
    let stats: Value = serde_json::from_str(added[1]["add"]["stats"].as_str().unwrap()).unwrap();
    // the beginning of a text is no greater than the text; none is no less
    let wanted = json!({
        "numRecords": 3,
        "minValues": {"eventname": "ä".repeat(64)},
        "maxValues": {},
        "nullCount": {"eventname": 1},
    });
    assert_eq!(stats, wanted);
    assert_eq!(table.files()[0].times(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_folder_of_parquet_files_without_a_log_is_left_alone() {
    let dir = TempDir::new().unwrap();
    segment(dir.path(), "lost.parquet", 1..=3);
    assert!(matches!(open(dir.path()).await, Err(TableError::Stray(_))));
    assert!(fs::read_dir(dir.path()).unwrap().count() == 1);
}
