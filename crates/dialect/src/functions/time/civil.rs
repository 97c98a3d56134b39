//! Days, months and weeks of the calendar, in UTC, for µs since 1970.

/// µs in a second.
pub(crate) const SECOND: i64 = 1_000_000;
/// µs in a day.
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// A moment in the parts that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    /// The year.
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
    /// µs since midnight.
    pub(crate) time: i64,
}

impl Civil {
    /// Takes µs since 1970 apart.
    pub(crate) fn of(micros: i64) -> Self {
        let (year, month, day) = date_of(micros.div_euclid(DAY));
        Self { year, month, day, time: micros.rem_euclid(DAY) }
    }

    /// Gives days since 1970.
    pub(crate) fn days(self) -> i64 {
        days_of(self.year, self.month, self.day)
    }

    /// Gives µs since 1970; nothing beyond what 64 bits hold.
    pub(crate) fn micros(self) -> Option<i64> {
        self.days().checked_mul(DAY)?.checked_add(self.time)
    }

    /// 0 to 23.
    pub(crate) fn hour(self) -> i64 {
        self.time / (3600 * SECOND)
    }

    /// 0 to 59.
    pub(crate) fn minute(self) -> i64 {
        self.time / (60 * SECOND) % 60
    }

    /// 0 to 59.
    pub(crate) fn second(self) -> i64 {
        self.time / SECOND % 60
    }

    /// 1 on Monday to 7 on Sunday.
    pub(crate) fn weekday(self) -> i64 {
        (self.days() + 3).rem_euclid(7) + 1
    }

    /// 1 on the first of January.
    pub(crate) fn day_of_year(self) -> i64 {
        self.days() - days_of(self.year, 1, 1) + 1
    }

    /// The year and the number of the ISO week.
    pub(crate) fn week(self) -> (i64, i64) {
        let thursday = self.days() - self.weekday() + 4;
        let (year, ..) = date_of(thursday);
        (year, (thursday - days_of(year, 1, 1)) / 7 + 1)
    }

    /// The same day so many months later, or the last day of that month.
    pub(crate) fn plus_months(self, months: i64) -> Option<Self> {
        let total = self.year.checked_mul(12)?.checked_add(self.month - 1)?.checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        let day = self.day.min(days_in_month(year, month));
        (year.abs() < 300_000).then_some(Self { year, month, day, time: self.time })
    }
}

/// How many days a month has.
pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970 of a date. The year begins in March, so that the odd day comes last.
pub(crate) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of days since 1970.
pub(crate) fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{Civil, DAY, date_of, days_of};

    #[test]
    fn every_day_of_eight_centuries_goes_there_and_back() {
        for days in -150_000..150_000 {
            let (year, month, day) = date_of(days);
            assert_eq!(days_of(year, month, day), days);
        }
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(date_of(20_777), (2026, 11, 20));
    }

    #[test]
    fn weeks_are_those_of_iso() {
        // as Python's date.isocalendar() gives them
        for ((y, m, d), expected) in [
            ((2026, 11, 20), (2026, 47, 5)),
            ((2027, 1, 3), (2026, 53, 7)),
            ((2024, 12, 30), (2025, 1, 1)),
            ((2026, 1, 1), (2026, 1, 4)),
        ] {
            let civil = Civil::of(days_of(y, m, d) * DAY);
            let (year, week) = civil.week();
            assert_eq!((year, week, civil.weekday()), expected);
        }
    }
}
