//! `ListQueues` and `ListDeadLetterSourceQueues`.

use wire::{Done, Fault, Members, Value};

use super::{about_in_record, bounded, find, refusal, url};
use crate::arn::Arn;
use crate::operations::Request;
use crate::page::{Page, page};

/// The queues of one answer.
const PAGE_ROWS_MAX: u32 = 1000;

/// Lists the URLs of the caller's queues.
///
/// Without `MaxResults` the first thousand, and no token, as on AWS.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let prefix = request.input.string("QueueNamePrefix").unwrap_or_default();
    let (account, region) = (request.call.account, request.call.region);
    let own = request.state.queues().map(|(arn, _)| arn).filter(|arn| {
        Arn::queue(arn).is_some_and(|arn| {
            arn.account == account && arn.region == region && arn.name.starts_with(prefix)
        })
    });
    let page = urls(request, own)?;
    let urls = Some(page.rows).filter(|rows| !rows.is_empty()).map(Value::from);
    let output =
        Members::new().with("QueueUrls", urls).with("NextToken", page.next_token.map(Value::from));
    Ok(Done::read(output))
}

/// Lists the URLs of the queues whose dead letters come to this one.
pub(super) fn sources(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (target, _) = find(request)?;
    let sources = request.state.queues().filter(|(_, queue)| {
        queue.attributes.redrive.as_ref().is_some_and(|redrive| redrive.target_arn == target)
    });
    let page = urls(request, sources.map(|(arn, _)| arn))?;
    let output = Members::new()
        .with("queueUrls", Value::from(page.rows))
        .with("NextToken", page.next_token.map(Value::from));
    Ok(about_in_record(Done::read(output), &target, request.call))
}

fn urls<'a>(
    request: &Request<'_, '_>,
    arns: impl Iterator<Item = &'a str>,
) -> Result<Page<String>, Fault> {
    let rows_max = bounded(request.input, "MaxResults", 1, PAGE_ROWS_MAX)?;
    let token = request.input.string("NextToken").filter(|token| !token.is_empty());
    let rows = arns.map(|arn| (arn, url(request.settings, arn)));
    let count = usize::try_from(rows_max.unwrap_or(PAGE_ROWS_MAX)).unwrap_or(usize::MAX);
    let mut page = page(rows, token, count).map_err(|_| {
        refusal::bad_value("of the token", "NextToken", "It was not given out here.")
    })?;
    page.next_token = page.next_token.filter(|_| rows_max.is_some());
    Ok(page)
}
