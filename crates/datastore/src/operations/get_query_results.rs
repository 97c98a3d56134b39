//! `GetQueryResults`.
//!
//! Rows are kept by the one who runs queries. The operation answers everything but them; which rows
//! belong into the answer says [`rows_wanted`], and [`with_rows`] puts them in.
//!
//! ```text
//!   rows_wanted ─▶ 1,000 rows behind row 2,000 of query ID ─▶ read ─┐
//!   run ─▶ QueryStatus, QueryStatistics, NextToken ─▶ with_rows ◀───┘
//! ```

use wire::{Done, Fault, Members, Value};

use super::describe_query::number;
use super::find;
use crate::change::Change;
use crate::page::Question;
use crate::request::Request;
use crate::state::{Query, QueryStatus};

/// The rows of a page, unless the caller wants fewer; AWS does not say how many it gives.
const ROWS_MAX: u64 = 1_000;

/// Which rows of which query an answer shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsWanted {
    /// The query.
    pub query_id: String,
    /// How many rows are before them.
    pub skip: u64,
    /// How many they are; none while the query waits or runs.
    pub count: u64,
}

/// Returns how far a query is, and where its next page is.
///
/// # Errors
/// `QueryIdNotFoundException`, `InvalidNextTokenException`, those of the store that is named.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let (query, page) = page(request)?;
    let statistics = Members::new()
        .with("ResultsCount", number(page.count))
        .with("TotalResultsCount", number(query.statistics.results))
        .with("BytesScanned", number(query.statistics.bytes_scanned));
    let output = Members::new()
        .with("QueryStatus", Value::from(query.status.as_str()))
        .with("QueryStatistics", Value::from(statistics))
        .with("NextToken", next_token(request, query, &page).map(Value::from))
        .with("ErrorMessage", query.error.clone().map(Value::from));
    Ok(Done::read(output))
}

/// Returns which rows belong into the answer of this call of `GetQueryResults`.
///
/// # Errors
/// Those of the operation.
pub fn rows_wanted(request: &Request<'_, '_>) -> Result<RowsWanted, Fault> {
    page(request).map(|(_, page)| page)
}

/// Returns the answer of `GetQueryResults` with its rows: each a list of columns in order, as names
/// and values. A value that is null is shown as an empty text.
#[must_use]
pub fn with_rows(output: Members, rows: Vec<Vec<(String, Option<String>)>>) -> Members {
    let column = |(name, value): (String, Option<String>)| {
        let mut column = Members::new();
        column.push(name, Value::from(value.unwrap_or_default()));
        column
    };
    let row = |row: Vec<_>| Value::from(row.into_iter().map(column).collect::<Vec<_>>());
    let rows: Vec<Value> = rows.into_iter().map(row).collect();
    output.with("QueryResultRows", Value::List(rows))
}

fn page<'a>(request: &Request<'a, '_>) -> Result<(&'a Query, RowsWanted), Fault> {
    let input = request.input;
    let query = find::query(request, input.string("QueryId").unwrap_or_default())?;
    let after = question(request).after()?.and_then(|(place, _)| place.parse().ok());
    let skip: u64 = after.unwrap_or(0);
    let rows_max = input.integer("MaxQueryResults").and_then(|rows| u64::try_from(rows).ok());
    let rows_max = rows_max.unwrap_or(ROWS_MAX).min(ROWS_MAX);
    let has_rows = matches!(query.status, QueryStatus::Finished | QueryStatus::TimedOut);
    let total = if has_rows { query.statistics.results } else { 0 };
    let count = total.saturating_sub(skip).min(rows_max);
    Ok((query, RowsWanted { query_id: query.id.clone(), skip, count }))
}

fn next_token(request: &Request<'_, '_>, query: &Query, page: &RowsWanted) -> Option<String> {
    let end = page.skip.saturating_add(page.count);
    let is_last = page.count == 0 || end >= query.statistics.results;
    (!is_last).then(|| question(request).token(&(end.to_string(), String::new())))
}

fn question<'a>(request: &Request<'a, '_>) -> Question<'a> {
    Question::new(request.call, "GetQueryResults", request.input)
}
