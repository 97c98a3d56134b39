//! `FindEvents`: every filter at once, all accounts and Regions that the caller may see, all times.

use serde::{Deserialize, Serialize};
use wire::{Fault, Members, Value};

use super::{Reading, detail, filter, unreadable};
use crate::archive::StoredEvent;
use crate::history::Position;

const PAGE: i64 = 100;
const PAGE_MAX: i64 = 1000;

/// How long a paging token is good for, in seconds.
const TOKEN_SECONDS: i64 = 3600;

#[derive(Serialize, Deserialize)]
struct Token {
    until: u64,
    below: Position,
    expires: i64,
}

/// Answers `FindEvents`, newest first.
pub(super) fn run(reading: &Reading<'_>, input: &Members) -> Result<Members, Fault> {
    let (events, next) = matching_events(reading, input)?;
    Ok(Members::new()
        .with("Events", Value::List(events.iter().map(detail).collect()))
        .with("NextToken", next.map(Value::from)))
}

fn matching_events(
    reading: &Reading<'_>,
    input: &Members,
) -> Result<(Vec<StoredEvent>, Option<String>), Fault> {
    let limit = input.integer("MaxResults").unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let limit = usize::try_from(limit).unwrap_or(1);
    let (mut scope, filter) = filter::read(reading, input, limit)?;
    let (caller, region) = (reading.caller_arn, reading.region);
    let bound = format!("FindEvents\n{caller}\n{region}\n{:?}", input.map("Filter"));
    scope.until = reading.archive.reached();
    if let Some(text) = input.string("NextToken") {
        let token: Option<Token> = reading.tokens.open(text, &bound);
        let token = token.filter(|token| token.expires >= reading.now.as_second());
        let token = token.ok_or_else(|| {
            Fault::new(
                "InvalidNextTokenException",
                "The token is not valid: it must come from the page before, with the same filter, \
                 within an hour.",
            )
        })?;
        (scope.until, scope.below) = (token.until, Some(token.below));
    }
    let page = reading.archive.find(&scope, &filter).map_err(|cause| unreadable(&cause))?;
    let (events, next) = reading.stored(page)?;
    let expires = reading.now.as_second() + TOKEN_SECONDS;
    let next = next
        .map(|below| reading.tokens.seal(&Token { until: scope.until, below, expires }, &bound));
    Ok((events, next))
}
