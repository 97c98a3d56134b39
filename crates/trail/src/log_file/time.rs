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
    let mut depth = 0_u32;
    let mut rest = object;
    loop {
        let at = rest.bytes().position(|byte| matches!(byte, b'{' | b'[' | b'}' | b']' | b'"'))?;
        let (mark, after) = (rest.as_bytes().get(at)?, rest.get(at + 1..)?);
        rest = after;
        match mark {
            b'{' | b'[' => depth = depth.checked_add(1)?,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {
                let (string, after) = split_string(rest)?;
                rest = after;
                if let (1, true, Some(value)) = (depth, string == name, after.strip_prefix(':')) {
                    return Some(value);
                }
            }
        }
    }
}

/// Splits at the closing quote of a string.
fn split_string(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.bytes().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if text.as_bytes().get(at) == Some(&b'"') {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        // whatever is escaped ends nothing; an escaped letter beyond ASCII is no JSON
        from = at + 2;
    }
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
