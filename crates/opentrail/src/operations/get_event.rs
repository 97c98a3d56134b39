//! `GetEvent`: one event by its id, with what was too large for its record.

use wire::{Fault, Members, Value};

use super::{Reading, detail, unreadable};

/// How many events of one id are answered; imported ones may share an id without bound.
const EVENTS_MAX: usize = 100;

/// Answers `GetEvent`. Copies in several accounts, and imported records that share an id, come
/// together.
///
/// # Errors
/// `EventNotFoundException`, also for events of accounts that the caller may not see.
pub(super) fn run(reading: &Reading<'_>, input: &Members) -> Result<Members, Fault> {
    let id = input.string("EventId").unwrap_or_default();
    let positions: Vec<_> = reading
        .archive
        .history
        .by_id(id)
        .into_iter()
        .filter(|(_, account, _)| reading.sees_all || account == reading.account)
        .map(|(at, _, _)| at)
        .collect();
    if positions.is_empty() {
        return Err(Fault::new(
            "EventNotFoundException",
            format!(
                "No event with the id {id} that {} may see; opentrail find --json shows ids.",
                reading.caller_arn
            ),
        ));
    }
    let events = positions
        .iter()
        .take(EVENTS_MAX)
        .map(|at| reading.archive.event(*at).map_err(|cause| unreadable(&cause)))
        .collect::<Result<Vec<_>, _>>()?;
    let whole = events.iter().find_map(|event| event.whole.as_deref());
    Ok(Members::new()
        .with("Events", Value::List(events.iter().map(detail).collect()))
        .with("Whole", whole.map(Value::from)))
}
