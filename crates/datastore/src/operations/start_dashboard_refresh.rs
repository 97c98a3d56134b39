//! `StartDashboardRefresh`.

use std::collections::BTreeMap;

use wire::{Done, Fault, Members, Value};

use super::{DASHBOARD, find, quota};
use crate::change::Change;
use crate::refresh;
use crate::request::Request;

/// Asks the queries of a dashboard's widgets again, with the values of the caller for their
/// parameters.
///
/// # Errors
/// `ResourceNotFoundException`, `EventDataStoreNotFoundException`,
/// `InactiveEventDataStoreException`; `ServiceQuotaExceededException` while a refresh goes on.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let named = input.string("DashboardId").unwrap_or_default();
    let dashboard = find::dashboard(request, named)?;
    for number in dashboard.widgets.iter().flat_map(|widget| &widget.stores) {
        let store = request.state.numbered(*number);
        let store = store.ok_or_else(|| find::no_store("of a widget"))?;
        find::check_active(store)?;
    }
    if refresh::is_going_on(request.state, dashboard) {
        let message = format!("A refresh of dashboard {} is still going on.", dashboard.name);
        return Err(quota::exceeded(message));
    }
    let values = input.map("QueryParameterValues").map(read).unwrap_or_default();
    let (id, changes) = refresh::changes(dashboard, &values, dashboard.next_refresh, request.call);
    let output = Members::new().with("RefreshId", Value::from(id));
    Ok(Done::changed(output, changes).about(DASHBOARD, dashboard.arn.as_str()))
}

fn read(values: &Members) -> BTreeMap<String, String> {
    let texts = values.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    texts.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
