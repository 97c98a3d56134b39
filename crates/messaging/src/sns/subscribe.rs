//! `Subscribe`: an endpoint asks to hear of a topic, or is asked.

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::subscription::{Protocol, Status, Subscription, SubscriptionAttributes, Tally};
use super::{Topic, about, find, refusal};
use crate::arn::Arn;
use crate::operations::Request;
use crate::post::Post;

/// The longest URL that is taken.
const URL_BYTES_MAX: usize = 2048;
/// The digits of a token; they are drawn from randomness.
const TOKEN_DIGITS: usize = 64;
/// What is answered instead of an ARN as long as nobody confirmed.
const PENDING: &str = "pending confirmation";

/// Subscribes an endpoint, or answers the subscription that it has already.
///
/// A queue of the caller's account is confirmed by the call itself; everybody else is sent a
/// token. Whoever asks again before it was confirmed is sent the same token again.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (topic_arn, topic) = find(request, "TopicArn")?;
    let (protocol, endpoint) = endpoint(request, topic_arn)?;
    let attributes = attributes(request.input)?;
    let now = request.call.now;
    let mut fresh = topic.subscriptions.iter().filter(|(_, old)| !old.is_stale(now));
    let old = fresh.find(|(_, old)| old.protocol == protocol && old.endpoint == endpoint);
    if let Some((arn, old)) = old {
        check_same(&old.attributes, &attributes, request.input)?;
        if old.is_confirmed() {
            let done = Done::read(output(request.input, arn, old));
            return Ok(about(done, topic_arn, request.call));
        }
    }
    let (arn, subscription) = match old {
        Some((arn, old)) => (arn.clone(), renewed(old, now)),
        None => new(request, (topic_arn, topic), (protocol, endpoint), attributes)?,
    };
    let output = output(request.input, &arn, &subscription);
    let changes = changes(request, (topic_arn, topic), (arn, subscription));
    Ok(about(Done::changed(output, changes), topic_arn, request.call))
}

/// Reads protocol and endpoint.
fn endpoint(request: &Request<'_, '_>, topic_arn: &str) -> Result<(Protocol, String), Fault> {
    let given = request.input.string("Protocol").unwrap_or_default();
    let Some(protocol) = Protocol::parse(given) else {
        let text = "Protocol Reason: http, https and sqs are served";
        return Err(refusal::invalid(text));
    };
    let endpoint = request.input.string("Endpoint").unwrap_or_default();
    match protocol {
        Protocol::Sqs => check_queue(endpoint, topic_arn)?,
        Protocol::Http | Protocol::Https => check_url(endpoint, protocol)?,
    }
    Ok((protocol, endpoint.to_owned()))
}

fn check_queue(endpoint: &str, topic_arn: &str) -> Result<(), Fault> {
    let queue = Arn::queue(endpoint).filter(|arn| arn.name.strip_suffix(".fifo").is_none());
    let queue = queue.ok_or_else(|| refusal::invalid("SQS endpoint ARN"))?;
    if Arn::topic(topic_arn).is_some_and(|topic| topic.region == queue.region) {
        return Ok(());
    }
    Err(refusal::invalid("SQS endpoint ARN Reason: the queue must be in the topic's Region"))
}

/// Checks the form of a URL; where it leads is for whoever posts to check, each time.
fn check_url(url: &str, protocol: Protocol) -> Result<(), Fault> {
    let prefix = format!("{}://", protocol.as_str());
    let Some(rest) = url.strip_prefix(&prefix) else {
        return Err(refusal::invalid("Endpoint must match the specified protocol"));
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let sound = url.len() <= URL_BYTES_MAX
        && url.bytes().all(|byte| byte.is_ascii_graphic())
        && !url.contains(['#', '\\', '"', '<', '>'])
        && !authority.is_empty()
        && !authority.starts_with(':');
    match (sound, authority.contains('@')) {
        (true, false) => Ok(()),
        (true, true) => {
            Err(refusal::invalid("Endpoint Reason: a user name in a URL is not served"))
        }
        (false, _) => Err(refusal::invalid("Endpoint")),
    }
}

fn attributes(input: &Members) -> Result<SubscriptionAttributes, Fault> {
    let mut attributes = SubscriptionAttributes::default();
    for (name, value) in input.map("Attributes").into_iter().flat_map(Members::iter) {
        attributes.set(name, value.as_str().unwrap_or_default())?;
    }
    Ok(attributes)
}

fn check_same(
    old: &SubscriptionAttributes,
    new: &SubscriptionAttributes,
    input: &Members,
) -> Result<(), Fault> {
    let named = input.map("Attributes").is_some_and(|given| !given.is_empty());
    if named && old != new {
        let text = "Attributes Reason: Subscription already exists with different attributes";
        return Err(refusal::invalid(text));
    }
    Ok(())
}

fn new(
    request: &mut Request<'_, '_>,
    (topic_arn, topic): (&str, &Topic),
    (protocol, endpoint): (Protocol, String),
    attributes: SubscriptionAttributes,
) -> Result<(String, Subscription), Fault> {
    let now = request.call.now;
    let fresh = topic.subscriptions.values().filter(|old| !old.is_stale(now)).count();
    if fresh >= request.settings.subscriptions_max {
        let max = request.settings.subscriptions_max;
        let text = format!("The topic has {max} subscriptions, its limit.");
        return Err(Fault::new("SubscriptionLimitExceededException", text).with_status(403));
    }
    let owner = request.call.account.to_owned();
    let own = Arn::queue(&endpoint).is_some_and(|queue| queue.account == owner);
    let status = if protocol == Protocol::Sqs && own {
        Status::Confirmed { authenticated: true, protected: true, token: None }
    } else {
        Status::Pending { token: request.call.hex(TOKEN_DIGITS), since: request.call.now }
    };
    let arn = format!("{topic_arn}:{}", request.call.uuid());
    let tally = Tally::default();
    Ok((arn, Subscription { protocol, endpoint, owner, status, attributes, tally }))
}

/// Returns a subscription that may be confirmed for two more days.
fn renewed(old: &Subscription, now: jiff::Timestamp) -> Subscription {
    let mut subscription = old.clone();
    if let Status::Pending { since, .. } = &mut subscription.status {
        *since = now;
    }
    subscription
}

fn changes(
    request: &mut Request<'_, '_>,
    (topic_arn, topic): (&str, &Topic),
    (arn, subscription): (String, Subscription),
) -> Vec<crate::Change> {
    let confirmation = match &subscription.status {
        Status::Pending { token, .. } => {
            let mut post = Post::of(request);
            let call = &mut *request.call;
            let to = (&arn, &subscription);
            Some(post.confirmation((topic_arn, topic), to, token, &mut || call.uuid()))
        }
        Status::Confirmed { .. } => None,
    };
    let (subscription, now) = (Box::new(subscription), request.call.now);
    let change = Change::of(topic_arn, What::Subscribed { arn, subscription, now });
    std::iter::once(change).chain(confirmation).collect()
}

fn output(input: &Members, arn: &str, subscription: &Subscription) -> Members {
    let named = subscription.is_confirmed() || input.boolean("ReturnSubscriptionArn") == Some(true);
    Members::new().with("SubscriptionArn", Value::from(if named { arn } else { PENDING }))
}
