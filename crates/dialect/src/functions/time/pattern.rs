//! Patterns for moments: `MySQL`'s (`%Y-%m-%d`) and Joda's (`yyyy-MM-dd`).

use super::civil::{Civil, SECOND, date_of, days_in_month, days_of};
use std::fmt::Write;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(char),
    /// A number and how many digits it is filled up to.
    Number(Part, usize),
    /// Digits of a second's fraction.
    Fraction(usize),
    MonthName(bool),
    DayName(bool),
    HalfOfDay,
    /// An offset from UTC, with or without a colon.
    Offset(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    YearOfCentury,
    Month,
    Day,
    Hour,
    HourOfHalf,
    Minute,
    Second,
    DayOfYear,
    WeekYear,
    Week,
    Weekday,
}

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

impl Pattern {
    /// Reads `MySQL`'s pattern; the error is the letter that is not served.
    pub(crate) fn mysql(text: &str) -> Result<Self, String> {
        let (mut pieces, mut chars) = (Vec::new(), text.chars());
        while let Some(ch) = chars.next() {
            if ch != '%' {
                pieces.push(Piece::Text(ch));
                continue;
            }
            let letter = chars.next().ok_or("% at the end")?;
            pieces.extend(mysql_pieces(letter).ok_or(format!("%{letter}"))?);
        }
        Ok(Self(pieces))
    }

    /// Reads Joda's pattern; the error is the letters that are not served.
    pub(crate) fn joda(text: &str) -> Result<Self, String> {
        let (mut pieces, mut chars) = (Vec::new(), text.chars().peekable());
        while let Some(ch) = chars.next() {
            if ch == '\'' {
                let quoted: String = chars.by_ref().take_while(|c| *c != '\'').collect();
                let quoted = if quoted.is_empty() { "'".to_owned() } else { quoted };
                pieces.extend(quoted.chars().map(Piece::Text));
                continue;
            }
            if !ch.is_ascii_alphabetic() {
                pieces.push(Piece::Text(ch));
                continue;
            }
            let mut count = 1;
            while chars.next_if_eq(&ch).is_some() {
                count += 1;
            }
            let unknown = || ch.to_string().repeat(count);
            pieces.push(joda_piece(ch, count).ok_or_else(unknown)?);
        }
        Ok(Self(pieces))
    }

    /// Writes a moment.
    pub(crate) fn write(&self, micros: i64) -> String {
        let civil = Civil::of(micros);
        let mut text = String::new();
        for piece in &self.0 {
            write_piece(&mut text, piece, civil);
        }
        text
    }

    /// Reads a moment; nothing when the text is not of this pattern.
    pub(crate) fn read(&self, text: &str) -> Option<i64> {
        let mut reader = Reader { rest: text, found: Found::default() };
        for (index, piece) in self.0.iter().enumerate() {
            let tight = matches!(self.0.get(index + 1), Some(Piece::Number(..)));
            reader.piece(piece, tight)?;
        }
        if reader.rest.is_empty() { reader.found.micros() } else { None }
    }
}

fn mysql_pieces(letter: char) -> Option<Vec<Piece>> {
    use Part::{Day, DayOfYear, Hour, HourOfHalf, Minute, Month, Second, Week, WeekYear, Year};
    let number = |part, digits| vec![Piece::Number(part, digits)];
    Some(match letter {
        'Y' => number(Year, 4),
        'y' => number(Part::YearOfCentury, 2),
        'm' => number(Month, 2),
        'c' => number(Month, 1),
        'd' => number(Day, 2),
        'e' => number(Day, 1),
        'H' => number(Hour, 2),
        'k' => number(Hour, 1),
        'h' | 'I' => number(HourOfHalf, 2),
        'l' => number(HourOfHalf, 1),
        'i' => number(Minute, 2),
        's' | 'S' => number(Second, 2),
        'j' => number(DayOfYear, 3),
        'v' => number(Week, 2),
        'x' => number(WeekYear, 4),
        'f' => vec![Piece::Fraction(6)],
        'a' => vec![Piece::DayName(false)],
        'W' => vec![Piece::DayName(true)],
        'b' => vec![Piece::MonthName(false)],
        'M' => vec![Piece::MonthName(true)],
        'p' => vec![Piece::HalfOfDay],
        'T' => Pattern::mysql("%H:%i:%s").ok()?.0,
        'r' => Pattern::mysql("%h:%i:%s %p").ok()?.0,
        '%' => vec![Piece::Text('%')],
        _ => return None,
    })
}

fn joda_piece(letter: char, count: usize) -> Option<Piece> {
    Some(match letter {
        'y' | 'Y' if count == 2 => Piece::Number(Part::YearOfCentury, 2),
        'y' | 'Y' => Piece::Number(Part::Year, count),
        'M' if count >= 3 => Piece::MonthName(count > 3),
        'M' => Piece::Number(Part::Month, count),
        'd' => Piece::Number(Part::Day, count),
        'H' => Piece::Number(Part::Hour, count),
        'h' => Piece::Number(Part::HourOfHalf, count),
        'm' => Piece::Number(Part::Minute, count),
        's' => Piece::Number(Part::Second, count),
        'S' => Piece::Fraction(count),
        'D' => Piece::Number(Part::DayOfYear, count),
        'w' => Piece::Number(Part::Week, count),
        'x' => Piece::Number(Part::WeekYear, count),
        'e' => Piece::Number(Part::Weekday, count),
        'E' => Piece::DayName(count > 3),
        'a' => Piece::HalfOfDay,
        'Z' => Piece::Offset(count == 2),
        _ => return None,
    })
}

fn part_of(part: Part, civil: Civil) -> i64 {
    match part {
        Part::Year => civil.year,
        Part::YearOfCentury => civil.year.rem_euclid(100),
        Part::Month => civil.month,
        Part::Day => civil.day,
        Part::Hour => civil.hour(),
        Part::HourOfHalf => (civil.hour() + 11) % 12 + 1,
        Part::Minute => civil.minute(),
        Part::Second => civil.second(),
        Part::DayOfYear => civil.day_of_year(),
        Part::WeekYear => civil.week().0,
        Part::Week => civil.week().1,
        Part::Weekday => civil.weekday(),
    }
}

fn write_piece(text: &mut String, piece: &Piece, civil: Civil) {
    let name = |names: &[&str], index: i64, long: bool| -> String {
        let index = usize::try_from(index - 1).unwrap_or(0);
        let name = names.get(index).copied().unwrap_or_default();
        if long { name.to_owned() } else { name.chars().take(3).collect() }
    };
    match piece {
        Piece::Text(ch) => text.push(*ch),
        Piece::Number(part, digits) => {
            let number = part_of(*part, civil);
            let written = write!(text, "{number:0digits$}");
            written.expect("a string takes all text");
        }
        Piece::Fraction(digits) => {
            let micros = format!("{:06}", civil.time % SECOND);
            text.extend(micros.chars().chain(std::iter::repeat('0')).take(*digits));
        }
        Piece::MonthName(long) => text.push_str(&name(&MONTHS, civil.month, *long)),
        Piece::DayName(long) => text.push_str(&name(&DAYS, civil.weekday(), *long)),
        Piece::HalfOfDay => text.push_str(if civil.hour() < 12 { "AM" } else { "PM" }),
        Piece::Offset(colon) => text.push_str(if *colon { "+00:00" } else { "+0000" }),
    }
}

/// What was read so far.
#[derive(Debug, Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
    afternoon: Option<bool>,
    offset_minutes: i64,
}

impl Found {
    fn set(&mut self, part: Part, number: i64) {
        match part {
            Part::Year | Part::WeekYear => self.year = Some(number),
            Part::YearOfCentury => {
                self.year = Some(number + if number < 70 { 2000 } else { 1900 });
            }
            Part::Month => self.month = Some(number),
            Part::Day => self.day = Some(number),
            Part::DayOfYear => self.day_of_year = Some(number),
            Part::Hour => self.hour = number,
            Part::HourOfHalf => {
                self.hour = number % 12;
                self.afternoon.get_or_insert(false);
            }
            Part::Minute => self.minute = number,
            Part::Second => self.second = number,
            Part::Week | Part::Weekday => {}
        }
    }

    fn micros(&self) -> Option<i64> {
        let year = self.year.unwrap_or(1970);
        let (month, day) = match self.day_of_year {
            Some(day) if (1..=366).contains(&day) => {
                let (_, month, day) = date_of(days_of(year, 1, 1) + day - 1);
                (month, day)
            }
            Some(_) => return None,
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        let hour = self.hour + if self.afternoon == Some(true) { 12 } else { 0 };
        let valid = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&self.minute)
            && (0..60).contains(&self.second);
        let minutes = hour * 60 + self.minute - self.offset_minutes;
        let time = (minutes * 60 + self.second) * SECOND + self.micros;
        let civil = Civil { year, month, day, time };
        valid.then(|| civil.micros()).flatten()
    }
}

struct Reader<'a> {
    rest: &'a str,
    found: Found,
}

impl Reader<'_> {
    fn piece(&mut self, piece: &Piece, tight: bool) -> Option<()> {
        match piece {
            Piece::Text(ch) => self.rest = self.rest.strip_prefix(*ch)?,
            Piece::Number(part, digits) => {
                let most = match part {
                    Part::Year | Part::WeekYear => 4,
                    Part::DayOfYear => 3,
                    _ => 2,
                };
                let number = self.digits(if tight { *digits } else { most })?;
                self.found.set(*part, number.parse().ok()?);
            }
            Piece::Fraction(_) => {
                let digits = self.digits(9)?;
                let micros: String = digits.chars().chain("000000".chars()).take(6).collect();
                self.found.micros = micros.parse().ok()?;
            }
            Piece::MonthName(_) => self.found.month = Some(self.name(&MONTHS)?),
            Piece::DayName(_) => {
                self.name(&DAYS)?;
            }
            Piece::HalfOfDay => {
                let half = self.rest.get(..2)?.to_ascii_uppercase();
                self.found.afternoon = Some(match half.as_str() {
                    "AM" => false,
                    "PM" => true,
                    _ => return None,
                });
                self.rest = self.rest.get(2..)?;
            }
            Piece::Offset(_) => self.offset()?,
        }
        Some(())
    }

    fn digits(&mut self, most: usize) -> Option<String> {
        let digits: String =
            self.rest.chars().take(most).take_while(char::is_ascii_digit).collect();
        self.rest = self.rest.get(digits.len()..)?;
        (!digits.is_empty()).then_some(digits)
    }

    fn name(&mut self, names: &[&str]) -> Option<i64> {
        let starts = |name: &str| {
            let start = self.rest.get(..name.len())?;
            start.eq_ignore_ascii_case(name).then_some(name.len())
        };
        let (index, length) = names.iter().enumerate().find_map(|(index, name)| {
            let length = starts(name).or_else(|| starts(name.get(..3)?))?;
            Some((index, length))
        })?;
        self.rest = self.rest.get(length..)?;
        i64::try_from(index + 1).ok()
    }

    fn offset(&mut self) -> Option<()> {
        if let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return Some(());
        }
        let sign = if self.rest.starts_with('-') { -1 } else { 1 };
        self.rest = self.rest.strip_prefix(['+', '-'])?;
        let hours: i64 = self.digits(2)?.parse().ok()?;
        self.rest = self.rest.strip_prefix(':').unwrap_or(self.rest);
        let minutes: i64 = self.digits(2)?.parse().ok()?;
        self.found.offset_minutes = sign * (hours * 60 + minutes);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    /// 2026-11-20 07:31:02.25
    const MOMENT: i64 = 1_795_159_862_250_000;

    #[test]
    fn moments_are_written() {
        let mysql = |p: &str| Pattern::mysql(p).unwrap().write(MOMENT);
        assert_eq!(mysql("%Y-%m-%d %H:%i:%s.%f"), "2026-11-20 07:31:02.250000");
        assert_eq!(
            mysql("%a %W %b %M %y %c %e %k %l %p %j %x-%v %%"),
            "Fri Friday Nov November 26 11 20 7 7 AM 324 2026-47 %"
        );
        let joda = |p: &str| Pattern::joda(p).unwrap().write(MOMENT);
        assert_eq!(joda("yyyy-MM-dd'T'HH:mm:ss.SSSZZ"), "2026-11-20T07:31:02.250+00:00");
        assert_eq!(joda("EEE, d MMM yy h:mm a"), "Fri, 20 Nov 26 7:31 AM");
    }

    #[test]
    fn moments_are_read_and_nonsense_is_not() {
        let mysql = |p: &str, t: &str| Pattern::mysql(p).unwrap().read(t);
        assert_eq!(mysql("%Y-%m-%dT%H:%i:%s.%f", "2026-11-20T07:31:02.25"), Some(MOMENT));
        assert_eq!(mysql("%d %M %Y %r", "20 november 2026 07:31:02 AM"), Some(MOMENT - 250_000));
        assert_eq!(mysql("%Y%m%d", "20261120"), Some(MOMENT - 27_062_250_000));
        assert_eq!(mysql("%Y-%m-%d", "2026-02-30"), None);
        assert_eq!(mysql("%Y-%m-%d", "2026-11-20 "), None);
        let joda = |p: &str, t: &str| Pattern::joda(p).unwrap().read(t);
        assert_eq!(
            joda("yyyy-MM-dd HH:mm:ss.SSS Z", "2026-11-20 09:31:02.250 +0200"),
            Some(MOMENT)
        );
        assert!(Pattern::joda("yyyy-QQ").is_err() && Pattern::mysql("%Q").is_err());
    }
}
