//! `UpdateDashboard`.

use wire::{Done, Fault, Value};

use super::{DASHBOARD, dashboard, find, not_valid, schedule, widget};
use crate::change::{Change, DashboardChange};
use crate::request::Request;
use crate::state::DashboardKind;

/// Changes a dashboard; what is not named stays. Given widgets take the place of all that it has,
/// and have new aliases.
///
/// # Errors
/// `ResourceNotFoundException`, the widgets', `ValidationException` for what the Highlights
/// dashboard does not let be changed and for a schedule that there is not.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let named = input.string("DashboardId").unwrap_or_default();
    let mut changed = find::dashboard(request, named)?.clone();
    if input.get("Widgets").is_some() {
        if changed.kind == DashboardKind::Managed {
            return Err(not_valid("The widgets of the Highlights dashboard are not changed."));
        }
        changed.widgets = widget::read(request)?;
    }
    let now = request.call.now;
    if let Some(schedule) = schedule::read(input, changed.kind, changed.schedule)? {
        changed.schedule = Some(schedule);
        changed.next_refresh = changed.next_after(now);
    }
    if let Some(is_protected) = input.boolean("TerminationProtectionEnabled") {
        changed.is_protected = is_protected;
    }
    changed.updated = Some(now);
    let output = dashboard::beginning(&changed)
        .with("RefreshSchedule", dashboard::schedule(&changed))
        .with("TerminationProtectionEnabled", Value::from(changed.is_protected))
        .with("CreatedTimestamp", Value::from(changed.created))
        .with("UpdatedTimestamp", Value::from(now));
    let arn = changed.arn.clone();
    let change = DashboardChange::Updated(Box::new(changed));
    Ok(Done::changed(output, vec![change.into()]).about(DASHBOARD, arn))
}
