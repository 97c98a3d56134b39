//! `CreateTopic`, which may be asked again.

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::{Topic, about, refusal};
use crate::arn::{Arn, topic_arn};
use crate::operations::Request;
use crate::tags::{self, Tags};

/// The longest name of a topic.
const NAME_LETTERS_MAX: usize = 256;

/// Creates a topic, or answers the ARN of one that has the same attributes and tags already.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let input = request.input;
    let name = input.string("Name").unwrap_or_default();
    check_name(name)?;
    if input.string("DataProtectionPolicy").is_some_and(|policy| !policy.is_empty()) {
        return Err(refusal::invalid("DataProtectionPolicy Reason: it is not served"));
    }
    let (account, region) = (request.call.account, request.call.region);
    let arn = topic_arn(region, account, name);
    let tags = tags::from_list(input.list("Tags")).map_err(|cause| refusal::bad_tags(&cause))?;
    let output = Members::new().with("TopicArn", Value::from(arn.as_str()));
    if let Some(topic) = request.state.topic(&arn) {
        check_same(topic, request, &tags)?;
        return Ok(about(Done::read(output), &arn, request.call));
    }
    check_room(request)?;
    let mut topic = Topic::new(&arn, account, request.call.now);
    topic.attributes = topic.attributes.with_all(input.map("Attributes"), request)?;
    topic.tags = tags;
    let change = Change::of(&arn, What::Created(Box::new(topic)));
    Ok(about(Done::changed(output, vec![change]), &arn, request.call))
}

fn check_name(name: &str) -> Result<(), Fault> {
    if name.strip_suffix(".fifo").is_some() {
        return Err(refusal::invalid("Topic Name Reason: FIFO topics are not served"));
    }
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let fits = (1..=NAME_LETTERS_MAX).contains(&name.len());
    if fits && name.bytes().all(letter) { Ok(()) } else { Err(refusal::invalid("Topic Name")) }
}

/// Refuses attributes or tags that differ from those of the topic that is there.
fn check_same(topic: &Topic, request: &Request<'_, '_>, tags: &Tags) -> Result<(), Fault> {
    let given = request.input.map("Attributes");
    if topic.attributes.with_all(given, request)? != topic.attributes {
        let text = "Attributes Reason: Topic already exists with different attributes";
        return Err(refusal::invalid(text));
    }
    if !tags.is_empty() && *tags != topic.tags {
        return Err(refusal::invalid("Tags Reason: Topic already exists with different tags"));
    }
    Ok(())
}

fn check_room(request: &Request<'_, '_>) -> Result<(), Fault> {
    let (account, region) = (request.call.account, request.call.region);
    let own = request.state.topics().filter(|(arn, _)| {
        Arn::topic(arn).is_some_and(|arn| arn.account == account && arn.region == region)
    });
    if own.count() < request.settings.topics_max {
        return Ok(());
    }
    let max = request.settings.topics_max;
    let text = format!("The account has {max} topics in this Region, its limit.");
    Err(Fault::new("TopicLimitExceededException", text).with_status(403))
}
