//! A bucket's object lock: whether versions can be locked, and how new ones are.

use wire::{Fault, Members, Value};

use super::configure;
use crate::bucket::{DefaultRetention, ObjectLock, Period, Versioning};
use crate::fault;
use crate::object::Mode;
use crate::request::{Effect, Request};
use crate::shape;

const DAYS_MAX: u32 = 36_500;
const YEARS_MAX: u32 = 100;

/// Answers `GetObjectLockConfiguration`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let lock = request.bucket()?.settings.object_lock.as_ref().ok_or_else(|| {
        let code = "ObjectLockConfigurationNotFoundError";
        let message = "Object Lock configuration does not exist for this bucket";
        fault::not_set_up(code, message, request.bucket_name())
    })?;
    let rule = lock.default.as_ref().map(|default| {
        let rule = Members::new().with("DefaultRetention", Value::from(retention(default)));
        Value::from(rule)
    });
    let configuration =
        Members::new().with("ObjectLockEnabled", Value::from("Enabled")).with("Rule", rule);
    let output = Members::new().with("ObjectLockConfiguration", Value::from(configuration));
    Ok(request.answer(output))
}

fn retention(default: &DefaultRetention) -> Members {
    let mode = Members::new().with("Mode", Value::from(default.mode.name()));
    match default.period {
        Period::Days(days) => mode.with("Days", shape::number(days)),
        Period::Years(years) => mode.with("Years", shape::number(years)),
    }
}

/// Answers `PutObjectLockConfiguration`. Once on, it stays on; the default may come and go.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let bucket = request.bucket()?;
    let given = request.input.map("ObjectLockConfiguration").ok_or_else(fault::malformed_xml)?;
    if given.string("ObjectLockEnabled") != Some("Enabled") {
        return Err(fault::malformed_xml());
    }
    if bucket.settings.versioning != Versioning::Enabled {
        let message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock \
                       configuration";
        return Err(fault::fault(409, "InvalidBucketState", message));
    }
    let default = given.map("Rule").map(read).transpose()?;
    configure(request, |settings| settings.object_lock = Some(ObjectLock { default }))
}

fn read(rule: &Members) -> Result<DefaultRetention, Fault> {
    let given = rule.map("DefaultRetention").ok_or_else(fault::malformed_xml)?;
    if given.get("DefaultEventHold").is_some() {
        return Err(fault::not_implemented("event holds"));
    }
    let mode = given.string("Mode").and_then(Mode::read).ok_or_else(fault::malformed_xml)?;
    let period = match (given.integer("Days"), given.integer("Years")) {
        (Some(days), None) => Period::Days(length(days, DAYS_MAX)?),
        (None, Some(years)) => Period::Years(length(years, YEARS_MAX)?),
        _ => return Err(fault::malformed_xml()),
    };
    Ok(DefaultRetention { mode, period })
}

fn length(given: i64, most: u32) -> Result<u32, Fault> {
    let message = match u32::try_from(given) {
        Ok(length) if (1..=most).contains(&length) => return Ok(length),
        Ok(length) if length > most => "Default retention period is too large",
        _ => "Default retention period must be a positive integer value",
    };
    Err(fault::fault(400, "InvalidRetentionPeriod", message))
}
