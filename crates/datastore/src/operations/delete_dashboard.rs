//! `DeleteDashboard`.

use wire::{Done, Fault, Members};

use super::{DASHBOARD, find};
use crate::change::{Change, DashboardChange};
use crate::request::Request;

/// Deletes a dashboard; the answers of its queries stay as long as any.
///
/// # Errors
/// `ResourceNotFoundException`; `ConflictException` while it has termination protection.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("DashboardId").unwrap_or_default();
    let dashboard = find::dashboard(request, named)?;
    if dashboard.is_protected {
        let message = format!(
            "Dashboard {} has termination protection: set TerminationProtectionEnabled to false \
             with UpdateDashboard first.",
            dashboard.name
        );
        return Err(Fault::new("ConflictException", message));
    }
    let arn = dashboard.arn.clone();
    let change = DashboardChange::Deleted { arn: arn.clone() };
    Ok(Done::changed(Members::new(), vec![change.into()]).about(DASHBOARD, arn))
}
