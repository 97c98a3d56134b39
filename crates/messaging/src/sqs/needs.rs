//! What the calls of SQS need.

use wire::{Call, Members};

use super::arn_of_url;
use crate::arn::{Arn, queue_arn};
use crate::need::Need;
use crate::state::State;

/// Returns the need of an action on the queue that the URL names.
pub(super) fn queue(action: &str, state: &State, input: &Members, call: &Call<'_>) -> Vec<Need> {
    match arn_of_url(input, call) {
        Some(arn) => vec![on(action, state, &arn)],
        None => vec![Need::anywhere(&format!("sqs:{action}"))],
    }
}

/// Returns the need of `GetQueueUrl`, which names the queue itself.
pub(super) fn get_queue_url(state: &State, input: &Members, call: &Call<'_>) -> Vec<Need> {
    let account = input.string("QueueOwnerAWSAccountId").unwrap_or(call.account);
    let name = input.string("QueueName").unwrap_or_default();
    vec![on("GetQueueUrl", state, &queue_arn(call.region, account, name))]
}

/// Returns the needs of `CreateQueue`: tags need a word of their own.
pub(super) fn create_queue(_: &State, input: &Members, call: &Call<'_>) -> Vec<Need> {
    let name = input.string("QueueName").unwrap_or_default();
    let arn = queue_arn(call.region, call.account, name);
    let need = |action| Need::on(action, &arn, None, Some(call.account));
    let mut needs = vec![need("sqs:CreateQueue")];
    if input.map("tags").is_some_and(|tags| !tags.is_empty()) {
        needs.push(need("sqs:TagQueue"));
    }
    needs
}

/// Returns the need of an action on all queues of the caller's account.
pub(super) fn account(action: &str, call: &Call<'_>) -> Vec<Need> {
    let arn = queue_arn(call.region, call.account, "*");
    vec![Need::on(&format!("sqs:{action}"), &arn, None, Some(call.account))]
}

fn on(action: &str, state: &State, arn: &str) -> Need {
    let owner = Arn::queue(arn).map(|arn| arn.account);
    Need::on(&format!("sqs:{action}"), arn, state.queue_policy(arn), owner)
}
