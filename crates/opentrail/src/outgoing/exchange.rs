//! One request and its answer: within a time, read up to a size, told in plain words.

use std::error::Error as _;
use std::time::Duration;

use http::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Request, Response};

use super::OutgoingError;

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoAnswer {
    /// It took too long.
    #[error("no answer in time")]
    Late,
    /// There is no connection, or it broke.
    #[error("{0}")]
    Unreachable(String),
    /// The body is larger than this, in bytes.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

impl Answer {
    /// Returns whether it says that all went well.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns a header's text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Returns a client that goes where it is told and nowhere else.
///
/// `with` adds what one use asks for. A machine without certificates of authorities has a client
/// too, for plain http; https then fails when it is used.
pub(super) fn client(
    connect: Duration,
    whole: Duration,
    with: impl Fn(ClientBuilder) -> ClientBuilder,
) -> Result<Client, OutgoingError> {
    let make = || {
        let builder = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .user_agent(concat!("opentrail/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(connect)
            .timeout(whole);
        with(builder)
    };
    make().build().or_else(|cause| {
        tracing::warn!(cause = words(cause), "no https can be trusted");
        make().tls_certs_only([]).build().map_err(OutgoingError::Client)
    })
}

/// Sends a request and reads its answer, up to `bytes_max` bytes of body.
pub(super) async fn exchange(
    client: &Client,
    request: Request,
    bytes_max: usize,
) -> Result<Answer, NoAnswer> {
    let mut response = client.execute(request).await?;
    let body = read(&mut response, bytes_max).await?;
    let headers = std::mem::take(response.headers_mut());
    Ok(Answer { status: response.status().as_u16(), headers, body })
}

async fn read(response: &mut Response, bytes_max: usize) -> Result<Vec<u8>, NoAnswer> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > bytes_max {
            return Err(NoAnswer::TooLarge(bytes_max));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl From<reqwest::Error> for NoAnswer {
    fn from(cause: reqwest::Error) -> Self {
        if cause.is_timeout() { Self::Late } else { Self::Unreachable(words(cause)) }
    }
}

/// Returns the whole chain of causes in one line, without the URL: it may hold a password.
pub(super) fn words(cause: reqwest::Error) -> String {
    let cause = cause.without_url();
    let mut words = cause.to_string();
    let mut source = cause.source();
    while let Some(inner) = source {
        words.push_str(": ");
        words.push_str(&inner.to_string());
        source = inner.source();
    }
    words
}
