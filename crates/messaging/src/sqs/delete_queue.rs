//! `DeleteQueue`: a queue with all its messages.

use wire::{Done, Fault, Members};

use super::change::{Change, What};
use super::{about, find};
use crate::operations::Request;

/// Deletes a queue with all its messages.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, _) = find(request)?;
    let done = Done::changed(Members::new(), vec![Change::of(&arn, What::Deleted)]);
    Ok(about(done, &arn, request.call))
}
