//! `ListTopics`, in pages.

use wire::{Done, Fault, Members, Value};

use super::refusal;
use crate::arn::Arn;
use crate::operations::Request;
use crate::page::page;

/// The topics of one answer.
const PAGE_ROWS: usize = 100;

/// Lists the ARNs of the caller's topics.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<crate::Change>, Fault> {
    let (account, region) = (request.call.account, request.call.region);
    let own = request.state.topics().map(|(arn, _)| arn).filter(|arn| {
        Arn::topic(arn).is_some_and(|arn| arn.account == account && arn.region == region)
    });
    let rows = own.map(|arn| (arn, Members::new().with("TopicArn", Value::from(arn))));
    let page = page(rows, request.input.string("NextToken"), PAGE_ROWS)
        .map_err(|_| refusal::invalid("NextToken"))?;
    let output = Members::new()
        .with("Topics", Value::from(page.rows))
        .with("NextToken", page.next_token.map(Value::from));
    Ok(Done::read(output))
}
