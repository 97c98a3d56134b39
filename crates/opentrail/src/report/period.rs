//! The period of a report: a month of UTC, or everything.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

use super::Error;

/// The time that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    begins: DateTime,
    ends: DateTime,
    is_month: bool,
}

impl Period {
    /// Returns a month written as `2026-10`.
    pub(crate) fn month(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Month(text.to_owned());
        let is_form = text.len() == 7 && text.is_ascii();
        let date: Date = format!("{text}-01").parse().map_err(|_| wrong())?;
        // years that every engine can hold in nanoseconds
        if !is_form || !(1970..2200).contains(&date.year()) {
            return Err(wrong());
        }
        let ends = date.checked_add(1.month()).map_err(|_| wrong())?;
        Ok(Self { begins: midnight(date), ends: midnight(ends), is_month: true })
    }

    /// Returns the period that leaves nothing out.
    pub(crate) fn everything() -> Self {
        let day = |year| Date::new(year, 1, 1).expect("the first of January is in every year");
        Self { begins: midnight(day(1970)), ends: midnight(day(2200)), is_month: false }
    }

    /// Tells whether a time lies in it.
    pub(super) fn holds(self, time: DateTime) -> bool {
        self.begins <= time && time < self.ends
    }

    /// Returns the first moment in it, and the first one after it, as literals of SQL.
    pub(super) fn literals(self) -> [String; 2] {
        [self.begins, self.ends].map(|at| format!("TIMESTAMP '{}'", at.strftime("%F %T")))
    }
}

fn midnight(date: Date) -> DateTime {
    date.at(0, 0, 0, 0)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_month {
            write!(f, "{}", self.begins.strftime("%Y-%m"))
        } else {
            f.write_str("all time")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Period;

    #[test]
    fn a_month_reaches_to_the_next_one() {
        let [begins, ends] = Period::month("2026-12").unwrap().literals();
        assert_eq!(begins, "TIMESTAMP '2026-12-01 00:00:00'");
        assert_eq!(ends, "TIMESTAMP '2027-01-01 00:00:00'");
        let month = Period::month("2026-10").unwrap();
        assert_eq!(month.to_string(), "2026-10");
        assert!(month.holds("2026-10-31T23:59:59".parse().unwrap()));
        assert!(!month.holds("2026-11-01T00:00:00".parse().unwrap()));
        assert!(Period::everything().holds("2026-11-01T00:00:00".parse().unwrap()));
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in ["", "2026", "2026-13", "2026-1", "2026-10-01", "9999-12", "1969-12", "x' --"] {
            assert!(Period::month(text).is_err(), "{text}");
        }
    }
}
