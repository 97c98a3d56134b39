//! The fold: unknown kinds of change are refused, and stray ones do nothing.

use serde_json::json;

use crate::{Change, State};

#[test]
fn unknown_kinds_and_fields_do_not_parse() {
    let known = json!({"DeleteBucket": {"bucket": "b"}});
    assert!(serde_json::from_value::<Change>(known).is_ok());
    for unknown in [
        json!({"FoldBucket": {"bucket": "b"}}),
        json!({"DeleteBucket": {"bucket": "b", "force": true}}),
        json!({"DeleteVersion": {"bucket": "b"}}),
    ] {
        assert!(serde_json::from_value::<Change>(unknown.clone()).is_err(), "{unknown}");
    }
    assert!(serde_json::from_value::<State>(json!({"buckets": {}})).is_err());
}

#[test]
fn changes_of_what_is_not_there_do_nothing() {
    let mut state = State::default();
    for stray in [
        json!({"DeleteBucket": {"bucket": "b"}}),
        json!({"DeleteVersion": {"bucket": "b", "key": "k", "version": "null"}}),
        json!({"DeleteUpload": {"bucket": "b", "key": "k", "id": "u"}}),
        json!({"Describe": {"bucket": "b", "key": "k", "version": "v", "description": {"LegalHold": true}}}),
    ] {
        state.apply(&serde_json::from_value(stray).unwrap());
    }
    assert_eq!(state, State::default());
}
