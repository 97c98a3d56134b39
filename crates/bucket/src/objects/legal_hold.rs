//! Whether a version is kept until that is taken back.

use wire::{Fault, Members, Value};

use crate::fault;
use crate::lock;
use crate::objects::describe;
use crate::request::{Effect, Request};
use crate::state::Description;

/// Answers `GetObjectLegalHold`.
pub(crate) fn get(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let object = request.object()?;
    lock::require(request.bucket()?)?;
    let status = if object.legal_hold { "ON" } else { "OFF" };
    let hold = Members::new().with("Status", Value::from(status));
    Ok(request.answer(Members::new().with("LegalHold", Value::from(hold))))
}

/// Answers `PutObjectLegalHold`.
pub(crate) fn put(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let object = request.object()?;
    lock::require(request.bucket()?)?;
    let given = request.input.map("LegalHold").and_then(|hold| hold.string("Status"));
    let on = lock::is_on(given.ok_or_else(fault::malformed_xml)?)?;
    Ok(describe(request, object, Description::LegalHold(on), Members::new()))
}
