//! The proof of a claim.

use std::borrow::Cow;

use aws_lc_rs::hmac;
use http::request::Parts;
use jiff::Timestamp;

use super::canonical::{self, Head};
use super::chunks::{self, ChunkKey};
use super::claim::{Claim, Payload, Place, SECURITY_TOKEN, SIGNATURE, single};
use super::digest;
use super::keys::Keys;
use super::link;
use super::refusal::Refusal;
use super::rules::{PathStyle, Rules};
use super::stamp;

/// A proven request's body.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified<'b> {
    /// The body, out of its chunks when it came in such.
    pub body: Cow<'b, [u8]>,
    /// The trailing headers of a chunked body, their check sums compared.
    pub trailers: Vec<(String, String)>,
}

/// The `x-amz-*` headers that need no signature: proxies and browsers add them on the way, and
/// nothing reads them.
const FREE_HEADERS: &[&str] = &["x-amz-user-agent", "x-amz-cf-id"];

/// Headers that mean something here and so must not be given twice.
const SINGLE_HEADERS: &[&str] =
    &["host", "content-type", "x-amz-target", "x-amz-date", "x-amz-decoded-content-length"];

/// Proves that whoever holds `secret` signed this head and body, under `rules`, around `now`.
///
/// The scope's service is for the caller to compare: [`Claim::check_service`].
pub fn verify<'b>(
    claim: &Claim,
    parts: &Parts,
    body: &'b [u8],
    secret: &str,
    keys: &Keys,
    now: Timestamp,
    rules: &Rules,
) -> Result<Verified<'b>, Refusal> {
    check_claim(claim, parts, now, rules)?;
    if claim.place == Place::Link {
        link::prove(claim, parts, secret)?;
        return open_plain(claim, body);
    }
    let lent = keys.lend(claim, secret);
    let words = payload_words(claim, rules);
    let words = words.map_or_else(|| Cow::Owned(digest::sha256(body)), Cow::Borrowed);
    prove(claim, parts, &words, &lent.key, rules)?;
    keys.keep(claim, secret, &lent);
    open(claim, parts, body, &lent.key)
}

/// Proves the head alone, before the body is there: whether it is worth waiting for.
///
/// # Errors
/// What [`verify`] refuses of a head, and a head that does not say what it signs of the body.
pub fn verify_head(
    claim: &Claim,
    parts: &Parts,
    secret: &str,
    keys: &Keys,
    now: Timestamp,
    rules: &Rules,
) -> Result<(), Refusal> {
    check_claim(claim, parts, now, rules)?;
    if claim.place == Place::Link {
        return link::prove(claim, parts, secret);
    }
    let words = payload_words(claim, rules).ok_or(Refusal::NotHere(
        "Missing required header for this request: x-amz-content-sha256",
    ))?;
    let lent = keys.lend(claim, secret);
    prove(claim, parts, words, &lent.key, rules)?;
    keys.keep(claim, secret, &lent);
    Ok(())
}

/// Checks all of a head that needs no secret.
fn check_claim(claim: &Claim, parts: &Parts, now: Timestamp, rules: &Rules) -> Result<(), Refusal> {
    rules.admit(claim, now)?;
    if claim.place == Place::Link {
        return check_authority(parts);
    }
    check_path(parts, rules)?;
    check_headers(claim, parts)
}

/// Checks that the path is the one that was signed, and not another that resolves to it.
fn check_path(parts: &Parts, rules: &Rules) -> Result<(), Refusal> {
    if rules.path_style == PathStyle::Verbatim || canonical::is_normal(parts.uri.path()) {
        return Ok(());
    }
    Err(Refusal::NotHere("The path must not hold empty, '.' or '..' segments."))
}

/// Checks that all that matters in the head is signed and there once.
fn check_headers(claim: &Claim, parts: &Parts) -> Result<(), Refusal> {
    let signed = |name: &str| claim.signed_headers.iter().any(|signed| signed == name);
    if !signed("host") {
        return Err(Refusal::HostNotSigned);
    }
    for name in SINGLE_HEADERS {
        single(&parts.headers, name)?;
    }
    for name in parts.headers.keys().map(http::HeaderName::as_str) {
        if name.starts_with("x-amz-") && !FREE_HEADERS.contains(&name) && !signed(name) {
            return Err(Refusal::HeaderNotSigned(name.to_owned()));
        }
    }
    check_authority(parts)
}

/// Refuses a head that names two hosts.
fn check_authority(parts: &Parts) -> Result<(), Refusal> {
    let host = parts.headers.get(http::header::HOST).map(http::HeaderValue::as_bytes);
    match (host, parts.uri.authority()) {
        (Some(host), Some(authority)) if host != authority.as_str().as_bytes() => {
            Err(Refusal::Mismatch)
        }
        _ => Ok(()),
    }
}

/// Returns the words that stand for the body in the canonical request; `None` for its own hash.
fn payload_words<'c>(claim: &'c Claim, rules: &Rules) -> Option<&'c str> {
    let presigned = matches!(claim.place, Place::Query { .. });
    let is_free = presigned && rules.path_style == PathStyle::Verbatim && rules.unsigned_payload;
    claim.payload.mark().or(is_free.then_some("UNSIGNED-PAYLOAD"))
}

fn prove(
    claim: &Claim,
    parts: &Parts,
    payload: &str,
    key: &hmac::Key,
    rules: &Rules,
) -> Result<(), Refusal> {
    let head = Head { method: &parts.method, uri: &parts.uri, headers: &parts.headers };
    let (stamp, scope) = (stamp::text(claim.signed_at), claim.scope());
    for without in left_out(claim) {
        let request = head
            .canonical(&claim.signed_headers, without, payload, rules.path_style)
            .ok_or(Refusal::Mismatch)?;
        let signature = canonical::signature(key, &stamp, &scope, &request);
        if digest::equal(&signature, &claim.signature) {
            return Ok(());
        }
    }
    Err(Refusal::Mismatch)
}

/// Returns the parameters that were not there at signing, one guess after the other.
fn left_out(claim: &Claim) -> &'static [&'static [&'static str]] {
    match (claim.place, &claim.session_token) {
        (Place::Header | Place::Link, _) => &[&[]],
        (Place::Query { .. }, None) => &[&[SIGNATURE]],
        (Place::Query { .. }, Some(_)) => &[&[SIGNATURE], &[SIGNATURE, SECURITY_TOKEN]],
    }
}

/// Compares the body with what was said of it, and takes it out of its chunks.
fn open<'b>(
    claim: &Claim,
    parts: &Parts,
    body: &'b [u8],
    key: &hmac::Key,
) -> Result<Verified<'b>, Refusal> {
    match &claim.payload {
        Payload::Streaming { signed, trailer } => {
            let key = signed.then(|| ChunkKey::new(key, claim));
            chunks::decode(body, key, *trailer, &parts.headers)
        }
        _ => open_plain(claim, body),
    }
}

/// Compares a body that came in one piece with what was said of it.
fn open_plain<'b>(claim: &Claim, body: &'b [u8]) -> Result<Verified<'b>, Refusal> {
    match &claim.payload {
        Payload::Hash(hash) if !digest::equal(hash, &digest::sha256(body)) => {
            Err(Refusal::BodyMismatch)
        }
        _ => Ok(Verified { body: Cow::Borrowed(body), trailers: Vec::new() }),
    }
}
