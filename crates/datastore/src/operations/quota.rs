//! How many stores, channels, dashboards, queries and imports an account may have.

use wire::Fault;

use crate::request::Request;

/// Refuses an event data store for which the account has no room in the Region; those that wait to
/// be deleted count, except the one of `restored`.
///
/// # Errors
/// `EventDataStoreMaxLimitExceededException`
pub(super) fn check_stores(
    request: &Request<'_, '_>,
    account: &str,
    restored: Option<&str>,
) -> Result<(), Fault> {
    let (region, max) = (request.call.region, request.settings.stores_max);
    let others = request.state.stores.values().filter(|store| {
        store.account == account
            && store.region == region
            && restored.is_none_or(|arn| store.arn != arn)
    });
    if others.count() < max {
        return Ok(());
    }
    let message = format!("User: {account} already has {max} event data stores in {region}.");
    Err(Fault::new("EventDataStoreMaxLimitExceededException", message))
}

/// Refuses a query while the account has as many as it may.
///
/// # Errors
/// `MaxConcurrentQueriesException`
pub(super) fn check_queries(request: &Request<'_, '_>) -> Result<(), Fault> {
    let (call, max) = (&*request.call, request.settings.open_queries_max);
    let open = request.state.queries.values().filter(|query| {
        query.is_counted() && query.account == call.account && query.region == call.region
    });
    if open.count() < max {
        return Ok(());
    }
    let message =
        format!("You are already running the maximum number of concurrent queries: {max}.");
    Err(Fault::new("MaxConcurrentQueriesException", message))
}

/// Refuses an import while another one of the account goes on.
///
/// # Errors
/// `AccountHasOngoingImportException`
pub(super) fn check_imports(request: &Request<'_, '_>) -> Result<(), Fault> {
    let mut open = request
        .state
        .imports
        .values()
        .filter(|import| import.is_open() && import.account == request.call.account);
    match open.nth(request.settings.open_imports_max.saturating_sub(1)) {
        Some(import) => {
            let message = format!("Import {} of this account is still going on.", import.id);
            Err(Fault::new("AccountHasOngoingImportException", message))
        }
        None => Ok(()),
    }
}

/// Refuses a channel for which the account has no room in the Region.
///
/// # Errors
/// `ChannelMaxLimitExceededException`
pub(super) fn check_channels(request: &Request<'_, '_>) -> Result<(), Fault> {
    let (call, max) = (&*request.call, request.settings.channels_max);
    let channels = request
        .state
        .channels
        .values()
        .filter(|channel| channel.account == call.account && channel.region == call.region);
    if channels.count() < max {
        return Ok(());
    }
    let message = format!("User: {} already has {max} channels in {}.", call.account, call.region);
    Err(Fault::new("ChannelMaxLimitExceededException", message))
}

/// Refuses a dashboard for which the account has no room in the Region.
///
/// # Errors
/// `ServiceQuotaExceededException`
pub(super) fn check_dashboards(request: &Request<'_, '_>) -> Result<(), Fault> {
    let (call, max) = (&*request.call, request.settings.dashboards_max);
    let dashboards =
        request.state.dashboards.values().filter(|dashboard| {
            dashboard.account == call.account && dashboard.region == call.region
        });
    if dashboards.count() < max {
        return Ok(());
    }
    let message =
        format!("User: {} already has {max} dashboards in {}.", call.account, call.region);
    Err(exceeded(message))
}

/// Returns the refusal of what there is no room for.
///
/// # Errors
/// `ServiceQuotaExceededException`
pub(super) fn exceeded(message: String) -> Fault {
    Fault::new("ServiceQuotaExceededException", message)
}
