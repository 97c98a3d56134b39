//! Tests: folders with odd things in them, a store, and the order of ten thousand files.

use std::fs;
use std::sync::Arc;

use futures_util::FutureExt;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use super::*;
use crate::import::layout::{Label, Wanted};

/// Nothing here ever waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing to wait for")
}

fn keys(listing: &Listing) -> Vec<String> {
    listing.found.iter().map(|found| found.key.to_string()).collect()
}

#[test]
#[cfg(unix)]
fn a_folder_gives_its_own_files_whatever_their_names() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = folder.path();
    fs::write(outside.path().join("secret.json"), "{}").unwrap();
    fs::create_dir_all(root.join("a/b")).unwrap();
    fs::write(root.join("a/b/plain.json"), "{}").unwrap();
    fs::write(root.join("a/new\nline.json"), "{}").unwrap();
    fs::write(root.join(OsStr::from_bytes(b"\xff.json")), "odd").unwrap();
    symlink(outside.path(), root.join("out")).unwrap();
    symlink(outside.path().join("secret.json"), root.join("a/out.json")).unwrap();
    symlink(root.join("a"), root.join("a/b/loop")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.join("socket.json")).unwrap();

    let source = Source::Folder(root.to_owned());
    let listing = now(source.list()).unwrap();
    assert_eq!(keys(&listing), [r"a/new\nline.json", "a/b/plain.json", r"\xFF.json"].sorted());
    let mut skipped: Vec<_> =
        listing.skipped.iter().map(|(key, why)| (key.to_string(), *why)).collect();
    skipped.sort();
    let expected = [
        ("a/b/loop", Skip::Link),
        ("a/out.json", Skip::Link),
        ("out", Skip::Link),
        ("socket.json", Skip::Special),
    ];
    assert_eq!(skipped, expected.map(|(key, why)| (key.to_owned(), why)));

    let odd = listing.found.iter().find(|found| found.key.as_str().is_none()).unwrap();
    assert_eq!(now(source.read(odd, 10)).unwrap(), b"odd");
    assert!(matches!(now(source.read(odd, 2)), Err(ReadError::TooLarge { bytes: 3, max: 2 })));

    // Between listing and reading, a file became a link to somewhere else.
    let plain = Found::new(Key::new("a/b/plain.json"), 2, Version::Modified(0));
    assert_eq!(now(source.read(&plain, 10)).unwrap(), b"{}");
    fs::remove_file(root.join("a/b/plain.json")).unwrap();
    symlink(outside.path().join("secret.json"), root.join("a/b/plain.json")).unwrap();
    assert!(matches!(now(source.read(&plain, 10)), Err(ReadError::Outside)));
    let above = Found::new(Key::new("../x/../../etc/hostname"), 2, Version::Modified(0));
    assert!(now(source.read(&above, 10)).is_err());
}

/// Sorts what is easier to read unsorted.
trait Sorted {
    fn sorted(self) -> Vec<String>;
}

impl<const N: usize> Sorted for [&str; N] {
    fn sorted(self) -> Vec<String> {
        let mut all: Vec<_> = self.iter().map(|text| (*text).to_owned()).collect();
        // By the bytes of the name, which is how files without a time stand.
        all.sort_by_key(|text| text.replace(r"\n", "\n").replace(r"\xFF", "\u{ffff}"));
        all
    }
}

#[test]
fn a_file_that_grew_or_is_gone_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.log");
    fs::write(&path, "{}").unwrap();
    let source = Source::File(path.clone());
    let listing = now(source.list()).unwrap();
    let [found] = listing.found.as_slice() else { panic!("{listing:?}") };
    assert_eq!((found.key.to_string().as_str(), found.kind), ("events.log", Kind::Own));
    assert_eq!(now(source.read(found, 10)).unwrap(), b"{}");
    fs::write(&path, "{}{}").unwrap();
    assert!(matches!(now(source.read(found, 10)), Err(ReadError::Changed)));
    assert!(matches!(now(source.read(found, 3)), Err(ReadError::TooLarge { .. })));
    fs::remove_file(&path).unwrap();
    assert!(matches!(now(source.read(found, 10)), Err(ReadError::Io(_))));
    assert!(now(source.list()).is_err());
    assert!(now(Source::Folder(path).list()).is_err());
}

#[test]
fn a_store_gives_what_is_below_its_prefix() {
    let store = Arc::new(InMemory::new());
    let put = |key: &str, text: &'static str| {
        now(store.put(&Path::parse(key).unwrap(), text.into())).unwrap();
    };
    let key = "logs/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/20/\
               111122223333_CloudTrail_eu-west-1_20261120T0830Z_abcdefghijklmnop.json.gz";
    put(key, "one");
    put(&key.replace("CloudTrail", "CloudTrail-Digest"), "{}");
    put("logs/odd %20 \u{e9}.json", "two");
    put("logsx/a.json", "elsewhere");
    let shared: Arc<dyn ObjectStore> = Arc::clone(&store) as Arc<dyn ObjectStore>;
    let source = Source::Store { store: shared, prefix: "logs".to_owned() };
    let listing = now(source.list()).unwrap();
    let [digest, log, odd] = listing.found.as_slice() else { panic!("{listing:?}") };
    assert_eq!(log.key.as_str(), Some(key));
    assert_eq!(log.kind, Kind::Delivered(Label::CloudTrail));
    assert_eq!(digest.kind.skip(Wanted::default()), Some(Skip::Digest));
    assert_eq!(now(source.read(log, 10)).unwrap(), b"one");
    assert_eq!(now(source.read(odd, 10)).unwrap(), b"two");
    assert!(matches!(now(source.read(odd, 2)), Err(ReadError::TooLarge { .. })));
    assert_eq!(&now(source.look_up(key)).unwrap(), log);
    assert!(now(source.look_up("logs/none")).is_err());
    put(key, "ONE");
    assert!(matches!(now(source.read(log, 10)), Err(ReadError::Changed)));
}

#[test]
fn ten_thousand_files_are_read_in_the_order_of_time() {
    let store = Arc::new(InMemory::new());
    let mut expected = Vec::new();
    for day in 1..=25 {
        for minute in 0..20 {
            for account in ["999988887777", "111122223333"] {
                for region in ["us-east-1", "eu-west-1", "ap-south-1", "eu-central-1", "sa-east-1"]
                {
                    let key = format!(
                        "AWSLogs/{account}/CloudTrail/{region}/2026/11/{day:02}/{account}_\
                         CloudTrail_{region}_202611{day:02}T08{minute:02}Z_abcdefghijklmnop.json.gz"
                    );
                    expected.push((format!("{day:02}{minute:02}"), key));
                }
            }
        }
    }
    for (_, key) in expected.iter().chain([&("9".to_owned(), "0/no-time.json".to_owned())]) {
        // Twice as many: plain files beside the packed ones.
        for key in [key.clone(), key.replace(".json.gz", ".json")] {
            now(store.put(&Path::parse(key).unwrap(), "{}".into())).unwrap();
        }
    }
    let source = Source::Store { store: store as Arc<dyn ObjectStore>, prefix: String::new() };
    let listed = keys(&now(source.list()).unwrap());
    assert_eq!(listed.len(), 10_001);
    let mut by_hand: Vec<_> = expected
        .iter()
        .flat_map(|(time, key)| [(time, key.clone()), (time, key.replace(".gz", ""))])
        .collect();
    by_hand.sort();
    let by_hand: Vec<_> = by_hand.into_iter().map(|(_, key)| key).collect();
    assert_eq!(listed[..10_000], by_hand);
    assert_eq!(listed[10_000], "0/no-time.json");
}
