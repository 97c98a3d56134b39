//! An object as a store keeps it: bytes, and what is said about them.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::StoreError;
use crate::outgoing::exchange::Answer;

/// What is said about an object that is put.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// Such as `application/json`.
    pub content_type: Option<String>,
    /// Such as `gzip`.
    pub content_encoding: Option<String>,
    /// User metadata by lower-case name, without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
    /// Whether `x-amz-acl: bucket-owner-full-control` is sent, which CloudTrail's documented
    /// bucket policy asks for.
    pub acl: bool,
}

/// An object that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    /// Its bytes, as they are stored; empty when only its head was asked for.
    pub bytes: Bytes,
    /// Its size in bytes, where the store says it.
    pub length: Option<u64>,
    /// Such as `application/json`.
    pub content_type: Option<String>,
    /// Such as `gzip`.
    pub content_encoding: Option<String>,
    /// User metadata by lower-case name, without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
}

const METADATA: &str = "x-amz-meta-";
const ACL: HeaderName = HeaderName::from_static("x-amz-acl");

impl Attributes {
    /// Returns the headers of a put.
    ///
    /// # Errors
    /// `InvalidArgument` for what no header can hold; metadata is ASCII.
    pub(super) fn headers(&self) -> Result<HeaderMap, StoreError> {
        let mut headers = HeaderMap::new();
        for (name, text) in
            [(CONTENT_TYPE, &self.content_type), (CONTENT_ENCODING, &self.content_encoding)]
        {
            if let Some(text) = text {
                headers.insert(name, value(text)?);
            }
        }
        for (name, text) in &self.metadata {
            let lower = !name.contains(|letter: char| letter.is_ascii_uppercase());
            let name: HeaderName =
                format!("{METADATA}{name}").parse().ok().filter(|_| lower).ok_or_else(unfit)?;
            headers.insert(name, value(text)?);
        }
        if self.acl {
            headers.insert(ACL, HeaderValue::from_static("bucket-owner-full-control"));
        }
        Ok(headers)
    }
}

fn value(text: &str) -> Result<HeaderValue, StoreError> {
    HeaderValue::from_str(text)
        .ok()
        .filter(|value| value.to_str().is_ok() && text.trim() == text)
        .ok_or_else(unfit)
}

fn unfit() -> StoreError {
    StoreError::ours("InvalidArgument", "an attribute of the object cannot be a header")
}

impl Object {
    /// Reads a successful answer.
    pub(super) fn of(answer: Answer) -> Self {
        let text = |name: &HeaderName| answer.header(name.as_str()).map(str::to_owned);
        let metadata = |name: &HeaderName| {
            let short = name.as_str().strip_prefix(METADATA)?;
            Some((short.to_owned(), answer.header(name.as_str())?.to_owned()))
        };
        Self {
            length: answer.header(CONTENT_LENGTH.as_str()).and_then(|text| text.parse().ok()),
            content_type: text(&CONTENT_TYPE),
            content_encoding: text(&CONTENT_ENCODING),
            metadata: answer.headers.keys().filter_map(metadata).collect(),
            bytes: answer.body.into(),
        }
    }

    /// Returns whether it is this one: the same bytes, and all metadata that was sent with them.
    ///
    /// Types and encodings are left out, because stores spell them anew.
    pub(super) fn is(&self, bytes: &Bytes, attributes: &Attributes) -> bool {
        let kept = |(name, value): (&String, &String)| self.metadata.get(name) == Some(value);
        self.bytes == *bytes && attributes.metadata.iter().all(kept)
    }
}
