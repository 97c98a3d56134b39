//! The time of an event, read from its record without reading the rest.

use jiff::Timestamp;

const NAME: &str = "eventTime";

/// Returns the record's `eventTime`, when it has one that is a time.
pub(super) fn event_time(record: &str) -> Option<Timestamp> {
    let value = member(record, NAME)?;
    value.strip_prefix('"')?.split('"').next()?.parse().ok()
}

/// Returns what follows the name and the colon of a member of the outermost object: in a record of
/// ours that is found after a third of the text.
fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let bytes = object.as_bytes();
    let (mut at, mut depth) = (0_usize, 0_u32);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let end = at + 1 + string_length(bytes.get(at + 1..)?)?;
                let is_named = depth == 1 && object.get(at + 1..end) == Some(name);
                if is_named && bytes.get(end + 1) == Some(&b':') {
                    return object.get(end + 2..);
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// How many bytes a string has before its closing quote.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    text.iter().position(|byte| {
        let ends = !is_escaped && *byte == b'"';
        is_escaped = !is_escaped && *byte == b'\\';
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_event_s_own_time_counts() {
        let right = Some("2026-11-20T10:00:00Z".parse::<Timestamp>().unwrap());
        let rows = [
            (r#"{"eventTime":"2026-11-20T10:00:00Z"}"#, right),
            (
                r#"{"a":{"eventTime":"2020-01-01T00:00:00Z"},"eventTime":"2026-11-20T10:00:00Z"}"#,
                right,
            ),
            (
                r#"{"a":"\"eventTime\":\"2020-01-01T00:00:00Z\"","eventTime":"2026-11-20T10:00:00Z"}"#,
                right,
            ),
            (r#"{"a":"eventTime","eventTime":"2026-11-20T10:00:00Z"}"#, right),
            (r#"{"a":"\\","b":["}{"],"eventTime":"2026-11-20T10:00:00Z","c":1}"#, right),
            (r#"{"a":["eventTime"]}"#, None),
            (r#"{"eventTime":7}"#, None),
            (r#"{"eventTime":"soon"}"#, None),
            (r#"{"eventTime"#, None),
            ("", None),
        ];
        for (record, time) in rows {
            assert_eq!(event_time(record), time, "{record}");
        }
    }
}
