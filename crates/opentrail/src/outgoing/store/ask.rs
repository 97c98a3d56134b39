//! One signed request to a store.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use percent_encoding::{AsciiSet, utf8_percent_encode};
use reqwest::Url;
use wire::sigv4::{PathStyle, Signer};

use super::object::Object;
use super::{OwnStore, StoreError};
use crate::outgoing::exchange::{self, Answer};
use crate::outgoing::refusal::Refusal;
use crate::outgoing::signed;

/// The largest object that is read: a log file has at most 50 MB before it is compressed.
const OBJECT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// What is read of an error at least, in bytes.
const ERROR_BYTES_MAX: usize = 64 * 1024;

/// A key in a path: slashes part it.
const KEY: &AsciiSet = &signed::RESERVED.remove(b'/');

/// What is asked of a store.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) bucket: &'a str,
    /// Empty for the bucket itself.
    pub(super) key: &'a str,
    /// Such as `acl`; empty for none.
    pub(super) query: Cow<'a, str>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Larger answers are not read.
    pub(super) bytes_max: usize,
}

const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

impl<'a> Ask<'a> {
    /// Returns the plain question for an object, or for a bucket where the key is empty.
    pub(super) fn get(bucket: &'a str, key: &'a str) -> Self {
        Self {
            method: Method::GET,
            bucket,
            key,
            query: Cow::Borrowed(""),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            bytes_max: OBJECT_BYTES_MAX,
        }
    }
}

impl OwnStore {
    /// Asks, once; every status is an answer.
    pub(super) async fn ask(&self, ask: Ask<'_>, wall: Timestamp) -> Result<Answer, StoreError> {
        let url = self.url(&ask)?;
        let signer = Signer {
            credentials: &self.credentials,
            region: &self.region,
            service: "s3",
            path_style: PathStyle::Verbatim,
        };
        let bytes_max = ask.bytes_max.max(ERROR_BYTES_MAX);
        let mut headers = ask.headers;
        if ask.method == Method::PUT {
            // buckets with a default retention take nothing without it
            headers.insert(CONTENT_MD5, content_md5(&ask.body));
        }
        let request =
            signed::request(&self.client, &signer, ask.method, url, headers, ask.body, wall)
                .map_err(|cause| StoreError::ours("InvalidRequest", &cause.to_string()))?;
        exchange::exchange(&self.client, request, bytes_max)
            .await
            .map_err(|cause| Refusal::from(cause).into())
    }

    /// Asks for an object.
    pub(super) async fn read(
        &self,
        ask: Ask<'_>,
        wall: Timestamp,
    ) -> Result<Option<Object>, StoreError> {
        let answer = self.ask(ask, wall).await?;
        if answer.is_success() {
            return Ok(Some(Object::of(answer)));
        }
        let refusal = Refusal::of(&answer);
        // an answer to HEAD has no body that could name the code
        if matches!(refusal.code.as_str(), "NoSuchKey" | "NotFound") {
            Ok(None)
        } else {
            Err(refusal.into())
        }
    }

    /// Returns where a bucket or an object is.
    ///
    /// Keys that a URL cannot hold unchanged, such as those with a part `..`, are refused: the
    /// store would be asked for something else than what is signed.
    pub(super) fn url(&self, ask: &Ask<'_>) -> Result<Url, StoreError> {
        let key = utf8_percent_encode(ask.key, KEY);
        let mut url = self.endpoint.clone();
        let path = if self.path_style {
            format!("/{}/{key}", utf8_percent_encode(ask.bucket, signed::RESERVED))
        } else {
            let host = format!("{}.{}", ask.bucket, url.host_str().unwrap_or_default());
            let set = url.set_host(Some(&host));
            if set.is_err() || url.host_str() != Some(&host) {
                let words = "the bucket's name cannot be part of a host name";
                return Err(StoreError::ours("InvalidBucketName", words));
            }
            format!("/{key}")
        };
        url.set_path(&path);
        if url.path() != path {
            let words = "the key cannot be written into a URL as it is";
            return Err(StoreError::ours("InvalidURI", words));
        }
        url.set_query(Some(ask.query.as_ref()).filter(|query| !query.is_empty()));
        Ok(url)
    }
}

/// Returns the digest of a body as S3 wants it.
fn content_md5(body: &[u8]) -> HeaderValue {
    let text = STANDARD.encode(Md5::digest(body));
    HeaderValue::from_str(&text).expect("base64 is ASCII")
}
