//! Tests: a small corpus is as large as asked, the same each time, and made of records.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use super::{ACCOUNTS, Options, REGIONS, make, paths, prepare};

const EVENTS: usize = 12_345;

fn options(folder: &Path) -> Options {
    Options { events: EVENTS, ..Options::default_in(folder) }
}

fn records(path: &Path) -> Vec<Value> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    assert_eq!(text.lines().count(), 1);
    let file: Value = serde_json::from_str(&text).unwrap();
    file["Records"].as_array().unwrap().clone()
}

#[test]
fn a_corpus_is_what_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(&folder.path().join("corpus"));
    let written = make(&options).unwrap();
    let (mut events, mut ids, mut places) = (0, BTreeSet::new(), BTreeSet::new());
    let (mut kinds, mut types) = (BTreeSet::new(), BTreeSet::new());
    for path in paths(&options.into) {
        let name = path.strip_prefix(&options.into).unwrap().to_str().unwrap().to_owned();
        let [_, account, _, region, ..] = name.split('/').collect::<Vec<_>>()[..] else {
            panic!("{name} is not in AWS's layout")
        };
        places.insert((account.to_owned(), region.to_owned()));
        for record in records(&path) {
            events += 1;
            assert_eq!(
                (&record["recipientAccountId"], &record["awsRegion"]),
                (&Value::from(account), &Value::from(region))
            );
            let time = record["eventTime"].as_str().unwrap();
            assert!(("2026-08-22T00:00:00Z".."2026-11-20T00:00:00Z").contains(&time), "{time}");
            assert!(ids.insert(record["eventID"].as_str().unwrap().to_owned()));
            kinds.insert((record["eventSource"].to_string(), record["eventName"].to_string()));
            types.insert(record["userIdentity"]["type"].as_str().unwrap_or("none").to_owned());
        }
    }
    assert_eq!((events, written.events), (EVENTS, EVENTS));
    assert_eq!(places.len(), ACCOUNTS.len() * REGIONS.len());
    assert!(kinds.len() > 300, "{}", kinds.len());
    let wanted = "AWSAccount AWSService AssumedRole FederatedUser IAMUser IdentityCenterUser Root \
        SAMLUser WebIdentityUser none";
    assert_eq!(types.into_iter().collect::<Vec<_>>().join(" "), wanted);
}

#[test]
fn the_same_options_make_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"].map(|name| options(&folder.path().join(name)));
    assert_eq!(make(&one).unwrap(), prepare(&other).unwrap());
    let files = |options: &Options| {
        let of = |path: &std::path::PathBuf| {
            (path.strip_prefix(&options.into).unwrap().to_owned(), fs::read(path).unwrap())
        };
        paths(&options.into).iter().map(of).collect::<Vec<_>>()
    };
    assert!(files(&one) == files(&other));
    let again = Options { seed: 8, ..other.clone() };
    let before = files(&other);
    prepare(&other).unwrap();
    assert!(files(&other) == before);
    prepare(&again).unwrap();
    assert!(files(&again) != before);
}

#[test]
fn folders_of_others_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("logs/AWSLogs")).unwrap();
    make(&options(&folder.path().join("logs"))).unwrap_err();
    assert!(folder.path().join("logs/AWSLogs").exists());
}
