//! Digests: what an hour's log files are, signed, each naming the one before it.
//!
//! ```text
//!   … ◀── digest 14:29─15:29 ◀── digest 15:29─16:29          previousDigestHashValue, …Signature
//!            │      │                │
//!          log    log              log                       hashValue
//! ```
//!
//! The members are AWS's, in AWS's order. Those that begin with `opentrail:` are ours; they come
//! last, and whoever verifies by AWS's rules does not look at them:
//!
//! - `opentrail:rawHashValue` of a log file is the SHA-256 of its bytes as they are stored. AWS's
//!   `hashValue` is of the uncompressed text, and many different bytes have the same text.
//! - `opentrail:eventCount` of a log file is how many events it holds.
//! - `opentrail:final` says that the chain ends here on purpose: without it nobody can tell an end
//!   from a tail that was cut off.
//! - `opentrail:backfillGenerationTimestamp` is the metadata of that name, signed.
//!
//! The document is stored in gzip's stored form, which can be written in one way only: so the
//! signature over the text tells every byte of the file.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::gzip;
use crate::hex::hex;
use crate::layout::{Place, digest_key};
use crate::signing::ALGORITHM;
use crate::state::{DeliveredFile, LastDigest};

/// The name of the hash, as digests write it.
pub(crate) const HASH_ALGORITHM: &str = "SHA-256";
/// The metadata member that holds the signature.
pub const SIGNATURE: &str = "signature";
/// The metadata member that names the signature's algorithm.
pub const SIGNATURE_ALGORITHM: &str = "signature-algorithm";
/// The metadata member that says when a backfill digest was made.
pub const BACKFILL_GENERATION: &str = "backfill-generation-timestamp";

/// Everything that a digest says.
#[derive(Debug, Clone, Copy)]
pub struct DigestDraft<'a> {
    /// The account whose logs these are.
    pub account: &'a str,
    /// Their Region.
    pub region: &'a str,
    /// The trail's home Region.
    pub home_region: &'a str,
    /// The trail's name.
    pub trail_name: &'a str,
    /// What stands before `AWSLogs/`.
    pub prefix: Option<&'a str>,
    /// The organization, when it is an organization trail.
    pub organization_id: Option<&'a str>,
    /// The bucket that it goes to.
    pub bucket: &'a str,
    /// The begin of what it covers.
    pub start: Timestamp,
    /// The end of what it covers.
    pub end: Timestamp,
    /// The key that will sign it.
    pub fingerprint: &'a str,
    /// The digest before it; nothing for a starting digest.
    pub previous: Option<&'a LastDigest>,
    /// The files, oldest first; they are listed newest first.
    pub files: &'a [DeliveredFile],
    /// When it is made, when it is of the backfill chain.
    pub backfill: Option<Timestamp>,
    /// Whether the chain ends with it.
    pub is_final: bool,
}

/// A digest, ready to be signed and put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The key.
    pub key: String,
    /// The document in one gzip member.
    pub bytes: Vec<u8>,
    /// The document: one line of compact JSON.
    pub document: String,
    /// The SHA-256 of the document in lower-case hexadecimal.
    pub hash: String,
    /// What is to be signed.
    pub string_to_sign: String,
    /// When it was made, in the form of the metadata; only of the backfill chain.
    pub generated: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    aws_account_id: &'a str,
    digest_start_time: String,
    digest_end_time: &'a str,
    digest_s3_bucket: &'a str,
    digest_s3_object: &'a str,
    digest_public_key_fingerprint: &'a str,
    digest_signature_algorithm: &'static str,
    newest_event_time: Option<String>,
    oldest_event_time: Option<String>,
    previous_digest_s3_bucket: Option<&'a str>,
    previous_digest_s3_object: Option<&'a str>,
    previous_digest_hash_value: Option<&'a str>,
    previous_digest_hash_algorithm: Option<&'static str>,
    previous_digest_signature: Option<&'a str>,
    log_files: Vec<Entry<'a>>,
    #[serde(rename = "opentrail:final")]
    is_final: bool,
    #[serde(
        rename = "opentrail:backfillGenerationTimestamp",
        skip_serializing_if = "Option::is_none"
    )]
    generated: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    s3_bucket: &'a str,
    s3_object: &'a str,
    hash_value: &'a str,
    hash_algorithm: &'static str,
    newest_event_time: String,
    oldest_event_time: String,
    #[serde(rename = "opentrail:rawHashValue")]
    raw_hash: &'a str,
    #[serde(rename = "opentrail:eventCount")]
    events: u64,
}

impl Digest {
    /// Makes a digest.
    pub fn new(draft: &DigestDraft<'_>) -> Self {
        let place = Place {
            prefix: draft.prefix,
            organization_id: draft.organization_id,
            account: draft.account,
            region: draft.region,
        };
        let late = draft.backfill.is_some();
        let key = digest_key(&place, draft.trail_name, draft.home_region, draft.end, late);
        let end = seconds(draft.end);
        let generated = draft.backfill.map(milliseconds);
        let document = document(draft, &key, &end, generated.as_deref());
        let hash = hex(digest(&SHA256, document.as_bytes()).as_ref());
        let before = draft.previous.map(|previous| previous.signature.as_str());
        Self {
            bytes: gzip::stored(document.as_bytes()),
            string_to_sign: string_to_sign(&end, draft.bucket, &key, &hash, before),
            key,
            document,
            hash,
            generated,
        }
    }

    /// Returns the object's user metadata.
    pub fn metadata(&self, signature: &str) -> Vec<(&'static str, String)> {
        let generated = self.generated.clone().map(|time| (BACKFILL_GENERATION, time));
        let mut metadata =
            vec![(SIGNATURE, signature.to_owned()), (SIGNATURE_ALGORITHM, ALGORITHM.to_owned())];
        metadata.extend(generated);
        metadata
    }
}

/// Returns what is signed. The times are as they stand in the document; of a starting digest the
/// last line is the word `null`.
pub fn string_to_sign(
    end: &str,
    bucket: &str,
    key: &str,
    hash: &str,
    previous_signature: Option<&str>,
) -> String {
    format!("{end}\n{bucket}/{key}\n{hash}\n{}", previous_signature.unwrap_or("null"))
}

fn document(draft: &DigestDraft<'_>, key: &str, end: &str, generated: Option<&str>) -> String {
    let files = || draft.files.iter();
    let previous = draft.previous;
    let document = Document {
        aws_account_id: draft.account,
        digest_start_time: seconds(draft.start),
        digest_end_time: end,
        digest_s3_bucket: draft.bucket,
        digest_s3_object: key,
        digest_public_key_fingerprint: draft.fingerprint,
        digest_signature_algorithm: ALGORITHM,
        newest_event_time: files().map(|file| file.newest_event_time).max().map(seconds),
        oldest_event_time: files().map(|file| file.oldest_event_time).min().map(seconds),
        previous_digest_s3_bucket: previous.map(|last| last.s3_bucket.as_str()),
        previous_digest_s3_object: previous.map(|last| last.s3_object.as_str()),
        previous_digest_hash_value: previous.map(|last| last.hash.as_str()),
        previous_digest_hash_algorithm: previous.map(|_| HASH_ALGORITHM),
        previous_digest_signature: previous.map(|last| last.signature.as_str()),
        log_files: draft.files.iter().rev().map(entry).collect(),
        is_final: draft.is_final,
        generated,
    };
    serde_json::to_string(&document).expect("texts and numbers are always JSON")
}

fn entry(file: &DeliveredFile) -> Entry<'_> {
    Entry {
        s3_bucket: &file.s3_bucket,
        s3_object: &file.s3_object,
        hash_value: &file.hash,
        hash_algorithm: HASH_ALGORITHM,
        newest_event_time: seconds(file.newest_event_time),
        oldest_event_time: seconds(file.oldest_event_time),
        raw_hash: &file.raw_hash,
        events: file.events,
    }
}

fn seconds(time: Timestamp) -> String {
    TimeZone::UTC.to_datetime(time).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn milliseconds(time: Timestamp) -> String {
    TimeZone::UTC.to_datetime(time).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn draft() -> DigestDraft<'static> {
        DigestDraft {
            account: "111122223333",
            region: "eu-west-1",
            home_region: "eu-west-1",
            trail_name: "main",
            prefix: None,
            organization_id: None,
            bucket: "trail-logs",
            start: time("2026-11-20T09:00:07Z"),
            end: time("2026-11-20T10:00:07.9Z"),
            fingerprint: "0123456789abcdef0123456789abcdef",
            previous: None,
            files: &[],
            backfill: None,
            is_final: false,
        }
    }

    fn file(minute: u8) -> DeliveredFile {
        let newest_event_time = time(&format!("2026-11-20T10:{minute:02}:59Z"));
        DeliveredFile {
            s3_bucket: "trail-logs".to_owned(),
            s3_object: format!("log {minute}"),
            hash: format!("{minute:064}"),
            raw_hash: format!("{minute}f"),
            newest_event_time,
            oldest_event_time: time(&format!("2026-11-20T10:{minute:02}:01Z")),
            at: newest_event_time,
            events: 3,
        }
    }

    #[test]
    fn a_starting_digest_is_aws_s_but_for_members_of_our_own() {
        let digest = Digest::new(&draft());
        let ours = ",\"opentrail:final\":false";
        // the whole document of AWS's members, whose hash and string to sign are known
        let theirs = digest.document.replace(ours, "");
        assert_eq!(theirs.len(), 625);
        let hash = hex(aws_lc_rs::digest::digest(&SHA256, theirs.as_bytes()).as_ref());
        assert_eq!(hash, "076d27416e122f0199f84b45f80c5870d56d67ed7b56d076dbab655ef2d7a7c1");
        let to_sign =
            string_to_sign("2026-11-20T10:00:07Z", "trail-logs", &digest.key, &hash, None);
        let to_sign = hex(aws_lc_rs::digest::digest(&SHA256, to_sign.as_bytes()).as_ref());
        assert_eq!(to_sign, "9155da73c9ea3cd3d61b5c68d404f8e31a3c2a71e25976934fbca3962f42a35b");
        assert_eq!(
            gzip::unzip_one_member(&digest.bytes, 2000).unwrap(),
            digest.document.as_bytes()
        );
    }

    #[test]
    fn a_digest_names_its_files_newest_first_and_the_digest_before_it() {
        let previous = LastDigest {
            s3_bucket: "old-logs".to_owned(),
            s3_object: "digest before".to_owned(),
            hash: "aa".to_owned(),
            signature: "bb".to_owned(),
            end: time("2026-11-20T09:00:07Z"),
        };
        let files = [file(1), file(2)];
        let digest = Digest::new(&DigestDraft {
            previous: Some(&previous),
            files: &files,
            backfill: Some(time("2026-11-20T12:00:00Z")),
            is_final: true,
            ..draft()
        });
        let pretty: serde_json::Value = serde_json::from_str(&digest.document).unwrap();
        expect![[r#"
            {
              "awsAccountId": "111122223333",
              "digestStartTime": "2026-11-20T09:00:07Z",
              "digestEndTime": "2026-11-20T10:00:07Z",
              "digestS3Bucket": "trail-logs",
              "digestS3Object": "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/11/20/111122223333_CloudTrail-Digest_eu-west-1_main_eu-west-1_20261120T100007Z_backfill.json.gz",
              "digestPublicKeyFingerprint": "0123456789abcdef0123456789abcdef",
              "digestSignatureAlgorithm": "SHA256withRSA",
              "newestEventTime": "2026-11-20T10:02:59Z",
              "oldestEventTime": "2026-11-20T10:01:01Z",
              "previousDigestS3Bucket": "old-logs",
              "previousDigestS3Object": "digest before",
              "previousDigestHashValue": "aa",
              "previousDigestHashAlgorithm": "SHA-256",
              "previousDigestSignature": "bb",
              "logFiles": [
                {
                  "s3Bucket": "trail-logs",
                  "s3Object": "log 2",
                  "hashValue": "0000000000000000000000000000000000000000000000000000000000000002",
                  "hashAlgorithm": "SHA-256",
                  "newestEventTime": "2026-11-20T10:02:59Z",
                  "oldestEventTime": "2026-11-20T10:02:01Z",
                  "opentrail:rawHashValue": "2f",
                  "opentrail:eventCount": 3
                },
                {
                  "s3Bucket": "trail-logs",
                  "s3Object": "log 1",
                  "hashValue": "0000000000000000000000000000000000000000000000000000000000000001",
                  "hashAlgorithm": "SHA-256",
                  "newestEventTime": "2026-11-20T10:01:59Z",
                  "oldestEventTime": "2026-11-20T10:01:01Z",
                  "opentrail:rawHashValue": "1f",
                  "opentrail:eventCount": 3
                }
              ],
              "opentrail:final": true,
              "opentrail:backfillGenerationTimestamp": "2026-11-20T12:00:00.000Z"
            }"#]]
        .assert_eq(&serde_json::to_string_pretty(&pretty).unwrap());
        assert!(digest.string_to_sign.ends_with("\nbb"));
        assert_eq!(
            digest,
            Digest::new(&DigestDraft {
                previous: Some(&previous),
                files: &files,
                backfill: Some(time("2026-11-20T12:00:00Z")),
                is_final: true,
                ..draft()
            })
        );
        let metadata = digest.metadata("ff");
        expect![[r#"[("signature", "ff"), ("signature-algorithm", "SHA256withRSA"), ("backfill-generation-timestamp", "2026-11-20T12:00:00.000Z")]"#]]
            .assert_eq(&format!("{metadata:?}"));
    }
}
