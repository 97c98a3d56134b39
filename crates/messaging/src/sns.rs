//! The Simple Notification Service: standard topics with subscriptions by http, https and sqs.
//!
//! ```text
//!   Subscribe (sqs, own account) ──────────────────────────────▶ confirmed
//!   Subscribe (http, https, sqs elsewhere) ──▶ pending ──Token──▶ confirmed ──▶ Unsubscribe
//!                                                 └─ 48 hours ──▶ gone
//! ```

mod change;
mod confirm_subscription;
mod create_topic;
mod delete_topic;
mod list_subscriptions;
mod list_topics;
mod needs;
mod permissions;
mod publish;
pub(crate) mod refusal;
mod subscribe;
mod subscription;
mod subscription_attributes;
mod tagging;
#[cfg(test)]
mod tests;
mod topic;
mod topic_attributes;
mod unsubscribe;

pub use change::{Change, What};
pub use subscription::{Protocol, Status, Subscription, SubscriptionAttributes, Tally};
pub use topic::{Topic, TopicAttributes};

use wire::{Call, Done, Fault};

use crate::arn::{Arn, topic_of};
use crate::operations::{Entry, Request, Run};

const SERVICE: &str = "sns";
/// The type of a topic in events.
const TOPIC: &str = "AWS::SNS::Topic";

const fn read(operation: &'static str, run: Run) -> Entry {
    Entry::read(SERVICE, operation, run)
}

const fn write(operation: &'static str, run: Run) -> Entry {
    Entry::write(SERVICE, operation, run)
}

/// The operations served here.
#[rustfmt::skip]
pub const OPERATIONS: &[Entry] = &[
    write("CreateTopic", create_topic::run).needing(needs::create_topic),
    write("DeleteTopic", delete_topic::run).needing(|s, i, c| needs::topic("DeleteTopic", s, i, c)),
    read("ListTopics", list_topics::run).needing(|_, _, _| needs::anywhere("ListTopics")),
    read("GetTopicAttributes", topic_attributes::get)
        .needing(|s, i, c| needs::topic("GetTopicAttributes", s, i, c)),
    write("SetTopicAttributes", topic_attributes::set)
        .needing(|s, i, c| needs::topic("SetTopicAttributes", s, i, c)),
    write("AddPermission", permissions::add).needing(|s, i, c| needs::topic("AddPermission", s, i, c)),
    write("RemovePermission", permissions::remove)
        .needing(|s, i, c| needs::topic("RemovePermission", s, i, c)),
    write("TagResource", tagging::tag).needing(|s, i, c| needs::tagged("TagResource", s, i, c)),
    write("UntagResource", tagging::untag).needing(|s, i, c| needs::tagged("UntagResource", s, i, c)),
    read("ListTagsForResource", tagging::list)
        .needing(|s, i, c| needs::tagged("ListTagsForResource", s, i, c)),

    write("Subscribe", subscribe::run).needing(needs::subscribe),
    write("ConfirmSubscription", confirm_subscription::run).linked()
        .needing(|s, i, c| needs::topic("ConfirmSubscription", s, i, c)),
    write("Unsubscribe", unsubscribe::run).linked()
        .needing(|s, i, c| needs::subscription("Unsubscribe", s, i, c)),
    read("ListSubscriptions", list_subscriptions::run)
        .needing(|_, _, _| needs::anywhere("ListSubscriptions")),
    read("ListSubscriptionsByTopic", list_subscriptions::by_topic)
        .needing(|s, i, c| needs::topic("ListSubscriptionsByTopic", s, i, c)),
    read("GetSubscriptionAttributes", subscription_attributes::get)
        .needing(|s, i, c| needs::subscription("GetSubscriptionAttributes", s, i, c)),
    write("SetSubscriptionAttributes", subscription_attributes::set)
        .needing(|s, i, c| needs::subscription("SetSubscriptionAttributes", s, i, c)),

    write("Publish", publish::run).data().needing(needs::publish),
    write("PublishBatch", publish::batch).data().needing(needs::publish),
];

/// Finds the topic that a member of an input names.
pub(crate) fn find<'a>(
    request: &Request<'a, '_>,
    member: &'static str,
) -> Result<(&'a str, &'a Topic), Fault> {
    let arn = request.input.string(member).unwrap_or_default();
    check_region(Arn::topic(arn), request.call, member)?;
    let topic = request.state.topic(arn).ok_or_else(refusal::no_topic)?;
    Ok((arn, topic))
}

/// Finds the subscription that an input names, with its topic, unless it waited too long.
pub(crate) fn find_subscription<'a>(
    request: &Request<'a, '_>,
) -> Result<(&'a str, &'a str, &'a Topic, &'a Subscription), Fault> {
    let arn = request.input.string("SubscriptionArn").unwrap_or_default();
    let topic_arn = topic_of(arn);
    check_region(topic_arn.and_then(Arn::topic), request.call, "SubscriptionArn")?;
    let topic_arn = topic_arn.ok_or_else(refusal::no_subscription)?;
    let topic = request.state.topic(topic_arn).ok_or_else(refusal::no_subscription)?;
    let subscription = topic.subscriptions.get(arn);
    let subscription = subscription
        .filter(|subscription| !subscription.is_stale(request.call.now))
        .ok_or_else(refusal::no_subscription)?;
    Ok((arn, topic_arn, topic, subscription))
}

/// Refuses what is no ARN of a topic, or one of another Region than the call's.
///
/// A call that nobody signed is of no Region.
fn check_region(arn: Option<Arn<'_>>, call: &Call<'_>, member: &str) -> Result<(), Fault> {
    let arn = arn.ok_or_else(|| refusal::invalid(member))?;
    if arn.region == call.region || call.account.is_empty() {
        return Ok(());
    }
    let text = format!("{member} Reason: it names the Region {}, not that of the call", arn.region);
    Err(refusal::invalid(text))
}

/// Returns what a data call did, told as about a topic that its event names too.
pub(crate) fn about_in_record(
    done: Done<crate::Change>,
    arn: &str,
    call: &Call<'_>,
) -> Done<crate::Change> {
    let mut done = about(done, arn, call);
    done.resources.iter_mut().for_each(|resource| resource.in_record = true);
    done
}

/// Returns what a call did to a topic, told as about that topic.
pub(crate) fn about(done: Done<crate::Change>, arn: &str, call: &Call<'_>) -> Done<crate::Change> {
    let owner = Arn::topic(arn).map(|arn| arn.account).filter(|owner| *owner != call.account);
    let mut done = done.about(TOPIC, arn);
    done.owner_account = owner.map(str::to_owned);
    done
}

/// Refuses who neither owns the subscription nor its topic.
pub(crate) fn check_owner(
    topic: &Topic,
    subscription: &Subscription,
    call: &Call<'_>,
) -> Result<(), Fault> {
    let owns = [&topic.owner, &subscription.owner].iter().any(|owner| *owner == call.account);
    if owns { Ok(()) } else { Err(refusal::not_owner()) }
}
