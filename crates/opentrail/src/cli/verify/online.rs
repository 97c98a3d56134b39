//! Buckets read over S3, from whatever server the environment names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Runtime;
use trail::verify::{FetchError, Fetched, PublicKey};
use wire::{Members, Value};

use super::super::client::Client;
use super::super::{block_on, credentials};
use super::keys::{Origin, Trust};
use super::place::Place;
use crate::outgoing::store::{OwnStore, StoreError};
use crate::world::World;

/// How many objects are read at once: the other side answers while we hash.
const READERS: usize = 4;
/// How often an object is asked for when nobody answers.
const ATTEMPTS: u32 = 4;
/// How long it is waited before the second time.
const PATIENCE: Duration = Duration::from_millis(200);
/// Keys are looked for so long before the first digest and after the last.
const MARGIN: SignedDuration = SignedDuration::from_hours(2);

/// A store that is asked from any thread.
///
/// Every question has a lane of its own while it is asked: a connection that another thread drives
/// would cost a change of threads for every answer.
struct Remote {
    lanes: Mutex<Vec<Lane>>,
    client: Client,
    world: World,
}

/// One connection, driven by whoever asks.
struct Lane {
    runtime: Runtime,
    store: OwnStore,
}

/// Opens these buckets, or those of the caller's trails.
///
/// The server's keys are asked for only where nobody pins any.
pub(super) fn open(
    buckets: &[String],
    trail: Option<&str>,
    prefix: Option<&str>,
    is_pinned: bool,
) -> Result<Place> {
    let lanes = Mutex::new(vec![Lane::new()?]);
    let remote = Arc::new(Remote { lanes, client: credentials::client()?, world: World::new() });
    let names = match buckets {
        [] => remote.buckets_of_trails(trail)?,
        named => named.to_vec(),
    };
    let mut listed = Vec::new();
    for name in names {
        let keys = remote.list(&name, prefix.unwrap_or_default())?;
        listed.push((name, keys));
    }
    let (now, reader) = (remote.now(), Arc::clone(&remote));
    let mut place = Place {
        buckets: listed,
        fetch: Box::new(move |bucket, key| reader.fetch(bucket, key)),
        end: now,
        now,
        keys: None,
        threads: READERS,
        findings: Vec::new(),
    };
    if !is_pinned {
        place.keys = Some(Trust { keys: remote.keys(&place)?, origin: Origin::Server });
    }
    Ok(place)
}

/// Returns the bucket that a recorded call gave a trail, when it succeeded.
fn bucket_of(event: &str, trail: &str) -> Option<String> {
    let event: serde_json::Value = serde_json::from_str(event).ok()?;
    let parameters = event.get("requestParameters")?;
    let named = parameters.get("name")?.as_str()?;
    let is_this = named == trail || named.ends_with(&format!(":trail/{trail}"));
    let bucket = parameters.get("s3BucketName")?.as_str()?;
    (is_this && event.get("errorCode").is_none()).then(|| bucket.to_owned())
}

impl Lane {
    fn new() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, store: credentials::store()? })
    }
}

impl Remote {
    fn call(&self, region: &str, operation: &str, input: &Members) -> Result<Members> {
        let client = credentials::cloudtrail(&self.client, region)?;
        block_on(client.call("cloudtrail", operation, input))
    }

    fn lanes(&self) -> MutexGuard<'_, Vec<Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What time it is there; who may verify need not be allowed to read the sandbox's clock.
    fn now(&self) -> Timestamp {
        let input = Members::new();
        let clock = block_on(self.client.call("opentrail", "GetClock", &input)).ok();
        clock.and_then(|clock| clock.timestamp("Now")).unwrap_or_else(|| self.world.wall())
    }

    /// Returns the buckets of the caller's trails, whatever their home Region, and those that they
    /// had before as far as history tells.
    fn buckets_of_trails(&self, asked: Option<&str>) -> Result<Vec<String>> {
        let mut names = BTreeSet::new();
        for trail in self.trails(asked)? {
            let region = trail.string("HomeRegion").unwrap_or_default();
            let input = Members::new().with("Name", trail.string("TrailARN").map(Value::from));
            let output = self.call(region, "GetTrail", &input)?;
            let bucket = output.map("Trail").and_then(|trail| trail.string("S3BucketName"));
            names.extend(bucket.map(str::to_owned));
            let name = trail.string("Name").unwrap_or_default();
            for bucket in self.former_buckets(region, name) {
                // one that is gone has nothing to verify; a chain that goes on from there says so
                if !names.contains(&bucket) && self.list(&bucket, "").is_ok() {
                    names.insert(bucket);
                }
            }
        }
        if names.is_empty() {
            bail!("the caller's account has no such trail here: name a bucket with --bucket");
        }
        Ok(names.into_iter().collect())
    }

    /// Returns the caller's trails, those of other Regions too.
    fn trails(&self, asked: Option<&str>) -> Result<Vec<Members>> {
        let output = self.call(&credentials::region(), "ListTrails", &Members::new())?;
        let shadows = self.call(&credentials::region(), "DescribeTrails", &Members::new())?;
        let all = output.maps("Trails").chain(shadows.maps("trailList"));
        let fits = |trail: &&Members| {
            let is = |member| asked.is_some() && trail.string(member) == asked;
            asked.is_none() || is("Name") || is("TrailARN")
        };
        Ok(all.filter(fits).cloned().collect())
    }

    /// Returns the buckets that calls of the last ninety days gave a trail; none where the caller
    /// may not look.
    fn former_buckets(&self, region: &str, trail: &str) -> BTreeSet<String> {
        let mut buckets = BTreeSet::new();
        for event_name in ["CreateTrail", "UpdateTrail"] {
            let attribute = Members::new()
                .with("AttributeKey", Value::from("EventName"))
                .with("AttributeValue", Value::from(event_name));
            let mut token = None;
            loop {
                let input = Members::new()
                    .with("LookupAttributes", Value::from(vec![attribute.clone()]))
                    .with("NextToken", token.map(Value::String));
                let Ok(page) = self.call(region, "LookupEvents", &input) else { break };
                let events =
                    page.maps("Events").filter_map(|event| event.string("CloudTrailEvent"));
                buckets.extend(events.filter_map(|event| bucket_of(event, trail)));
                token = page.string("NextToken").map(str::to_owned);
                if token.is_none() {
                    break;
                }
            }
        }
        buckets
    }

    fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<(String, u64)>> {
        self.patiently(&async |store, wall| store.list(bucket, prefix, wall).await)
            .with_context(|| format!("the bucket {bucket} cannot be listed"))
    }

    fn fetch(&self, bucket: &str, key: &str) -> Result<Fetched, FetchError> {
        match self.patiently(&async |store, wall| store.get(bucket, key, wall).await) {
            Ok(Some(object)) => {
                Ok(Fetched { bytes: object.bytes.into(), metadata: Some(object.metadata) })
            }
            Ok(None) => Err(FetchError::NotFound),
            Err(error) => Err(FetchError::Other(error.to_string())),
        }
    }

    fn patiently<T>(
        &self,
        ask: &impl AsyncFn(&OwnStore, Timestamp) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let free = self.lanes().pop();
        let lane = free.map_or_else(Lane::new, Ok).map_err(|cause| unready(&cause))?;
        let answer = lane.runtime.block_on(async {
            let mut attempt = 1;
            loop {
                match ask(&lane.store, self.world.wall()).await {
                    Err(error) if error.retry && attempt < ATTEMPTS => {
                        self.world.pause(PATIENCE * attempt).await;
                        attempt += 1;
                    }
                    other => return other,
                }
            }
        });
        self.lanes().push(lane);
        answer
    }

    /// Asks each Region for the keys of the time of its digests.
    fn keys(&self, place: &Place) -> Result<Vec<PublicKey>> {
        let mut times: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
        for (region, time) in place.regions() {
            times.entry(region).or_default().push(time);
        }
        let mut keys = Vec::new();
        for (region, times) in times {
            let first = times.first().and_then(|time| time.checked_sub(MARGIN).ok());
            let last = times.last().and_then(|time| time.checked_add(MARGIN).ok());
            let input = Members::new()
                .with("StartTime", first.map(Value::from))
                .with("EndTime", last.map(Value::from));
            let output = self.call(&region, "ListPublicKeys", &input)?;
            keys.extend(output.maps("PublicKeyList").filter_map(|key| public_key(key, &region)));
        }
        Ok(keys)
    }
}

fn unready(cause: &anyhow::Error) -> StoreError {
    StoreError { code: "NoConnection".to_owned(), words: format!("{cause:#}"), retry: false }
}

fn public_key(key: &Members, region: &str) -> Option<PublicKey> {
    let Some(Value::Blob(der)) = key.get("Value") else { return None };
    Some(PublicKey {
        der: der.clone(),
        fingerprint: key.string("Fingerprint")?.to_owned(),
        region: Some(region.to_owned()),
        valid_from: key.timestamp("ValidityStartTime")?,
        valid_to: key.timestamp("ValidityEndTime")?,
    })
}
