//! `ListSubscriptions` and `ListSubscriptionsByTopic`, in pages.

use wire::{Done, Fault, Members, Value};

use super::{Subscription, about, find, refusal};
use crate::arn::Arn;
use crate::operations::Request;
use crate::page::page;

/// The subscriptions of one answer.
const PAGE_ROWS: usize = 100;
/// What is shown instead of an ARN as long as nobody confirmed.
const PENDING: &str = "PendingConfirmation";

/// Lists what the caller's account subscribed to in the Region.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (account, region) = (request.call.account, request.call.region);
    let near = request
        .state
        .topics()
        .filter(|(arn, _)| Arn::topic(arn).is_some_and(|arn| arn.region == region));
    let own = near.flat_map(|(topic_arn, topic)| {
        let own = topic.subscriptions.iter().filter(|(_, it)| it.owner == account);
        own.map(move |(arn, subscription)| (topic_arn, arn, subscription))
    });
    // two topics' ARNs may sort otherwise than those of their subscriptions
    let mut own: Vec<_> = own.collect();
    own.sort_by_key(|(_, arn, _)| *arn);
    Ok(Done::read(listed(request, own.into_iter())?))
}

/// Lists who subscribed to a topic.
pub(super) fn by_topic(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (topic_arn, topic) = find(request, "TopicArn")?;
    let all = topic.subscriptions.iter();
    let output = listed(request, all.map(|(arn, subscription)| (topic_arn, arn, subscription)))?;
    Ok(about(Done::read(output), topic_arn, request.call))
}

fn listed<'a>(
    request: &Request<'_, '_>,
    rows: impl Iterator<Item = (&'a str, &'a String, &'a Subscription)>,
) -> Result<Members, Fault> {
    let now = request.call.now;
    let rows = rows
        .filter(|(_, _, subscription)| !subscription.is_stale(now))
        .map(|(topic, arn, subscription)| (arn.as_str(), line(topic, arn, subscription)));
    let page = page(rows, request.input.string("NextToken"), PAGE_ROWS)
        .map_err(|_| refusal::invalid("NextToken"))?;
    let output = Members::new()
        .with("Subscriptions", Value::from(page.rows))
        .with("NextToken", page.next_token.map(Value::from));
    Ok(output)
}

fn line(topic_arn: &str, arn: &str, subscription: &Subscription) -> Members {
    let arn = if subscription.is_confirmed() { arn } else { PENDING };
    Members::new()
        .with("SubscriptionArn", Value::from(arn))
        .with("Owner", Value::from(subscription.owner.as_str()))
        .with("Protocol", Value::from(subscription.protocol.as_str()))
        .with("Endpoint", Value::from(subscription.endpoint.as_str()))
        .with("TopicArn", Value::from(topic_arn))
}
