//! E6: whatever a log holds, opening it ends with a table or an error.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{open, segment, write};
use crate::table::{Kind, Place, Table};

async fn written(folder: &Path) {
    let mut table = open(folder).await.unwrap();
    for batch in 1..=104 {
        let add = if batch % 20 == 0 {
            vec![segment(folder, &format!("{batch}.parquet"), batch..=batch)]
        } else {
            Vec::new()
        };
        table.commit(&write(add, Some(((batch > 1).then_some(batch - 1), batch)))).await.unwrap();
        table.checkpoint_if_due().await.unwrap();
    }
}

fn log(folder: &Path, end: &str) -> PathBuf {
    let files = fs::read_dir(folder.join("_delta_log")).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.to_str().unwrap().ends_with(end)).max().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_log_is_an_error_and_no_panic() {
    let dir = TempDir::new().unwrap();
    written(dir.path()).await;
    let mut refused = 0;
    for end in ["104.json", ".checkpoint.parquet", "_last_checkpoint"] {
        let file = log(dir.path(), end);
        let whole = fs::read(&file).unwrap();
        for step in 0..24 {
            let mut bytes = whole.clone();
            let at = step * bytes.len() / 24;
            match step % 3 {
                0 => bytes[at] ^= 0x55,
                1 => bytes.truncate(at),
                _ => bytes[at..].iter_mut().take(16).for_each(|byte| *byte = 0xff),
            }
            fs::write(&file, &bytes).unwrap();
            match Table::open(Place::folder(dir.path()).unwrap()).await {
                Ok(mut table) => drop(table.reached("journal").await),
                Err(why) => {
                    assert_ne!(why.kind(), Kind::Done);
                    refused += 1;
                }
            }
        }
        fs::write(&file, &whole).unwrap();
    }
    assert!(refused > 20, "{refused} of 72");
    assert_eq!(open(dir.path()).await.unwrap().files().len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_log_names_no_file_outside_its_folder() {
    for path in
        ["../other.parquet", "/etc/passwd", "a/../../b", "s3://bucket/a.parquet", "", "a//b"]
    {
        let dir = TempDir::new().unwrap();
        let mut table = open(dir.path()).await.unwrap();
        let add = serde_json::json!({"add": {
            "path": path, "partitionValues": {}, "size": 4, "modificationTime": 0,
            "dataChange": true, "stats": "{\"numRecords\":1}",
        }});
        table.place.write_commit(1, add.to_string()).await.unwrap();
        assert_eq!(table.refresh().await.unwrap_err().kind(), Kind::Corrupt, "{path}");
        let opened = Table::open(Place::folder(dir.path()).unwrap()).await.err().unwrap();
        assert_eq!(opened.kind(), Kind::Corrupt, "{path}");
        assert_eq!(table.version(), 0);
    }
}
