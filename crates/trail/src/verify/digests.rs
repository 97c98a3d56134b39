//! The digests of the time that is asked about: those that are listed, and those that they name.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::document::{Content, Wrong};
use super::question::{Bucket, FetchError, Fetched, Question};
use super::report::{ChainReport, Kind};
use super::spread::spread;
use super::survey::Survey;
use crate::gzip::Inflater;
use crate::layout;

/// Bucket and key.
pub(super) type Location = (String, String);

/// Every digest that was looked for, by where it is or should be.
pub(super) type Nodes = BTreeMap<Location, Node>;

/// Which chain: the name that all its digests share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ChainName {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) trail: String,
    pub(super) home_region: String,
    pub(super) organization_id: Option<String>,
    pub(super) backfill: bool,
}

impl ChainName {
    /// Whether a report is of this chain.
    pub(super) fn is_of(&self, chain: &ChainReport) -> bool {
        let Self { account, region, trail, home_region, organization_id, backfill } = self;
        (account, region, trail) == (&chain.account, &chain.region, &chain.trail)
            && home_region == &chain.home_region
            && organization_id == &chain.organization_id
            && *backfill == chain.backfill
    }
}

/// One digest.
pub(super) struct Node {
    pub(super) chain: ChainName,
    /// Its end, as its key says.
    pub(super) time: Timestamp,
    pub(super) content: Result<Content, Wrong>,
    /// Whether it is in a listing; else it is only known from the digest that names it.
    pub(super) is_listed: bool,
}

/// Reads every digest of the time, listed or named by a later one.
pub(super) fn load(buckets: &[Bucket<'_>], question: &Question<'_>, survey: &Survey<'_>) -> Nodes {
    let listed: BTreeSet<Location> = survey
        .digests
        .iter()
        .filter(|object| match object.parsed.kind {
            layout::Kind::Digest { time, backfill, .. } => question.covers_digest(time, backfill),
            _ => false,
        })
        .map(|object| (object.bucket.to_owned(), object.key.to_owned()))
        .collect();
    let mut nodes = Nodes::new();
    let mut wanted = listed.clone();
    while !wanted.is_empty() {
        let now: Vec<Location> = wanted.into_iter().collect();
        let read = spread(&now, question.threads, Inflater::new, |inflater, (bucket, key)| {
            node(buckets, inflater, bucket, key)
        });
        for (location, node) in now.into_iter().zip(read) {
            if let Some(mut node) = node {
                node.is_listed = listed.contains(&location);
                nodes.insert(location, node);
            }
        }
        wanted = named(&nodes, question);
    }
    nodes
}

/// The digests before those that are known, as far as they are asked about and not known.
fn named(nodes: &Nodes, question: &Question<'_>) -> BTreeSet<Location> {
    let contents = nodes.values().filter_map(|node| node.content.as_ref().ok());
    contents
        .filter(|content| question.reaches_before(content.start))
        .filter_map(|content| content.document.previous())
        .filter(|(_, key)| digest_name(key).is_some())
        .map(|(bucket, key)| (bucket.to_owned(), key.to_owned()))
        .filter(|location| !nodes.contains_key(location))
        .collect()
}

fn node(buckets: &[Bucket<'_>], inflater: &mut Inflater, bucket: &str, key: &str) -> Option<Node> {
    let (chain, time) = digest_name(key)?;
    let content = fetch(buckets, bucket, key)
        .map_err(|error| match error {
            FetchError::NotFound => (Kind::DigestMissing, "the digest is not there".to_owned()),
            FetchError::Other(words) => {
                (Kind::DigestUnreadable, format!("the digest could not be read: {words}"))
            }
        })
        .and_then(|fetched| Content::read(inflater, fetched, bucket, key));
    Some(Node { chain, time, content, is_listed: false })
}

/// Reads an object: from the bucket of that name, else from wherever the first one is.
pub(super) fn fetch(
    buckets: &[Bucket<'_>],
    bucket: &str,
    key: &str,
) -> Result<Fetched, FetchError> {
    let given = buckets.iter().find(|given| given.name == bucket).or(buckets.first());
    given.map_or(Err(FetchError::NotFound), |given| (given.fetch)(bucket, key))
}

/// What the key of a digest says.
fn digest_name(key: &str) -> Option<(ChainName, Timestamp)> {
    let layout::Parsed { kind, place } = layout::parse(key)?;
    let layout::Kind::Digest { trail, home_region, time, backfill } = kind else { return None };
    let chain = ChainName {
        account: place.account.to_owned(),
        region: place.region.to_owned(),
        trail: trail.to_owned(),
        home_region: home_region.to_owned(),
        organization_id: place.organization_id.map(str::to_owned),
        backfill,
    };
    Some((chain, time))
}
