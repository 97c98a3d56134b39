//! Tests: what is JSON and what is not, checked against `serde_json`.

use super::*;
use proptest::prelude::*;
use serde_json::value::RawValue;

fn whole(text: &str) -> Result<(), Fault> {
    let bounds = Bounds { levels: 100, names: 1_000 };
    let mut scanner = Scanner::new(text.as_bytes(), bounds);
    scanner.value()?;
    match scanner.token() {
        None => Ok(()),
        Some(_) => Err(scanner.expected("the end")),
    }
}

fn what(text: &str) -> What {
    whole(text).unwrap_err().what
}

#[test]
fn json_and_nothing_else_is_passed() {
    for text in [
        "{}",
        "[]",
        " [ ] ",
        "0",
        "-0",
        "1.5e-7",
        "1E400",
        "null",
        "true",
        "\"\"",
        "[[],{}]",
        r#"{"a":{"b":[1,"x\"y",{"c":null}]},"d":"\u00e9\ud800"}"#,
        "\"\u{e9}\u{1f600}\"",
    ] {
        assert!(serde_json::from_str::<&RawValue>(text).is_ok(), "{text}");
        assert_eq!(whole(text), Ok(()), "{text}");
    }
    for text in [
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "01",
        "1.",
        ".5",
        "-",
        "+1",
        "1e",
        "1e+",
        "tru",
        "truex",
        "nul",
        "\"",
        "\"\\x\"",
        "[1 2]",
        "\"\\u12g4\"",
        "\"\\u12\"",
        "\"\n\"",
        "\"\u{1}\"",
        "[}",
        "{]",
        "1 2",
        "'a'",
        "[1]]",
    ] {
        assert!(serde_json::from_str::<&RawValue>(text).is_err(), "{text}");
        assert!(whole(text).is_err(), "{text}");
    }
}

#[test]
fn faults_say_what_they_are() {
    assert_eq!(what("[1,NaN]"), What::NotANumber);
    assert_eq!(what("[-Infinity]"), What::NotANumber);
    assert_eq!(what("{\"a\":[1,2"), What::End);
    assert_eq!(what(&"[".repeat(1_000_000)), What::TooDeep);
    assert_eq!(whole(&format!("{}{}", "[".repeat(100), "]".repeat(100))), Ok(()));
    assert_eq!(what(&format!("{}{}", "[".repeat(101), "]".repeat(101))), What::TooDeep);
    assert_eq!(whole("{\"a\":1;}").unwrap_err().at, 6);
}

#[test]
fn names_are_counted_while_they_are_open() {
    let object = |count: usize| {
        let names: Vec<_> = (0..count).map(|name| format!("\"{name}\":0")).collect();
        format!("{{{}}}", names.join(","))
    };
    assert_eq!(whole(&object(1_000)), Ok(()));
    assert_eq!(what(&object(1_001)), What::TooManyNames);
    let closed = [object(900), object(900), object(900)].join(",");
    assert_eq!(whole(&format!("[{closed}]")), Ok(()));
    let open = format!("{{\"a\":{},\"b\":{}}}", object(900), object(999));
    assert_eq!(what(&open), What::TooManyNames);
}

#[test]
fn a_name_stands_once_in_an_object() {
    assert_eq!(whole(r#"{"a":{"a":1},"b":{"a":[{"a":1},{"a":2}]}}"#), Ok(()));
    assert_eq!(what(r#"{"a":1,"b":2,"a":3}"#), What::Duplicate(14..15));
    assert!(matches!(what(r#"[{"x":{"long name":1,"long name":2}}]"#), What::Duplicate(_)));
    // The same name by another spelling.
    assert!(matches!(what(r#"{"ab":1,"\u0061b":2}"#), What::Duplicate(_)));
    let many = |last: usize| {
        let names: Vec<_> = (0..200).chain([last]).map(|name| format!("\"n{name}\":0")).collect();
        format!("{{{}}}", names.join(","))
    };
    assert_eq!(whole(&many(200)), Ok(()));
    assert!(matches!(what(&many(150)), What::Duplicate(_)));
    assert!(matches!(what(&many(3)), What::Duplicate(_)));
}

proptest! {
    /// Other text: what serde_json takes for JSON, and what not.
    #[test]
    fn agrees_with_serde_json(text in r#"[\[\]{}",:0-9a\\ueE.+\- \n\x01tn]{0,24}"#) {
        let theirs = serde_json::from_str::<&RawValue>(&text).is_ok();
        match whole(&text) {
            Err(Fault { what: What::Duplicate(_), .. }) => {}
            ours => prop_assert_eq!(ours.is_ok(), theirs),
        }
    }

    /// Valid text with one byte changed.
    #[test]
    fn agrees_when_a_byte_is_changed(at in 0usize..70, byte in 0u8..128) {
        let mut text = br#"{"a":[1.5e3,-0,"x\\\u00e9y"],"bcdefghijklm":{"n":null,"t":[true,false]}}"#.to_vec();
        text[at] = byte;
        let text = String::from_utf8(text).unwrap();
        let theirs = serde_json::from_str::<&RawValue>(&text).is_ok();
        match whole(&text) {
            Err(Fault { what: What::Duplicate(_), .. }) => {}
            ours => prop_assert_eq!(ours.is_ok(), theirs, "{}", text),
        }
    }
}
