//! The requests of the benchmark, signed before the clock starts.

use std::fmt::Write as _;

use http::Request;
use wire::sigv4::{Credentials, PathStyle, Signer};

use super::clock;
use super::peers::Server;
use crate::Failure;

/// How many buyers the benchmark's world has.
pub(super) const BUYERS: usize = 3000;

/// What one lot of metering calls is about.
#[derive(Clone, Copy)]
pub(super) struct Metering {
    /// Where it is called.
    pub(super) region: &'static str,
    /// The round, which has a product of its own.
    pub(super) round: usize,
    /// How many calls.
    pub(super) calls: usize,
}

/// Returns calls that each meter one dimension of one buyer for one hour.
pub(super) fn metering(
    server: &Server,
    credentials: &Credentials,
    Metering { region, round, calls }: Metering,
) -> Result<Vec<Vec<u8>>, Failure> {
    let now = clock::seconds()?;
    let hour = now / 3600 * 3600;
    (0..calls)
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
            signed(&server.authority, credentials, region, &body)
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
            signed(authority, credentials, "us-east-1", &body)
        })
        .collect()
}

/// Returns the request that asks for nothing.
pub(super) fn health(authority: &str) -> Vec<u8> {
    format!("GET /_health HTTP/1.1\r\nhost: {authority}\r\n\r\n").into_bytes()
}

fn signed(
    authority: &str,
    credentials: &Credentials,
    region: &str,
    body: &str,
) -> Result<Vec<u8>, Failure> {
    let request = Request::post("/")
        .header("host", authority)
        .header("content-type", "application/x-amz-json-1.1")
        .header("user-agent", "bench")
        .header("x-amz-target", "AWSMPMeteringService.BatchMeterUsage")
        .body(())?;
    let (mut parts, ()) = request.into_parts();
    let signer = Signer {
        credentials,
        region,
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
