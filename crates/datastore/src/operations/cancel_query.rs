//! `CancelQuery`.

use wire::{Done, Fault, Members, Value};

use super::find;
use crate::change::{Change, QueryChange, QueryEnd};
use crate::request::Request;
use crate::state::QueryStatus;

/// Ends a query that waits or runs. Whoever runs it hears of it by the change.
///
/// # Errors
/// `QueryIdNotFoundException`, `InactiveQueryException`, those of the store that is named.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let query = find::query(request, input.string("QueryId").unwrap_or_default())?;
    if !query.is_open() {
        let message = format!("Query {} is {} already.", query.id, query.status.as_str());
        return Err(Fault::new("InactiveQueryException", message));
    }
    let status = QueryStatus::Cancelled;
    let end = QueryEnd::without_answer(status, None);
    let change = QueryChange::Ended { id: query.id.clone(), at: request.call.now, end };
    let owner = input.string("EventDataStoreOwnerAccountId");
    let output = Members::new()
        .with("QueryId", Value::from(query.id.as_str()))
        .with("QueryStatus", Value::from(status.as_str()))
        .with("EventDataStoreOwnerAccountId", owner.map(Value::from));
    Ok(Done::changed(output, vec![change.into()]))
}
