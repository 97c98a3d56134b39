//! Requests that carry a signature.

use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use reqwest::{Client, Request, Url};
use wire::sigv4::Signer;

/// All but RFC 3986's unreserved characters, as AWS encodes names and values.
pub(super) const RESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What cannot be put into a request.
#[derive(Debug, thiserror::Error)]
#[error("the request cannot be written: {0}")]
pub(super) struct NoRequest(String);

/// Returns the signed request, to be sent as it is.
pub(super) fn request(
    client: &Client,
    signer: &Signer<'_>,
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: bytes::Bytes,
    wall: Timestamp,
) -> Result<Request, NoRequest> {
    let mut parts = parts(&method, &url)?;
    parts.headers = headers;
    if body.is_empty() && method == Method::PUT {
        // the client says nothing of an empty body, and S3 asks for its length all the same
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let added = signer.sign(&parts, &body, wall).map_err(|cause| NoRequest(cause.to_string()))?;
    parts.headers.extend(added);
    client
        .request(method, url)
        .headers(parts.headers)
        // nobody on the way shall pack or unpack what is stored; not signed, as some rewrite it
        .header(ACCEPT_ENCODING, "identity")
        .body(body)
        .build()
        .map_err(|cause| NoRequest(cause.without_url().to_string()))
}

fn parts(method: &Method, url: &Url) -> Result<Parts, NoRequest> {
    let request = http::Request::builder().method(method).uri(url.as_str()).body(());
    let (parts, ()) = request.map_err(|cause| NoRequest(cause.to_string()))?.into_parts();
    Ok(parts)
}
