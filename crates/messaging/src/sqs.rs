//! The Simple Queue Service: standard queues.
//!
//! A message that is received is hidden for a while and comes back unless it is deleted. Queues are
//! found by the last two parts of their URL, whatever stands before, and by the Region of the call.

mod backlog;
mod change;
mod change_visibility;
mod create_queue;
mod delete_message;
mod delete_queue;
mod get_queue_url;
mod list_queues;
mod message;
mod needs;
mod permissions;
mod purge_queue;
mod queue;
mod queue_attributes;
mod receipt;
mod receive_message;
mod redrive;
mod refusal;
mod send_message;
mod show_attributes;
mod tagging;
#[cfg(test)]
mod tests;

pub use backlog::{Backlog, Counts};
pub use change::{Change, What};
pub use message::{Message, NewMessage};
pub use queue::Queue;
pub use queue_attributes::QueueAttributes;
pub use receive_message::{Wait, wait_seconds};
pub use redrive::{Redrive, RedriveAllow};

use wire::{Call, Fault, Members};

use crate::arn::{Arn, queue_arn};
use crate::operations::{Entry, Request, Run};
use crate::settings::Settings;

const SERVICE: &str = "sqs";
/// The type of a queue in events.
const QUEUE: &str = "AWS::SQS::Queue";

const fn read(operation: &'static str, run: Run) -> Entry {
    Entry::read(SERVICE, operation, run)
}

const fn write(operation: &'static str, run: Run) -> Entry {
    Entry::write(SERVICE, operation, run)
}

/// The operations served here.
#[rustfmt::skip]
pub const OPERATIONS: &[Entry] = &[
    write("CreateQueue", create_queue::run).needing(needs::create_queue),
    write("DeleteQueue", delete_queue::run).needing(|s, i, c| needs::queue("DeleteQueue", s, i, c)),
    read("GetQueueUrl", get_queue_url::run).data().needing(needs::get_queue_url),
    read("ListQueues", list_queues::run).data().needing(|_, _, c| needs::account("ListQueues", c)),
    read("ListDeadLetterSourceQueues", list_queues::sources).data()
        .needing(|s, i, c| needs::queue("ListDeadLetterSourceQueues", s, i, c)),
    read("GetQueueAttributes", show_attributes::run).data()
        .needing(|s, i, c| needs::queue("GetQueueAttributes", s, i, c)),
    write("SetQueueAttributes", show_attributes::set)
        .needing(|s, i, c| needs::queue("SetQueueAttributes", s, i, c)),
    write("AddPermission", permissions::add).needing(|s, i, c| needs::queue("AddPermission", s, i, c)),
    write("RemovePermission", permissions::remove)
        .needing(|s, i, c| needs::queue("RemovePermission", s, i, c)),
    write("TagQueue", tagging::tag).needing(|s, i, c| needs::queue("TagQueue", s, i, c)),
    write("UntagQueue", tagging::untag).needing(|s, i, c| needs::queue("UntagQueue", s, i, c)),
    read("ListQueueTags", tagging::list).data()
        .needing(|s, i, c| needs::queue("ListQueueTags", s, i, c)),
    write("PurgeQueue", purge_queue::run).needing(|s, i, c| needs::queue("PurgeQueue", s, i, c)),

    write("SendMessage", send_message::run).data()
        .needing(|s, i, c| needs::queue("SendMessage", s, i, c)),
    write("SendMessageBatch", send_message::batch).data()
        .needing(|s, i, c| needs::queue("SendMessage", s, i, c)),
    // as its events on AWS say, though it hides what it returns
    read("ReceiveMessage", receive_message::run).data()
        .needing(|s, i, c| needs::queue("ReceiveMessage", s, i, c)),
    write("DeleteMessage", delete_message::run).data()
        .needing(|s, i, c| needs::queue("DeleteMessage", s, i, c)),
    write("DeleteMessageBatch", delete_message::batch).data()
        .needing(|s, i, c| needs::queue("DeleteMessage", s, i, c)),
    write("ChangeMessageVisibility", change_visibility::run).data()
        .needing(|s, i, c| needs::queue("ChangeMessageVisibility", s, i, c)),
    write("ChangeMessageVisibilityBatch", change_visibility::batch).data()
        .needing(|s, i, c| needs::queue("ChangeMessageVisibility", s, i, c)),
];

/// Returns the ARN of the queue that an input's `QueueUrl` names.
pub(crate) fn arn_of_url(input: &Members, call: &Call<'_>) -> Option<String> {
    let url = input.string("QueueUrl")?;
    let (base, name) = url.rsplit_once('/')?;
    let (_, account) = base.rsplit_once('/')?;
    let arn = queue_arn(call.region, account, name);
    Arn::queue(&arn).is_some().then_some(arn)
}

/// Returns the URL of a queue.
pub(crate) fn url(settings: &Settings, arn: &str) -> String {
    let (account, name) = Arn::queue(arn).map_or(("", ""), |arn| (arn.account, arn.name));
    format!("{}/{account}/{name}", settings.endpoint)
}

/// Finds the queue that an input's `QueueUrl` names.
pub(crate) fn find<'a>(request: &Request<'a, '_>) -> Result<(String, &'a Queue), Fault> {
    let url = request.input.string("QueueUrl").unwrap_or_default();
    let arn = arn_of_url(request.input, request.call).ok_or_else(|| refusal::bad_address(url))?;
    let queue = request.state.queue(&arn).ok_or_else(refusal::no_queue)?;
    Ok((arn, queue))
}

/// Returns a whole number of an input within its bounds.
pub(crate) fn bounded(
    input: &Members,
    name: &'static str,
    min: u32,
    max: u32,
) -> Result<Option<u32>, Fault> {
    let Some(given) = input.integer(name) else { return Ok(None) };
    let number = u32::try_from(given).ok().filter(|number| (min..=max).contains(number));
    let reason = format!("Must be between {min} and {max}, if provided.");
    number.map(Some).ok_or_else(|| refusal::bad_value(given, name, &reason))
}

/// Returns what a data call did, told as about a queue that its event names too.
pub(crate) fn about_in_record(
    done: wire::Done<crate::Change>,
    arn: &str,
    call: &Call<'_>,
) -> wire::Done<crate::Change> {
    let mut done = about(done, arn, call);
    done.resources.iter_mut().for_each(|resource| resource.in_record = true);
    done
}

/// Returns what a call did to a queue, told as about that queue.
pub(crate) fn about(
    done: wire::Done<crate::Change>,
    arn: &str,
    call: &Call<'_>,
) -> wire::Done<crate::Change> {
    let owner = Arn::queue(arn).map(|arn| arn.account).filter(|owner| *owner != call.account);
    let mut done = done.about(QUEUE, arn);
    done.owner_account = owner.map(str::to_owned);
    done
}
