//! The user's own S3-compatible store: new objects, read back; never over what is there.
//!
//! ```text
//!   put_new ─▶ PUT If-None-Match: * ─┬─ 200 ─▶ GET, compare ─▶ New
//!                                    ├─ 412 ─▶ GET, compare ─▶ SameThere, or PreconditionFailed
//!                                    ├─ 409 ─▶ again
//!                                    └─ 501 ─▶ from now on: HEAD, then PUT
//! ```
//!
//! Until a store has shown that it honours `If-None-Match`, it is asked by `HEAD` first.

mod ask;
pub(crate) mod check;
mod listing;
mod object;

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use jiff::Timestamp;
use reqwest::{Client, ClientBuilder, Url};
use wire::sigv4::Credentials;

use super::OutgoingError;
use super::exchange;
use super::refusal::Refusal;
use super::wildcard;
use crate::config::{OutgoingConfig, StoreConfig};
use ask::Ask;

pub(crate) use object::{Attributes, Object};

/// The stores of the configuration, in its order.
pub(crate) struct OwnStores(Vec<OwnStore>);

/// One store: where it is and who signs.
pub(crate) struct OwnStore {
    buckets: Vec<String>,
    pub(super) endpoint: Url,
    region: String,
    path_style: bool,
    credentials: Credentials,
    client: Client,
    /// What the store does with `If-None-Match: *`; empty until it has shown it.
    conditions: OnceLock<Conditions>,
}

/// What a store makes of a conditional put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conditions {
    Honoured,
    /// Not implemented, or passed over in silence.
    Absent,
}

/// What became of an object to put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placed {
    /// It was not there, and is now.
    New,
    /// It was there already, byte for byte: a repeated delivery.
    SameThere,
}

/// Why a store did not do what it was asked, in the store's own terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {words}")]
pub(crate) struct StoreError {
    /// S3's code, such as `AccessDenied` or `NoSuchBucket`; `RequestTimeout` or
    /// `ServiceUnavailable` when there is no answer, `PreconditionFailed` when another object is
    /// at the key, `BadDigest` when what is read back is not what was sent.
    pub code: String,
    /// The store's message or ours, one line without secrets.
    pub words: String,
    /// Whether the same request may pass soon without anybody doing anything.
    pub retry: bool,
}

/// What an object's read shows beside the bytes that are expected there.
enum Seen {
    Same,
    Other,
    Nothing,
}

/// How often a put is tried against writers that are in the way.
const ATTEMPTS: usize = 4;

impl OwnStores {
    /// Returns the stores of the configuration.
    ///
    /// # Errors
    /// A secret's file has gone since the configuration was read, or there is no TLS.
    pub(crate) fn new(
        stores: &[StoreConfig],
        outgoing: &OutgoingConfig,
    ) -> Result<Self, OutgoingError> {
        stores
            .iter()
            .map(|store| OwnStore::new(store, outgoing))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Returns the store that has this bucket; `None` is the built-in one.
    pub(crate) fn of(&self, bucket: &str) -> Option<&OwnStore> {
        self.0.iter().find(|store| store.has(bucket))
    }
}

impl OwnStore {
    /// Returns one store of the configuration.
    ///
    /// # Errors
    /// As with [`OwnStores::new`].
    pub(crate) fn new(
        config: &StoreConfig,
        outgoing: &OutgoingConfig,
    ) -> Result<Self, OutgoingError> {
        Ok(Self {
            buckets: config.buckets.clone(),
            endpoint: config.endpoint.url().clone(),
            region: config.region.clone(),
            path_style: config.path_style,
            credentials: config.credentials().map_err(OutgoingError::Config)?,
            client: exchange::client(outgoing.connect(), outgoing.request(), |client| client)?,
            conditions: OnceLock::new(),
        })
    }

    /// Returns every bucket of an endpoint as one store, with the usual times to wait.
    ///
    /// # Errors
    /// There is no TLS.
    pub(crate) fn at(
        endpoint: &Url,
        region: &str,
        credentials: Credentials,
    ) -> Result<Self, OutgoingError> {
        let outgoing = OutgoingConfig::default();
        let is_plain = endpoint.scheme() == "http";
        // reading the certificates of authorities takes longer than many questions
        let with = |client: ClientBuilder| {
            if is_plain { client.tls_certs_only([]) } else { client }
        };
        Ok(Self {
            buckets: vec!["*".to_owned()],
            endpoint: endpoint.clone(),
            region: region.to_owned(),
            path_style: true,
            credentials,
            client: exchange::client(outgoing.connect(), outgoing.request(), with)?,
            conditions: OnceLock::new(),
        })
    }

    fn has(&self, bucket: &str) -> bool {
        self.buckets.iter().any(|pattern| wildcard::fits(pattern, bucket))
    }

    /// Returns an object; `None` when there is none at this key.
    ///
    /// `wall` is the time to sign with, here and below.
    ///
    /// # Errors
    /// The store's own, and `EntityTooLarge` beyond 64 MiB.
    pub(crate) async fn get(
        &self,
        bucket: &str,
        key: &str,
        wall: Timestamp,
    ) -> Result<Option<Object>, StoreError> {
        self.read(Ask::get(bucket, key), wall).await
    }

    /// Returns an object's attributes, with its size and without its bytes.
    ///
    /// # Errors
    /// The store's own; a bucket that is not there looks like an object that is not.
    pub(crate) async fn head(
        &self,
        bucket: &str,
        key: &str,
        wall: Timestamp,
    ) -> Result<Option<Object>, StoreError> {
        self.read(Ask { method: Method::HEAD, ..Ask::get(bucket, key) }, wall).await
    }

    /// Puts an object where none is, and reads it back; what is there already is compared.
    ///
    /// Doing it twice with the same bytes is harmless. Done at once by two with different bytes,
    /// one of them is told `PreconditionFailed`, where the store honours conditions.
    ///
    /// # Errors
    /// The store's own, and those named at [`StoreError`].
    pub(crate) async fn put_new(
        &self,
        bucket: &str,
        key: &str,
        bytes: &Bytes,
        attributes: &Attributes,
        wall: Timestamp,
    ) -> Result<Placed, StoreError> {
        let object = New { bucket, key, bytes, attributes, headers: attributes.headers()? };
        for _ in 0..ATTEMPTS {
            if let Some(placed) = self.place(&object, wall).await? {
                return Ok(placed);
            }
        }
        let words = "others write to the same key at the same time";
        Err(StoreError::ours("ConditionalRequestConflict", words).again())
    }

    /// Tries once; `None` when it is worth another try.
    async fn place(&self, object: &New<'_>, wall: Timestamp) -> Result<Option<Placed>, StoreError> {
        let known = self.conditions();
        if known != Some(Conditions::Honoured) && self.is_there(object, wall).await? {
            return self.settle(object, wall).await;
        }
        match self.put(object, wall).await {
            Ok(()) => self.read_back(object, wall).await.map(Some),
            Err(error) if error.code == "PreconditionFailed" => {
                self.learn(Conditions::Honoured);
                self.settle(object, wall).await
            }
            Err(error) if error.code == "ConditionalRequestConflict" => Ok(None),
            Err(error) if error.code == "NotImplemented" && known.is_none() => {
                self.learn(Conditions::Absent);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Judges an object that was there before; `None` when it has gone meanwhile.
    async fn settle(
        &self,
        object: &New<'_>,
        wall: Timestamp,
    ) -> Result<Option<Placed>, StoreError> {
        match self.compare(object, wall).await? {
            Seen::Same => Ok(Some(Placed::SameThere)),
            Seen::Nothing => Ok(None),
            Seen::Other => {
                Err(StoreError::ours("PreconditionFailed", "another object is at this key"))
            }
        }
    }

    /// Returns whether something is at the key, as far as the key's owner may know.
    ///
    /// Who may not list a bucket is denied the answer that nothing is there. Then the put itself
    /// decides, as long as the store has not shown that it overwrites.
    async fn is_there(&self, object: &New<'_>, wall: Timestamp) -> Result<bool, StoreError> {
        match self.head(object.bucket, object.key, wall).await {
            Ok(found) => Ok(found.is_some()),
            Err(error) if error.code == "AccessDenied" && self.conditions().is_none() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn put(&self, object: &New<'_>, wall: Timestamp) -> Result<(), StoreError> {
        let mut headers = object.headers.clone();
        if self.conditions() != Some(Conditions::Absent) {
            headers.insert(http::header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        }
        let body = object.bytes.clone();
        let ask = Ask { method: Method::PUT, headers, body, ..Ask::get(object.bucket, object.key) };
        let answer = self.ask(ask, wall).await?;
        if answer.is_success() { Ok(()) } else { Err(Refusal::of(&answer).into()) }
    }

    /// Believes a put only when the object is there as it was sent.
    async fn read_back(&self, object: &New<'_>, wall: Timestamp) -> Result<Placed, StoreError> {
        match self.compare(object, wall).await? {
            Seen::Same => {}
            Seen::Other => {
                let words = "what is read back is not what was sent";
                return Err(StoreError::ours("BadDigest", words).again());
            }
            Seen::Nothing => {
                let words = "the object is not there though the store took it";
                return Err(StoreError::ours("NoSuchKey", words).again());
            }
        }
        if self.conditions().is_none() {
            self.probe(object, wall).await;
        }
        Ok(Placed::New)
    }

    /// Finds out what conditions are worth by putting what is there once more.
    ///
    /// A store that passes over the condition writes the same bytes again, which harms nobody.
    async fn probe(&self, object: &New<'_>, wall: Timestamp) {
        match self.put(object, wall).await {
            Ok(()) => self.learn(Conditions::Absent),
            Err(error) if error.code == "PreconditionFailed" => self.learn(Conditions::Honoured),
            // an answer that says nothing of conditions: the next put asks again
            Err(error) => tracing::debug!(%error, "conditional puts are not known yet"),
        }
    }

    async fn compare(&self, object: &New<'_>, wall: Timestamp) -> Result<Seen, StoreError> {
        let bytes_max = object.bytes.len();
        let ask = Ask { bytes_max, ..Ask::get(object.bucket, object.key) };
        match self.read(ask, wall).await {
            Ok(None) => Ok(Seen::Nothing),
            Ok(Some(found)) if found.is(object.bytes, object.attributes) => Ok(Seen::Same),
            Ok(Some(_)) => Ok(Seen::Other),
            Err(error) if error.code == "EntityTooLarge" => Ok(Seen::Other),
            Err(error) => Err(error),
        }
    }

    fn conditions(&self) -> Option<Conditions> {
        self.conditions.get().copied()
    }

    /// Remembers what the store has shown, and says so once when it is the worse.
    fn learn(&self, conditions: Conditions) {
        let first = self.conditions.set(conditions).is_ok();
        if first && conditions == Conditions::Absent {
            tracing::warn!(
                endpoint = %self.endpoint,
                "the store has no conditional puts: looking first, which is safe for one writer only"
            );
        }
    }
}

/// An object to put.
struct New<'a> {
    bucket: &'a str,
    key: &'a str,
    bytes: &'a Bytes,
    attributes: &'a Attributes,
    headers: HeaderMap,
}

impl StoreError {
    /// Returns an error that no store said.
    fn ours(code: &str, words: &str) -> Self {
        Self { code: code.to_owned(), words: words.to_owned(), retry: false }
    }

    fn again(self) -> Self {
        Self { retry: true, ..self }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code, words: refusal.words, retry: refusal.retry }
    }
}
