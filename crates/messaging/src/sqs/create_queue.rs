//! `CreateQueue`, which may be asked again.

use wire::{Done, Fault, Members, Value};

use super::change::{Change, What};
use super::queue_attributes::QueueAttributes;
use super::{Queue, about, refusal, url};
use crate::arn::{Arn, queue_arn};
use crate::operations::Request;
use crate::tags;

/// The longest name of a queue.
const NAME_LETTERS_MAX: usize = 80;

/// Creates a queue, or answers the URL of one that has the same attributes already.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let name = request.input.string("QueueName").unwrap_or_default();
    check_name(name)?;
    let arn = queue_arn(request.call.region, request.call.account, name);
    let attributes = request.input.map("Attributes");
    let output = Members::new().with("QueueUrl", Value::from(url(request.settings, &arn)));
    if let Some(queue) = request.state.queue(&arn) {
        check_same(queue, attributes)?;
        return Ok(about(Done::read(output), &arn, request.call));
    }
    check_room(request)?;
    let attributes = QueueAttributes::default().with(attributes, &arn, request)?;
    let tags =
        tags::from_map(request.input.map("tags")).map_err(|cause| refusal::bad_tags(&cause))?;
    let (attributes, now) = (Box::new(attributes), request.call.now);
    let change = Change::of(&arn, What::Created { attributes, tags, now });
    Ok(about(Done::changed(output, vec![change]), &arn, request.call))
}

fn check_name(name: &str) -> Result<(), Fault> {
    if name.strip_suffix(".fifo").is_some() {
        return Err(refusal::unsupported(
            "FIFO queues are not served: choose a name without .fifo.",
        ));
    }
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=NAME_LETTERS_MAX).contains(&name.len()) && name.bytes().all(letter) {
        return Ok(());
    }
    let reason =
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
    Err(refusal::bad_value(name, "QueueName", reason))
}

/// Refuses attributes that differ from those of the queue that is there.
fn check_same(queue: &Queue, given: Option<&Members>) -> Result<(), Fault> {
    let given = given.into_iter().flat_map(Members::iter);
    let differs = given.into_iter().find(|(name, value)| {
        queue.attributes.value(name).as_deref().unwrap_or_default()
            != value.as_str().unwrap_or_default()
    });
    let Some((name, _)) = differs else { return Ok(()) };
    let text = format!(
        "A queue already exists with the same name and a different value for attribute {name}"
    );
    Err(Fault::new("QueueNameExists", text))
}

fn check_room(request: &Request<'_, '_>) -> Result<(), Fault> {
    let (account, region) = (request.call.account, request.call.region);
    let own = request.state.queues().filter(|(arn, _)| {
        Arn::queue(arn).is_some_and(|arn| arn.account == account && arn.region == region)
    });
    if own.count() < request.settings.queues_max {
        return Ok(());
    }
    let max = request.settings.queues_max;
    Err(refusal::over_limit(format!("The account has {max} queues in this Region, its limit.")))
}
