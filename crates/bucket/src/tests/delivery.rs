//! Objects that the server itself puts, beside what requests put.

use std::collections::BTreeMap;

use super::script::Script;
use crate::{Attributes, Put, put};

fn deliver(script: &mut Script, bucket: &str, key: &str, create_only: bool) -> Result<(), String> {
    let blob = script.store(b"log");
    let id = blob.id.clone();
    let attributes = Attributes {
        content_type: Some("application/json".to_owned()),
        content_encoding: Some("gzip".to_owned()),
        acl: Some("bucket-owner-full-control".to_owned()),
        metadata: BTreeMap::from([("signature".to_owned(), "00".to_owned())]),
        ..Attributes::default()
    };
    let one = Put { bucket, key, blob, attributes, create_only };
    let mut random = || 7;
    let outcome = put(&script.world.state, one, script.world.now, &mut random);
    match outcome {
        Ok((changes, garbage)) => {
            script.world.fold(&changes, &garbage);
            Ok(())
        }
        Err(fault) => {
            script.world.blobs.remove(&id);
            Err(fault.code.into_owned())
        }
    }
}

#[test]
fn a_log_file_is_there_with_all_that_is_said_of_it() {
    let mut script = Script::new();
    script.setup(r#"CreateBucket {"Bucket":"logs","ObjectOwnership":"ObjectWriter"}"#);
    deliver(&mut script, "logs", "a.json.gz", true).unwrap();
    let object = script.world.state.object("logs", "a.json.gz").unwrap();
    assert_eq!(object.owner, "111122223333");
    assert_eq!(object.attributes.metadata["signature"], "00");
    assert_eq!(crate::State::pieces(object).len(), 1);
    let keys: Vec<_> = script.world.state.objects("logs").map(|(key, _)| key).collect();
    assert_eq!(keys, ["a.json.gz"]);
    let told = script.run_line(r#"GetObject {"Bucket":"logs","Key":"a.json.gz"}"#);
    assert!(told.contains(r#""ContentEncoding":"gzip""#) && told.ends_with(">>log"), "{told}");
}

#[test]
fn what_must_not_be_there_yet_is_not_written_over() {
    let mut script = Script::new();
    script.setup(r#"CreateBucket {"Bucket":"logs"}"#);
    assert_eq!(deliver(&mut script, "gone", "k", true), Err("NoSuchBucket".to_owned()));
    assert_eq!(deliver(&mut script, "logs", "k", true), Ok(()));
    assert_eq!(deliver(&mut script, "logs", "k", true), Err("PreconditionFailed".to_owned()));
    assert_eq!(deliver(&mut script, "logs", "k", false), Ok(()));
    assert_eq!(
        deliver(&mut script, "logs", &"k".repeat(1025), false),
        Err("KeyTooLongError".to_owned())
    );
}

#[test]
fn default_retention_holds_for_it_too() {
    let mut script = Script::new();
    script.setup(
        r#"
        CreateBucket {"Bucket":"safe","ObjectLockEnabledForBucket":true}
        PutObjectLockConfiguration {"Bucket":"safe","ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Days":7}}}}
        "#,
    );
    deliver(&mut script, "safe", "k", true).unwrap();
    let object = script.world.state.object("safe", "k").unwrap();
    let until = object.retention.as_ref().unwrap().until;
    assert_eq!(until.to_string(), "2026-11-27T08:00:00Z");
    let version = object.version.clone();
    let line = format!(r#"DeleteObject {{"Bucket":"safe","Key":"k","VersionId":"{version}"}}"#);
    assert!(script.run_line(&line).starts_with("403 AccessDenied"));
}
