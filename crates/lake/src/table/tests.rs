//! Tables in a folder: changed, opened again, fought over, cleared up and damaged.

mod columns;
mod damage;
mod durable;
mod rivals;
mod stores;
mod vacuum;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use jiff::Timestamp;
use parquet::arrow::ArrowWriter;
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;

use super::{Bound, Commit, Kind, Operation, Place, Range, Reading, Segment, Shape, Table};
use super::{State, TableError};

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn schema() -> Schema {
    Schema::new(vec![
        Field::new(
            "eventtime",
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            true,
        ),
        Field::new("eventname", DataType::Utf8, true),
        Field::new("opentrail_sequence", DataType::Int64, true),
    ])
}

async fn open(folder: &Path) -> Result<Table, TableError> {
    let shape = Shape {
        name: "events",
        description: "what happened",
        schema: &schema(),
        statistics: &["eventtime", "eventname", "opentrail_sequence"],
    };
    Table::open_or_create(Place::folder(folder)?, &shape, Uuid::from_u128(7), now()).await
}

/// Writes a Parquet file with a row for each sequence, and returns what a writer knows of it.
fn segment(folder: &Path, name: &str, sequences: std::ops::RangeInclusive<i64>) -> Segment {
    let (from, to) = (*sequences.start(), *sequences.end());
    let numbers: Vec<i64> = sequences.collect();
    let times: Vec<i64> = numbers.iter().map(|number| micros(*number)).collect();
    let names: Vec<_> = numbers.iter().map(|number| format!("Event{:05}", number % 3)).collect();
    let batch = RecordBatch::try_new(
        Arc::new(schema()),
        vec![
            Arc::new(TimestampMicrosecondArray::from(times).with_timezone("UTC")),
            Arc::new(StringArray::from(names)),
            Arc::new(Int64Array::from(numbers)),
        ],
    );
    let path = folder.join(name);
    let mut writer =
        ArrowWriter::try_new(fs::File::create(&path).unwrap(), Arc::new(schema()), None).unwrap();
    let batch = batch.unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    Segment {
        path: name.to_owned(),
        bytes: fs::metadata(path).unwrap().len(),
        rows: batch.num_rows() as u64,
        ranges: vec![
            Range {
                column: "eventname".to_owned(),
                min: Some(Bound::Text("Event00000".to_owned())),
                max: Some(Bound::Text("Event00002".to_owned())),
                nulls: Some(0),
            },
            Range {
                column: "eventtime".to_owned(),
                min: Some(Bound::time(micros(from)).unwrap()),
                max: Some(Bound::time(micros(to)).unwrap()),
                nulls: Some(0),
            },
            Range {
                column: "opentrail_sequence".to_owned(),
                min: Some(Bound::Whole(from)),
                max: Some(Bound::Whole(to)),
                nulls: None,
            },
        ],
        sequences: Some((from.cast_unsigned(), to.cast_unsigned())),
        sha256: Some("ab".repeat(32)),
        tags: BTreeMap::from([("origin".to_owned(), "journal ü".to_owned())]),
    }
}

/// The time of an event: odd microseconds, so that a rounded one shows.
fn micros(sequence: i64) -> i64 {
    now().as_microsecond() + sequence * 1_000_001
}

fn write(add: Vec<Segment>, read: Option<(Option<i64>, i64)>) -> Commit {
    let read = read.map(|(after, to)| Reading { app: "journal".to_owned(), after, to });
    Commit { add, remove: Vec::new(), read, operation: Operation::Write, now: now() }
}

/// Reads the state anew, from the files alone.
async fn fresh(folder: &Path) -> State {
    let mut table = Table::open(Place::folder(folder).unwrap()).await.unwrap();
    table.reached("journal").await.unwrap();
    table.state
}

/// Reads a commit as any JSON reader does.
fn lines_of(folder: &Path, version: u64) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(format!("_delta_log/{version:020}.json"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(table: &Table) -> Vec<String> {
    table.files().iter().map(|file| file.path.clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_table_is_made_once_and_opened_again() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("a folder/events");
    let none = Table::open(Place::folder(&folder).unwrap()).await.err().unwrap();
    assert!(matches!(none, TableError::NotThere(_)));

    assert_eq!(open(&folder).await.unwrap().version(), 0);
    assert_eq!(open(&folder).await.unwrap().version(), 0);
    assert!(Table::open(Place::folder(&folder).unwrap()).await.unwrap().files().is_empty());
    let protocol = lines_of(&folder, 0)[0]["protocol"].clone();
    assert_eq!(protocol, serde_json::json!({"minReaderVersion": 1, "minWriterVersion": 2}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_added_is_there_and_what_is_removed_is_not() {
    let dir = TempDir::new().unwrap();
    let mut table = open(dir.path()).await.unwrap();
    let (one, two) =
        (segment(dir.path(), "1.parquet", 1..=10), segment(dir.path(), "2.parquet", 11..=30));
    let both = write(vec![one.clone(), two.clone()], Some((None, 30)));
    assert_eq!(table.commit(&both).await.unwrap(), 1);
    assert_eq!(table.files(), [Arc::new(one.clone()), Arc::new(two.clone())]);
    assert_eq!(one.times(), Some((micros(1), micros(10))));
    assert_eq!(table.state, fresh(dir.path()).await);

    let whole = segment(dir.path(), "3.parquet", 1..=30);
    let compact = Commit {
        add: vec![whole.clone()],
        remove: vec![one.path.clone(), two.path],
        read: None,
        operation: Operation::Optimize,
        now: now(),
    };
    assert_eq!(table.commit(&compact).await.unwrap(), 2);
    assert_eq!(table.files(), [Arc::new(whole)]);
    assert_eq!(table.state, fresh(dir.path()).await);
    let changes: Vec<_> = lines_of(dir.path(), 2)
        .iter()
        .filter_map(|line| line.get("add").or(line.get("remove")).cloned())
        .map(|file| file["dataChange"].clone())
        .collect();
    assert_eq!(changes, [false, false, false]);

    let again = table.commit(&compact).await.unwrap_err();
    assert!(matches!(again, TableError::Gone(path) if path == one.path));
    let added = table.commit(&write(vec![segment(dir.path(), "3.parquet", 1..=30)], None)).await;
    assert!(matches!(added, Err(TableError::Present(_))));
    assert_eq!(table.version(), 2);

    // a file may come back; from then on it was never removed
    table.commit(&write(vec![one], None)).await.unwrap();
    assert_eq!(table.state, fresh(dir.path()).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_sequence_is_carried_on_once() {
    let dir = TempDir::new().unwrap();
    let mut table = open(dir.path()).await.unwrap();
    assert_eq!(table.reached("journal").await.unwrap(), None);
    let first = write(vec![segment(dir.path(), "a.parquet", 1..=10)], Some((None, 10)));
    table.commit(&first).await.unwrap();
    assert_eq!(table.reached("journal").await.unwrap(), Some(10));
    assert_eq!(table.reached("import").await.unwrap(), None);

    let mut other = open(dir.path()).await.unwrap();
    let repeated = other.commit(&first).await.unwrap_err();
    assert!(matches!(repeated, TableError::AlreadyThere { reached: 10, .. }));
    assert_eq!(repeated.kind(), Kind::Done);
    let overlapping = write(vec![segment(dir.path(), "b.parquet", 5..=15)], Some((Some(4), 15)));
    let overlapping = other.commit(&overlapping).await.unwrap_err();
    assert!(matches!(overlapping, TableError::Overtaken { reached: Some(10), .. }));

    // frames without events carry the sequence on without a file
    other.commit(&write(Vec::new(), Some((Some(10), 12)))).await.unwrap();
    table.refresh().await.unwrap();
    assert_eq!(table.reached("journal").await.unwrap(), Some(12));
    let back = write(Vec::new(), Some((Some(12), 12)));
    assert_eq!(table.commit(&back).await.unwrap_err().kind(), Kind::Misuse);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_file_that_is_not_whole_is_not_added() {
    let dir = TempDir::new().unwrap();
    let mut table = open(dir.path()).await.unwrap();
    let missing =
        Segment { path: "none.parquet".to_owned(), ..segment(dir.path(), "a.parquet", 1..=2) };
    let short = Segment { bytes: 99_999, ..segment(dir.path(), "a.parquet", 1..=2) };
    let above = Segment { path: "../a.parquet".to_owned(), ..short.clone() };
    for (file, why) in [(missing, Kind::Misuse), (short, Kind::Misuse), (above, Kind::Misuse)] {
        assert_eq!(table.commit(&write(vec![file], None)).await.unwrap_err().kind(), why);
    }
    assert_eq!(table.version(), 0);
    assert!(!dir.path().join("_delta_log/00000000000000000001.json").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checkpoints_keep_the_log_short() {
    let dir = TempDir::new().unwrap();
    let mut table = open(dir.path()).await.unwrap();
    let mut behind = open(dir.path()).await.unwrap();
    let mut reader = open(dir.path()).await.unwrap();
    let mut checkpoints = 0;
    for batch in 1..=330 {
        let file = segment(dir.path(), &format!("{batch:05}.parquet"), batch..=batch);
        let after = (batch > 1).then_some(batch - 1);
        let mut commit = write(vec![file], Some((after, batch)));
        if batch > 1 && batch % 2 == 0 {
            commit.remove.push(format!("{:05}.parquet", batch - 1));
        }
        table.commit(&commit).await.unwrap();
        checkpoints += u32::from(table.checkpoint_if_due().await.unwrap());
    }
    assert_eq!(checkpoints, 3);
    let log = fs::read_dir(dir.path().join("_delta_log")).unwrap().count();
    assert!(log < 150, "{log} files in the log");
    assert_eq!(table.files().len(), 165);
    assert_eq!(table.state, fresh(dir.path()).await);

    // what the other handles would read next was cleared away; what is less than 100 commits
    // older than the checkpoint was not
    let kept = |version| dir.path().join(format!("_delta_log/{version:020}.json")).exists();
    assert!(!kept(1) && !kept(199) && kept(200) && kept(330));
    reader.refresh().await.unwrap();
    assert_eq!((reader.version(), reader.files()), (330, table.files()));
    let late = segment(dir.path(), "late.parquet", 900..=900);
    assert_eq!(behind.commit(&write(vec![late], None)).await.unwrap(), 331);
    table.refresh().await.unwrap();
    assert_eq!(names(&table), names(&behind));
}

#[test]
fn a_single_threaded_runtime_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let dir = TempDir::new().unwrap();
    let refused = runtime.block_on(open(dir.path())).err().unwrap();
    assert_eq!(refused.kind(), Kind::Misuse);
}
