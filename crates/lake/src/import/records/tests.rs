//! Tests: every form of file, and every odd record.

mod limits;
mod properties;

use serde_json::Value;

use super::*;
use crate::import::reason::Reason;

const ONE: &str =
    r#"{"eventVersion":"1.11","eventTime":"2026-11-20T08:00:00Z","eventName":"A","x":1.0}"#;
const TWO: &str = r#"{"eventTime":"2026-11-20T09:00:00Z","eventName":"B"}"#;

/// What came out: texts of records, and what was left out.
fn split_with(text: &[u8], limits: &Limits) -> (Vec<String>, Vec<Broken>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let mut next = 0;
    records(text, limits, &mut |piece| {
        let index = match &piece {
            Ok(record) => record.index,
            Err(broken) => broken.index,
        };
        assert_eq!(index, next);
        next += 1;
        match piece {
            Ok(record) => good.push(checked(&record)),
            Err(broken) => bad.push(broken),
        }
        ControlFlow::Continue(())
    });
    (good, bad)
}

fn split(text: impl AsRef<[u8]>) -> (Vec<String>, Vec<Broken>) {
    split_with(text.as_ref(), &Limits::default())
}

/// Compares a record's members with what `serde_json` finds in it.
fn checked(record: &Record<'_>) -> String {
    let members: serde_json::Map<String, Value> = serde_json::from_str(record.text).unwrap();
    let names: Vec<_> = record.members.iter().map(|member| member.name.as_ref()).collect();
    assert_eq!(names, members.keys().collect::<Vec<_>>());
    for member in record.members {
        let value: Value = serde_json::from_str(member.value).unwrap();
        assert_eq!(value, members[member.name.as_ref()]);
        assert_eq!(member.value.trim(), member.value);
    }
    // Whoever reads on with this one has no reason to refuse what passed.
    assert_eq!(event::Facts::read(record.text).unwrap().event_time, record.time);
    let time: Timestamp = members["eventTime"].as_str().unwrap().parse().unwrap();
    assert_eq!(time, record.time);
    record.text.to_owned()
}

/// Why the only record of a text is left out.
fn reason(text: impl AsRef<[u8]>) -> Reason {
    let (good, mut bad) = split(text);
    assert_eq!((good.len(), bad.len()), (0, 1), "{good:?} {bad:?}");
    bad.remove(0).reason
}

#[test]
fn every_form_gives_its_records() {
    let quoted = serde_json::to_string(ONE).unwrap();
    let pretty = |text: &str| {
        let value: Value = serde_json::from_str(text).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    };
    let flat = |text: &str| pretty(text).replace("  ", "");
    for text in [
        ONE.to_owned(),
        format!("\u{feff}{ONE}\r\n"),
        format!("[{ONE}]"),
        format!("{{\"Records\":[{ONE}]}}"),
        format!(" {{ \"a\":[], \"Records\" : [ {ONE} ] , \"b\":{{}} }}\n"),
        pretty(&format!("{{\"Records\":[{ONE}]}}")),
        flat(&format!("[{ONE}]")),
        format!("{{\"Events\":[{{\"EventId\":\"e\",\"CloudTrailEvent\":{quoted}}}]}}"),
        pretty(&format!("{{\"Events\":[{{\"EventName\":\"A\",\"CloudTrailEvent\":{quoted}}}]}}")),
        format!(
            "{{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{{\"id\":\"1\",\"message\":{quoted}}}]}}"
        ),
        format!("{{\"version\":\"0\",\"detail-type\":\"x\",\"detail\":{ONE}}}"),
        format!("{{\"note\": \"\", \"record\": {}}}\n\n", pretty(ONE)),
        format!("[{{\"detail\":{ONE}}}]"),
    ] {
        assert_eq!(split(&text), (vec![ONE.to_owned()], vec![]), "{text}");
    }
    for text in [
        format!("{ONE}\n{{\"Records\":[{ONE},{TWO}]}}\n{TWO}"),
        format!("{ONE}\n\n{ONE}\r\n{TWO}{TWO}"),
        format!("[\n{ONE},\n{ONE},\n{TWO},{TWO}\n]"),
        format!("\u{feff}[{ONE}]\n\u{feff}[{ONE},{TWO}]\n{TWO}"),
    ] {
        let (good, bad) = split(&text);
        assert_eq!((good.len(), bad.len()), (4, 0), "{text}: {bad:?}");
    }
    for empty in ["", " \n", "[]", "{\"Records\":[]}", "{\"Events\": []}", "\u{feff}"] {
        assert_eq!(split(empty), (vec![], vec![]), "{empty:?}");
    }
}

#[test]
fn a_record_is_made_compact_and_nothing_else() {
    let text = "{ \"eventTime\" : \"2026-11-20T08:00:00Z\",\n\t\"a b\" : [ 1.0 , 1E3, \"\\u00e9 \\ud83d\" ] }";
    let compact = r#"{"eventTime":"2026-11-20T08:00:00Z","a b":[1.0,1E3,"\u00e9 \ud83d"]}"#;
    let mut seen = Vec::new();
    records(format!("[{text}, {ONE}]").as_bytes(), &Limits::default(), &mut |piece| {
        let record = piece.unwrap();
        seen.push((record.index, record.offset, record.text.to_owned()));
        ControlFlow::Continue(())
    });
    let second = 1 + text.len() as u64 + 2;
    assert_eq!(seen, [(0, 1, compact.to_owned()), (1, second, ONE.to_owned())]);
}

#[test]
fn an_odd_record_is_left_out_alone() {
    let deep = format!(
        "{{\"eventName\":\"A\",\"x\":{}1{}}}",
        "[".repeat(1_000_000),
        "]".repeat(1_000_000)
    );
    let odd: [(&[u8], &str); 23] = [
        (b"17", "not-an-object"),
        (b"null", "not-an-object"),
        (b"[{\"eventName\":\"A\"}]", "not-an-object"),
        (b"\"text with , ] } {\"", "not-an-object"),
        (b"{}", "not-a-record"),
        (b"{\"a\":{\"eventName\":1}}", "not-a-record"),
        (b"{\"CloudTrailEvent\":\"\"}", "not-a-record"),
        (b"{\"detail\":{}}", "not-a-record"),
        (b"{\"CloudTrailEvent\":\"{oops\"}", "not-json"),
        (b"{\"CloudTrailEvent\":\"{\"}", "cut-off"),
        (b"{\"eventName\":\"A\"}", "bad-time"),
        (b"{\"eventTime\":\"2026-13-45T08:00:00Z\"}", "bad-time"),
        (b"{\"eventTime\":1795000000}", "bad-time"),
        (b"{\"eventTime\":\"2026-11-20T08:00:00\"}", "bad-time"),
        (b"{\"eventTime\":\"2026-11-20T08:00:00Z\",\"a\":1,\"a\":2}", "duplicate-name"),
        (
            b"{\"eventTime\":\"2026-11-20T08:00:00Z\",\"a\":[{\"b\":1,\"\\u0062\":2}]}",
            "duplicate-name",
        ),
        (b"{\"eventTime\":\"2026-11-20T08:00:00Z\",\"a\":\"\xff\xfe\"}", "not-utf-8"),
        (b"{\"eventTime\":\"2026-11-20T08:00:00Z\",\"a\":\"\xc0\x80\"}", "not-utf-8"),
        (b"\xef\xbb\xbf{\"eventTime\":\"2026-11-20T08:00:00Z\"}", "not-json"),
        (b"{\"eventTime\":\"2026-11-20T08:00:00Z\",\"a\":NaN}", "not-a-number"),
        (b"{\"eventTime\":\"2026-11-20T08:00:00Z\",'a':1}", "not-json"),
        (b"{\"eventTime\":\"2026-11-20T08:00:00Z\",\"\\ud83d\":1}", "not-json"),
        (deep.as_bytes(), "too-deep"),
    ];
    for (odd, kind) in odd {
        let name = String::from_utf8_lossy(&odd[..odd.len().min(99)]).into_owned();
        for (before, behind) in
            [("[", "]"), ("{\"Records\":[", "]}"), ("{\"Records\": [\n", "\n]}")]
        {
            let first = format!("{before}{ONE},");
            let text = [first.as_bytes(), odd, format!(",{TWO}{behind}").as_bytes()].concat();
            let (good, bad) = split(&text);
            assert_eq!(good, [ONE, TWO], "{name}: {bad:?}");
            let [broken] = bad.as_slice() else { panic!("{name}: {bad:?}") };
            assert_eq!(broken.reason.kind(), kind, "{name}");
            assert_eq!(broken.index, 1, "{name}");
            // An envelope's record has its own place.
            let (from, to) = (first.len() as u64, (first.len() + odd.len()) as u64);
            assert!((from..to).contains(&broken.offset), "{name}: {}", broken.offset);
        }
        // The same as lines; there an array is a document, and a byte order mark before it none of
        // its own.
        if kind != "not-an-object" && !odd.starts_with(b"\xef") {
            let text = [ONE.as_bytes(), b"\n", odd, b"\n", TWO.as_bytes()].concat();
            let (good, bad) = split(&text);
            assert_eq!((good.len(), bad.len()), (2, 1), "{name}: {bad:?}");
        }
    }
}

#[test]
fn a_broken_line_ends_with_its_line() {
    for broken in [
        "{oops",
        "{\"a\":\"no end",
        "{\"a\":[1,2}",
        "{\"a\":]}}",
        "[[[",
        "]",
        "}",
        "<html>",
        "\"",
        "{\"Records\":[{\"a\":\"",
        "[{\"eventName\":\"A\"},",
        "{\"eventName\":\"A\",\"x\":\"{\\\"",
    ] {
        let text = format!("{ONE}\n{broken}\n{TWO}\n{ONE}\n");
        let (good, bad) = split(&text);
        assert_eq!(good, [ONE, TWO, ONE], "{broken}: {bad:?}");
        assert!(!bad.is_empty(), "{broken}");
        assert!(bad[0].offset > ONE.len() as u64 && bad[0].offset < text.len() as u64);
        // Also when it is the first one.
        let (good, bad) = split(format!("{broken}\n{ONE}\n{TWO}"));
        assert_eq!(good, [ONE, TWO], "{broken}: {bad:?}");
    }
}

#[test]
fn a_file_that_ends_too_early_gives_what_is_before() {
    let text = format!("{{\"Records\":[{ONE},{TWO},{ONE}]}}");
    let ends: Vec<_> = text.match_indices("},").map(|(at, _)| at + 1).collect();
    for length in 1..text.len() {
        let (good, bad) = split(&text[..length]);
        let whole = ends.iter().filter(|end| **end <= length).count()
            + usize::from(length >= text.len() - 2);
        assert_eq!(good.len(), whole, "{length}");
        assert_eq!(bad.len(), 1, "{length}: {bad:?}");
        assert_eq!(bad[0].reason, Reason::CutOff, "{length}");
    }
}

#[test]
fn nothing_within_a_broken_record_is_taken_for_a_record() {
    // What a caller sent, and a log file that was cut inside of it.
    let sent = format!(
        "{{\"eventTime\":\"2026-11-20T08:00:00Z\",\"requestParameters\":{{\"x\":[\n{TWO},\n{TWO}"
    );
    for text in [sent.clone(), format!("[{sent}"), format!("{{\"Records\":[{ONE},{sent}")] {
        let (good, bad) = split(&text);
        assert!(!good.contains(&TWO.to_owned()), "{text}: {good:?}");
        assert_eq!(bad.len(), 1, "{bad:?}");
    }
    // A list of the name that log files have, inside of a record.
    let text = ONE.replace("1.0", &format!("{{\"Records\":[{TWO}]}}"));
    assert_eq!(split(&text).0, [text]);
    let text = ONE.replace("\"x\":1.0", &format!("\"Records\":[{TWO}]"));
    assert_eq!(split(&text).0, [text]);
}

#[test]
fn text_that_is_not_utf8_is_named() {
    let utf16: Vec<u8> =
        format!("\u{feff}{ONE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(reason(&utf16), Reason::NotUtf8 { at: 0 });
    assert_eq!(
        reason(b"\x1f\x8b\x08\x00"),
        Reason::NotJson { at: 0, expected: "a value".to_owned() }
    );
    let latin = b"{\"eventTime\":\"2026-11-20T08:00:00Z\",\"a\":\"caf\xe9\"}";
    assert_eq!(reason(latin), Reason::NotUtf8 { at: 44 });
}
