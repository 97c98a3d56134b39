//! Who gets what: the subscriptions of a topic, their filters, their queues' policies and room.

use std::collections::BTreeMap;

use jiff::Timestamp;
use wire::{Call, Fault};

use crate::attribute::Attributes;
use crate::delivery::{Destination, Published, Target, body};
use crate::filter::Filter;
use crate::notification::{Kind, Notification};
use crate::operations::{MaySend, QueueSend, Request, Sign};
use crate::retry::Retry;
use crate::settings::Settings;
use crate::sns::{Protocol, Subscription, Topic, refusal};
use crate::sqs::Queue;
use crate::state::{Change, State};

/// The attributes that a bare message may take along into a queue.
const RAW_ATTRIBUTES_MAX: usize = 10;

/// What [`publish`] works with.
pub struct Publisher<'a> {
    /// Limits, and where the server is.
    pub settings: &'a Settings,
    /// Signs notifications.
    pub sign: Sign<'a>,
    /// Asks a queue's policy whether a topic may send to it.
    pub may_send: MaySend<'a>,
    /// The time.
    pub now: Timestamp,
    /// The source of randomness; each draw gives 64 fresh bits.
    pub random: &'a mut dyn FnMut() -> u64,
}

/// Publishes a message of the server's own, without a subject, and returns what that changes.
///
/// Whether the topic's policy allows it is for the caller to ask. Fails with `NotFoundException`.
pub fn publish(
    state: &State,
    topic_arn: &str,
    message: &str,
    publisher: &mut Publisher<'_>,
) -> Result<Vec<Change>, Fault> {
    let topic = state.topic(topic_arn).ok_or_else(refusal::no_topic)?;
    let Publisher { settings, sign, may_send, now, random } = publisher;
    let mut call = Call { account: "", region: "", now: *now, random: &mut **random };
    let mut post = Post::new(state, settings, *sign, *may_send, *now);
    let parcel = Parcel { message: message.to_owned(), ..Parcel::default() };
    let message_id = call.uuid();
    Ok(post.publish((topic_arn, topic), &parcel, &message_id, &mut || call.uuid()))
}

/// What is published.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parcel {
    /// The message for every protocol that has none of its own.
    pub(crate) message: String,
    /// The messages of single protocols, by their names.
    pub(crate) by_protocol: BTreeMap<String, String>,
    /// The subject.
    pub(crate) subject: Option<String>,
    /// The attributes.
    pub(crate) attributes: Attributes,
}

/// Decides who gets what, over one or several messages of one call.
pub(crate) struct Post<'a> {
    state: &'a State,
    settings: &'a Settings,
    sign: Sign<'a>,
    may_send: MaySend<'a>,
    now: Timestamp,
    /// How many messages go to a queue already.
    queued: BTreeMap<String, usize>,
    /// How many messages go to the outbox already, and how many bytes.
    posted: (usize, usize),
}

impl Parcel {
    fn message_for(&self, protocol: Protocol) -> &str {
        self.by_protocol.get(protocol.as_str()).unwrap_or(&self.message)
    }
}

impl<'a> Post<'a> {
    /// Returns a post that has sent nothing.
    pub(crate) fn new(
        state: &'a State,
        settings: &'a Settings,
        sign: Sign<'a>,
        may_send: MaySend<'a>,
        now: Timestamp,
    ) -> Self {
        Self { state, settings, sign, may_send, now, queued: BTreeMap::new(), posted: (0, 0) }
    }

    /// Returns the post of a call.
    pub(crate) fn of(request: &Request<'a, '_>) -> Self {
        let Request { state, settings, sign, may_send, .. } = request;
        Self::new(state, settings, *sign, *may_send, request.call.now)
    }

    /// Returns a message for each of a topic's subscriptions that want it.
    pub(crate) fn publish(
        &mut self,
        (topic_arn, topic): (&str, &Topic),
        parcel: &Parcel,
        message_id: &str,
        uuid: &mut dyn FnMut() -> String,
    ) -> Vec<Change> {
        let mut groups: BTreeMap<&str, Vec<(&String, &Subscription)>> = BTreeMap::new();
        for (arn, subscription) in &topic.subscriptions {
            if subscription.is_confirmed() && is_wanted(subscription, &parcel.attributes) {
                let message = parcel.message_for(subscription.protocol);
                groups.entry(message).or_default().push((arn, subscription));
            }
        }
        let changes = groups.into_iter().map(|(message, subscriptions)| {
            let notification = Notification {
                subject: parcel.subject.clone(),
                attributes: parcel.attributes.clone(),
                ..self.draft(Kind::Notification, (topic_arn, topic), message, message_id)
            };
            self.address(notification.signed(self.sign), topic, subscriptions, uuid)
        });
        changes.collect()
    }

    /// Returns the message that asks an endpoint whether it wants to be subscribed.
    pub(crate) fn confirmation(
        &mut self,
        (topic_arn, topic): (&str, &Topic),
        (arn, subscription): (&String, &Subscription),
        token: &str,
        uuid: &mut dyn FnMut() -> String,
    ) -> Change {
        let message = format!(
            "You have chosen to subscribe to the topic {topic_arn}.\nTo confirm the subscription, \
             visit the SubscribeURL included in this message."
        );
        let kind = Kind::SubscriptionConfirmation;
        let notification = Notification {
            token: Some(token.to_owned()),
            ..self.draft(kind, (topic_arn, topic), &message, &uuid())
        };
        let notification = notification.signed(self.sign);
        self.address(notification, topic, vec![(arn, subscription)], uuid)
    }

    fn draft(
        &self,
        kind: Kind,
        (topic_arn, topic): (&str, &Topic),
        message: &str,
        message_id: &str,
    ) -> Notification {
        Notification {
            kind,
            message_id: message_id.to_owned(),
            token: None,
            topic_arn: topic_arn.to_owned(),
            subject: None,
            message: message.to_owned(),
            timestamp: self.now,
            attributes: Attributes::new(),
            endpoint: self.settings.endpoint.clone(),
            signature_version: topic.attributes.signature_version,
            signature: String::new(),
            signing_cert_url: String::new(),
        }
    }

    fn address(
        &mut self,
        notification: Notification,
        topic: &Topic,
        subscriptions: Vec<(&String, &Subscription)>,
        uuid: &mut dyn FnMut() -> String,
    ) -> Change {
        let (mut targets, mut failed) = (Vec::new(), Vec::new());
        for (arn, subscription) in subscriptions {
            let raw = notification.kind == Kind::Notification && subscription.attributes.raw;
            let way = match subscription.protocol {
                Protocol::Sqs => {
                    self.route_to_queue(&notification, arn, &subscription.endpoint, raw, uuid)
                }
                Protocol::Http | Protocol::Https => {
                    self.route_to_webhook(&notification.message, topic, subscription)
                }
            };
            match way {
                Ok(destination) => {
                    targets.push(Target { subscription_arn: arn.clone(), raw, destination });
                }
                Err(why) => failed.push((arn.clone(), why.to_owned())),
            }
        }
        Change::Published(Box::new(Published { notification, targets, failed }))
    }

    fn route_to_queue(
        &mut self,
        notification: &Notification,
        subscription_arn: &str,
        queue_arn: &str,
        raw: bool,
        uuid: &mut dyn FnMut() -> String,
    ) -> Result<Destination, &'static str> {
        let queue = self.state.queue(queue_arn).ok_or("there is no such queue")?;
        let policy = queue.attributes.policy.as_deref();
        let topic_arn = notification.topic_arn.as_str();
        if !(self.may_send)(&QueueSend { queue_arn, topic_arn, policy }) {
            return Err("the queue's policy does not let the topic send");
        }
        let planned = self.queued.entry(queue_arn.to_owned()).or_default();
        if queue.is_full(self.now, *planned, self.settings) {
            return Err("the queue is full");
        }
        if raw && notification.attributes.len() > RAW_ATTRIBUTES_MAX {
            return Err("a bare message takes at most ten attributes into a queue");
        }
        if !fits(notification, subscription_arn, raw, queue) {
            return Err("the message is larger than the queue allows");
        }
        *planned += 1;
        Ok(Destination::Queue { arn: queue_arn.to_owned(), message_id: uuid() })
    }

    fn route_to_webhook(
        &mut self,
        message: &str,
        topic: &Topic,
        subscription: &Subscription,
    ) -> Result<Destination, &'static str> {
        let (count, bytes) = self.state.outbox.load();
        let (more, more_bytes) = self.posted;
        let full = count + more >= self.settings.outbox_max;
        if full || bytes + more_bytes >= self.settings.outbox_bytes_max {
            return Err("too many deliveries are waiting");
        }
        self.posted = (more + 1, more_bytes + message.len());
        let url = subscription.endpoint.clone();
        Ok(Destination::Http { url, retry: retry_of(topic, subscription) })
    }
}

/// Returns whether a queue takes a message of this size; written out only where it is close.
fn fits(notification: &Notification, subscription_arn: &str, raw: bool, queue: &Queue) -> bool {
    const ESCAPED_BYTES_MAX: usize = 6;
    const ENVELOPE_BYTES_MAX: usize = 8 * 1024;
    let attributes = crate::attribute::size(&notification.attributes);
    let given = notification.message.len() + attributes;
    let max = usize::try_from(queue.attributes.maximum_message_size_bytes).unwrap_or(usize::MAX);
    if given * ESCAPED_BYTES_MAX + ENVELOPE_BYTES_MAX <= max {
        return true;
    }
    let beside = if raw { attributes } else { 0 };
    body(notification, subscription_arn, raw).len() + beside <= max
}

fn is_wanted(subscription: &Subscription, attributes: &Attributes) -> bool {
    let policy = subscription.attributes.filter_policy.as_deref();
    policy.is_none_or(|policy| Filter::read(policy).is_ok_and(|filter| filter.wants(attributes)))
}

/// Returns when a subscription's deliveries are tried again.
pub(crate) fn retry_of(topic: &Topic, subscription: &Subscription) -> Retry {
    let topic = topic.attributes.delivery_policy.as_deref();
    let own = subscription.attributes.delivery_policy.as_deref();
    Retry::read(topic, own).unwrap_or_default()
}
