//! What a verification is given: buckets, keys that are trusted, and what is asked.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::layout::Parsed;

/// How long after its end a digest of ours may still be on its way. AWS's take up to an hour.
pub const LAG_MAX: SignedDuration = SignedDuration::from_mins(5);

/// The longest slot of delivery: a file may bear a time that is so much later than its delivery.
pub(super) const SLOT_MAX: SignedDuration = SignedDuration::from_mins(15);

/// An object as it was read.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The bytes as they are stored.
    pub bytes: Vec<u8>,
    /// The user metadata; nothing when this copy of the bucket has none for any object.
    pub metadata: Option<BTreeMap<String, String>>,
}

/// Why an object was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// There is none.
    #[error("not found")]
    NotFound,
    /// It cannot be read; says nothing about whether it is there.
    #[error("{0}")]
    Other(String),
}

/// Reads an object by bucket and key. Called from several threads at once.
pub type Fetch<'a> = dyn Fn(&str, &str) -> Result<Fetched, FetchError> + Sync + 'a;

/// A bucket, or a copy of one.
#[derive(Clone)]
pub struct Bucket<'a> {
    /// Its name, as digests write it.
    pub name: &'a str,
    /// Every key in it, with the size of the object.
    pub keys: Vec<(String, u64)>,
    /// Reads objects; also from buckets that were not listed, when digests name them.
    pub fetch: &'a Fetch<'a>,
}

/// A public key that is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The PKCS#1 `RSAPublicKey` in DER.
    pub der: Vec<u8>,
    /// The MD5 of the DER in lower-case hexadecimal.
    pub fingerprint: String,
    /// The Region whose digests it signs; nothing when that is not known.
    pub region: Option<String>,
    /// The first moment at which it signs.
    pub valid_from: Timestamp,
    /// The first moment at which it does not any more.
    pub valid_to: Timestamp,
}

/// What is to be verified.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// A trail, by name or ARN; nothing: every chain that is found.
    pub trail: Option<&'a str>,
    /// One account's files only.
    pub account: Option<&'a str>,
    /// One Region's files only.
    pub region: Option<&'a str>,
    /// From when on; nothing: from the first digest on.
    pub start: Option<Timestamp>,
    /// Until when: usually now, or the time at which a copy was made. Digests must be there up to
    /// an hour and `lag_max` before it.
    pub end: Timestamp,
    /// How long after its end a digest may still be on its way.
    pub lag_max: SignedDuration,
    /// The keys that are trusted, whatever any server says today.
    pub keys: &'a [PublicKey],
    /// Whether to read every log file's text also where the hash of its bytes is signed.
    pub inflate: bool,
    /// Whether to list the ids of all events that are proven; reads every log file's text.
    pub event_ids: bool,
    /// How many threads may work on it.
    pub threads: usize,
}

impl Question<'_> {
    /// Whether a file's account and Region are asked about.
    pub(super) fn covers(&self, parsed: &Parsed<'_>) -> bool {
        let place = parsed.place;
        self.account.is_none_or(|account| account == place.account)
            && self.region.is_none_or(|region| region == place.region)
    }

    /// Whether a digest of this end belongs to the time that is asked about: like the AWS CLI, one
    /// hour more than asked, for files that were delivered at its end. Files that came late are
    /// named by backfill digests of any later time.
    pub(super) fn covers_digest(&self, end: Timestamp, backfill: bool) -> bool {
        let hour = SignedDuration::from_hours(1);
        let last = self.end.checked_add(hour).unwrap_or(Timestamp::MAX);
        self.start.is_none_or(|start| start <= end) && (end <= last || backfill)
    }

    /// Whether the digests before one that starts then belong to the time that is asked about.
    pub(super) fn reaches_before(&self, digest_start: Timestamp) -> bool {
        self.start.is_none_or(|start| start < digest_start)
    }

    /// Whether a log file's time is asked about: it may be that of a slot which has not ended yet.
    pub(super) fn covers_file(&self, time: Timestamp) -> bool {
        let last = self.end.checked_add(SLOT_MAX).unwrap_or(Timestamp::MAX);
        self.start.is_none_or(|start| start <= time) && time <= last
    }

    /// Whether a trail is asked about.
    pub(super) fn asks(&self, name: &str, home_region: &str) -> bool {
        let Some(asked) = self.trail else { return true };
        let Some((arn, asked_name)) = asked.split_once(":trail/") else { return asked == name };
        asked_name == name && arn.split(':').nth(3) == Some(home_region)
    }
}
