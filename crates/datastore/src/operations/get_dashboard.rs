//! `GetDashboard`.

use wire::{Done, Fault, Members, Value};

use super::{DASHBOARD, dashboard, find, widget};
use crate::change::Change;
use crate::request::Request;
use crate::state::{Dashboard, QueryStatus};

/// Returns a dashboard, and how its newest refresh went.
///
/// # Errors
/// `ResourceNotFoundException`
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("DashboardId").unwrap_or_default();
    let found = find::dashboard(request, named)?;
    let output = Members::new()
        .with("DashboardArn", Value::from(found.arn.as_str()))
        .with("Type", Value::from(found.kind.as_str()))
        .with("Status", Value::from(found.status()))
        .with("Widgets", widget::show(&found.widgets))
        .with("RefreshSchedule", dashboard::schedule(found))
        .with("CreatedTimestamp", Value::from(found.created))
        .with("UpdatedTimestamp", Value::from(found.updated.unwrap_or(found.created)))
        .with("LastRefreshId", found.last_refresh_id.clone().map(Value::from))
        .with("LastRefreshFailureReason", failure(request, found).map(Value::from))
        .with("TerminationProtectionEnabled", Value::from(found.is_protected));
    Ok(Done::read(output).about(DASHBOARD, found.arn.as_str()))
}

/// Returns why a query of the newest refresh failed, where one did.
fn failure(request: &Request<'_, '_>, dashboard: &Dashboard) -> Option<String> {
    let refresh = dashboard.last_refresh_id.as_ref()?;
    let queries = request.state.queries.values().filter(|query| {
        let of = query.dashboard.as_ref().and_then(|it| it.refresh_id.as_ref());
        of == Some(refresh) && query.account == dashboard.account
    });
    let mut failed =
        queries.filter(|query| matches!(query.status, QueryStatus::Failed | QueryStatus::TimedOut));
    let query = failed.next()?;
    Some(query.error.clone().unwrap_or_else(|| format!("Query {} timed out.", query.id)))
}
