//! The written forms of a signature's time.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

/// Returns the ISO 8601 basic form, such as `20261120T080000Z`.
pub(super) fn text(at: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(at);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// Reads the ISO 8601 basic form, to the letter.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?;
    let (date, time) = digits.split_once('T')?;
    let [year, month_day] = [date.get(..4)?, date.get(4..)?];
    let [month, day] = pairs(month_day)?;
    let [hour, minute] = pairs(time.get(..4)?)?;
    let second = pair(time.get(4..)?)?;
    let year: i16 = all_digits(year, 4)?.parse().ok()?;
    let civil = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    Offset::UTC.to_timestamp(civil).ok()
}

/// Reads a `Date` header: RFC 2822 as HTTP writes it, or the basic form as some old clients do.
pub(super) fn parse_date_header(text: &str) -> Option<Timestamp> {
    parse(text).or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(text).ok())
}

fn pairs(text: &str) -> Option<[i8; 2]> {
    Some([pair(text.get(..2)?)?, pair(text.get(2..)?)?])
}

fn pair(text: &str) -> Option<i8> {
    all_digits(text, 2)?.parse().ok()
}

fn all_digits(text: &str, count: usize) -> Option<&str> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_basic_form_goes_there_and_back() {
        for stamp in ["20261120T080000Z", "20240229T235959Z", "19700101T000000Z"] {
            assert_eq!(text(parse(stamp).unwrap()), stamp);
        }
    }

    #[test]
    fn nothing_near_it_is_read() {
        for stamp in [
            "",
            "Z",
            "T",
            "20261120T080000",
            "20261120T080000z",
            "20261120 080000Z",
            "2026-11-20T08:00:00Z",
            "20260230T080000Z",
            "20261120T240000Z",
            "20261120T08000Z",
            "+0261120T080000Z",
            "20261120T0800+1Z",
            "2026112ä080000Z",
        ] {
            assert_eq!(parse(stamp), None, "{stamp}");
        }
    }

    #[test]
    fn a_date_header_is_read_in_all_its_forms() {
        let expected = parse("20261120T080000Z");
        for date in
            ["Fri, 20 Nov 2026 08:00:00 GMT", "Fri, 20 Nov 2026 08:00:00 -0000", "20261120T080000Z"]
        {
            assert_eq!(parse_date_header(date), expected, "{date}");
        }
        assert_eq!(parse_date_header("yesterday"), None);
    }
}
