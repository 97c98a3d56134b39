//! A digest as it is read: taken from its object and held against its place.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use serde::Deserialize;

use super::question::Fetched;
use super::report::Kind;
use crate::gzip::{self, Inflater};
use crate::hex::hex;
use crate::layout;

/// Far more than a digest of an hour ever has.
const BYTES_MAX: usize = 256 << 20;

/// The members that are looked at. What is not there counts as null.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    aws_account_id: String,
    digest_start_time: String,
    pub(super) digest_end_time: String,
    digest_s3_bucket: String,
    digest_s3_object: String,
    pub(super) digest_public_key_fingerprint: String,
    pub(super) digest_signature_algorithm: String,
    previous_digest_s3_bucket: Option<String>,
    previous_digest_s3_object: Option<String>,
    pub(super) previous_digest_hash_value: Option<String>,
    pub(super) previous_digest_hash_algorithm: Option<String>,
    pub(super) previous_digest_signature: Option<String>,
    pub(super) log_files: Vec<Entry>,
    /// Only in digests of ours, and in all of them.
    #[serde(rename = "opentrail:final")]
    is_final: Option<bool>,
    #[serde(rename = "opentrail:backfillGenerationTimestamp")]
    pub(super) generated: Option<String>,
}

/// A log file that a digest names.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) s3_bucket: String,
    pub(super) s3_object: String,
    pub(super) hash_value: String,
    pub(super) hash_algorithm: String,
    #[serde(rename = "opentrail:rawHashValue")]
    pub(super) raw_hash: Option<String>,
    #[serde(rename = "opentrail:eventCount")]
    pub(super) events: Option<u64>,
}

/// A digest whose form is right and which stands where it says; nothing is proven yet.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) document: Document,
    /// The SHA-256 of the document in lower-case hexadecimal.
    pub(super) hash: String,
    pub(super) metadata: Option<BTreeMap<String, String>>,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

/// Why an object is not the digest of its place.
pub(super) type Wrong = (Kind, String);

impl Content {
    /// Reads a digest and holds it against the place where it stands.
    pub(super) fn read(
        inflater: &mut Inflater,
        fetched: Fetched,
        bucket: &str,
        key: &str,
    ) -> Result<Self, Wrong> {
        let format = |words: String| (Kind::DigestFormat, words);
        let mut text = Vec::new();
        inflater
            .inflate(&fetched.bytes, BYTES_MAX, |part| text.extend_from_slice(part))
            .map_err(|defect| format(format!("the digest is damaged: {defect}")))?;
        let document: Document = serde_json::from_slice(&text).map_err(|error| {
            format(format!("the digest's JSON is not that of a digest: {error}"))
        })?;
        document.stands_at(bucket, key)?;
        let (start, end) = document.times(key).ok_or_else(|| {
            format("the digest's account and times are not those of its key".to_owned())
        })?;
        if document.is_ours() && gzip::stored(&text) != fetched.bytes {
            let words = "the digest says what it said, in bytes that were not written so";
            return Err((Kind::DigestBytes, words.to_owned()));
        }
        let hash = hex(digest(&SHA256, &text).as_ref());
        Ok(Self { document, hash, metadata: fetched.metadata, start, end })
    }

    /// When it was made, if it is of the backfill chain and that is known.
    pub(super) fn generated(&self) -> Option<Timestamp> {
        let told =
            self.metadata.as_ref().and_then(|all| all.get(crate::digest::BACKFILL_GENERATION));
        self.document.generated.as_ref().or(told)?.parse().ok()
    }
}

impl Document {
    /// Whether it is a digest of ours, which says more than AWS's.
    pub(super) fn is_ours(&self) -> bool {
        self.is_final.is_some()
    }

    /// Whether it says that its chain ends with it.
    pub(super) fn is_final(&self) -> bool {
        self.is_final == Some(true)
    }

    /// Returns bucket and key of the digest before it.
    pub(super) fn previous(&self) -> Option<(&str, &str)> {
        self.previous_digest_s3_bucket.as_deref().zip(self.previous_digest_s3_object.as_deref())
    }

    fn stands_at(&self, bucket: &str, key: &str) -> Result<(), Wrong> {
        if self.digest_s3_bucket == bucket && self.digest_s3_object == key {
            return Ok(());
        }
        let (its_bucket, its_key) = (&self.digest_s3_bucket, &self.digest_s3_object);
        Err((Kind::DigestMoved, format!("the digest is that of {its_bucket}/{its_key}")))
    }

    fn times(&self, key: &str) -> Option<(Timestamp, Timestamp)> {
        let parsed = layout::parse(key)?;
        let (start, end) =
            (self.digest_start_time.parse().ok()?, self.digest_end_time.parse().ok()?);
        let is_right = parsed.place.account == self.aws_account_id
            && parsed.kind.time() == Some(end)
            && start < end;
        is_right.then_some((start, end))
    }
}
