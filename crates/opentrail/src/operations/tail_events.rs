//! `TailEvents`: what came after a frame, in the order of the journal; waits for news.

use wire::{Fault, Members, Value};

use super::{Reading, detail, filter, unreadable};

/// A page ends with the frame in which it has this many events.
const PAGE: usize = 500;
const WAIT_SECONDS_MAX: i64 = 20;

/// Answers `TailEvents`. Without `AfterSequence` it answers nothing but where the tail is.
pub(super) fn run(reading: &Reading<'_>, input: &Members) -> Result<Members, Fault> {
    let (mut scope, filter) = filter::read(reading, input, PAGE)?;
    let archive = reading.archive;
    scope.until = archive.reached();
    let after = input.integer("AfterSequence").and_then(|after| u64::try_from(after).ok());
    let positions = after.map(|after| archive.since(after, &scope, &filter)).unwrap_or_default();
    let last = match positions.last() {
        Some(at) if positions.len() >= PAGE => at.sequence,
        _ => scope.until,
    };
    let events = archive.events(&positions).map_err(|cause| unreadable(&cause))?;
    Ok(Members::new()
        .with("Events", Value::List(events.iter().map(detail).collect()))
        .with("LastSequence", Value::from(i64::try_from(last).unwrap_or(i64::MAX))))
}

/// Returns for how long a tail is willing to wait for news, in seconds.
pub(crate) fn wait_seconds(input: &Members) -> u64 {
    let wait = input.integer("WaitSeconds").unwrap_or(0).clamp(0, WAIT_SECONDS_MAX);
    u64::try_from(wait).unwrap_or(0)
}
