//! Settings of the lake.

use serde::Deserialize;

/// How events are kept for years.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LakeConfig {
    /// After how many events what is in memory is written to the lake.
    pub flush_events: u64,
    /// After how long it is written in any case, in seconds.
    pub flush_secs: u64,
    /// How many events a file of the lake holds once small ones are merged.
    pub file_events: u64,
    /// How many small files wait until they are merged.
    pub merge_files: usize,
    /// For how many days events are kept, by their time; 0 keeps them for ever.
    pub retention_days: u32,
}

impl Default for LakeConfig {
    fn default() -> Self {
        Self {
            flush_events: 50_000,
            flush_secs: 300,
            file_events: 500_000,
            merge_files: 8,
            retention_days: 0,
        }
    }
}

impl LakeConfig {
    /// Refuses values under which nothing would be kept or found.
    pub(super) fn check(&self) -> Result<(), String> {
        let merge_files = u64::try_from(self.merge_files).unwrap_or(u64::MAX);
        for (name, value, least, most) in [
            ("flush_events", self.flush_events, 1, 1_000_000),
            ("flush_secs", self.flush_secs, 1, 86_400),
            ("file_events", self.file_events, 1_000, 4_000_000),
            ("merge_files", merge_files, 2, 1_000),
        ] {
            if !(least..=most).contains(&value) {
                return Err(format!("lake.{name} = {value} is not between {least} and {most}"));
            }
        }
        if (1..90).contains(&self.retention_days) {
            return Err(format!(
                "lake.retention_days = {} is less than the 90 days of event history; 0 keeps \
                 events for ever",
                self.retention_days
            ));
        }
        Ok(())
    }
}
