//! What the answer of a query looks like in a bucket: places, names, and the signed list of files.
//!
//! ```text
//!   s3://bucket/prefix ─▶ Place ─▶ prefix/AWSLogs/ACCOUNT/CloudTrail-Lake/Query/2026/11/20/ID/
//!                                    result_1.csv.gz … result_N.csv.gz, result_sign.json
//!   SHA-256 of each file ─▶ string_to_sign ─▶ whoever has the key ─▶ SignFile ─▶ result_sign.json
//! ```
//!
//! The string that is signed is the hashes of the compressed files, in order, joined by a space.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

/// The name of the signed list of files.
pub const SIGN_FILE: &str = "result_sign.json";

const BUCKET_BYTES_MIN: usize = 3;
const BUCKET_BYTES_MAX: usize = 63;

/// A bucket and what keys in it begin with, out of `s3://bucket[/prefix]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// The prefix, without slashes at its ends; may be empty.
    pub prefix: &'a str,
}

impl<'a> Place<'a> {
    /// Reads the URI of a place; absent when it is none.
    pub fn parse(uri: &'a str) -> Option<Self> {
        let rest = uri.strip_prefix("s3://")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let is_label = |label: &str| {
            let (first, last) = (label.bytes().next(), label.bytes().next_back());
            first.is_some_and(is_inner)
                && last.is_some_and(is_inner)
                && label.bytes().all(|byte| byte == b'-' || is_inner(byte))
        };
        let is_bucket = (BUCKET_BYTES_MIN..=BUCKET_BYTES_MAX).contains(&bucket.len())
            && bucket.split('.').all(is_label);
        is_bucket.then_some(Self { bucket, prefix: prefix.trim_matches('/') })
    }

    /// Returns what the keys of an account's answers begin with.
    pub fn root(&self, account: &str) -> String {
        let slash = if self.prefix.is_empty() { "" } else { "/" };
        format!("{}{slash}AWSLogs/{account}/CloudTrail-Lake/Query/", self.prefix)
    }

    /// Returns what the keys of one query's answer begin with; the day is that of its end.
    pub fn folder(&self, account: &str, query_id: &str, ended: Timestamp) -> String {
        let day = ended.to_zoned(TimeZone::UTC).strftime("%Y/%m/%d").to_string();
        format!("{}{day}/{query_id}/", self.root(account))
    }
}

/// Returns the name of the file of this number, counted from 1.
pub fn file_name(number: usize) -> String {
    format!("result_{number}.csv.gz")
}

/// Returns what is signed: the hexadecimal SHA-256 of each compressed file, in order.
pub fn string_to_sign(hashes: &[String]) -> String {
    hashes.join(" ")
}

/// What `result_sign.json` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignFile<'a> {
    /// The Region of the query.
    pub region: &'a str,
    /// The hexadecimal SHA-256 of each compressed file, in order.
    pub hashes: &'a [String],
    /// When the query ended.
    pub query_complete_time: Timestamp,
    /// The signature in hexadecimal: RSA with SHA-256.
    pub signature: &'a str,
    /// The fingerprint of the public key.
    pub fingerprint: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: &'static str,
    region: &'a str,
    files: Vec<File<'a>>,
    hash_algorithm: &'static str,
    signature_algorithm: &'static str,
    query_complete_time: String,
    hash_signature: &'a str,
    public_key_fingerprint: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    file_hash_value: &'a str,
    file_name: String,
}

impl SignFile<'_> {
    /// Returns the file's text.
    pub fn text(&self) -> String {
        let file = |(at, hash)| File { file_hash_value: hash, file_name: file_name(at) };
        let hashes = self.hashes.iter().map(String::as_str);
        let document = Document {
            version: "1.0",
            region: self.region,
            files: (1..).zip(hashes).map(file).collect(),
            hash_algorithm: "SHA-256",
            signature_algorithm: "SHA256withRSA",
            query_complete_time: event::event_time(self.query_complete_time),
            hash_signature: self.signature,
            public_key_fingerprint: self.fingerprint,
        };
        serde_json::to_string(&document).expect("texts can be written as JSON")
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn places_are_read_and_keys_made() {
        let ended = "2026-11-20T23:59:59.9Z".parse().unwrap();
        let folder = |uri| Place::parse(uri).map(|it| it.folder("111122223333", "id", ended));
        assert_eq!(
            folder("s3://bucket").as_deref(),
            Some("AWSLogs/111122223333/CloudTrail-Lake/Query/2026/11/20/id/")
        );
        assert_eq!(
            folder("s3://my.bucket/a/b/").as_deref(),
            Some("a/b/AWSLogs/111122223333/CloudTrail-Lake/Query/2026/11/20/id/")
        );
        for uri in ["", "bucket", "s3://", "s3://ab", "s3://A-bucket", "s3://a..b", "s3://-ab/x"] {
            assert_eq!(folder(uri), None, "{uri}");
        }
    }

    #[test]
    fn the_list_of_files_is_as_clients_read_it() {
        let hashes = ["aa".to_owned(), "bb".to_owned()];
        let file = SignFile {
            region: "us-east-1",
            hashes: &hashes,
            query_complete_time: "2026-11-20T10:00:00.5Z".parse().unwrap(),
            signature: "cc",
            fingerprint: "dd",
        };
        assert_eq!(string_to_sign(&hashes), "aa bb");
        expect![[r#"{"version":"1.0","region":"us-east-1","files":[{"fileHashValue":"aa","fileName":"result_1.csv.gz"},{"fileHashValue":"bb","fileName":"result_2.csv.gz"}],"hashAlgorithm":"SHA-256","signatureAlgorithm":"SHA256withRSA","queryCompleteTime":"2026-11-20T10:00:00Z","hashSignature":"cc","publicKeyFingerprint":"dd"}"#]]
            .assert_eq(&file.text());
    }
}
