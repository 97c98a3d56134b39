//! `AddPermission` and `RemovePermission`: statements of a topic's policy.

use wire::{Done, Fault, Members};

use super::change::{Change, What};
use super::{Topic, about, find, refusal};
use crate::operations::Request;
use crate::policy::{self, BadPolicy, Grant};

/// The actions that other accounts can be given.
const GRANTABLE: &[&str] = &[
    "AddPermission",
    "DeleteTopic",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "Publish",
    "RemovePermission",
    "SetTopicAttributes",
    "Subscribe",
];

/// Lets other accounts do some actions.
pub(super) fn add(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic) = find(request, "TopicArn")?;
    let given: Vec<&str> = request.input.strings("ActionName").collect();
    if given.is_empty() || given.iter().any(|action| !GRANTABLE.contains(action)) {
        return Err(refusal::invalid("Policy statement action out of service scope!"));
    }
    let grant = Grant {
        label: request.input.string("Label").unwrap_or_default(),
        accounts: request.input.strings("AWSAccountId").collect(),
        actions: given.iter().map(|action| format!("SNS:{action}")).collect(),
        resource: arn,
    };
    let policy = policy::with_grant(Some(&topic.attributes.policy), &grant)
        .map_err(|cause| bad_grant(&cause))?;
    (request.check_policy)(&policy)
        .map_err(|cause| refusal::invalid(format!("AWSAccountId Reason: {cause}")))?;
    Ok(with_policy(request, arn, topic, policy))
}

/// Takes a permission back; without any statement left, a new topic's policy is in force.
pub(super) fn remove(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic) = find(request, "TopicArn")?;
    let label = request.input.string("Label").unwrap_or_default();
    let policy = policy::without_grant(Some(&topic.attributes.policy), label)
        .map_err(|cause| refusal::invalid(format!("Label Reason: {cause}")))?
        .unwrap_or_else(|| policy::of_new_topic(arn, &topic.owner));
    Ok(with_policy(request, arn, topic, policy))
}

fn bad_grant(cause: &BadPolicy) -> Fault {
    let parameter = if cause.is_about_accounts() { "AWSAccountId" } else { "Label" };
    refusal::invalid(format!("{parameter} Reason: {cause}"))
}

fn with_policy(
    request: &Request<'_, '_>,
    arn: &str,
    topic: &Topic,
    policy: String,
) -> Done<crate::Change> {
    let mut attributes = Box::new(topic.attributes.clone());
    attributes.policy = policy;
    let change = Change::of(arn, What::AttributesSet(attributes));
    about(Done::changed(Members::new(), vec![change]), arn, request.call)
}
