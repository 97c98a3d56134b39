//! What the operations on dashboards share: how one is shown.

use wire::{Members, Value};

use super::{schedule, widget};
use crate::state::Dashboard;

/// Returns a dashboard's beginning as `CreateDashboard` and `UpdateDashboard` show it.
pub(super) fn beginning(dashboard: &Dashboard) -> Members {
    Members::new()
        .with("DashboardArn", Value::from(dashboard.arn.as_str()))
        .with("Name", Value::from(dashboard.name.as_str()))
        .with("Type", Value::from(dashboard.kind.as_str()))
        .with("Widgets", widget::show(&dashboard.widgets))
}

/// Returns a dashboard's schedule, where it has one.
pub(super) fn schedule(dashboard: &Dashboard) -> Option<Value> {
    dashboard.schedule.map(|it| Value::from(schedule::show(it)))
}
