//! `StartLogging` and `StopLogging`.

use wire::{Done, Fault, Members};

use super::{TRAIL, find, own_frame};
use crate::change::Change;
use crate::request::Request;

/// Lets a trail deliver what is recorded from now on; one that does goes on, its start unchanged.
///
/// # Errors
/// Those of a trail that may not be changed.
pub(super) fn start(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    switch(request, true)
}

/// Lets a trail deliver nothing that is recorded from now on. The recording itself goes on.
///
/// # Errors
/// Those of a trail that may not be changed.
pub(super) fn stop(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    switch(request, false)
}

fn switch(request: &Request<'_, '_>, wanted: bool) -> Result<Done<Change>, Fault> {
    let named = request.input.string("Name").unwrap_or_default();
    let trail = find::changeable(request, named)?;
    let (arn, at) = (trail.arn.clone(), request.call.now);
    let change = match (trail.is_logging, wanted) {
        (false, true) => Some(Change::Started { arn: arn.clone(), at }),
        (true, false) => Some(Change::Stopped { arn: arn.clone(), at, to: own_frame(request) }),
        _ => None,
    };
    Ok(Done::changed(Members::new(), change.into_iter().collect()).about(TRAIL, arn))
}
