//! The requests of the benchmark, signed before the clock starts.

use std::fmt::Write as _;

use http::Request;
use wire::sigv4::{Credentials, PathStyle, Signer};

use super::clock;
use super::peers::Server;
use crate::Failure;

/// How many buyers the benchmark's world has.
pub(super) const BUYERS: usize = 3000;
/// How many different calls one round has; each is a row of its own in the ledger.
const CALLS: usize = 120_000;

/// Returns calls that each meter one dimension of one buyer for one hour.
pub(super) fn metering(
    server: &Server,
    credentials: &Credentials,
    round: usize,
) -> Result<Vec<Vec<u8>>, Failure> {
    let now = clock::seconds()?;
    let hour = now / 3600 * 3600;
    (0..CALLS)
        .map(|number| {
            let buyer = number % BUYERS;
            let turn = number / BUYERS;
            // hours back within the window, dimensions in turn: no two calls have one key
            let time = hour - 3600 * (1 + (turn as u64 / 2) % 20);
            let dimension = if turn.is_multiple_of(2) { "requests" } else { "gb" };
            let body = format!(
                r#"{{"UsageRecords":[{{"Timestamp":{time},"CustomerIdentifier":"bench-{buyer}","Dimension":"{dimension}","Quantity":{}}}],"ProductCode":"bench-{round}"}}"#,
                1 + number % 1000
            );
            signed(&server.authority, credentials, &body)
        })
        .collect()
}

/// Returns the older request shape, as moto knows it.
pub(super) fn old_metering(
    authority: &str,
    credentials: &Credentials,
) -> Result<Vec<Vec<u8>>, Failure> {
    let now = clock::seconds()?;
    (0..1000)
        .map(|number| {
            let body = format!(
                r#"{{"UsageRecords":[{{"Timestamp":{now},"CustomerIdentifier":"bench-{number}","Dimension":"requests","Quantity":1}}],"ProductCode":"bench"}}"#
            );
            signed(authority, credentials, &body)
        })
        .collect()
}

/// Returns the request that asks for nothing.
pub(super) fn health(authority: &str) -> Vec<u8> {
    format!("GET /_health HTTP/1.1\r\nhost: {authority}\r\n\r\n").into_bytes()
}

fn signed(authority: &str, credentials: &Credentials, body: &str) -> Result<Vec<u8>, Failure> {
    let request = Request::post("/")
        .header("host", authority)
        .header("content-type", "application/x-amz-json-1.1")
        .header("user-agent", "bench")
        .header("x-amz-target", "AWSMPMeteringService.BatchMeterUsage")
        .body(())?;
    let (mut parts, ()) = request.into_parts();
    let signer = Signer {
        credentials,
        region: "us-east-1",
        service: "aws-marketplace",
        path_style: PathStyle::Normalized,
    };
    let now = jiff::Timestamp::from_second(clock::seconds()?.try_into()?)?;
    let signature = signer.sign(&parts, body.as_bytes(), now)?;
    parts.headers.extend(signature);
    let mut text = "POST / HTTP/1.1\r\n".to_owned();
    for (name, value) in &parts.headers {
        write!(text, "{name}: {}\r\n", value.to_str()?)?;
    }
    write!(text, "content-length: {}\r\n\r\n{body}", body.len())?;
    Ok(text.into_bytes())
}
