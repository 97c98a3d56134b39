//! Tests: agreement with `serde_json`, and damage that stays where it is.

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

/// JSON values as a caller may send them, written with or without white space.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".{0,8}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn record() -> impl Strategy<Value = Value> {
    let members = prop::collection::btree_map("[a-z]{1,4}", value(), 0..6);
    (members, 0..4_000_000_000_i64).prop_map(|(members, seconds)| {
        let mut record: serde_json::Map<String, Value> = members.into_iter().collect();
        let time = Timestamp::from_second(seconds).unwrap().to_string();
        record.insert("eventTime".to_owned(), time.into());
        Value::Object(record)
    })
}

proptest! {
    #[test]
    fn arrays_split_as_serde_json_reads_them(
        all in prop::collection::vec(record(), 0..8),
        pretty in any::<bool>(),
        wrapped in any::<bool>(),
    ) {
        let list = Value::from(all);
        let whole = if wrapped { serde_json::json!({ "Records": list.clone() }) } else { list.clone() };
        let text = if pretty { serde_json::to_string_pretty(&whole) } else { serde_json::to_string(&whole) };
        let (good, bad) = split(text.unwrap());
        prop_assert_eq!(bad, vec![]);
        let compact = serde_json::to_string(&list).unwrap();
        let theirs: Vec<&RawValue> = serde_json::from_str(&compact).unwrap();
        let theirs: Vec<_> = theirs.iter().map(|record| record.get()).collect();
        prop_assert_eq!(good, theirs);
    }

    /// Whatever the text is, it ends, does not panic, and no place is outside of the text.
    #[test]
    fn any_text_is_survived(
        text in r#"([{}\[\]",:\n\\1\xff]|\PC){0,60}"#
    ) {
        records(text.as_bytes(), &Limits::default(), &mut |piece| {
            let offset = piece.map_or_else(|broken| broken.offset, |record| record.offset);
            assert!(offset <= text.len() as u64);
            ControlFlow::Continue(())
        });
    }

    /// One byte of a file is changed: at most the records next to it are touched.
    #[test]
    fn damage_stays_where_it_is(at in 0_usize..2_000, byte in any::<u8>()) {
        let lines: Vec<_> = (0..20).map(|n| TWO.replace('B', &format!("N{n}"))).collect();
        let mut text = lines.join("\n").into_bytes();
        let at = at % text.len();
        text[at] = byte;
        let (good, _) = split(&text);
        let kept = lines.iter().filter(|line| good.contains(line)).count();
        prop_assert!(kept >= 18, "{} of 20", kept);
    }
}
