//! `GetSubscriptionAttributes` and `SetSubscriptionAttributes`.

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::subscription::{Protocol, Status, Subscription};
use super::{Topic, about, check_owner, find_subscription};
use crate::operations::Request;
use crate::post::retry_of;

/// Answers all attributes of a subscription.
pub(super) fn get(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic_arn, topic, subscription) = find_subscription(request)?;
    check_owner(topic, subscription, request.call)?;
    let attributes = shown((arn, subscription), (topic_arn, topic));
    let output = Members::new().with("Attributes", Value::Map(attributes));
    Ok(about(Done::read(output), topic_arn, request.call))
}

/// Sets one attribute.
pub(super) fn set(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (arn, topic_arn, topic, subscription) = find_subscription(request)?;
    check_owner(topic, subscription, request.call)?;
    let name = request.input.string("AttributeName").unwrap_or_default();
    let value = request.input.string("AttributeValue").unwrap_or_default();
    let mut attributes = Box::new(subscription.attributes.clone());
    attributes.set(name, value)?;
    let what = What::SubscriptionSet { arn: arn.to_owned(), attributes };
    let done = Done::changed(Members::new(), vec![Change::of(topic_arn, what)]);
    Ok(about(done, topic_arn, request.call))
}

fn shown(
    (arn, subscription): (&str, &Subscription),
    (topic_arn, topic): (&str, &Topic),
) -> Members {
    let authenticated =
        matches!(subscription.status, Status::Confirmed { authenticated: true, .. });
    let webhook = subscription.protocol != Protocol::Sqs;
    let effective = webhook.then(|| retry_of(topic, subscription).shown_for_subscription());
    let set = |name: &str| subscription.attributes.value(name).map(Value::from);
    Members::new()
        .with("SubscriptionArn", Value::from(arn))
        .with("TopicArn", Value::from(topic_arn))
        .with("Owner", Value::from(subscription.owner.as_str()))
        .with("Protocol", Value::from(subscription.protocol.as_str()))
        .with("Endpoint", Value::from(subscription.endpoint.as_str()))
        .with("PendingConfirmation", Value::from((!subscription.is_confirmed()).to_string()))
        .with("ConfirmationWasAuthenticated", Value::from(authenticated.to_string()))
        .with("RawMessageDelivery", set("RawMessageDelivery"))
        .with("FilterPolicy", set("FilterPolicy"))
        .with("FilterPolicyScope", set("FilterPolicyScope"))
        .with("DeliveryPolicy", set("DeliveryPolicy"))
        .with("EffectiveDeliveryPolicy", effective.map(Value::from))
}
