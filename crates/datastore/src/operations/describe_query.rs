//! `DescribeQuery`.

use wire::{Done, Fault, Members, Value};

use super::{find, invalid};
use crate::change::Change;
use crate::request::Request;
use crate::state::Query;

/// Returns what a query asks, how far it is and what it took: by its id, or the last one of an
/// alias.
///
/// # Errors
/// `InvalidParameterException`, `QueryIdNotFoundException`, those of the store that is named.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let query = match (input.string("QueryId"), input.string("QueryAlias")) {
        (Some(_), Some(_)) => return Err(invalid("Specify QueryId or QueryAlias, but not both.")),
        (None, None) => return Err(invalid("Specify QueryId or QueryAlias.")),
        (Some(id), None) => find::query(request, id)?,
        (None, Some(alias)) => last(request, alias)?,
    };
    Ok(Done::read(show(query, input.string("EventDataStoreOwnerAccountId"))))
}

fn last<'a>(request: &Request<'a, '_>, alias: &str) -> Result<&'a Query, Fault> {
    find::check_named_store(request)?;
    let refresh = request.input.string("RefreshId");
    let queries = request.state.queries.values().filter(|query| {
        let of_alias = query.dashboard.as_ref().filter(|it| it.alias == alias);
        let of_refresh =
            of_alias.filter(|it| refresh.is_none() || it.refresh_id.as_deref() == refresh);
        of_refresh.is_some() && find::sees_query(request, query)
    });
    queries.max_by_key(|query| (query.created, &query.id)).ok_or_else(|| find::no_query(alias))
}

fn show(query: &Query, owner: Option<&str>) -> Members {
    let statistics = &query.statistics;
    let shown = Members::new()
        .with("EventsMatched", number(statistics.events_matched))
        .with("EventsScanned", number(statistics.events_scanned))
        .with("BytesScanned", number(statistics.bytes_scanned))
        .with("ExecutionTimeInMillis", number(statistics.execution_millis))
        .with("CreationTime", Value::from(query.created));
    let delivery = query.delivery.as_ref();
    Members::new()
        .with("QueryId", Value::from(query.id.as_str()))
        .with("QueryString", Value::from(query.statement.as_str()))
        .with("QueryStatus", Value::from(query.status.as_str()))
        .with("QueryStatistics", Value::from(shown))
        .with("ErrorMessage", query.error.clone().map(Value::from))
        .with("DeliveryS3Uri", delivery.map(|it| Value::from(it.s3_uri.as_str())))
        .with("DeliveryStatus", delivery.map(|it| Value::from(it.status.as_str())))
        .with("EventDataStoreOwnerAccountId", owner.map(Value::from))
}

/// Returns a count in the terms of the model.
pub(super) fn number(count: u64) -> Value {
    Value::from(i64::try_from(count).unwrap_or(i64::MAX))
}
