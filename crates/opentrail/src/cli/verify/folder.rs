//! Plain copies of buckets: a file for each object, its path below the folder being the key.
//!
//! A copy has lost its objects' metadata, unless somebody kept it: `KEY.metadata.json` beside the
//! file `KEY` is no object but the metadata of that one, as
//! `aws s3api head-object --query Metadata` prints it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use trail::verify::{FetchError, Fetched};

use super::super::table::shown;
use super::cores;
use super::place::Place;
use crate::world::World;

const SIDECAR: &str = ".metadata.json";

/// Opens the copies of these buckets, in their order.
pub(super) fn open(folders: &[PathBuf], buckets: &[String]) -> Result<Place> {
    ensure!(folders.len() == buckets.len(), "every --folder goes with one --bucket");
    let mut copies = BTreeMap::new();
    let mut listed = Vec::new();
    for (folder, bucket) in folders.iter().zip(buckets) {
        listed.push((bucket.clone(), list(folder)?));
        copies.insert(bucket.clone(), folder.clone());
    }
    let now = World::new().wall();
    Ok(Place {
        buckets: listed,
        fetch: Box::new(move |bucket, key| fetch(&copies, bucket, key)),
        end: now,
        now,
        keys: None,
        threads: cores(),
        findings: Vec::new(),
    })
}

/// Returns every file below a folder as a key, with its size.
fn list(folder: &Path) -> Result<Vec<(String, u64)>> {
    let mut keys = Vec::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = open.pop() {
        let named = || format!("{} cannot be read", shown(&path.display().to_string()));
        for entry in fs::read_dir(&path).with_context(named)? {
            let entry = entry.with_context(named)?;
            let Ok(name) = entry.file_name().into_string() else {
                bail!("{}: a name is not UTF-8, which keys are", named());
            };
            let key = format!("{prefix}{name}");
            // a link is followed: whoever makes a copy may make one of links
            let about = fs::metadata(entry.path()).with_context(named)?;
            if about.is_dir() {
                open.push((entry.path(), format!("{key}/")));
            } else if !key.ends_with(SIDECAR) {
                keys.push((key, about.len()));
            }
        }
    }
    keys.sort();
    Ok(keys)
}

fn fetch(
    copies: &BTreeMap<String, PathBuf>,
    bucket: &str,
    key: &str,
) -> Result<Fetched, FetchError> {
    let Some(folder) = copies.get(bucket) else {
        let words = format!("there is no copy of the bucket {bucket}: name one with --folder");
        return Err(FetchError::Other(words));
    };
    // a digest of somebody else's making must not lead out of the folder
    if key.split('/').any(|part| matches!(part, ".." | "." | "")) {
        return Err(FetchError::NotFound);
    }
    let bytes = fs::read(folder.join(key)).map_err(|cause| unread(&cause))?;
    let metadata = match fs::read(folder.join(format!("{key}{SIDECAR}"))) {
        Ok(text) => Some(serde_json::from_slice(&text).map_err(|cause| {
            FetchError::Other(format!("the metadata beside it is no JSON of texts: {cause}"))
        })?),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => return Err(unread(&cause)),
    };
    Ok(Fetched { bytes, metadata })
}

fn unread(cause: &io::Error) -> FetchError {
    match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FetchError::NotFound,
        _ => FetchError::Other(cause.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_keys_and_metadata_beside_them_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/c"), "text").unwrap();
        fs::write(folder.path().join("a/b/c.metadata.json"), r#"{"signature":"00"}"#).unwrap();
        fs::write(folder.path().join("d"), "").unwrap();
        let place = open(&[folder.path().to_owned()], &["logs".to_owned()]).unwrap();
        let keys = vec![("a/b/c".to_owned(), 4), ("d".to_owned(), 0)];
        assert_eq!(place.buckets, [("logs".to_owned(), keys)]);
        let found = (place.fetch)("logs", "a/b/c").unwrap();
        assert_eq!(found.bytes, b"text");
        assert_eq!(found.metadata.unwrap()["signature"], "00");
        assert_eq!((place.fetch)("logs", "d").unwrap().metadata, None);
        for outside in ["../d", "a/../d", "/d", "e", "d/e", ""] {
            let refused = (place.fetch)("logs", outside).unwrap_err();
            assert_eq!(refused, FetchError::NotFound, "{outside}");
        }
        assert!(matches!((place.fetch)("others", "d"), Err(FetchError::Other(_))));
    }
}
