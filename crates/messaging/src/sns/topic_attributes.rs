//! `GetTopicAttributes` and `SetTopicAttributes`.

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::{Topic, about, find};
use crate::operations::Request;
use crate::retry::Retry;

/// Answers all attributes of a topic.
pub(super) fn get(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic) = find(request, "TopicArn")?;
    let attributes = shown(arn, topic, request.call.now);
    let output = Members::new().with("Attributes", Value::Map(attributes));
    Ok(about(Done::read(output), arn, request.call))
}

/// Sets one attribute.
pub(super) fn set(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic) = find(request, "TopicArn")?;
    let name = request.input.string("AttributeName").unwrap_or_default();
    let value = request.input.string("AttributeValue").unwrap_or_default();
    let mut attributes = Box::new(topic.attributes.clone());
    attributes.set(name, value, request)?;
    let change = Change::of(arn, What::AttributesSet(attributes));
    Ok(about(Done::changed(Members::new(), vec![change]), arn, request.call))
}

fn shown(arn: &str, topic: &Topic, now: jiff::Timestamp) -> Members {
    let fresh = topic.subscriptions.values().filter(|subscription| !subscription.is_stale(now));
    let (confirmed, pending): (Vec<_>, Vec<_>) =
        fresh.partition(|subscription| subscription.is_confirmed());
    let policy = topic.attributes.delivery_policy.as_deref();
    let effective = Retry::read(policy, None).unwrap_or_default().shown_for_topic();
    let set = |name: &str| topic.attributes.value(name).map(Value::from);
    Members::new()
        .with("TopicArn", Value::from(arn))
        .with("Owner", Value::from(topic.owner.as_str()))
        .with("Policy", set("Policy"))
        .with("DisplayName", set("DisplayName"))
        .with("SubscriptionsConfirmed", Value::from(confirmed.len().to_string()))
        .with("SubscriptionsPending", Value::from(pending.len().to_string()))
        .with("SubscriptionsDeleted", Value::from(topic.deleted.to_string()))
        .with("DeliveryPolicy", set("DeliveryPolicy"))
        .with("EffectiveDeliveryPolicy", Value::from(effective))
        .with("SignatureVersion", set("SignatureVersion"))
}
