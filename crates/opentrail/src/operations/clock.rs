//! `GetClock` and `SetClock`: the sandbox's clock.

use jiff::Timestamp;
use wire::{Call, Done, Fault, Members, Value};

use crate::state::{Change, State};

/// The year 9000, in seconds since 1970.
const LATEST_SECOND: i64 = 221_845_392_000;

/// Answers `GetClock`.
pub(super) fn get(
    state: &State,
    _input: &Members,
    call: &mut Call<'_>,
) -> Result<Done<Change>, Fault> {
    Ok(Done::read(reading(state, call.now)))
}

/// Answers `SetClock`: to a time, onward by seconds, or back to the wall's time.
///
/// # Errors
/// `AccessDeniedException` for other accounts than the operator's; `ClockNotMovableException` unless
/// the server allows it, or for a time that no calendar has.
pub(super) fn set(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
) -> Result<Done<Change>, Fault> {
    if call.account != state.operator_account {
        let message = format!(
            "Only the operator's account, {}, may move everybody's clock.",
            state.operator_account
        );
        return Err(Fault::new("AccessDeniedException", message).with_status(403));
    }
    if !state.clock_movable {
        return Err(refused(
            "The clock of this server cannot be moved: start it with --sandbox-clock or --demo.",
        ));
    }
    let moved_ms = if input.boolean("Reset") == Some(true) {
        -state.clock_offset_ms
    } else if let Some(time) = input.timestamp("Time") {
        time.as_millisecond() - call.now.as_millisecond()
    } else {
        input.integer("AdvanceSeconds").unwrap_or(0).saturating_mul(1000)
    };
    let offset_ms = state.clock_offset_ms.saturating_add(moved_ms);
    let now = call.now.as_millisecond().saturating_add(moved_ms);
    let now = Timestamp::from_millisecond(now)
        .ok()
        .filter(|now| (0..LATEST_SECOND).contains(&now.as_second()))
        .ok_or_else(|| refused("The clock cannot be moved to a time outside 1970 to 9000."))?;
    let output = shown(state, now, offset_ms);
    Ok(Done::changed(output, vec![Change::Clock(offset_ms)]))
}

/// Returns what the clock of a state shows at `now`.
pub(crate) fn reading(state: &State, now: Timestamp) -> Members {
    shown(state, now, state.clock_offset_ms)
}

fn shown(state: &State, now: Timestamp, offset_ms: i64) -> Members {
    Members::new()
        .with("Now", Value::from(now))
        .with("OffsetSeconds", Value::from(offset_ms / 1000))
        .with("Movable", Value::from(state.clock_movable))
}

fn refused(message: &str) -> Fault {
    Fault::new("ClockNotMovableException", message)
}
