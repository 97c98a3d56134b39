//! The limits of the Lake, AWS's unless said otherwise.

use serde::{Deserialize, Serialize};

/// The limits of the Lake. They shape answers and what is due; they never take part in folding
/// changes, so that a journal reads the same under other settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Event data stores of one account in one Region, those that wait to be deleted included.
    pub stores_max: usize,
    /// How many days a deleted store can be restored.
    pub deletion_days: u32,
    /// Queries of one account that wait or run at once.
    pub open_queries_max: usize,
    /// How long a query may run, in seconds.
    pub query_seconds_max: u32,
    /// How many days queries and their answers are kept.
    pub query_days: u32,
    /// Ended queries of one account that are kept; the oldest go first. AWS names no number.
    pub kept_queries_max: usize,
    /// Imports of one account that go on at once.
    pub open_imports_max: usize,
    /// How many days ended imports are listed. AWS names no number.
    pub import_days: u32,
    /// Channels of one account in one Region.
    pub channels_max: usize,
    /// Dashboards of one account in one Region.
    pub dashboards_max: usize,
    /// Widgets of one dashboard.
    pub widgets_max: usize,
    /// The bytes of `eventData` in one call of `PutAuditEvents`.
    pub audit_bytes_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            stores_max: 10,
            deletion_days: 7,
            open_queries_max: 10,
            query_seconds_max: 3_600,
            query_days: 7,
            kept_queries_max: 10_000,
            open_imports_max: 1,
            import_days: 365,
            channels_max: 25,
            dashboards_max: 100,
            widgets_max: 10,
            audit_bytes_max: 1_048_576,
        }
    }
}
