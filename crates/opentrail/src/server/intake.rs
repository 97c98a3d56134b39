//! Takes a request's body: as much as its head is allowed, for as long as it keeps coming.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use wire::Fault;

use crate::gateway::{Allowance, Arrival, Gateway};

/// How many times longer than other requests one with a large body may take.
const LARGE_PATIENCE: u32 = 10;
/// How much memory is set aside before a byte has come.
const EXPECTED_BYTES_MAX: usize = 1024 * 1024;

/// Returns a request with its body, or with the reason why that was not taken.
pub(super) async fn take(gateway: &Gateway, arrival: Arrival, body: Incoming) -> Arrival {
    let said = body.size_hint().exact();
    let allowance = match gateway.allowance(&arrival, said) {
        Ok(allowance) if said.is_some_and(|said| said > allowance.bytes_max as u64) => {
            return Arrival { body: Err(allowance.too_large), ..arrival };
        }
        Ok(allowance) => allowance,
        Err(refusal) => return Arrival { body: Err(refusal), ..arrival },
    };
    let patience = Duration::from_secs(gateway.config.limits.request_seconds_max);
    let bytes = said.and_then(|said| usize::try_from(said).ok()).unwrap_or(allowance.bytes_max);
    let room = match gateway.blobs.room(bytes, patience).await {
        Ok(room) => room,
        Err(fault) => return Arrival { body: Err(fault), ..arrival },
    };
    let most = patience * if allowance.is_large { LARGE_PATIENCE } else { 1 };
    let expected = bytes.min(EXPECTED_BYTES_MAX);
    let collected = tokio::time::timeout(most, collect(body, &allowance, expected, patience)).await;
    Arrival { body: collected.unwrap_or_else(|_| Err(too_slow(&allowance))), room, ..arrival }
}

/// Reads a body into one piece of memory; ends when nothing comes for as long as `patience`.
async fn collect(
    mut body: Incoming,
    allowance: &Allowance,
    expected: usize,
    patience: Duration,
) -> Result<Bytes, Fault> {
    let mut bytes = Vec::with_capacity(expected);
    loop {
        let frame = tokio::time::timeout(patience, body.frame()).await;
        let frame = match frame.map_err(|_| too_slow(allowance))? {
            None => return Ok(bytes.into()),
            Some(Ok(frame)) => frame,
            Some(Err(_)) => {
                let text = "The request's body ended too early.";
                return Err(Fault::new("IncompleteBody", text));
            }
        };
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > allowance.bytes_max {
            return Err(allowance.too_large.clone());
        }
        bytes.extend_from_slice(&data);
    }
}

/// Answers for a body that stands still; S3's clients know it by 400.
fn too_slow(allowance: &Allowance) -> Fault {
    let text = "The request's body did not come in time.";
    let status = if allowance.is_large { 400 } else { 408 };
    Fault::new("RequestTimeout", text).with_status(status)
}
