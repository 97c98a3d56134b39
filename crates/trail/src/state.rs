//! What is known: trails, what they have still to deliver, their digest chains and signing keys.

use std::collections::{BTreeMap, BTreeSet};

use event::selectors::Selectors;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Everything about trails. A pure fold over [`crate::Change`]s.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Trails by ARN.
    pub trails: BTreeMap<String, Trail>,
    /// Deleted trails that still have something to deliver, by number; no operation shows them.
    pub ending: BTreeMap<u64, Trail>,
    /// The number of the next trail.
    pub next_number: u64,
    /// Signing keys by Region, oldest first; public keys are kept for ever.
    pub keys: BTreeMap<String, Vec<KeyPair>>,
    /// Resource policies by the resource's ARN.
    pub resource_policies: BTreeMap<String, String>,
}

/// One trail: its settings and everything about its delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trail {
    /// Which trail this is, for ever; a later one of the same name has another number. Frames name
    /// trails by it.
    pub number: u64,
    /// The name.
    pub name: String,
    /// `arn:aws:cloudtrail:<home Region>:<account>:trail/<name>`
    pub arn: String,
    /// The account that owns it; the management account for organization trails.
    pub account: String,
    /// The Region of the call that made it.
    pub home_region: String,
    /// The bucket of its files.
    pub s3_bucket_name: String,
    /// What stands before `AWSLogs/` in its keys.
    pub s3_key_prefix: Option<String>,
    /// The topic as it was given: a name or an ARN.
    pub sns_topic_name: Option<String>,
    /// The topic's ARN.
    pub sns_topic_arn: Option<String>,
    /// Whether events of global services are delivered.
    pub include_global_service_events: bool,
    /// Whether it delivers from every Region.
    pub is_multi_region: bool,
    /// The organization whose every account it delivers, when it is an organization trail.
    pub organization_id: Option<String>,
    /// The organization whose trail it was before: what it took from members is still filed there.
    #[serde(default)]
    pub former_organization_id: Option<String>,
    /// Since when digests are written.
    pub validation_since: Option<Timestamp>,
    /// Whether events of its own delivery are delivered.
    pub recursive_logging: bool,
    /// Which events it delivers.
    pub selectors: Selectors,
    /// Whether those were ever put.
    pub has_custom_event_selectors: bool,
    /// What is to be analysed: stored and answered.
    pub insight_selectors: Vec<InsightSelector>,
    /// Where insights go, as put.
    pub insights_destination: Option<String>,
    /// What is to be aggregated: stored and answered.
    pub aggregations: Vec<Aggregation>,
    /// Tags in the order of their keys; a key may have no value.
    pub tags: BTreeMap<String, Option<String>>,
    /// Whether it delivers.
    pub is_logging: bool,
    /// When it last began to, when it ever did.
    pub started: Option<Timestamp>,
    /// When it last ceased to.
    pub stopped: Option<Timestamp>,
    /// The last frame whose events were cut into files.
    pub cut_to: u64,
    /// Cuts whose files are not all delivered, oldest first.
    pub cuts: Vec<Cut>,
    /// Digest chains by [`chain_key`].
    pub chains: BTreeMap<String, Chain>,
    /// Files that are in the bucket before the chain that will list them has begun: account, Region,
    /// file.
    pub unlisted: Vec<(String, String, DeliveredFile)>,
    /// Notifications that are still to be sent to a topic elsewhere, oldest first.
    pub notices: Vec<Notice>,
    /// What came of deliveries, by Region.
    pub statuses: BTreeMap<String, RegionStatus>,
}

/// One entry of a trail's insight selectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsightSelector {
    /// `ApiCallRateInsight` or `ApiErrorRateInsight`
    pub insight_type: String,
    /// `Management`, `Data`; empty when none were given
    pub event_categories: Vec<String>,
}

/// One entry of a trail's aggregation configurations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregation {
    /// `API_ACTIVITY`, `RESOURCE_ACCESS`, `USER_ACTIONS`
    pub templates: Vec<String>,
    /// `Data`
    pub event_category: String,
}

/// The decision that the events of some frames become log files now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// The frame before the first.
    pub after: u64,
    /// The last frame.
    pub to: u64,
    /// When it was decided: the files' time.
    pub at: Timestamp,
    /// The accounts and Regions whose files are delivered, by [`chain_key`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub done: BTreeSet<String>,
    /// Those whose files are not, once all have been tried.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub left: BTreeSet<String>,
}

/// A log file that is in the bucket and not in a digest yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredFile {
    /// The bucket.
    pub s3_bucket: String,
    /// The key.
    pub s3_object: String,
    /// The SHA-256 of its uncompressed bytes, in lower-case hexadecimal.
    pub hash: String,
    /// The SHA-256 of its stored bytes.
    pub raw_hash: String,
    /// The time of its newest event.
    pub newest_event_time: Timestamp,
    /// The time of its oldest event.
    pub oldest_event_time: Timestamp,
    /// The time of its cut.
    pub at: Timestamp,
    /// How many events it holds.
    pub events: u64,
}

/// The digests of one trail, account and Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The account whose logs these are.
    pub account: String,
    /// The Region.
    pub region: String,
    /// The end of the next digest; the first one is the starting digest, and ends when the chain
    /// begins.
    pub next_end: Timestamp,
    /// The newest digest.
    pub last: Option<LastDigest>,
    /// The files that the next digest will list, oldest first.
    pub files: Vec<DeliveredFile>,
    /// The newest backfill digest.
    pub last_backfill: Option<LastDigest>,
    /// Files that came too late for the digest of their time; the next backfill digest lists them.
    pub late: Vec<DeliveredFile>,
    /// The digest that is being written: what it says is settled, so that whoever writes it again
    /// after a crash writes the same bytes.
    pub planned: Option<PlannedDigest>,
    /// When it is to end: at a stop, a deletion or the end of validation.
    pub ending: Option<Timestamp>,
    /// Whether its final digest is written.
    pub ended: bool,
}

/// What a digest is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedDigest {
    /// The begin of what it covers.
    pub start: Timestamp,
    /// The end of what it covers.
    pub end: Timestamp,
    /// How many of the chain's files (or late files) it lists, from the oldest on.
    pub listed: usize,
    /// When a backfill digest was made; it lists late files.
    pub backfill: Option<Timestamp>,
    /// Whether the chain ends with it.
    pub is_final: bool,
}

/// What the next digest says of the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastDigest {
    /// The bucket.
    pub s3_bucket: String,
    /// The key.
    pub s3_object: String,
    /// The SHA-256 of its uncompressed bytes, in lower-case hexadecimal.
    pub hash: String,
    /// Its signature, in lower-case hexadecimal.
    pub signature: String,
    /// Its end.
    pub end: Timestamp,
}

/// A notification that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The topic.
    pub topic_arn: String,
    /// The message.
    pub message: String,
    /// The Region of the file, whose status it is.
    pub region: String,
    /// Since when it waits.
    pub since: Timestamp,
}

/// What came of the deliveries of one Region. Each channel is on its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionStatus {
    /// When a log file last arrived.
    pub latest_delivery: Option<Timestamp>,
    /// When it was last tried.
    pub latest_delivery_attempt: Option<Timestamp>,
    /// S3's error code, until the next success.
    pub latest_delivery_error: Option<String>,
    /// When a notification last arrived.
    pub latest_notification: Option<Timestamp>,
    /// When it was last tried.
    pub latest_notification_attempt: Option<Timestamp>,
    /// SNS's error code, until the next success or another topic.
    pub latest_notification_error: Option<String>,
    /// When a digest last arrived.
    pub latest_digest_delivery: Option<Timestamp>,
    /// S3's error code, until the next success.
    pub latest_digest_delivery_error: Option<String>,
}

/// One signing key of a Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPair {
    /// The PKCS#1 `RSAPublicKey` in base64.
    pub public_key: String,
    /// The MD5 of its DER in lower-case hexadecimal.
    pub fingerprint: String,
    /// The first moment at which it signs.
    pub valid_from: Timestamp,
    /// Thirty days later.
    pub valid_to: Timestamp,
    /// The private key, sealed by whoever made it; never opened here.
    pub sealed: String,
}

impl State {
    /// Returns every trail that has or had something to deliver, deleted ones included.
    pub fn deliverers(&self) -> impl Iterator<Item = &Trail> {
        self.trails.values().chain(self.ending.values())
    }

    /// Returns the trail of this number, deleted ones included.
    pub fn numbered(&self, number: u64) -> Option<&Trail> {
        self.deliverers().find(|trail| trail.number == number)
    }

    pub(crate) fn numbered_mut(&mut self, number: u64) -> Option<&mut Trail> {
        let all = self.trails.values_mut().chain(self.ending.values_mut());
        all.into_iter().find(|trail| trail.number == number)
    }
}

impl Cut {
    /// Returns a cut of which nothing is delivered yet.
    pub fn new(after: u64, to: u64, at: Timestamp) -> Self {
        Self { after, to, at, done: BTreeSet::new(), left: BTreeSet::new() }
    }
}

impl Trail {
    /// Returns whether it is an organization trail.
    pub fn is_organization(&self) -> bool {
        self.organization_id.is_some()
    }

    /// Returns the organization under which an account's files are: of accounts other than the
    /// trail's own there are files of an organization's trail only, which it may be no longer.
    pub fn files_organization(&self, account: &str) -> Option<&str> {
        let former = self.former_organization_id.as_ref().filter(|_| account != self.account);
        self.organization_id.as_ref().or(former).map(String::as_str)
    }

    /// Makes it a trail of its own account, which it may be already.
    pub(crate) fn leave_organization(&mut self) {
        if let Some(id) = self.organization_id.take() {
            self.former_organization_id = Some(id);
        }
    }

    /// Returns whether it delivers from a Region; events of other accounts' are its business only
    /// as far as their organization is.
    pub fn covers(&self, region: &str) -> bool {
        self.is_multi_region || self.home_region == region
    }

    /// Returns whether digests are written for an account's files from a Region.
    pub fn digests(&self, account: &str, region: &str) -> bool {
        self.validation_since.is_some()
            && self.covers(region)
            && (self.is_organization() || self.account == account)
    }

    /// Returns whether nothing is left to deliver: no cut, no running chain, no notification.
    pub fn is_drained(&self) -> bool {
        let over = |chain: &Chain| chain.ended && chain.late.is_empty();
        self.cuts.is_empty()
            && self.notices.is_empty()
            && self.unlisted.is_empty()
            && self.chains.values().all(over)
    }
}

/// Returns the key of a chain among a trail's chains.
pub fn chain_key(account: &str, region: &str) -> String {
    format!("{account}/{region}")
}
