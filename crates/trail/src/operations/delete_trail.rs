//! `DeleteTrail`.

use wire::{Done, Fault, Members};

use super::{TRAIL, find, own_frame};
use crate::change::Change;
use crate::request::Request;

/// Deletes a trail. What it has taken is still delivered; objects, bucket and topic stay.
///
/// # Errors
/// Those of a trail that may not be changed.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("Name").unwrap_or_default();
    let arn = find::changeable(request, named)?.arn.clone();
    let change = Change::Deleted { arn: arn.clone(), at: request.call.now, to: own_frame(request) };
    Ok(Done::changed(Members::new(), vec![change]).about(TRAIL, arn))
}
