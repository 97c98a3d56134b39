//! The choices that AWS leaves open or has changed over time, as settings.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// How the sandbox behaves where AWS is silent, slow or has changed its mind.
///
/// The default is today's AWS as far as it is documented. Settings shape answers and changes; they
/// never take part in folding changes, so that a journal reads the same under other settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How old usage may be, in hours; usage exactly this old is refused. AWS: 1 until 2021, 6 until
    /// June 2026, 24 since.
    pub window_hours: u32,
    /// For how many hours of a new month usage of the month before is taken, within
    /// `window_hours`. AWS: 6 since July 2026; a value of `window_hours` or more is the older rule
    /// without a month end.
    pub month_end_grace_hours: u32,
    /// How far ahead of the clock usage may be, in minutes. AWS does not say.
    pub future_minutes: u32,
    /// For how many minutes after an agreement's end its final usage is taken.
    pub final_records_minutes: u32,
    /// Whether a dimension that differs from a declared one only by case is answered `Success` and
    /// forgotten, as one AWS text claims, instead of `InvalidUsageDimensionException`.
    pub silent_dimension_mismatch: bool,
    /// Puts every n-th record of each `BatchMeterUsage` request into `UnprocessedRecords`, so that
    /// clients can prove that they resend it.
    pub unprocessed_every: Option<NonZeroU32>,
    /// How long a change set stays in `PREPARING`, in seconds.
    pub preparing_seconds: u32,
    /// How long a change set stays in `APPLYING`, in seconds.
    pub applying_seconds: u32,
    /// How many days a finished change set can be described. The AWS guide says 90, its API text 60.
    pub change_set_retention_days: u32,
    /// How many change sets of one account may be under way at once.
    pub open_change_sets_max: u32,
    /// Makes every change set fail with this error code on its first change, such as
    /// `INVALID_INPUT`, so that clients can prove that they read it.
    pub change_set_failure: Option<String>,
    /// How many license configurations one account may have in one Region.
    pub license_configurations_max: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window_hours: 24,
            month_end_grace_hours: 6,
            future_minutes: 5,
            final_records_minutes: 60,
            silent_dimension_mismatch: false,
            unprocessed_every: None,
            preparing_seconds: 2,
            applying_seconds: 2,
            change_set_retention_days: 90,
            open_change_sets_max: 250,
            change_set_failure: None,
            license_configurations_max: 25,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    #[test]
    fn a_file_may_name_some_settings_and_no_unknown_ones() {
        let older: Settings = serde_json::from_str(r#"{"window_hours": 6}"#).expect("known key");
        assert_eq!(older, Settings { window_hours: 6, ..Settings::default() });
        let error = serde_json::from_str::<Settings>(r#"{"window_hour": 6}"#).expect_err("typo");
        assert!(error.to_string().contains("window_hour"), "{error}");
    }
}
