//! `DeleteTopic`: a topic with its subscriptions.

use wire::{Done, Fault, Members};

use super::change::{Change, What};
use super::{about, find};
use crate::operations::Request;

/// Deletes a topic with its subscriptions; one that is not there is a success.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let arn = request.input.string("TopicArn").unwrap_or_default();
    let changes = match find(request, "TopicArn") {
        Ok(_) => vec![Change::of(arn, What::Deleted)],
        Err(fault) if fault.code == "NotFoundException" => Vec::new(),
        Err(fault) => return Err(fault),
    };
    Ok(about(Done::changed(Members::new(), changes), arn, request.call))
}
