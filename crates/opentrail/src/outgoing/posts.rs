//! Posts to addresses that callers name: judged, pinned, and never sent on.
//!
//! ```text
//!   URL ─▶ http or https? ─▶ address in any spelling ─▶ judged ─▶ connect
//!                         └▶ name ─▶ resolved once ─▶ every address judged ─▶ connect to those
//! ```
//!
//! A name is resolved by the resolver below and by nothing else, so that what was judged is what
//! is connected to. One forbidden address among several refuses the name: nobody honest has that.

#[cfg(test)]
mod tests;

use std::error::Error as _;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url};

use super::OutgoingError;
use super::exchange;
use super::networks::Networks;
use crate::config::OutgoingConfig;

/// The way to subscribers.
pub(crate) struct Posts {
    networks: Arc<Networks>,
    client: Client,
}

/// Why a post did not arrive, or may not have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PostError {
    /// It is not a URL of http or https with a host.
    #[error("not a URL that can be posted to")]
    Url,
    /// The address is one that nothing is posted to.
    #[error("{0} may not be posted to")]
    Forbidden(IpAddr),
    /// No answer within the time.
    #[error("no answer in time")]
    Late,
    /// No connection, or it broke.
    #[error("{0}")]
    Unreachable(String),
}

/// What is read of an answer, in bytes; the rest is left.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// The longest URL that is posted to: what SNS takes as an endpoint.
const URL_LENGTH_MAX: usize = 2048;

impl Posts {
    /// Returns the way to subscribers of a server that listens at `listen`.
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub(crate) fn new(config: &OutgoingConfig, listen: SocketAddr) -> Result<Self, OutgoingError> {
        let networks = Arc::new(Networks::new(config.networks(listen)));
        let client = exchange::client(config.connect(), config.post(), |client| {
            // no connection is kept: each post is judged on its own
            client.dns_resolver(Judged(Arc::clone(&networks))).pool_max_idle_per_host(0)
        })?;
        Ok(Self { networks, client })
    }

    /// Judges a URL as far as it can be without asking for its name: for those who subscribe.
    ///
    /// # Errors
    /// [`PostError::Url`] and [`PostError::Forbidden`].
    pub(crate) fn check(&self, url: &str) -> Result<(), PostError> {
        self.judge(url).map(|_| ())
    }

    /// Posts once and returns the status, whatever it is; redirects are a status like others.
    ///
    /// A user and password in the URL become basic authentication, as with SNS.
    ///
    /// # Errors
    /// See [`PostError`].
    pub(crate) async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<u16, PostError> {
        let url = self.judge(url)?;
        let request = self.client.post(url).headers(headers).body(body).send();
        let mut response = request.await.map_err(PostError::of)?;
        let mut read = 0;
        // a subscriber that is still sending when we have read enough has answered all the same
        while let Ok(Some(chunk)) = response.chunk().await {
            read += chunk.len();
            if read > ANSWER_BYTES_MAX {
                break;
            }
        }
        Ok(response.status().as_u16())
    }

    fn judge(&self, text: &str) -> Result<Url, PostError> {
        if text.len() > URL_LENGTH_MAX {
            return Err(PostError::Url);
        }
        let url = Url::parse(text).map_err(|_| PostError::Url)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(PostError::Url);
        }
        let host = url.host_str().ok_or(PostError::Url)?;
        // addresses are in normal form here, however they were spelled
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if !self.networks.admit(address) => Err(PostError::Forbidden(address)),
            _ => Ok(url),
        }
    }
}

impl PostError {
    fn of(cause: reqwest::Error) -> Self {
        let mut source = cause.source();
        while let Some(inner) = source {
            if let Some(Forbidden(address)) = inner.downcast_ref() {
                return Self::Forbidden(*address);
            }
            source = inner.source();
        }
        if cause.is_timeout() { Self::Late } else { Self::Unreachable(exchange::words(cause)) }
    }
}

/// Resolves names and lets none pass that leads where nothing is posted to.
struct Judged(Arc<Networks>);

/// A name led to this address.
#[derive(Debug)]
struct Forbidden(IpAddr);

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may not be posted to", self.0)
    }
}

impl std::error::Error for Forbidden {}

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = Arc::clone(&self.0);
        Box::pin(async move {
            // port 0 stands for the URL's own
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses = judged(&networks, found.collect())?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Returns the addresses of a name when every one of them may be posted to.
fn judged(networks: &Networks, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Forbidden> {
    match found.iter().find(|address| !networks.admit(address.ip())) {
        Some(address) => Err(Forbidden(address.ip())),
        None => Ok(found),
    }
}
