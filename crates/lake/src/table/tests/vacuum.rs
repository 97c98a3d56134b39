//! What goes and what stays when a table's folder is cleared up.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use jiff::SignedDuration;
use tempfile::TempDir;

use super::{now, open, segment, write};
use crate::table::{Commit, Kind, Leave, Operation, Table};

/// Gives a file an age, counted from the time of the tests.
fn age(folder: &Path, name: &str, hours: u64) {
    let at = SystemTime::from(now()) - Duration::from_hours(hours);
    File::options().append(true).open(folder.join(name)).unwrap().set_modified(at).unwrap();
}

fn leave(keep: &BTreeSet<String>) -> Leave<'_> {
    Leave { now: now(), leave: SignedDuration::from_hours(2), keep, companions: &[".index"] }
}

fn left(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    files.map(|name| name.into_string().unwrap()).filter(|name| name != "_delta_log").collect()
}

/// A table with an active file, three that were removed 5, 3 and 1 hours ago, and orphans.
async fn used(folder: &Path) -> Table {
    let mut table = open(folder).await.unwrap();
    let names = ["active", "gone5", "gone3", "gone1"];
    let add = names.iter().map(|name| segment(folder, &format!("{name}.parquet"), 1..=2)).collect();
    table.commit(&write(add, None)).await.unwrap();
    for (name, hours) in [("gone5", 5), ("gone3", 3), ("gone1", 1)] {
        let commit = Commit {
            add: Vec::new(),
            remove: vec![format!("{name}.parquet")],
            read: None,
            operation: Operation::Delete,
            now: now() - SignedDuration::from_hours(hours),
        };
        table.commit(&commit).await.unwrap();
    }
    for name in names {
        fs::write(folder.join(format!("{name}.index")), "index").unwrap();
        age(folder, &format!("{name}.parquet"), 40);
        age(folder, &format!("{name}.index"), 40);
    }
    for (name, hours) in [("orphan3", 3), ("orphan1", 1)] {
        segment(folder, &format!("{name}.parquet"), 1..=2);
        age(folder, &format!("{name}.parquet"), hours);
    }
    for name in ["notes.txt", "lonely.index", "torn.parquet#1", "written.parquet#2"] {
        fs::write(folder.join(name), "").unwrap();
        age(folder, name, if name.starts_with("written") { 1 } else { 40 });
    }
    table
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_what_nobody_needs_goes() {
    let dir = TempDir::new().unwrap();
    let mut table = used(dir.path()).await;
    let keep = BTreeSet::from(["gone5.parquet".to_owned()]);
    let mut removed = table.vacuum(&leave(&keep)).await.unwrap();
    removed.sort();
    assert_eq!(removed, ["gone3.index", "gone3.parquet", "lonely.index", "orphan3.parquet"]);
    let stays = [
        "active.index",
        "active.parquet",
        "gone1.index",
        "gone1.parquet",
        "gone5.index",
        "gone5.parquet",
        "notes.txt",
        "orphan1.parquet",
        "written.parquet#2",
    ];
    assert_eq!(left(dir.path()), stays.map(String::from).into());

    // by the log alone, as after a restart, it is the same
    let mut again = open(dir.path()).await.unwrap();
    assert!(again.vacuum(&leave(&keep)).await.unwrap().is_empty());
    let mut last = again.vacuum(&leave(&BTreeSet::new())).await.unwrap();
    last.sort();
    assert_eq!(last, ["gone5.index", "gone5.parquet"]);
    assert_eq!(table.files().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_leave_is_as_long_as_the_log_remembers() {
    let dir = TempDir::new().unwrap();
    let mut table = open(dir.path()).await.unwrap();
    let keep = BTreeSet::new();
    for hours in [49, -1] {
        let long = Leave { leave: SignedDuration::from_hours(hours), ..leave(&keep) };
        assert_eq!(table.vacuum(&long).await.unwrap_err().kind(), Kind::Misuse);
    }
    assert!(table.vacuum(&leave(&keep)).await.unwrap().is_empty());
}
