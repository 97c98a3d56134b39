//! What an endpoint asks of a signature beyond being right.

use jiff::Timestamp;

use super::claim::{Claim, Payload, Place, VERSION_TWO};
use super::refusal::Refusal;
use super::stamp;

/// What an endpoint asks of a signature beyond being right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How far the signer's clock may be from ours, in seconds, either way.
    pub skew_secs: i64,
    /// How paths are written in the canonical request.
    pub path_style: PathStyle,
    /// Whether the signature may be in the query string.
    pub presigned: bool,
    /// Whether links are taken: presigned requests of the older signature, S3's alone.
    pub links: bool,
    /// Whether the body may go unsigned (`UNSIGNED-PAYLOAD`).
    pub unsigned_payload: bool,
    /// Whether the body may come in signed or check-summed chunks (`STREAMING-…`).
    pub streaming: bool,
}

/// How paths are written in the canonical request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathStyle {
    /// In normal form and encoded once more: every service but S3.
    ///
    /// AWS resolves `.`, `..` and doubled slashes before signing, so that one signature fits many
    /// paths; here such paths are refused, so that what is routed is what was signed.
    Normalized,
    /// Encoded once, object keys being what they are: S3.
    Verbatim,
}

impl Rules {
    /// What the control plane APIs ask: five minutes, no presigned requests, every body hashed.
    pub const API: Self = Self {
        skew_secs: 5 * 60,
        path_style: PathStyle::Normalized,
        presigned: false,
        links: false,
        unsigned_payload: false,
        streaming: false,
    };

    /// What S3 asks: a quarter of an hour, and all of its ways to send a body.
    pub const S3: Self = Self {
        skew_secs: 15 * 60,
        path_style: PathStyle::Verbatim,
        presigned: true,
        links: true,
        unsigned_payload: true,
        streaming: true,
    };

    /// Checks everything about a claim that needs neither the secret nor the body.
    pub(super) fn admit(&self, claim: &Claim, now: Timestamp) -> Result<(), Refusal> {
        self.admit_place(claim)?;
        self.admit_payload(claim)?;
        if claim.place != Place::Link {
            admit_scope_date(claim)?;
        }
        self.admit_time(claim, now)
    }

    fn admit_place(&self, claim: &Claim) -> Result<(), Refusal> {
        match claim.place {
            Place::Query { .. } if !self.presigned => {
                Err(Refusal::NotHere("Presigned requests are not accepted by this endpoint."))
            }
            Place::Link if !self.links => Err(Refusal::NotHere(VERSION_TWO)),
            _ => Ok(()),
        }
    }

    fn admit_payload(&self, claim: &Claim) -> Result<(), Refusal> {
        match claim.payload {
            Payload::Unsigned if !self.unsigned_payload => {
                Err(Refusal::NotHere("UNSIGNED-PAYLOAD is not accepted by this endpoint."))
            }
            Payload::Streaming { .. } if !self.streaming => {
                Err(Refusal::NotHere("Streaming payloads are not accepted by this endpoint."))
            }
            // A presigned URL says nothing of a body that was not there when it was made.
            Payload::Streaming { .. } if claim.place != Place::Header => {
                Err(Refusal::NotHere("Streaming payloads need an Authorization header."))
            }
            _ => Ok(()),
        }
    }

    fn admit_time(&self, claim: &Claim, now: Timestamp) -> Result<(), Refusal> {
        let Self { skew_secs, .. } = *self;
        let signed_at = claim.signed_at;
        let age = now.duration_since(signed_at).as_secs();
        match claim.place {
            Place::Link if age > 0 => Err(Refusal::PresignedExpired),
            Place::Link => Ok(()),
            _ if age < -skew_secs => Err(Refusal::NotYetCurrent { signed_at, now, skew_secs }),
            Place::Header if age > skew_secs => Err(Refusal::Expired { signed_at, now, skew_secs }),
            Place::Query { expires_secs } if age > i64::from(expires_secs) => {
                Err(Refusal::PresignedExpired)
            }
            _ => Ok(()),
        }
    }
}

fn admit_scope_date(claim: &Claim) -> Result<(), Refusal> {
    let stamp = stamp::text(claim.signed_at);
    if stamp.get(..8) == Some(&claim.date) {
        return Ok(());
    }
    let day = stamp.get(..8).unwrap_or_default();
    Err(Refusal::Scope(format!(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
         HTTP: '{}' != '{day}', from '{stamp}'.",
        claim.date
    )))
}
