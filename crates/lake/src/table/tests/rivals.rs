//! Several handles that change one table at once.

use std::path::PathBuf;

use tempfile::TempDir;

use super::{fresh, open, segment, write};
use crate::table::Kind;
use crate::table::commit::lines;

const BATCHES: i64 = 40;

/// Carries the journal on batch by batch, until all are in the table; returns how many it wrote.
async fn flush(folder: PathBuf, name: usize) -> i64 {
    let mut table = open(&folder).await.unwrap();
    let mut wrote = 0;
    loop {
        table.refresh().await.unwrap();
        let after = table.reached("journal").await.unwrap();
        let next = after.unwrap_or(0) + 1;
        if next > BATCHES {
            return wrote;
        }
        let file = segment(&folder, &format!("{next:03}-{name}.parquet"), next..=next);
        match table.commit(&write(vec![file], Some((after, next)))).await {
            Ok(_) => wrote += 1,
            Err(refused) => assert!(matches!(refused.kind(), Kind::Done | Kind::Conflict)),
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_batch_is_in_the_table_exactly_once() {
    let dir = TempDir::new().unwrap();
    let rivals: Vec<_> =
        (0..3).map(|name| tokio::spawn(flush(dir.path().to_owned(), name))).collect();
    let mut wrote = 0;
    for rival in rivals {
        wrote += rival.await.unwrap();
    }
    let state = fresh(dir.path()).await;
    let mut batches: Vec<_> = state.files.values().map(|file| file.sequences.unwrap().0).collect();
    batches.sort_unstable();
    assert_eq!(batches, (1..=BATCHES.cast_unsigned()).collect::<Vec<_>>());
    assert_eq!((wrote, state.version), (BATCHES, BATCHES.cast_unsigned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_that_do_not_touch_each_other_all_succeed() {
    let dir = TempDir::new().unwrap();
    open(dir.path()).await.unwrap();
    let rivals: Vec<_> = (0..4)
        .map(|name| {
            let folder = dir.path().to_owned();
            tokio::spawn(async move {
                let mut table = open(&folder).await.unwrap();
                for batch in 0..8 {
                    let file = segment(&folder, &format!("{name}-{batch}.parquet"), batch..=batch);
                    table.commit(&write(vec![file], None)).await.unwrap();
                }
            })
        })
        .collect();
    for rival in rivals {
        rival.await.unwrap();
    }
    let state = fresh(dir.path()).await;
    assert_eq!((state.files.len(), state.version), (32, 32));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_slept_through_a_clearing_is_made_again() {
    let dir = TempDir::new().unwrap();
    let mut sleeper = open(dir.path()).await.unwrap();
    sleeper.reached("journal").await.unwrap();
    let mut table = open(dir.path()).await.unwrap();
    for batch in 1..=220 {
        let after = (batch > 1).then_some(batch - 1);
        table.commit(&write(Vec::new(), Some((after, batch)))).await.unwrap();
        table.checkpoint_if_due().await.unwrap();
    }
    // it had read the table, and now goes on writing its commit where there is a gap by now
    let file = segment(dir.path(), "slept.parquet", 1..=1);
    let commit = write(vec![file], None);
    let actions = commit.actions(&sleeper.state).unwrap();
    assert!(sleeper.place.write_commit(1, lines(&actions).unwrap()).await.unwrap());
    sleeper.state.apply(&actions).unwrap();
    assert!(!sleeper.holds(&commit).await.unwrap());
    assert_eq!(sleeper.version(), 220);
    assert!(sleeper.files().is_empty());

    assert_eq!(sleeper.commit(&commit).await.unwrap(), 221);
    assert_eq!(fresh(dir.path()).await.files, sleeper.state.files);
}
