//! `PurgeQueue`: all messages at once, at most once a minute.

use jiff::SignedDuration;
use wire::{Done, Fault, Members};

use super::change::{Change, What};
use super::{about, find};
use crate::arn::Arn;
use crate::operations::Request;

/// How long after a purge there can be no other.
const PURGE_INTERVAL: SignedDuration = SignedDuration::from_secs(60);

/// Deletes all messages.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let now = request.call.now;
    if queue.purged.is_some_and(|purged| now.duration_since(purged) < PURGE_INTERVAL) {
        let name = Arn::queue(&arn).map_or("", |arn| arn.name);
        let text = format!("Only one PurgeQueue operation on {name} is allowed every 60 seconds.");
        return Err(Fault::new("PurgeQueueInProgress", text));
    }
    let done = Done::changed(Members::new(), vec![Change::of(&arn, What::Purged(now))]);
    Ok(about(done, &arn, request.call))
}
