//! `FindEvents`: every filter at once, all accounts and Regions that the caller may see, all times.

use serde::{Deserialize, Serialize};
use wire::{Fault, Members, Value};

use super::{Reading, detail, filter};
use crate::archive::StoredEvent;
use crate::history::Position;

const PAGE: i64 = 100;
const PAGE_MAX: i64 = 1000;

#[derive(Serialize, Deserialize)]
struct Token {
    until: u64,
    below: Position,
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
    let bound = format!("FindEvents\n{}\n{:?}", reading.caller_arn, input.map("Filter"));
    scope.until = reading.archive.history.reached();
    if let Some(text) = input.string("NextToken") {
        let token: Token = reading.tokens.open(text, &bound).ok_or_else(|| {
            Fault::new(
                "InvalidNextTokenException",
                "The token is not valid: it must come from the page before, with the same filter.",
            )
        })?;
        (scope.until, scope.below) = (token.until, Some(token.below));
    }
    let page = reading.archive.history.find(&scope, &filter);
    let next =
        page.next.map(|below| reading.tokens.seal(&Token { until: scope.until, below }, &bound));
    Ok((reading.stored(&page.events)?, next))
}
