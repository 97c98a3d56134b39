//! `AddPermission` and `RemovePermission`: statements of a queue's policy.

use wire::{Done, Fault, Members};

use super::change::{Change, What};
use super::{Queue, about, find, refusal};
use crate::operations::Request;
use crate::policy::{self, BadPolicy, Grant};

/// The actions that other accounts can be given.
const GRANTABLE: &[&str] = &[
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
];

/// Lets other accounts do some actions.
pub(super) fn add(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let label = request.input.string("Label").unwrap_or_default();
    let given: Vec<&str> = request.input.strings("Actions").collect();
    if let Some(action) = given.iter().find(|action| !GRANTABLE.contains(action)) {
        let reason = "Only the queue owner is allowed to invoke this action.";
        return Err(refusal::bad_value(format!("SQS:{action}"), "ActionName", reason));
    }
    let grant = Grant {
        label,
        accounts: request.input.strings("AWSAccountIds").collect(),
        actions: given.iter().map(|action| format!("SQS:{action}")).collect(),
        resource: &arn,
    };
    let policy = policy::with_grant(queue.attributes.policy.as_deref(), &grant)
        .map_err(|cause| bad_grant(label, &cause))?;
    (request.check_policy)(&policy)
        .map_err(|cause| refusal::bad_value("of the permission", "AWSAccountIds", &cause))?;
    Ok(with_policy(request, &arn, queue, Some(policy)))
}

/// Takes a permission back.
pub(super) fn remove(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, queue) = find(request)?;
    let label = request.input.string("Label").unwrap_or_default();
    let policy = policy::without_grant(queue.attributes.policy.as_deref(), label)
        .map_err(|cause| refusal::bad_value(label, "Label", &cause.to_string()))?;
    Ok(with_policy(request, &arn, queue, policy))
}

fn bad_grant(label: &str, cause: &BadPolicy) -> Fault {
    let reason = cause.to_string();
    if cause.is_about_accounts() {
        return refusal::bad_value("of an account", "AWSAccountIds", &reason);
    }
    refusal::bad_value(label, "Label", &reason)
}

fn with_policy(
    request: &Request<'_, '_>,
    arn: &str,
    queue: &Queue,
    policy: Option<String>,
) -> Done<crate::Change> {
    let mut attributes = Box::new(queue.attributes.clone());
    attributes.policy = policy;
    let what = What::AttributesSet { attributes, now: request.call.now };
    let done = Done::changed(Members::new(), vec![Change::of(arn, what)]);
    about(done, arn, request.call)
}
