//! `CreateDashboard`.

use std::collections::BTreeMap;

use wire::{Done, Fault, Value};

use super::{DASHBOARD, arn, dashboard, not_valid, quota, schedule, tags, widget};
use crate::change::{Change, DashboardChange};
use crate::request::Request;
use crate::samples;
use crate::state::{Dashboard, DashboardKind, Widget};

/// The name of the dashboard whose widgets are not the caller's.
const HIGHLIGHTS: &str = "AWSCloudTrail-Highlights";

/// Makes a dashboard: of the caller's widgets, or, under the name of the Highlights dashboard, of
/// ours.
///
/// # Errors
/// The tags', `ConflictException` for a name that is there, `ServiceQuotaExceededException`, the
/// widgets', `ValidationException` for a schedule that there is not.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let dashboard = read(request)?;
    let shown = (!dashboard.tags.is_empty()).then(|| tags::show(&dashboard.tags));
    let output = dashboard::beginning(&dashboard)
        .with("TagsList", shown)
        .with("RefreshSchedule", dashboard::schedule(&dashboard))
        .with("TerminationProtectionEnabled", Value::from(dashboard.is_protected));
    let arn = dashboard.arn.clone();
    let change = DashboardChange::Created(Box::new(dashboard));
    Ok(Done::changed(output, vec![change.into()]).about(DASHBOARD, arn))
}

fn read(request: &mut Request<'_, '_>) -> Result<Dashboard, Fault> {
    let input = request.input;
    let name = input.string("Name").unwrap_or_default();
    let kind = if name == HIGHLIGHTS { DashboardKind::Managed } else { DashboardKind::Custom };
    let tags = tags::merged(&BTreeMap::new(), input, "TagsList")?;
    let arn = arn::of(request.call.region, request.call.account, arn::DASHBOARD, name);
    if request.state.dashboards.contains_key(&arn) {
        let message = format!("Dashboard {name} already exists.");
        return Err(Fault::new("ConflictException", message));
    }
    quota::check_dashboards(request)?;
    let schedule = schedule::read(input, kind, None)?;
    let widgets = widgets(request, kind)?;
    let call = &*request.call;
    let mut dashboard = Dashboard {
        arn,
        name: name.to_owned(),
        account: call.account.to_owned(),
        region: call.region.to_owned(),
        kind,
        widgets,
        schedule,
        next_refresh: None,
        is_protected: input.boolean("TerminationProtectionEnabled").unwrap_or(false),
        created: call.now,
        updated: None,
        last_refresh_id: None,
        tags,
    };
    dashboard.next_refresh = dashboard.next_after(call.now);
    Ok(dashboard)
}

fn widgets(request: &mut Request<'_, '_>, kind: DashboardKind) -> Result<Vec<Widget>, Fault> {
    match kind {
        DashboardKind::Custom => widget::read(request),
        DashboardKind::Managed if request.input.get("Widgets").is_some() => {
            Err(not_valid("The Highlights dashboard has widgets of its own: leave Widgets out."))
        }
        DashboardKind::Managed => Ok(highlights(request)),
    }
}

/// They read all that the account has, whatever event data stores there are.
fn highlights(request: &mut Request<'_, '_>) -> Vec<Widget> {
    let widgets = samples::highlights().into_iter().map(|sample| {
        let view = [("View", "Table"), ("Title", sample.name)];
        let view = view.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let parameters = ["$StartTime$", "$EndTime$"].map(str::to_owned).to_vec();
        widget::made(request, sample.sql, parameters, view)
    });
    widgets.collect()
}
