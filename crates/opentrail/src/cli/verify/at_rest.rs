//! The built-in buckets of a data folder, read without a server.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use trail::verify::{FetchError, Fetched, Finding, Kind, PublicKey};

use super::super::table::shown;
use super::cores;
use super::keys::{Origin, Trust};
use super::place::Place;
use crate::boot;
use crate::state::State;
use crate::world::World;

/// Opens a data folder's buckets: these, or those of its trails.
pub(super) fn open(dir: &Path, buckets: &[String], trail: Option<&str>) -> Result<Place> {
    let (state, _) = boot::state_at_rest(dir)?;
    let names = if buckets.is_empty() { named(&state, trail)? } else { buckets.to_vec() };
    let mut listed = Vec::new();
    for name in names {
        ensure!(state.bucket.bucket(&name).is_some(), "{}", elsewhere(&name));
        let keys = state.bucket.objects(&name);
        let keys = keys.map(|(key, object)| (key.to_owned(), object.body.size())).collect();
        listed.push((name, keys));
    }
    let world = World::new();
    world.set_offset_ms(state.clock_offset_ms);
    let keys = Some(Trust { keys: keys(&state)?, origin: Origin::DataFolder });
    let (end, findings) = (newest_end(&state).unwrap_or(world.now()), missing(&state));
    let blobs = dir.join("buckets");
    Ok(Place {
        buckets: listed,
        fetch: Box::new(move |bucket, key| fetch(&state, &blobs, bucket, key)),
        end,
        now: world.now(),
        keys,
        threads: cores(),
        findings,
    })
}

fn named(state: &State, asked: Option<&str>) -> Result<Vec<String>> {
    let trails = state.trail.trails.values().chain(state.trail.ending.values());
    let fits = |name: &str, arn: &str| asked.is_none_or(|asked| asked == name || asked == arn);
    let names: BTreeSet<_> = trails
        .filter(|trail| fits(&trail.name, &trail.arn))
        .map(|trail| trail.s3_bucket_name.clone())
        .collect();
    if names.is_empty() {
        bail!("the data folder has no such trail: name a bucket with --bucket");
    }
    Ok(names.into_iter().collect())
}

fn elsewhere(bucket: &str) -> String {
    format!(
        "{} is no bucket of this data folder; one in another store is verified without --data, at \
         its AWS_ENDPOINT_URL_S3",
        shown(bucket)
    )
}

/// The end of the newest digest that the folder's own records know.
fn newest_end(state: &State) -> Option<Timestamp> {
    let chains = state.trail.trails.values().flat_map(|trail| trail.chains.values());
    chains.filter_map(|chain| Some(chain.last.as_ref()?.end)).max()
}

/// The newest digests that the folder's own records know and that its buckets do not hold.
fn missing(state: &State) -> Vec<Finding> {
    let chains = state.trail.trails.values().flat_map(|trail| trail.chains.values());
    let newest = chains.flat_map(|chain| [&chain.last, &chain.last_backfill]).flatten();
    let is_ours = |bucket: &str| state.bucket.bucket(bucket).is_some();
    newest
        .filter(|last| is_ours(&last.s3_bucket))
        .filter(|last| state.bucket.object(&last.s3_bucket, &last.s3_object).is_none())
        .map(|last| Finding {
            bucket: last.s3_bucket.clone(),
            key: last.s3_object.clone(),
            kind: Kind::Tail,
            words: "the newest digest of its chain is missing: the data folder's records say that \
                    it was written"
                .to_owned(),
        })
        .collect()
}

fn keys(state: &State) -> Result<Vec<PublicKey>> {
    let mut keys = Vec::new();
    for (region, pairs) in &state.trail.keys {
        for pair in pairs {
            keys.push(PublicKey {
                der: STANDARD.decode(&pair.public_key).context("a key is not base64")?,
                fingerprint: pair.fingerprint.clone(),
                region: Some(region.clone()),
                valid_from: pair.valid_from,
                valid_to: pair.valid_to,
            });
        }
    }
    Ok(keys)
}

fn fetch(state: &State, blobs: &Path, bucket: &str, key: &str) -> Result<Fetched, FetchError> {
    if state.bucket.bucket(bucket).is_none() {
        return Err(FetchError::Other(elsewhere(bucket)));
    }
    let object = state.bucket.object(bucket, key).ok_or(FetchError::NotFound)?;
    let mut bytes = Vec::new();
    for piece in bucket::State::pieces(object) {
        let unread = |cause: std::io::Error| FetchError::Other(format!("its bytes: {cause}"));
        let begin = bytes.len();
        let length = usize::try_from(piece.length).unwrap_or(usize::MAX);
        let file = File::open(blobs.join(&piece.blob)).map_err(unread)?;
        // never more than is there, whatever the records say
        let there = file.metadata().map_err(unread)?.len();
        if there < piece.from.saturating_add(piece.length) {
            return Err(FetchError::Other("its bytes are cut off".to_owned()));
        }
        bytes.resize(begin + length, 0);
        let part = bytes.get_mut(begin..).unwrap_or_default();
        file.read_exact_at(part, piece.from).map_err(unread)?;
    }
    let metadata: BTreeMap<_, _> = object.attributes.metadata.clone();
    Ok(Fetched { bytes, metadata: Some(metadata) })
}
