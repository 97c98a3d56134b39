//! Until when a version is kept.

use wire::{Fault, Members, Value};

use crate::fault;
use crate::lock;
use crate::objects::describe;
use crate::request::{Effect, Request};
use crate::state::Description;

/// Answers `GetObjectRetention`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let object = request.object()?;
    lock::require(request.bucket()?)?;
    let retention = object.retention.as_ref().ok_or_else(|| lock::none(request.text("Key")))?;
    let told = Members::new()
        .with("Mode", Value::from(retention.mode.name()))
        .with("RetainUntilDate", Value::from(retention.until));
    Ok(request.answer(Members::new().with("Retention", Value::from(told))))
}

/// Answers `PutObjectRetention`; an empty one takes a retention away.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let object = request.object()?;
    lock::require(request.bucket()?)?;
    let given = request.input.map("Retention").ok_or_else(fault::malformed_xml)?;
    if given.get("EventHold").is_some() || given.get("EventHoldDuration").is_some() {
        return Err(fault::not_implemented("event holds"));
    }
    let now = request.call.now;
    let retention = match (given.string("Mode"), given.timestamp("RetainUntilDate")) {
        (Some(mode), Some(until)) => Some(lock::retention(mode, until, now)?),
        (None, None) => None,
        _ => return Err(fault::malformed_xml()),
    };
    let bypass = request.input.boolean("BypassGovernanceRetention") == Some(true);
    lock::check_change(object.retention.as_ref(), retention.as_ref(), now, bypass)?;
    Ok(describe(request, object, Description::Retention(retention), Members::new()))
}
