//! Making signatures: for our own command line, the load generator and tests.

use std::fmt;

use http::header::{AUTHORIZATION, HOST, InvalidHeaderValue};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use super::canonical::{self, ALGORITHM, Head};
use super::digest;
use super::keys;
use super::rules::PathStyle;
use super::stamp;
use crate::percent;

/// An access key and its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key, which is no secret.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// What signs requests to one service in one Region.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// Who signs.
    pub credentials: &'a Credentials,
    /// The Region, such as `us-east-1`.
    pub region: &'a str,
    /// The service's signing name, such as `aws-marketplace`.
    pub service: &'a str,
    /// How paths are written; S3 also wants the body's hash as a header.
    pub path_style: PathStyle,
}

/// Headers that proxies and HTTP libraries change after signing.
const UNSIGNED: &[&str] = &[
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

impl Signer<'_> {
    /// Returns the headers that make this request a signed one, to be set on it.
    ///
    /// `host` is among them when only the URI names the host. A head that already has
    /// `x-amz-content-sha256` is signed with what stands there, be it a hash or a mark.
    ///
    /// # Errors
    /// When the credentials hold something that no header can.
    pub fn sign(
        &self,
        parts: &Parts,
        body: &[u8],
        now: Timestamp,
    ) -> Result<HeaderMap, InvalidHeaderValue> {
        let hash = said_of_body(parts).map_or_else(|| digest::sha256(body), str::to_owned);
        let mut added = self.headers(parts, &hash, now)?;
        let mut headers = parts.headers.clone();
        for (name, value) in &added {
            headers.insert(name.clone(), value.clone());
        }
        let signed = signed_names(&headers);
        let head = Head { method: &parts.method, uri: &parts.uri, headers: &headers };
        let signature = self.signature(&head, &signed, &hash, now);
        let value = format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={signature}",
            self.credentials.access_key_id,
            self.scope(now),
            signed.join(";")
        );
        added.insert(AUTHORIZATION, HeaderValue::from_str(&value)?);
        Ok(added)
    }

    /// Returns path and query of a URL that whoever holds it may use for `expires_secs`.
    ///
    /// All headers of `parts` are signed, and the host.
    pub fn presign(&self, parts: &Parts, expires_secs: u32, now: Timestamp) -> String {
        let mut headers = parts.headers.clone();
        if let (None, Some(host)) = (headers.get(HOST), host(parts)) {
            headers.insert(HOST, host);
        }
        let signed = signed_names(&headers);
        let unsigned = self.presigned_query(parts, &signed, expires_secs, now);
        let uri = unsigned.parse().expect("encoded parameters keep a URI one");
        let head = Head { method: &parts.method, uri: &uri, headers: &headers };
        let payload = said_of_body(parts).unwrap_or(match self.path_style {
            PathStyle::Normalized => digest::EMPTY,
            PathStyle::Verbatim => "UNSIGNED-PAYLOAD",
        });
        let signature = self.signature(&head, &signed, payload, now);
        format!("{unsigned}&X-Amz-Signature={signature}")
    }

    fn headers(
        &self,
        parts: &Parts,
        hash: &str,
        now: Timestamp,
    ) -> Result<HeaderMap, InvalidHeaderValue> {
        let mut added = HeaderMap::new();
        added.insert("x-amz-date", HeaderValue::from_str(&stamp::text(now))?);
        if let Some(token) = &self.credentials.session_token {
            let mut token = HeaderValue::from_str(token)?;
            token.set_sensitive(true);
            added.insert("x-amz-security-token", token);
        }
        if self.path_style == PathStyle::Verbatim {
            added.insert("x-amz-content-sha256", HeaderValue::from_str(hash)?);
        }
        if let (None, Some(host)) = (parts.headers.get(HOST), host(parts)) {
            added.insert(HOST, host);
        }
        Ok(added)
    }

    fn presigned_query(
        &self,
        parts: &Parts,
        signed: &[String],
        expires_secs: u32,
        now: Timestamp,
    ) -> String {
        let credential = format!("{}/{}", self.credentials.access_key_id, self.scope(now));
        let expires = expires_secs.to_string();
        let (stamp, signed) = (stamp::text(now), signed.join(";"));
        let parameters = [
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", &stamp),
            ("X-Amz-Expires", &expires),
            ("X-Amz-SignedHeaders", &signed),
        ];
        let token = self.credentials.session_token.as_deref();
        let token = token.map(|token| ("X-Amz-Security-Token", token));
        let own = parameters.into_iter().chain(token);
        let own = own.map(|(name, value)| format!("{name}={}", encoded(value)));
        let query: Vec<String> =
            parts.uri.query().map(str::to_owned).into_iter().chain(own).collect();
        format!("{}?{}", parts.uri.path(), query.join("&"))
    }

    fn signature(&self, head: &Head<'_>, signed: &[String], hash: &str, now: Timestamp) -> String {
        let stamp = stamp::text(now);
        let date = stamp.get(..8).unwrap_or_default();
        let secret = &self.credentials.secret_access_key;
        let key = keys::derive(secret, date, self.region, self.service);
        let request = head
            .canonical(signed, &[], hash, self.path_style)
            .expect("the names were taken from the headers that are there");
        canonical::signature(&key, &stamp, &self.scope(now), &request)
    }

    fn scope(&self, now: Timestamp) -> String {
        let stamp = stamp::text(now);
        let date = stamp.get(..8).unwrap_or_default();
        format!("{date}/{}/{}/aws4_request", self.region, self.service)
    }
}

fn said_of_body(parts: &Parts) -> Option<&str> {
    parts.headers.get("x-amz-content-sha256").and_then(|said| said.to_str().ok())
}

/// Returns what a client sends as `host`: the URI's, without the port that its scheme implies.
fn host(parts: &Parts) -> Option<HeaderValue> {
    let authority = parts.uri.authority()?;
    let implied = match parts.uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    match authority.port_u16() {
        Some(port) if Some(port) != implied => {
            HeaderValue::from_str(&format!("{}:{port}", authority.host()))
        }
        _ => HeaderValue::from_str(authority.host()),
    }
    .ok()
}

fn signed_names(headers: &HeaderMap) -> Vec<String> {
    let names = headers.keys().map(HeaderName::as_str);
    let mut names: Vec<String> =
        names.filter(|name| !UNSIGNED.contains(name)).map(str::to_owned).collect();
    names.sort_unstable();
    names
}

fn encoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() * 3);
    percent::encode_into(&mut out, text.as_bytes(), percent::RESERVED);
    String::from_utf8(out).expect("what is encoded is ASCII")
}
