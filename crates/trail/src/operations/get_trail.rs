//! `GetTrail`.

use wire::{Done, Fault, Members, Value};

use super::{TRAIL, find, show};
use crate::change::Change;
use crate::request::Request;

/// Returns a trail's settings; by ARN, from any Region.
///
/// # Errors
/// `TrailNotFoundException`, which here names the trail as it was sent, and those of names and
/// ARNs.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("Name").unwrap_or_default();
    let trail = find::lookup(request, named)?.ok_or_else(|| find::unknown(request, named))?;
    let output = Members::new().with("Trail", Value::from(show::trail(trail)));
    Ok(Done::read(output).about(TRAIL, trail.arn.as_str()))
}
