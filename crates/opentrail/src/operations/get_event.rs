//! `GetEvent`: one event by its id, with what was too large for its record.

use wire::{Fault, Members, Value};

use super::{Reading, detail, unreadable};
use crate::history::TWINS_MAX;

/// Answers `GetEvent`. Copies in several accounts, and imported records that share an id, come
/// together.
///
/// # Errors
/// `EventNotFoundException`, also for events of accounts that the caller may not see.
pub(super) fn run(reading: &Reading<'_>, input: &Members) -> Result<Members, Fault> {
    let id = input.string("EventId").unwrap_or_default();
    let found = reading.archive.by_id(id).map_err(|cause| unreadable(&cause))?;
    let events: Vec<_> = found
        .into_iter()
        .filter(|(account, _)| reading.sees_all || account == reading.account)
        .map(|(_, event)| event)
        .take(TWINS_MAX)
        .collect();
    if events.is_empty() {
        return Err(Fault::new(
            "EventNotFoundException",
            format!(
                "No event with the id {id} that {} may see; opentrail find --json shows ids.",
                reading.caller_arn
            ),
        ));
    }
    let whole = events.iter().find_map(|event| event.whole.as_deref());
    Ok(Members::new()
        .with("Events", Value::List(events.iter().map(detail).collect()))
        .with("Whole", whole.map(Value::from)))
}
