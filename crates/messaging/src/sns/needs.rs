//! What the calls of SNS need.
//!
//! `aws:SourceOwner` is the caller's account; the policy of a new topic asks for it.

use wire::{Call, Members};

use crate::arn::{Arn, topic_arn, topic_of};
use crate::need::Need;
use crate::state::State;

/// Returns the need of an action on the topic that `TopicArn` names.
pub(super) fn topic(action: &str, state: &State, input: &Members, call: &Call<'_>) -> Vec<Need> {
    vec![on(action, state, input.string("TopicArn"), call)]
}

/// Returns the need of an action on the topic that `ResourceArn` names.
pub(super) fn tagged(action: &str, state: &State, input: &Members, call: &Call<'_>) -> Vec<Need> {
    vec![on(action, state, input.string("ResourceArn"), call)]
}

/// Returns the need of an action on the topic of a subscription.
pub(super) fn subscription(
    action: &str,
    state: &State,
    input: &Members,
    call: &Call<'_>,
) -> Vec<Need> {
    vec![on(action, state, input.string("SubscriptionArn").and_then(topic_of), call)]
}

/// Returns the need of publishing, by either name of the topic.
pub(super) fn publish(state: &State, input: &Members, call: &Call<'_>) -> Vec<Need> {
    let arn = input.string("TopicArn").or_else(|| input.string("TargetArn"));
    vec![on("Publish", state, arn, call)]
}

/// Returns the need of `Subscribe`: policies may ask for protocol and endpoint.
pub(super) fn subscribe(state: &State, input: &Members, call: &Call<'_>) -> Vec<Need> {
    let need = on("Subscribe", state, input.string("TopicArn"), call)
        .with("sns:Protocol", input.string("Protocol"))
        .with("sns:Endpoint", input.string("Endpoint"));
    vec![need]
}

/// Returns the needs of `CreateTopic`: tags need a word of their own.
pub(super) fn create_topic(_: &State, input: &Members, call: &Call<'_>) -> Vec<Need> {
    let name = input.string("Name").unwrap_or_default();
    let arn = topic_arn(call.region, call.account, name);
    let need = |action| Need::on(action, &arn, None, Some(call.account));
    let mut needs = vec![need("sns:CreateTopic")];
    if !input.list("Tags").is_empty() {
        needs.push(need("sns:TagResource"));
    }
    needs
}

/// Returns the need of an action that knows no topic.
pub(super) fn anywhere(action: &str) -> Vec<Need> {
    vec![Need::anywhere(&format!("sns:{action}"))]
}

fn on(action: &str, state: &State, arn: Option<&str>, call: &Call<'_>) -> Need {
    let action = format!("sns:{action}");
    let Some((arn, name)) = arn.and_then(|arn| Some((arn, Arn::topic(arn)?))) else {
        return Need::anywhere(&action);
    };
    Need::on(&action, arn, state.topic_policy(arn), Some(name.account))
        .with("aws:SourceOwner", Some(call.account))
}
