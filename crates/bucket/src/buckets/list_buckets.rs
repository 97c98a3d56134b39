//! `ListBuckets`: the caller's buckets, in the order of their names.

use wire::{Fault, Members, Value};

use crate::fault;
use crate::request::{Effect, Request};
use crate::shape;
use crate::token;

/// The most buckets of a page, and how many there are where the call does not say.
const BUCKETS_MAX: usize = 10_000;

/// Lists the caller's buckets.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Effect, Fault> {
    let (state, input, account) = (request.state, request.input, request.call.account);
    let prefix = input.string("Prefix").unwrap_or_default();
    let region = input.string("BucketRegion");
    let scope = [account, "buckets", prefix, region.unwrap_or_default()];
    let token = input.string("ContinuationToken");
    let behind = token.map(|token| token::open(&scope, token)).transpose()?;
    let most = maximum(input)?;
    let mut wanted = state.buckets().filter(|(name, bucket)| {
        bucket.owner == account
            && name.starts_with(prefix)
            && region.is_none_or(|region| region == bucket.region)
            && behind.as_deref().is_none_or(|behind| *name > behind)
    });
    let page: Vec<_> = wanted.by_ref().take(most).collect();
    let last = page.last().filter(|_| wanted.next().is_some());
    let next = last.map(|(name, _)| Value::from(token::seal(&scope, name)));
    // only a call that pages or picks by Region is told where each bucket is
    let pages = input.get("MaxBuckets").is_some() || region.is_some();
    let rows = page.iter().map(|(name, bucket)| {
        Members::new()
            .with("Name", Value::from(*name))
            .with("CreationDate", Value::from(bucket.created))
            .with("BucketRegion", pages.then(|| Value::from(&*bucket.region)))
            .with("BucketArn", Value::from(format!("arn:aws:s3:::{name}")))
    });
    let output = Members::new()
        .with("Buckets", Value::from(rows.collect::<Vec<_>>()))
        .with("Owner", shape::owner(account))
        .with("ContinuationToken", next)
        .with("Prefix", input.string("Prefix").map(Value::from));
    Ok(request.answer(output))
}

fn maximum(input: &Members) -> Result<usize, Fault> {
    let Some(given) = input.integer("MaxBuckets") else { return Ok(BUCKETS_MAX) };
    let most = usize::try_from(given).ok().filter(|most| (1..=BUCKETS_MAX).contains(most));
    most.ok_or_else(|| {
        let message = "Argument max-buckets must be an integer between 1 and 10000";
        fault::invalid_argument(message, "max-buckets", &given.to_string())
    })
}
