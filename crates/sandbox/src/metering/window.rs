//! Which times of usage a call may report.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::Settings;

/// The times of usage that are taken at one moment.
///
/// ```text
///        now − window            now    now + future
///  ───────────)───────────────────●──────────]────────▶
///    refused   taken                          refused
///              └ before the month began: only until its grace is over
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    now: Timestamp,
    length: SignedDuration,
    future: SignedDuration,
    /// How much of the month has passed.
    into_month: SignedDuration,
    grace: SignedDuration,
}

impl Window {
    /// Returns the window of the moment `now`.
    pub(super) fn at(now: Timestamp, settings: &Settings) -> Self {
        Self {
            now,
            length: SignedDuration::from_hours(settings.window_hours.into()),
            future: SignedDuration::from_mins(settings.future_minutes.into()),
            into_month: into_month(now),
            grace: SignedDuration::from_hours(settings.month_end_grace_hours.into()),
        }
    }

    /// Returns whether usage at `time` may be reported.
    pub(super) fn holds(&self, time: Timestamp) -> bool {
        let age = self.now.duration_since(time);
        let last_month = age > self.into_month;
        age < self.length && age >= -self.future && (!last_month || self.into_month < self.grace)
    }
}

/// Returns the time from the beginning of the UTC month to `now`.
fn into_month(now: Timestamp) -> SignedDuration {
    let today = Offset::UTC.to_datetime(now);
    let whole_days = i64::from(today.day()) - 1;
    SignedDuration::from_hours(24 * whole_days)
        + today.time().duration_since(jiff::civil::Time::midnight())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::Window;
    use crate::Settings;

    fn holds(settings: &Settings, now: &str, time: &str) -> bool {
        let parse = |text: &str| text.parse::<Timestamp>().expect("a time");
        Window::at(parse(now), settings).holds(parse(time))
    }

    #[test]
    fn the_window_is_open_at_its_old_end_and_closed_at_its_new_one() {
        for (time, taken) in [
            ("2026-11-19T12:00:00Z", false),
            ("2026-11-19T12:00:00.000000001Z", true),
            ("2026-11-20T12:05:00Z", true),
            ("2026-11-20T12:05:00.000000001Z", false),
        ] {
            assert_eq!(holds(&Settings::default(), "2026-11-20T12:00:00Z", time), taken, "{time}");
        }
    }

    #[test]
    fn a_month_can_be_reported_until_its_grace_is_over() {
        for (now, time, taken) in [
            ("2026-12-01T05:59:59Z", "2026-11-30T23:59:59Z", true),
            ("2026-12-01T06:00:00Z", "2026-11-30T23:59:59Z", false),
            ("2026-12-01T06:00:00Z", "2026-12-01T00:00:00Z", true),
            ("2027-01-01T06:00:00Z", "2026-12-31T23:00:00Z", false),
            ("2026-11-30T23:58:00Z", "2026-12-01T00:02:00Z", true),
        ] {
            assert_eq!(holds(&Settings::default(), now, time), taken, "{now} {time}");
        }
    }

    #[test]
    fn older_rules_are_a_matter_of_settings() {
        let hour = Settings { window_hours: 1, month_end_grace_hours: 1, ..Settings::default() };
        assert!(holds(&hour, "2026-12-01T00:30:00Z", "2026-11-30T23:31:00Z"));
        assert!(!holds(&hour, "2026-12-01T00:30:00Z", "2026-11-30T23:30:00Z"));
    }
}
