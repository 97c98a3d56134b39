//! Requests as botocore signs them: each is accepted as it is, none with any signed part altered.

mod altered;
mod case;
mod properties;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use case::Case;
use wire::model::Models;
use wire::route::Router;
use wire::sigv4::{Claim, Keys};

/// How many requests there must be at least, and how many alterations of them.
const CASES_MIN: usize = 500;
const ALTERATIONS_MIN: usize = 20_000;

#[test]
fn what_botocore_signs_is_accepted_and_nothing_altered_is() {
    let Some(cases) = botocore_signed() else { return };
    assert!(cases.len() >= CASES_MIN, "{} requests are too few", cases.len());
    let keys = Keys::new(64);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &cases {
        case.outcome(&keys).unwrap_or_else(|refusal| panic!("{}: {refusal}", case.name));
        for (part, altered) in altered::all(case) {
            assert!(
                altered.outcome(&keys).is_err(),
                "{part} altered, yet accepted: {case:?} {altered:?}"
            );
            *counts.entry(part).or_default() += 1;
        }
    }
    let all: usize = counts.values().sum();
    for part in altered::PARTS {
        assert!(counts.get(part).is_some_and(|count| *count >= 100), "{part}: {counts:?}");
    }
    assert!(all >= ALTERATIONS_MIN, "{all} alterations are too few: {counts:?}");
    println!("{} requests accepted, {all} alterations refused: {counts:?}", cases.len());
}

#[test]
fn what_whole_clients_send_is_routed() {
    let Some(cases) = botocore_signed() else { return };
    let router = Router::new(Arc::new(Models::built_in()));
    let mut count = 0;
    for case in &cases {
        let name: Vec<&str> = case.name.split(' ').collect();
        let ["client", service, operation, _] = *name else { continue };
        let parts = case.parts().unwrap();
        let route = router.route(&parts, &case.bytes).unwrap();
        assert_eq!(route.service.name, service);
        assert_eq!(route.operation.name.to_lowercase(), operation.replace('_', ""));
        assert_eq!(Claim::read(&parts).unwrap().check_service(route.service.signing_name), Ok(()));
        count += 1;
    }
    assert!(count >= 120, "{count} requests are too few");
}

#[test]
fn links_are_routed() {
    let Some(cases) = botocore_signed() else { return };
    let router = Router::new(Arc::new(Models::built_in()));
    let links = cases.iter().filter(|case| case.name.starts_with("link "));
    let count = links
        .map(|case| router.route(&case.parts().unwrap(), &[]).unwrap())
        .filter(|route| route.service.name == "s3")
        .count();
    assert_eq!(count, 60);
}

#[test]
fn sums_of_what_clients_upload_hold() {
    let Some(cases) = botocore_signed() else { return };
    let uploads = ["put_object", "upload_part", "put_bucket_policy", "delete_objects"];
    let mut shapes = BTreeSet::new();
    for case in &cases {
        let name: Vec<&str> = case.name.split(' ').collect();
        let ["client", "s3", operation, _] = *name else { continue };
        if !uploads.contains(&operation) {
            continue;
        }
        let sums = case.sums().unwrap_or_else(|fault| panic!("{}: {fault}", case.name));
        let place = if case.header("x-amz-trailer").is_some() { "trailer" } else { "header" };
        let names: Vec<_> = sums.iter().map(|(algorithm, _)| algorithm.name()).collect();
        shapes.insert(format!("{operation} {names:?} in {place}"));
    }
    let shapes: Vec<_> = shapes.into_iter().collect();
    expect_test::expect![[r#"
        delete_objects ["CRC32"] in header
        put_bucket_policy ["CRC32"] in header
        put_object ["CRC32"] in header
        put_object ["CRC32"] in trailer
        upload_part ["SHA256"] in header
        upload_part ["SHA256"] in trailer"#]]
    .assert_eq(&shapes.join("\n"));
}

/// Returns the requests, or says why there are none.
fn botocore_signed() -> Option<Vec<Case>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(python) = python(manifest) else {
        let why = "no Python with botocore: neither target/venv nor OPENTRAIL_PYTHON has it";
        // Not by `println!`, which is only seen when a test fails.
        writeln!(std::io::stderr(), "SKIPPED: {why}").expect("standard error can be written");
        return None;
    };
    let script = manifest.join("tests/it/botocore_signed.py");
    let output = Command::new(python).arg(script).output().expect("Python was there before");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("JSON is text");
    Some(lines.lines().map(Case::read).collect())
}

fn python(manifest: &Path) -> Option<String> {
    let own = manifest.join("../../target/venv/bin/python");
    let own = own.exists().then(|| own.to_string_lossy().into_owned());
    own.into_iter().chain(std::env::var("OPENTRAIL_PYTHON").ok()).find(|python| {
        let tried = Command::new(python).args(["-c", "import botocore"]).output();
        tried.is_ok_and(|output| output.status.success())
    })
}
