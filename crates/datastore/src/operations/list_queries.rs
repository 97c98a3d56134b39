//! `ListQueries`.

use jiff::{SignedDuration, Timestamp};
use wire::{Done, Fault, Members, Value};

use super::{STORE, find};
use crate::change::Change;
use crate::page::{Place, Question};
use crate::request::Request;
use crate::state::{Query, QueryStatus};

/// Returns the queries on an event data store of the last days, the newest first.
///
/// # Errors
/// Those of a store that is not there or not active, `InvalidDateRangeException`,
/// `InvalidQueryStatusException`, `InvalidNextTokenException`.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (input, call) = (request.input, &*request.call);
    let store = find::active_store(request, input.string("EventDataStore").unwrap_or_default())?;
    let (since, until) = range(request)?;
    let status = status(input)?;
    let queries = request.state.queries.values().filter(|query| {
        query.stores.contains(&store.number)
            && find::sees_query(request, query)
            && since.is_none_or(|since| query.created >= since)
            && until.is_none_or(|until| query.created <= until)
            && status.is_none_or(|status| query.status == status)
    });
    let rows = queries.map(|query| (place(query), query)).collect();
    let page = Question::new(call, "ListQueries", input).page(rows)?;
    let queries: Vec<_> = page.rows.into_iter().map(show).collect();
    let output = Members::new()
        .with("Queries", Value::from(queries))
        .with("NextToken", page.next_token.map(Value::from));
    Ok(Done::read(output).about(STORE, store.arn.as_str()))
}

fn range(request: &Request<'_, '_>) -> Result<(Option<Timestamp>, Option<Timestamp>), Fault> {
    let since = request.input.timestamp("StartTime");
    let until = request.input.timestamp("EndTime");
    let wrong = |message: String| Err(Fault::new("InvalidDateRangeException", message));
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return wrong("StartTime must not be after EndTime.".to_owned());
    }
    let days = request.settings.query_days;
    let kept = SignedDuration::from_hours(24 * i64::from(days));
    let is_too_old = |at: Timestamp| request.call.now.duration_since(at) > kept;
    if since.or(until).is_some_and(is_too_old) {
        return wrong(format!("Queries of the last {days} days only can be listed."));
    }
    Ok((since, until))
}

fn status(input: &Members) -> Result<Option<QueryStatus>, Fault> {
    let Some(name) = input.string("QueryStatus") else { return Ok(None) };
    let status = QueryStatus::named(name);
    status.map(Some).ok_or_else(|| {
        let message = format!("Value {name} for QueryStatus is invalid.");
        Fault::new("InvalidQueryStatusException", message)
    })
}

/// The newest has the least place.
fn place(query: &Query) -> Place {
    let before_the_end = i64::MAX.saturating_sub(query.created.as_microsecond());
    (format!("{before_the_end:020}"), query.id.clone())
}

fn show(query: &Query) -> Members {
    Members::new()
        .with("QueryId", Value::from(query.id.as_str()))
        .with("QueryStatus", Value::from(query.status.as_str()))
        .with("CreationTime", Value::from(query.created))
}
