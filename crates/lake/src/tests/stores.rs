//! Stores: batches once, merged, vacuumed, expired, and indexes made again.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::events::{Dice, records, rows};
use crate::{Goal, Progress, Question, Store};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

async fn open(folder: &std::path::Path) -> Store {
    Store::open(folder, "events", Uuid::nil(), NOW).await.unwrap()
}

fn ids(store: &Store) -> Vec<String> {
    let page = store.find(&Question { limit: 100_000, ..Question::default() }).unwrap();
    let id = |record: &str| record.split("\"eventID\":\"").nth(1).unwrap()[..36].to_owned();
    let mut ids: Vec<_> = page.events.iter().map(|hit| id(&hit.record)).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_added_once_and_found_after_opening_again() {
    let (mut dice, folder) = (Dice::new(1), tempfile::tempdir().unwrap());
    let records = records(&mut dice, 100);
    let progress = Progress { app: "journal".to_owned(), after: None, to: 100 };
    let store = open(folder.path()).await;
    let written = store.write("events-1.parquet", &rows(&records, 1)).unwrap();
    assert!(store.add(std::slice::from_ref(&written), Some(progress.clone()), NOW).await.unwrap());
    assert!(!store.add(&[written], Some(progress), NOW).await.unwrap());
    let found = ids(&store);
    assert_eq!((store.count(), found.len()), (100, 100));
    let again = open(folder.path()).await;
    assert_eq!(again.reached("journal").await.unwrap(), Some(100));
    assert_eq!(ids(&again), found);
}

#[tokio::test(flavor = "multi_thread")]
async fn merging_keeps_every_event_and_vacuum_what_is_needed() {
    let (mut dice, folder) = (Dice::new(2), tempfile::tempdir().unwrap());
    let store = open(folder.path()).await;
    for number in 0..6_u64 {
        let records = records(&mut dice, 50);
        let name = format!("events-{number}.parquet");
        let written = store.write(&name, &rows(&records, number * 50)).unwrap();
        store.add(&[written], None, NOW).await.unwrap();
    }
    // a file of a crash: written and never committed
    let orphans = records(&mut dice, 5);
    store.write("events-9.parquet", &rows(&orphans, 900)).unwrap();
    let before = ids(&store);
    let goal = Goal { rows_enough: 100, rows_max: 10_000, files_min: 2 };
    assert_eq!(store.compact(&goal, NOW).await.unwrap(), 6);
    assert_eq!(ids(&store), before);
    assert_eq!((store.files().len(), store.count()), (1, 300));
    let late: Timestamp = "2100-01-01T00:00:00Z".parse().unwrap();
    let removed = store.vacuum(SignedDuration::ZERO, late).await.unwrap();
    assert!(removed.iter().any(|path| path == "events-0.parquet"), "{removed:?}");
    assert!(removed.iter().any(|path| path == "events-9.parquet"), "{removed:?}");
    assert_eq!(ids(&open(folder.path()).await), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_gone_or_damaged_is_made_again() {
    let (mut dice, folder) = (Dice::new(3), tempfile::tempdir().unwrap());
    let store = open(folder.path()).await;
    let records = records(&mut dice, 60);
    let written = store.write("events-1.parquet", &rows(&records, 1)).unwrap();
    store.add(&[written], None, NOW).await.unwrap();
    let before = ids(&store);
    let index = folder.path().join("events-1.index");
    let whole = fs::read(&index).unwrap();
    fs::remove_file(&index).unwrap();
    assert_eq!(ids(&open(folder.path()).await), before);
    assert_eq!(fs::read(&index).unwrap(), whole);
    fs::write(&index, &whole[..whole.len() - 9]).unwrap();
    assert_eq!(ids(&open(folder.path()).await), before);
    assert_eq!(fs::read(&index).unwrap(), whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_files_expire_by_the_time_of_their_events() {
    let (mut dice, folder) = (Dice::new(4), tempfile::tempdir().unwrap());
    let store = open(folder.path()).await;
    let old: Vec<_> = records(&mut dice, 30)
        .iter()
        .map(|record| record.replace("2026-11-20T", "2025-01-01T"))
        .collect();
    let new = records(&mut dice, 20);
    for (number, records) in [(1, &old), (2, &new)] {
        let name = format!("events-{number}.parquet");
        let written = store.write(&name, &rows(records, number * 100)).unwrap();
        store.add(&[written], None, NOW).await.unwrap();
    }
    let before: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(store.expire(before.as_microsecond(), NOW).await.unwrap(), 30);
    assert_eq!(store.count(), 20);
    assert_eq!(open(folder.path()).await.count(), 20);
}
