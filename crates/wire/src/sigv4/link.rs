//! Links: S3's older presigned requests, which `aws s3 presign` and boto3 still make by default.
//!
//! ```text
//!   GET /bucket/key?versionId=1&AWSAccessKeyId=…&Expires=<seconds since 1970>&Signature=…
//!
//!   method, Content-MD5, Content-Type, Expires, x-amz-* headers, path?<sub-resources>
//!     ──▶ HMAC-SHA-1 with the secret ──▶ base64 ──▶ equal?
//! ```
//!
//! Headers that were known when the link was made may stand in its query string instead.
//!
//! This is Signature Version 2: it names no Region and no service, its HMAC is S3's alone, and it
//! signs of the query string only what is listed here. A parameter beyond that list could make
//! another operation of the one that was signed, so only those of listings are let pass.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use jiff::Timestamp;

use super::claim::{Claim, Place, payload, single};
use super::digest;
use super::refusal::Refusal;
use crate::{addressing, percent};

/// What of the query string is signed.
const SIGNED: &[&str] = &[
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// What is not signed and changes no more than the extent of an answer.
const FREE: &[&str] = &[
    "continuation-token",
    "delimiter",
    "encoding-type",
    "fetch-owner",
    "key-marker",
    "list-type",
    "marker",
    "max-keys",
    "max-parts",
    "max-uploads",
    "part-number-marker",
    "prefix",
    "start-after",
    "upload-id-marker",
    "version-id-marker",
    "x-id",
];

const ACCESS_KEY_ID: &str = "AWSAccessKeyId";
const EXPIRES: &str = "Expires";
const SIGNATURE: &str = "Signature";
const SECURITY_TOKEN: &str = "x-amz-security-token";

/// Returns whether a query string is that of a link.
pub(crate) fn is_link(query: &str) -> bool {
    let has = |name: &str| pairs(query).any(|(given, _)| given == name);
    has(ACCESS_KEY_ID) && has(EXPIRES) && has(SIGNATURE) && !has("SignatureVersion")
}

/// Takes the claim out of a link; `None` when the request is none.
///
/// The claim's Region is us-east-1, as a link has none.
pub(super) fn read(parts: &Parts) -> Result<Option<Claim>, Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    if !is_link(query) {
        return Ok(None);
    }
    let required = |name| one(query, name).map(Option::unwrap_or_default);
    let expires: i64 = required(EXPIRES)?.parse().map_err(|_| malformed(EXPIRES))?;
    let expires_at = Timestamp::from_second(expires).map_err(|_| malformed(EXPIRES))?;
    let token = one(query, SECURITY_TOKEN)?;
    let token_header = single(&parts.headers, SECURITY_TOKEN)?.map(str::to_owned);
    if token.is_some() && token_header.is_some() {
        return Err(malformed(SECURITY_TOKEN));
    }
    Ok(Some(Claim {
        access_key_id: required(ACCESS_KEY_ID)?,
        date: String::new(),
        region: "us-east-1".to_owned(),
        service: "s3".to_owned(),
        signed_headers: Vec::new(),
        signature: required(SIGNATURE)?,
        signed_at: expires_at,
        session_token: token.or(token_header),
        place: Place::Link,
        payload: payload(single(&parts.headers, "x-amz-content-sha256")?)?,
    }))
}

/// Proves that whoever holds `secret` made this link.
pub(super) fn prove(claim: &Claim, parts: &Parts, secret: &str) -> Result<(), Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    for (name, _) in pairs(query) {
        let is_own = [ACCESS_KEY_ID, EXPIRES, SIGNATURE].contains(&&*name);
        if !is_own && !is_header(&name) && !SIGNED.contains(&&*name) && !FREE.contains(&&*name) {
            return Err(Refusal::NotHere("A parameter of the link is not signed by it."));
        }
    }
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, string_to_sign(parts)?.as_bytes()));
    if digest::equal(&signature, &claim.signature) { Ok(()) } else { Err(Refusal::Mismatch) }
}

fn string_to_sign(parts: &Parts) -> Result<String, Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    let header = |name| match single(&parts.headers, name)? {
        Some(text) => Ok(text.trim().to_owned()),
        None => one(query, name).map(Option::unwrap_or_default),
    };
    let mut lines = vec![
        parts.method.as_str().to_owned(),
        header("content-md5")?,
        header("content-type")?,
        one(query, EXPIRES)?.unwrap_or_default(),
    ];
    lines.extend(amazon_headers(parts)?);
    lines.push(resource(parts));
    Ok(lines.join("\n"))
}

/// Returns the lines of the `x-amz-*` headers, wherever they travel.
fn amazon_headers(parts: &Parts) -> Result<Vec<String>, Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in pairs(query).filter(|(name, _)| name.starts_with("x-amz-")) {
        if parts.headers.contains_key(&name) || all.contains_key(&name) {
            return Err(malformed(&name));
        }
        all.insert(name, value.unwrap_or_default());
    }
    for name in parts.headers.keys().map(http::HeaderName::as_str) {
        if name.starts_with("x-amz-") {
            let values = parts.headers.get_all(name).iter();
            let values = values.map(|value| std::str::from_utf8(value.as_bytes()).map(str::trim));
            let values = values.collect::<Result<Vec<_>, _>>().map_err(|_| malformed(name))?;
            all.insert(name.to_owned(), values.join(","));
        }
    }
    Ok(all.into_iter().map(|(name, value)| format!("{name}:{value}")).collect())
}

/// Returns whether a parameter stands for a header.
fn is_header(name: &str) -> bool {
    name.starts_with("x-amz-") || name == "content-type" || name == "content-md5"
}

/// Returns the path, its bucket in front, and the signed part of the query string.
fn resource(parts: &Parts) -> String {
    let query = parts.uri.query().unwrap_or_default();
    let mut signed: Vec<_> =
        pairs(query).filter(|(name, _)| SIGNED.contains(&name.as_str())).collect();
    signed.sort_by(|(one, _), (next, _)| one.cmp(next));
    let mut resource = addressing::path(parts).into_owned();
    for (at, (name, value)) in signed.iter().enumerate() {
        resource.push(if at == 0 { '?' } else { '&' });
        resource.push_str(name);
        if let Some(value) = value {
            resource.extend(["=", value]);
        }
    }
    resource
}

/// Returns the decoded parameters; one without `=` has no value.
fn pairs(query: &str) -> impl Iterator<Item = (String, Option<String>)> {
    let decoded =
        |text: &str| String::from_utf8_lossy(&percent::decode(text.as_bytes())).into_owned();
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| match pair.split_once('=') {
        Some((name, value)) => (decoded(name), Some(decoded(value))),
        None => (decoded(pair), None),
    })
}

/// Returns the value of a parameter that must not be given twice.
fn one(query: &str, name: &str) -> Result<Option<String>, Refusal> {
    let mut values = pairs(query).filter(|(given, _)| given == name).map(|(_, value)| value);
    let value = values.next();
    if values.next().is_some() {
        return Err(malformed(name));
    }
    Ok(value.flatten())
}

fn malformed(name: &str) -> Refusal {
    Refusal::Incomplete(format!("The link's '{name}' is not what it should be."))
}
