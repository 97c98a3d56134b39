//! A dashboard: widgets, each of which is a query, and when they are asked again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;

/// One dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dashboard {
    /// `arn:aws:cloudtrail:<Region>:<account>:dashboard/<name>`
    pub arn: String,
    /// The name.
    pub name: String,
    /// The account that owns it.
    pub account: String,
    /// The Region of the call that made it.
    pub region: String,
    /// Who chose its widgets.
    pub kind: DashboardKind,
    /// Its widgets, in order.
    pub widgets: Vec<Widget>,
    /// When it is refreshed by itself.
    pub schedule: Option<Schedule>,
    /// When that happens next.
    pub next_refresh: Option<Timestamp>,
    /// Whether it cannot be deleted.
    pub is_protected: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed; absent while it is as it was made.
    pub updated: Option<Timestamp>,
    /// The newest refresh.
    pub last_refresh_id: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// Who chose a dashboard's widgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DashboardKind {
    /// The Highlights dashboard: its widgets are ours.
    Managed,
    /// A caller.
    Custom,
}

/// One query of a dashboard, and how its answer is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Widget {
    /// By what name its query is asked for.
    pub alias: String,
    /// The SQL, with a `?` for each parameter.
    pub statement: String,
    /// What stands for the `?`s, such as `$StartTime$`.
    pub parameters: Vec<String>,
    /// How it is drawn; nothing here looks at it. Pairs, in the order given.
    pub view: Vec<(String, String)>,
    /// The numbers of the event data stores that it reads, in rising order.
    pub stores: Vec<u64>,
}

/// When a dashboard is refreshed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// How often.
    pub frequency: Frequency,
    /// Whether it is.
    pub is_enabled: bool,
    /// The hour of the day in UTC, and the minute; of hourly refreshes only the minute counts.
    pub time_of_day: (u8, u8),
}

/// How often a dashboard is refreshed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Frequency {
    /// Every so many hours.
    Hours(u8),
    /// Every day.
    Daily,
}

impl DashboardKind {
    /// Returns AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Managed => "MANAGED",
            Self::Custom => "CUSTOM",
        }
    }
}

impl Dashboard {
    /// Returns AWS's word for what state it is in.
    pub fn status(&self) -> &'static str {
        if self.updated.is_some() { "UPDATED" } else { "CREATED" }
    }
}
