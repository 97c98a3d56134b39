//! A claim in the query string.

use std::borrow::Cow;

use http::HeaderMap;

use super::super::canonical::ALGORITHM;
use super::{Claim, Credential, Place, date_in_basic_form, incomplete, payload, single};
use crate::percent;
use crate::sigv4::Refusal;

/// The parameter that holds the signature, and is itself not signed.
pub(in crate::sigv4) const SIGNATURE: &str = "X-Amz-Signature";
/// The parameter that holds the session token, which some signers add after signing.
pub(in crate::sigv4) const SECURITY_TOKEN: &str = "X-Amz-Security-Token";

/// The longest life of a presigned request: a week, in seconds.
const EXPIRES_SECS_MAX: u32 = 7 * 24 * 60 * 60;

/// The parameters of a presigned request.
#[derive(Default)]
pub(super) struct Parameters {
    algorithm: Option<String>,
    credential: Option<String>,
    date: Option<String>,
    expires: Option<String>,
    signed_headers: Option<String>,
    signature: Option<String>,
    security_token: Option<String>,
    content_sha256: Option<String>,
}

impl Parameters {
    /// Reads the parameters; `None` when the query string claims nothing.
    pub(super) fn read(query: &str) -> Result<Option<Self>, Refusal> {
        let mut parameters = Self::default();
        for (name, value) in percent::pairs(query.as_bytes()) {
            let Some(slot) = parameters.slot(&name) else { continue };
            if slot.replace(text(value)?).is_some() {
                let name = String::from_utf8_lossy(&name);
                return Err(incomplete(format!("The parameter '{name}' is given twice.")));
            }
        }
        let Self { algorithm, credential, signature, .. } = &parameters;
        let claims = algorithm.is_some() || credential.is_some() || signature.is_some();
        Ok(claims.then_some(parameters))
    }

    fn slot(&mut self, name: &[u8]) -> Option<&mut Option<String>> {
        Some(match name {
            b"X-Amz-Algorithm" => &mut self.algorithm,
            b"X-Amz-Credential" => &mut self.credential,
            b"X-Amz-Date" => &mut self.date,
            b"X-Amz-Expires" => &mut self.expires,
            b"X-Amz-SignedHeaders" => &mut self.signed_headers,
            b"X-Amz-Signature" => &mut self.signature,
            b"X-Amz-Security-Token" => &mut self.security_token,
            b"X-Amz-Content-Sha256" => &mut self.content_sha256,
            _ => return None,
        })
    }

    pub(super) fn into_claim(mut self, headers: &HeaderMap) -> Result<Claim, Refusal> {
        let token = self.token(headers)?;
        let content_sha256 = self.content(headers)?;
        let lacking = self.lacking();
        let (
            Some(algorithm),
            Some(credential),
            Some(date),
            Some(expires),
            Some(signed),
            Some(signature),
        ) = (
            self.algorithm,
            self.credential,
            self.date,
            self.expires,
            self.signed_headers,
            self.signature,
        )
        else {
            return Err(lacking);
        };
        if algorithm != ALGORITHM {
            return Err(incomplete("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\""));
        }
        let expires_secs = expires_secs(&expires)?;
        let signed_at = date_in_basic_form(&date)?;
        let Credential { access_key_id, date, region, service } = Credential::read(&credential)?;
        Ok(Claim {
            access_key_id,
            date,
            region,
            service,
            signed_headers: super::signed_headers(&signed)?,
            signature,
            signed_at,
            session_token: token,
            place: Place::Query { expires_secs },
            payload: payload(content_sha256.as_deref())?,
        })
    }

    /// Takes the session token, which a few clients send as a signed header instead.
    fn token(&mut self, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
        let header = single(headers, "x-amz-security-token")?;
        one_of("X-Amz-Security-Token", self.security_token.take(), header)
    }

    fn content(&mut self, headers: &HeaderMap) -> Result<Option<String>, Refusal> {
        let header = single(headers, "x-amz-content-sha256")?;
        one_of("X-Amz-Content-Sha256", self.content_sha256.take(), header)
    }

    fn lacking(&self) -> Refusal {
        let mut text = String::new();
        for (name, value) in [
            ("X-Amz-Algorithm", &self.algorithm),
            ("X-Amz-Credential", &self.credential),
            ("X-Amz-Signature", &self.signature),
            ("X-Amz-SignedHeaders", &self.signed_headers),
            ("X-Amz-Date", &self.date),
            ("X-Amz-Expires", &self.expires),
        ] {
            if value.is_none() {
                text.push_str("AWS query-string parameters must include '");
                text.push_str(name);
                text.push_str("'. ");
            }
        }
        text.push_str("Re-examine the query-string parameters.");
        incomplete(text)
    }
}

fn expires_secs(text: &str) -> Result<u32, Refusal> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(incomplete("X-Amz-Expires should be a number"));
    }
    match text.parse() {
        Ok(secs @ 1..=EXPIRES_SECS_MAX) => Ok(secs),
        Ok(0) => Err(incomplete("X-Amz-Expires must be positive")),
        _ => Err(incomplete(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given \
             X-Amz-Expires must be less than 604800 seconds",
        )),
    }
}

fn one_of(
    name: &str,
    parameter: Option<String>,
    header: Option<&str>,
) -> Result<Option<String>, Refusal> {
    match (parameter, header) {
        (Some(_), Some(_)) => {
            Err(incomplete(format!("{name} is given as a parameter and as a header.")))
        }
        (parameter, header) => Ok(parameter.or_else(|| header.map(str::to_owned))),
    }
}

fn text(value: Cow<'_, [u8]>) -> Result<String, Refusal> {
    String::from_utf8(value.into_owned())
        .map_err(|_| incomplete("The query string holds a parameter that is not text."))
}
