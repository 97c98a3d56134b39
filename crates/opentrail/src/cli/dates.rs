//! Times as people write them.

use anyhow::{Result, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

/// Reads a time: `now`, `today`, `yesterday`, `T-7d`, `-90m`, `2026-11-20`, `2026-11-20T08:00:00Z`,
/// `2026-11-20 08:00`. Times without a zone are UTC, as in the events.
pub(super) fn time(text: &str, now: Timestamp) -> Result<Timestamp> {
    let midnight = || now.to_zoned(TimeZone::UTC).start_of_day();
    match text {
        "now" => return Ok(now),
        "today" => return Ok(midnight()?.timestamp()),
        "yesterday" => {
            let today: Zoned = midnight()?;
            return Ok(today.yesterday()?.timestamp());
        }
        _ => {}
    }
    let back = text.strip_prefix("T-").or_else(|| text.strip_prefix('-'));
    if let Some(span) = back {
        return Ok(now.checked_sub(duration(span)?)?);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    if let Ok(time) = text.replace(' ', "T").parse::<jiff::civil::DateTime>() {
        return Ok(time.to_zoned(TimeZone::UTC)?.timestamp());
    }
    if let Ok(date) = text.parse::<Date>() {
        return Ok(date.to_zoned(TimeZone::UTC)?.timestamp());
    }
    bail!("{text:?} is no time: write 2026-11-20, 2026-11-20T08:00:00Z, T-7d, -90m, today or now")
}

/// Reads a span: `90s`, `15m`, `3h`, `7d`, `2w`, or several of them as in `1d12h`.
pub(super) fn duration(text: &str) -> Result<SignedDuration> {
    let wrong = || anyhow::anyhow!("{text:?} is no span of time: write 90s, 15m, 3h, 7d or 1d12h");
    let mut total = SignedDuration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = rest.split_at(digits);
        let seconds: i64 = match unit.chars().next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            Some('w') => 7 * 86_400,
            _ => return Err(wrong()),
        };
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let part = number.checked_mul(seconds).ok_or_else(wrong)?;
        total = total.checked_add(SignedDuration::from_secs(part)).ok_or_else(wrong)?;
        rest = unit.get(1..).unwrap_or_default();
    }
    if text.is_empty() { Err(wrong()) } else { Ok(total) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_times_in_many_ways() {
        let now: Timestamp = "2026-11-20T08:30:00Z".parse().unwrap();
        for (text, expected) in [
            ("now", "2026-11-20T08:30:00Z"),
            ("today", "2026-11-20T00:00:00Z"),
            ("yesterday", "2026-11-19T00:00:00Z"),
            ("T-7d", "2026-11-13T08:30:00Z"),
            ("-1d12h", "2026-11-18T20:30:00Z"),
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("2026-11-01 06:07", "2026-11-01T06:07:00Z"),
            ("2026-11-01T06:07:08+01:00", "2026-11-01T05:07:08Z"),
        ] {
            assert_eq!(time(text, now).unwrap().to_string(), expected, "{text}");
        }
        for text in ["", "tomorrowish", "T-", "T-7", "7x", "T-99999999999999999d"] {
            assert!(time(text, now).is_err(), "{text}");
        }
    }
}
