//! Finds the records in the files that people have.
//!
//! Understood: `{"Records":[…]}` (trail log files), bare arrays, single records, one of these a
//! line (JSONL), the answer of `aws cloudtrail lookup-events` (`Events[].CloudTrailEvent`), and
//! envelopes that carry one record as `detail` (EventBridge) or `record`.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A record's text, or why a piece of the file holds none.
pub type Found<'a> = Result<Cow<'a, str>, String>;

/// Calls `each` with everything in `text`, in order; a broken piece never hides the others.
pub fn records<'a>(text: &'a str, each: &mut dyn FnMut(Found<'a>)) {
    let text = text.trim_start_matches('\u{feff}');
    match serde_json::from_str::<&RawValue>(text) {
        Ok(whole) => piece(whole, each),
        Err(_) if looks_like_lines(text) => lines(text, each),
        Err(cause) => each(Err(format!("not JSON: {cause}"))),
    }
}

/// Tells a file of one document a line from one broken document over many lines.
fn looks_like_lines(text: &str) -> bool {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .take(16)
        .any(|line| object(line.trim_start()).is_some())
}

/// Reads an object's telling members; serde would take a list for a structure too.
fn object(text: &str) -> Option<Object<'_>> {
    text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()
}

fn lines<'a>(text: &'a str, each: &mut dyn FnMut(Found<'a>)) {
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<&RawValue>(line) {
            Ok(value) => piece(value, each),
            Err(cause) => each(Err(format!("line {}: not JSON: {cause}", number + 1))),
        }
    }
}

/// The members by which the forms are told apart.
#[derive(Deserialize)]
struct Object<'a> {
    #[serde(rename = "Records", borrow)]
    records: Option<Vec<&'a RawValue>>,
    #[serde(rename = "Events", borrow)]
    events: Option<Vec<LookedUp<'a>>>,
    #[serde(rename = "eventName", borrow)]
    event_name: Option<&'a RawValue>,
    #[serde(rename = "eventVersion", borrow)]
    event_version: Option<&'a RawValue>,
    #[serde(borrow)]
    detail: Option<&'a RawValue>,
    #[serde(borrow)]
    record: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct LookedUp<'a> {
    #[serde(rename = "CloudTrailEvent", borrow)]
    event: Option<Cow<'a, str>>,
}

fn piece<'a>(value: &'a RawValue, each: &mut dyn FnMut(Found<'a>)) {
    let text = value.get();
    if text.starts_with('[') {
        match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(items) => {
                for item in items {
                    record(item, each);
                }
            }
            Err(cause) => each(Err(format!("not a list of records: {cause}"))),
        }
    } else {
        record(value, each);
    }
}

fn record<'a>(value: &'a RawValue, each: &mut dyn FnMut(Found<'a>)) {
    let Some(object) = object(value.get()) else {
        return each(Err("not a CloudTrail record: no JSON object".to_owned()));
    };
    if object.event_name.is_some() || object.event_version.is_some() {
        each(Ok(Cow::Borrowed(value.get())));
    } else if let Some(records) = object.records {
        for inner in records {
            record(inner, each);
        }
    } else if let Some(events) = object.events {
        for event in events {
            looked_up(event, each);
        }
    } else if let Some(inner) = object.detail.or(object.record) {
        record(inner, each);
    } else {
        each(Err("not a CloudTrail record: neither eventName nor Records in it".to_owned()));
    }
}

fn looked_up<'a>(event: LookedUp<'a>, each: &mut dyn FnMut(Found<'a>)) {
    match event.event {
        Some(text) => each(Ok(text)),
        None => each(Err("an entry of Events has no CloudTrailEvent".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<String>, Vec<String>) {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        records(text, &mut |found| match found {
            Ok(text) => good.push(text.into_owned()),
            Err(reason) => bad.push(reason),
        });
        (good, bad)
    }

    #[test]
    fn every_form_gives_its_records() {
        let one = r#"{"eventName":"A","x":1.0}"#;
        let escaped = serde_json::to_string(one).unwrap();
        for text in [
            one.to_owned(),
            format!("[{one}]"),
            format!("{{\"Records\":[{one}]}}"),
            format!("{{\"Records\": [ {one} ]}}\n"),
            format!("\u{feff}{{\"Events\":[{{\"CloudTrailEvent\":{escaped}}}]}}"),
            format!("{{\"detail-type\":\"x\",\"detail\":{one}}}"),
            format!("{{\"note\":\"\",\"record\":{one}}}\n\n"),
        ] {
            assert_eq!(found(&text), (vec![one.to_owned()], vec![]), "{text}");
        }
        let lines = format!("{one}\n{{\"Records\":[{one},{one}]}}\n");
        assert_eq!(found(&lines).0.len(), 3);
    }

    #[test]
    fn broken_pieces_are_named_and_the_rest_goes_on() {
        let (good, bad) = found("{\"eventName\":\"A\"}\n{oops\n{\"eventName\":\"B\"}\n17\n");
        assert_eq!(good.len(), 2);
        assert_eq!(bad.len(), 2);
        assert!(bad[0].starts_with("line 2: not JSON"), "{}", bad[0]);
        assert!(found("{\"Records\":[{\"eventName\":\"A\"},").1[0].starts_with("not JSON"));
        assert_eq!(found("{\"a\":1}").1.len(), 1);
        assert_eq!(found("").1.len(), 1);
    }

    #[test]
    fn deep_nesting_does_not_overflow() {
        let deep = format!(
            "{{\"eventName\":\"A\",\"x\":{}1{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        let (good, bad) = found(&deep);
        assert_eq!(good.len() + bad.len(), 1);
    }
}
