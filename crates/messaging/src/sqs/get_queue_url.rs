//! `GetQueueUrl`: from a name to a URL.

use wire::{Done, Fault, Members, Value};

use super::{about_in_record, refusal, url};
use crate::arn::queue_arn;
use crate::operations::Request;

/// Answers the URL of a queue that is there.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let input = request.input;
    let account = input.string("QueueOwnerAWSAccountId").unwrap_or(request.call.account);
    let name = input.string("QueueName").unwrap_or_default();
    let arn = queue_arn(request.call.region, account, name);
    request.state.queue(&arn).ok_or_else(refusal::no_queue)?;
    let output = Members::new().with("QueueUrl", Value::from(url(request.settings, &arn)));
    Ok(about_in_record(Done::read(output), &arn, request.call))
}
