//! What a request says of its own signature, before any of it is believed.

mod authorization;
mod presigned;

use std::fmt;

use http::HeaderMap;
use http::request::Parts;
use jiff::Timestamp;

use super::link;
use super::refusal::Refusal;
use super::stamp;
use crate::percent;

pub(super) use presigned::{SECURITY_TOKEN, SIGNATURE};

/// What a request says of its own signature, before any of it is believed.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The access key; whose it is, the caller knows.
    pub access_key_id: String,
    /// The scope's date, `YYYYMMDD`.
    pub date: String,
    /// The scope's Region.
    pub region: String,
    /// The scope's service, which must be the routed service's signing name: see
    /// [`Claim::check_service`].
    pub service: String,
    /// The names of the signed headers, lower case and sorted.
    pub signed_headers: Vec<String>,
    /// The signature, in hexadecimal.
    pub signature: String,
    /// The time of signing, to the second.
    pub signed_at: Timestamp,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
    /// Where the claim was found.
    pub place: Place,
    /// What is said of the body.
    pub payload: Payload,
}

/// Where a claim was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the `Authorization` header.
    Header,
    /// In the query string: a presigned request.
    Query {
        /// How long it is good for, 1 to 604,800 seconds from the time of signing.
        expires_secs: u32,
    },
    /// In the query string of a link, S3's older presigned request: the claim's `signed_at` is the
    /// time at which it ends.
    Link,
}

/// What a claim says of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Nothing: the body's own hash is signed, or on a presigned S3 URL no body at all.
    Unsaid,
    /// The SHA-256 of the body, in hexadecimal.
    Hash(String),
    /// `UNSIGNED-PAYLOAD`
    Unsigned,
    /// `STREAMING-…`: the body comes in `aws-chunked` pieces.
    Streaming {
        /// Whether each piece carries a signature.
        signed: bool,
        /// Whether check sums follow the last piece.
        trailer: bool,
    },
}

impl Claim {
    /// Takes the claim out of a request's head.
    ///
    /// # Errors
    /// [`Refusal::Missing`] when there is none, [`Refusal::Incomplete`] when it is not all there,
    /// given twice or of another kind (Signature Version 2, HTTP Basic), [`Refusal::Scope`] when
    /// the credential scope is none.
    pub fn read(parts: &Parts) -> Result<Self, Refusal> {
        let query = presigned::Parameters::read(parts.uri.query().unwrap_or_default())?;
        match (single(&parts.headers, "authorization")?, query) {
            (Some(_), Some(_)) => Err(incomplete(
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or \
                 the Authorization header should be specified",
            )),
            (Some(header), None) => authorization::read(header, &parts.headers),
            (None, Some(parameters)) => parameters.into_claim(&parts.headers),
            (None, None) => match link::read(parts)? {
                Some(claim) => Ok(claim),
                None if is_version_two(parts) => Err(incomplete(VERSION_TWO)),
                None => Err(Refusal::Missing),
            },
        }
    }

    /// Checks that the signature was made for the service that is about to act on it.
    pub fn check_service(&self, signing_name: &str) -> Result<(), Refusal> {
        if self.service == signing_name {
            return Ok(());
        }
        let text = format!("Credential should be scoped to correct service: '{signing_name}'. ");
        Err(Refusal::Scope(text))
    }

    /// Returns the scope without the access key: `date/region/service/aws4_request`.
    pub(super) fn scope(&self) -> String {
        [&*self.date, &self.region, &self.service, TERMINATOR].join("/")
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("access_key_id", &self.access_key_id)
            .field("scope", &self.scope())
            .field("signed_headers", &self.signed_headers)
            .field("signed_at", &self.signed_at)
            .field("session_token", &self.session_token.as_ref().map(|_| "…"))
            .field("place", &self.place)
            .field("payload", &self.payload)
            .finish_non_exhaustive()
    }
}

/// What is said of the older version wherever it is not a link to S3.
pub(super) const VERSION_TWO: &str =
    "Signature Version 2 is not supported: sign with AWS4-HMAC-SHA256.";

const TERMINATOR: &str = "aws4_request";

/// A credential taken apart: `access key/date/region/service/aws4_request`.
struct Credential {
    access_key_id: String,
    date: String,
    region: String,
    service: String,
}

impl Credential {
    fn read(text: &str) -> Result<Self, Refusal> {
        let elements: Vec<&str> = text.splitn(6, '/').collect();
        let [access_key_id, date, region, service, terminator] = *elements else {
            return Err(incomplete(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term, got '{}'",
                shown(text)
            )));
        };
        check_scope(region, terminator)?;
        let [access_key_id, date, region, service] =
            [access_key_id, date, region, service].map(str::to_owned);
        Ok(Self { access_key_id, date, region, service })
    }
}

fn check_scope(region: &str, terminator: &str) -> Result<(), Refusal> {
    let is_region = (1..=64).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_region {
        return Err(Refusal::Scope("Credential should be scoped to a valid Region. ".to_owned()));
    }
    if terminator != TERMINATOR {
        return Err(Refusal::Scope(format!(
            "Credential should be scoped with a valid terminator: 'aws4_request', not '{}'. ",
            shown(terminator)
        )));
    }
    Ok(())
}

/// Reads `SignedHeaders`: lower case, sorted, nothing twice.
fn signed_headers(list: &str) -> Result<Vec<String>, Refusal> {
    let names: Vec<String> = list.split(';').map(str::to_owned).collect();
    let lower = names.iter().all(|name| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_graphic())
            && *name == name.to_ascii_lowercase()
    });
    if lower && names.is_sorted_by(|one, next| one < next) {
        return Ok(names);
    }
    Err(incomplete("SignedHeaders must be lower-case names in order, each once, joined by ';'."))
}

/// Reads `x-amz-content-sha256`, from wherever it was given.
pub(super) fn payload(text: Option<&str>) -> Result<Payload, Refusal> {
    let Some(text) = text else { return Ok(Payload::Unsaid) };
    Ok(match text {
        "UNSIGNED-PAYLOAD" => Payload::Unsigned,
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Payload::Streaming { signed: true, trailer: false },
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => {
            Payload::Streaming { signed: true, trailer: true }
        }
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Payload::Streaming { signed: false, trailer: true },
        hash if is_hash(hash) => Payload::Hash(hash.to_owned()),
        _ => {
            return Err(incomplete(
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING-… mark, or a valid \
                 sha256 value.",
            ));
        }
    })
}

impl Payload {
    /// Returns the words that stand for the body in what is signed; `None` for its own hash.
    pub(super) fn mark(&self) -> Option<&str> {
        match self {
            Self::Unsaid => None,
            Self::Hash(hash) => Some(hash),
            Self::Unsigned => Some("UNSIGNED-PAYLOAD"),
            Self::Streaming { signed: true, trailer: false } => {
                Some("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
            }
            Self::Streaming { signed: true, trailer: true } => {
                Some("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
            }
            Self::Streaming { signed: false, .. } => Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        }
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn date_in_basic_form(text: &str) -> Result<Timestamp, Refusal> {
    stamp::parse(text).ok_or_else(|| {
        incomplete(format!(
            "Date must be in ISO-8601 'basic format'. Got '{}'. See \
             http://en.wikipedia.org/wiki/ISO_8601",
            shown(text)
        ))
    })
}

/// Returns the value of a header that must not be given twice.
pub(super) fn single<'h>(
    headers: &'h HeaderMap,
    name: &'static str,
) -> Result<Option<&'h str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let value = values.next();
    if values.next().is_some() {
        return Err(incomplete(format!("The header '{name}' is given more than once.")));
    }
    value
        .map(|value| std::str::from_utf8(value.as_bytes()))
        .transpose()
        .map_err(|_| incomplete(format!("The header '{name}' is not text.")))
}

fn is_version_two(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    percent::pairs(query.as_bytes())
        .any(|(name, _)| matches!(&*name, b"AWSAccessKeyId" | b"Signature" | b"SignatureVersion"))
}

fn incomplete(text: impl Into<String>) -> Refusal {
    Refusal::Incomplete(text.into())
}

/// Returns the beginning of a caller's text, fit to be shown back.
fn shown(text: &str) -> String {
    text.chars().take(128).flat_map(char::escape_default).collect()
}
