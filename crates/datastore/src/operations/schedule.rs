//! When a dashboard is refreshed by itself, in and out of the terms of the model.

use wire::{Fault, Members, Value};

use super::not_valid;
use crate::state::{DashboardKind, Frequency, Schedule};

const HOURS: [i64; 4] = [1, 6, 12, 24];
/// The Highlights dashboard is refreshed this often, and no other way.
const HIGHLIGHTS_HOURS: i64 = 6;
const MEMBER: &str = "RefreshSchedule";

/// Reads the schedule of an input, when there is one; what is not named is as in `current`.
///
/// # Errors
/// `ValidationException`: the model has no exception for a schedule.
pub(super) fn read(
    input: &Members,
    kind: DashboardKind,
    current: Option<Schedule>,
) -> Result<Option<Schedule>, Fault> {
    let Some(input) = input.map(MEMBER) else { return Ok(None) };
    let frequency = match (input.map("Frequency"), current) {
        (Some(frequency), _) => read_frequency(frequency, kind)?,
        (None, Some(current)) => current.frequency,
        (None, None) => return Err(wrong("Frequency is missing")),
    };
    let is_enabled = match input.string("Status") {
        Some(status) => status == "ENABLED",
        None => current.is_none_or(|current| current.is_enabled),
    };
    let time_of_day = match input.string("TimeOfDay") {
        Some(text) => read_time(text)?,
        None => current.map_or((0, 0), |current| current.time_of_day),
    };
    Ok(Some(Schedule { frequency, is_enabled, time_of_day }))
}

/// Returns a schedule in the terms of the model.
pub(super) fn show(schedule: Schedule) -> Members {
    let (unit, value) = match schedule.frequency {
        Frequency::Hours(hours) => ("HOURS", i64::from(hours)),
        Frequency::Daily => ("DAYS", 1),
    };
    let frequency =
        Members::new().with("Unit", Value::from(unit)).with("Value", Value::from(value));
    let status = if schedule.is_enabled { "ENABLED" } else { "DISABLED" };
    let (hour, minute) = schedule.time_of_day;
    Members::new()
        .with("Frequency", Value::from(frequency))
        .with("Status", Value::from(status))
        .with("TimeOfDay", Value::from(format!("{hour:02}:{minute:02}")))
}

fn read_frequency(input: &Members, kind: DashboardKind) -> Result<Frequency, Fault> {
    let value = input.integer("Value");
    let is_allowed = |hours: &i64| match kind {
        DashboardKind::Managed => *hours == HIGHLIGHTS_HOURS,
        DashboardKind::Custom => HOURS.contains(hours),
    };
    match (input.string("Unit"), value) {
        (Some("HOURS"), Some(hours)) if is_allowed(&hours) => {
            let hours = u8::try_from(hours).expect("24 at most");
            Ok(Frequency::Hours(hours))
        }
        (Some("DAYS"), Some(1)) if kind == DashboardKind::Custom => Ok(Frequency::Daily),
        _ if kind == DashboardKind::Managed => {
            Err(wrong("the Highlights dashboard is refreshed every 6 HOURS"))
        }
        _ => Err(wrong("a dashboard is refreshed every 1, 6, 12 or 24 HOURS, or every 1 DAYS")),
    }
}

fn read_time(text: &str) -> Result<(u8, u8), Fault> {
    let parts = text.split_once(':');
    let numbers = parts.and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)));
    let time = numbers.filter(|(hour, minute): &(u8, u8)| *hour < 24 && *minute < 60);
    time.ok_or_else(|| wrong(&format!("TimeOfDay {text} is no time, as in 09:30")))
}

fn wrong(trouble: &str) -> Fault {
    not_valid(format!("{MEMBER} is not valid: {trouble}."))
}
