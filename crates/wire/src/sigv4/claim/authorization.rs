//! A claim in the `Authorization` header.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use jiff::Timestamp;

use super::super::canonical::ALGORITHM;
use super::{Claim, Credential, Place, date_in_basic_form, incomplete, payload, shown, single};
use crate::sigv4::Refusal;
use crate::sigv4::stamp;

/// Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
pub(super) fn read(header: &str, headers: &HeaderMap) -> Result<Claim, Refusal> {
    let (algorithm, fields) = header.split_once(' ').unwrap_or((header, ""));
    if algorithm != ALGORITHM {
        return Err(unsupported(algorithm));
    }
    let fields = Fields::read(fields)?;
    let signed_at = date(headers)?;
    let (Some(credential), Some(signed), Some(signature), Some(signed_at)) =
        (fields.credential, fields.signed_headers, fields.signature, signed_at)
    else {
        return Err(fields.lacking(signed_at.is_some(), header));
    };
    let Credential { access_key_id, date, region, service } = Credential::read(credential)?;
    Ok(Claim {
        access_key_id,
        date,
        region,
        service,
        signed_headers: super::signed_headers(signed)?,
        signature: signature.to_owned(),
        signed_at,
        session_token: single(headers, "x-amz-security-token")?.map(str::to_owned),
        place: Place::Header,
        payload: payload(single(headers, "x-amz-content-sha256")?)?,
    })
}

#[derive(Default)]
struct Fields<'h> {
    credential: Option<&'h str>,
    signed_headers: Option<&'h str>,
    signature: Option<&'h str>,
}

impl<'h> Fields<'h> {
    fn read(text: &'h str) -> Result<Self, Refusal> {
        let mut fields = Self::default();
        for field in text.split(',').map(str::trim).filter(|field| !field.is_empty()) {
            let (name, value) = field.split_once('=').ok_or_else(|| not_a_pair(field))?;
            let slot = match name {
                "Credential" => &mut fields.credential,
                "SignedHeaders" => &mut fields.signed_headers,
                "Signature" => &mut fields.signature,
                _ => return Err(unknown(name)),
            };
            if slot.replace(value).is_some() {
                return Err(incomplete(format!("Authorization header gives '{name}' twice.")));
            }
        }
        Ok(fields)
    }

    /// Names all that is lacking, as AWS does, and the header by its hash only.
    fn lacking(&self, dated: bool, header: &str) -> Refusal {
        let mut text = String::new();
        for (name, there) in [
            ("'Credential' parameter", self.credential.is_some()),
            ("'Signature' parameter", self.signature.is_some()),
            ("'SignedHeaders' parameter", self.signed_headers.is_some()),
            ("existence of either a 'X-Amz-Date' or a 'Date' header", dated),
        ] {
            if !there {
                text.push_str("Authorization header requires ");
                text.push_str(name);
                text.push_str(". ");
            }
        }
        text.push_str("(Hashed with SHA-256 and encoded with Base64) Authorization=");
        text.push_str(&hash(header));
        incomplete(text)
    }
}

fn date(headers: &HeaderMap) -> Result<Option<Timestamp>, Refusal> {
    if let Some(text) = single(headers, "x-amz-date")? {
        return date_in_basic_form(text).map(Some);
    }
    let Some(text) = single(headers, "date")? else { return Ok(None) };
    stamp::parse_date_header(text)
        .map(Some)
        .ok_or_else(|| incomplete(format!("The Date header '{}' is not a date.", shown(text))))
}

fn unsupported(algorithm: &str) -> Refusal {
    // The first word of a broken header may be the secret part itself: only known words are told.
    match algorithm {
        "AWS" => incomplete("Signature Version 2 is not supported: sign with AWS4-HMAC-SHA256."),
        "Basic" | "Bearer" | "Digest" => incomplete(format!(
            "Unsupported AWS 'algorithm': '{algorithm}'. Sign with AWS4-HMAC-SHA256."
        )),
        _ => incomplete("Unsupported AWS 'algorithm'. Sign with AWS4-HMAC-SHA256."),
    }
}

fn not_a_pair(field: &str) -> Refusal {
    incomplete(format!(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 \
         and encoded with Base64): '{}'.",
        hash(field)
    ))
}

fn unknown(name: &str) -> Refusal {
    incomplete(format!("Authorization header has an unknown parameter '{}'.", shown(name)))
}

fn hash(text: &str) -> String {
    STANDARD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}
