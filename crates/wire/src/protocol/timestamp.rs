//! The written forms of a point in time.

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::model::{Member, Shape, TimestampFormat};

/// Returns the form in which this use of a shape is written.
pub(super) fn format_of(
    member: Option<&Member>,
    shape: &Shape,
    usual: TimestampFormat,
) -> TimestampFormat {
    member.and_then(|member| member.timestamp_format).or(shape.timestamp_format).unwrap_or(usual)
}

/// Returns the point in time `seconds` after 1970, to the millisecond; absent beyond year ±9999.
pub(super) fn from_seconds(seconds: f64) -> Option<Timestamp> {
    let milliseconds = (seconds * 1000.0).round();
    if milliseconds.abs() > 1e15 || milliseconds.is_nan() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 10^15")]
    let milliseconds = milliseconds as i64;
    Timestamp::from_millisecond(milliseconds).ok()
}

/// Reads ISO 8601, an HTTP date or a number in text.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    if let Ok(timestamp) = text.parse() {
        return Some(timestamp);
    }
    if let Ok(seconds) = text.parse() {
        return from_seconds(seconds);
    }
    rfc2822::parse(text).ok().map(|zoned| zoned.timestamp())
}

/// Returns whole seconds as a whole number, and milliseconds only where there are some.
pub(super) fn seconds(timestamp: Timestamp) -> Seconds {
    let milliseconds = timestamp.as_millisecond();
    if milliseconds % 1000 == 0 {
        return Seconds::Whole(milliseconds / 1000);
    }
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 for every timestamp there is")]
    let milliseconds = milliseconds as f64;
    Seconds::Fraction(milliseconds / 1000.0)
}

/// Seconds since 1970.
pub(super) enum Seconds {
    Whole(i64),
    Fraction(f64),
}

/// Returns the text form; numbers as text for [`TimestampFormat::UnixSeconds`].
pub(super) fn text(timestamp: Timestamp, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Iso8601 => iso8601(timestamp),
        TimestampFormat::UnixSeconds => match seconds(timestamp) {
            Seconds::Whole(seconds) => seconds.to_string(),
            Seconds::Fraction(seconds) => seconds.to_string(),
        },
        TimestampFormat::HttpDate => rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&timestamp)
            .unwrap_or_else(|_| iso8601(timestamp)),
    }
}

/// Returns ISO 8601 with milliseconds even where they are none, as S3 writes it.
pub(super) fn iso8601_millis(timestamp: Timestamp) -> String {
    format!("{:.3}", Timestamp::from_millisecond(timestamp.as_millisecond()).unwrap_or(timestamp))
}

fn iso8601(timestamp: Timestamp) -> String {
    Timestamp::from_millisecond(timestamp.as_millisecond()).unwrap_or(timestamp).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_written_and_read_back() {
        let check = |milliseconds: i64, format, expected: &str| {
            let timestamp = Timestamp::from_millisecond(milliseconds).unwrap();
            let written = text(timestamp, format);
            assert_eq!(written, expected);
            if format != TimestampFormat::HttpDate {
                assert_eq!(parse(&written), Some(timestamp));
            }
        };
        check(1_795_161_600_000, TimestampFormat::Iso8601, "2026-11-20T08:00:00Z");
        check(1_795_161_600_551, TimestampFormat::Iso8601, "2026-11-20T08:00:00.551Z");
        check(1_795_161_600_000, TimestampFormat::UnixSeconds, "1795161600");
        check(1_795_161_600_551, TimestampFormat::UnixSeconds, "1795161600.551");
        check(-1, TimestampFormat::UnixSeconds, "-0.001");
        check(1_795_161_600_551, TimestampFormat::HttpDate, "Fri, 20 Nov 2026 08:00:00 GMT");
        assert_eq!(
            parse("Fri, 20 Nov 2026 08:00:00 GMT"),
            Timestamp::from_second(1_795_161_600).ok()
        );
    }

    #[test]
    fn milliseconds_are_always_three_digits() {
        for (milliseconds, expected) in
            [(0, "1970-01-01T00:00:00.000Z"), (1_795_161_600_510, "2026-11-20T08:00:00.510Z")]
        {
            let timestamp = Timestamp::from_millisecond(milliseconds).unwrap();
            assert_eq!(iso8601_millis(timestamp), expected);
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "yesterday", "2026-11-20", "2026-11-20T08:00:00", "NaN", "inf", "1e300"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(from_seconds(1e12), None);
    }
}
