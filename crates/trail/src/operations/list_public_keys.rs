//! `ListPublicKeys`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wire::{Done, Fault, Members, Value};

use crate::change::Change;
use crate::request::Request;
use crate::state::KeyPair;

/// Returns the public keys of the called Region's digests: all whose validity overlaps the range,
/// on one page, since clients read no second one. Either end of the range is now when it is not
/// given. The token is reserved by AWS and says nothing.
///
/// # Errors
/// `InvalidTimeRangeException`
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let time = |name| request.input.timestamp(name).unwrap_or(request.call.now);
    let (start, end) = (time("StartTime"), time("EndTime"));
    if start > end {
        let message = "StartTime must not be after EndTime.";
        return Err(Fault::new("InvalidTimeRangeException", message));
    }
    let keys = request.state.keys.get(request.call.region);
    let overlaps = |key: &&KeyPair| key.valid_from <= end && key.valid_to >= start;
    let list: Vec<_> = keys.into_iter().flatten().filter(overlaps).map(show).collect();
    Ok(Done::read(Members::new().with("PublicKeyList", Value::from(list))))
}

fn show(key: &KeyPair) -> Members {
    let der = STANDARD.decode(&key.public_key).expect("keys are base64 where they are made");
    Members::new()
        .with("Value", Value::Blob(der))
        .with("ValidityStartTime", Value::from(key.valid_from))
        .with("ValidityEndTime", Value::from(key.valid_to))
        .with("Fingerprint", Value::from(key.fingerprint.as_str()))
}
