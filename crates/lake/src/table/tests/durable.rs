//! The store that syncs: what it writes, and what it leaves beside.

use std::fs;

use object_store::path::Path;
use object_store::{Error, ObjectStore as _, ObjectStoreExt as _, PutMode, PutPayload};
use tempfile::TempDir;

use super::TableError;
use crate::table::durable::{Durable, is_staged};

fn place(dir: &TempDir, name: &str) -> Path {
    Path::from_absolute_path(dir.path()).unwrap().join(name)
}

fn names(dir: &TempDir) -> Vec<String> {
    let files = fs::read_dir(dir.path()).unwrap();
    let mut names: Vec<_> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_exists_is_not_created_again() -> Result<(), TableError> {
    let (dir, store) = (TempDir::new()?, Durable::default());
    let file = place(&dir, "1.json");
    store.put_opts(&file, PutPayload::from("first"), PutMode::Create.into()).await?;
    let second = store.put_opts(&file, PutPayload::from("second"), PutMode::Create.into()).await;
    assert!(matches!(second, Err(Error::AlreadyExists { .. })));
    assert_eq!(fs::read(dir.path().join("1.json"))?, b"first");

    store.put(&file, PutPayload::from("third")).await?;
    assert_eq!(store.get(&file).await?.bytes().await?, "third");
    assert_eq!(names(&dir), ["1.json"]);
    Ok(())
}

#[tokio::test]
async fn parts_become_a_file_at_their_end() -> Result<(), TableError> {
    let (dir, store) = (TempDir::new()?, Durable::default());
    let mut upload = store.put_multipart(&place(&dir, "whole")).await?;
    upload.put_part(PutPayload::from("one ")).await?;
    upload.put_part(PutPayload::from("two")).await?;
    assert!(names(&dir).is_empty());
    upload.complete().await?;
    assert_eq!(fs::read(dir.path().join("whole"))?, b"one two");
    Ok(())
}

#[tokio::test]
async fn what_a_crash_left_is_in_nobodys_way() -> Result<(), TableError> {
    let (dir, store) = (TempDir::new()?, Durable::default());
    fs::write(dir.path().join("1.json#1"), "torn")?;
    store.put(&place(&dir, "1.json"), PutPayload::from("whole")).await?;
    assert_eq!(fs::read(dir.path().join("1.json"))?, b"whole");
    assert_eq!(names(&dir), ["1.json", "1.json#1"]);
    assert!(is_staged("1.json#1") && !is_staged("1.json") && !is_staged("a#b") && !is_staged("#"));
    Ok(())
}

#[tokio::test]
async fn folders_are_made_on_the_way() -> Result<(), TableError> {
    let (dir, store) = (TempDir::new()?, Durable::default());
    store.put(&place(&dir, "a").join("b").join("c"), PutPayload::from("deep")).await?;
    assert_eq!(fs::read(dir.path().join("a/b/c"))?, b"deep");
    Ok(())
}
