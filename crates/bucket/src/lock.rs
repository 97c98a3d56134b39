//! Object lock: which versions may not be touched, and how new ones are locked.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use wire::{Fault, Members};

use crate::bucket::{Bucket, DefaultRetention, Period};
use crate::fault;
use crate::object::{Mode, Object, Retention};
use crate::shape::second;

/// The lock of a version that is being written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lock {
    pub(crate) retention: Option<Retention>,
    pub(crate) legal_hold: bool,
}

impl Mode {
    /// Reads the model's word.
    pub(crate) fn read(text: &str) -> Option<Self> {
        match text {
            "GOVERNANCE" => Some(Self::Governance),
            "COMPLIANCE" => Some(Self::Compliance),
            _ => None,
        }
    }

    /// Returns the model's word.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }
}

/// Reads the lock that a write asks for.
pub(crate) fn read(input: &Members, bucket: &Bucket, now: Timestamp) -> Result<Lock, Fault> {
    let held = input.string("ObjectLockLegalHoldStatus");
    let mode = input.string("ObjectLockMode");
    let until = input.timestamp("ObjectLockRetainUntilDate");
    refuse_event_holds(input)?;
    if held.is_none() && mode.is_none() && until.is_none() {
        return Ok(Lock::default());
    }
    require(bucket)?;
    let retention = match (mode, until) {
        (None, None) => None,
        (Some(mode), Some(until)) => Some(retention(mode, until, now)?),
        (mode, _) => {
            let message = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must \
                           both be supplied";
            let missing = if mode.is_none() { "mode" } else { "retain-until-date" };
            let name = format!("x-amz-object-lock-{missing}");
            return Err(fault::invalid_argument(message, &name, ""));
        }
    };
    Ok(Lock { retention, legal_hold: held.map(is_on).transpose()?.unwrap_or(false) })
}

/// Returns the retention that a version gets whose writer names none.
pub(crate) fn by_default(bucket: &Bucket, now: Timestamp) -> Option<Retention> {
    let DefaultRetention { mode, period } =
        bucket.settings.object_lock.as_ref()?.default.as_ref()?;
    Some(Retention { mode: *mode, until: after(second(now), *period) })
}

/// Returns a point in time so much later; the last one there is where none is that late.
fn after(time: Timestamp, period: Period) -> Timestamp {
    let later = match period {
        Period::Days(days) => time.checked_add(SignedDuration::from_hours(24 * i64::from(days))),
        Period::Years(years) => time
            .to_zoned(TimeZone::UTC)
            .checked_add(i64::from(years).years())
            .map(|zoned| zoned.timestamp()),
    };
    later.unwrap_or(Timestamp::MAX)
}

/// Checks a retention that is asked for.
pub(crate) fn retention(mode: &str, until: Timestamp, now: Timestamp) -> Result<Retention, Fault> {
    let Some(mode) = Mode::read(mode) else {
        let message = "Unknown wormMode directive.";
        return Err(fault::invalid_argument(message, "x-amz-object-lock-mode", mode));
    };
    if until <= now {
        let message = "The retain until date must be in the future!";
        let name = "x-amz-object-lock-retain-until-date";
        return Err(fault::invalid_argument(message, name, &until.to_string()));
    }
    Ok(Retention { mode, until })
}

/// Reads the status of a legal hold.
pub(crate) fn is_on(status: &str) -> Result<bool, Fault> {
    match status {
        "ON" => Ok(true),
        "OFF" => Ok(false),
        _ => Err(fault::invalid_argument(
            "Legal Hold must be either of 'ON' or 'OFF'",
            "x-amz-object-lock-legal-hold",
            status,
        )),
    }
}

/// Refuses locks in a bucket that was not set up for them.
pub(crate) fn require(bucket: &Bucket) -> Result<(), Fault> {
    let there = bucket.settings.object_lock.is_some();
    there
        .then_some(())
        .ok_or_else(|| fault::invalid_request("Bucket is missing Object Lock Configuration"))
}

/// Returns the fault for a version that was never locked.
pub(crate) fn none(key: &str) -> Fault {
    let message = "The specified object does not have a ObjectLock configuration";
    fault::fault(404, "NoSuchObjectLockConfiguration", message).with_member("Key", key)
}

/// Refuses to delete a version that is locked.
pub(crate) fn check_delete(object: &Object, now: Timestamp, bypass: bool) -> Result<(), Fault> {
    let kept = object.retention.as_ref().filter(|retention| retention.until > now);
    let kept = kept.is_some_and(|retention| !(bypass && retention.mode == Mode::Governance));
    if kept || object.legal_hold { Err(protected()) } else { Ok(()) }
}

/// Refuses to loosen the retention of a version: only more of the same is free to all.
pub(crate) fn check_change(
    old: Option<&Retention>,
    new: Option<&Retention>,
    now: Timestamp,
    bypass: bool,
) -> Result<(), Fault> {
    let Some(old) = old.filter(|old| old.until > now) else { return Ok(()) };
    let longer = new.is_some_and(|new| new.mode == old.mode && new.until >= old.until);
    let lifted = bypass && old.mode == Mode::Governance;
    if longer || lifted { Ok(()) } else { Err(protected()) }
}

fn protected() -> Fault {
    fault::access_denied("Access Denied because object protected by object lock.")
}

fn refuse_event_holds(input: &Members) -> Result<(), Fault> {
    for (member, header) in [
        ("ObjectLockEventHold", "x-amz-object-lock-event-hold"),
        ("ObjectLockEventHoldDurationDays", "x-amz-object-lock-event-hold-duration-days"),
        ("ObjectLockEventHoldDurationYears", "x-amz-object-lock-event-hold-duration-years"),
    ] {
        if input.get(member).is_some() {
            return Err(fault::header_not_implemented(header));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Mode::{Compliance, Governance};
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn kept(mode: Mode, until: &str) -> Option<Retention> {
        Some(Retention { mode, until: at(until) })
    }

    #[test]
    fn periods_are_days_of_24_hours_and_years_of_the_calendar() {
        let leap = at("2028-02-29T10:00:00Z");
        assert_eq!(after(leap, Period::Days(1)), at("2028-03-01T10:00:00Z"));
        assert_eq!(after(leap, Period::Years(1)), at("2029-02-28T10:00:00Z"));
        assert_eq!(after(leap, Period::Years(9000)), Timestamp::MAX);
    }

    #[test]
    fn a_retention_in_force_is_only_prolonged() {
        let now = at("2026-11-20T08:00:00Z");
        let (sooner, later) = ("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
        for (old, new, bypass, allowed) in [
            (kept(Compliance, sooner), kept(Compliance, later), false, true),
            (kept(Compliance, sooner), kept(Compliance, sooner), false, true),
            (kept(Compliance, later), kept(Compliance, sooner), true, false),
            (kept(Compliance, sooner), kept(Governance, later), true, false),
            (kept(Compliance, sooner), None, true, false),
            (kept(Governance, sooner), kept(Governance, later), false, true),
            (kept(Governance, later), kept(Governance, sooner), false, false),
            (kept(Governance, later), kept(Governance, sooner), true, true),
            (kept(Governance, sooner), kept(Compliance, later), false, false),
            (kept(Governance, sooner), None, false, false),
            (kept(Governance, sooner), None, true, true),
            (kept(Compliance, "2026-11-20T08:00:00Z"), None, false, true),
            (None, kept(Compliance, sooner), false, true),
        ] {
            let judged = check_change(old.as_ref(), new.as_ref(), now, bypass);
            assert_eq!(judged.is_ok(), allowed, "{old:?} to {new:?}, bypass {bypass}");
        }
    }
}
