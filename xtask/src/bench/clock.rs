//! The benchmark's clock: measuring is what it is for.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::Failure;

/// Returns a point in time to measure from.
pub(super) fn instant() -> Instant {
    Instant::now()
}

/// Returns the seconds since 1970.
pub(super) fn seconds() -> Result<u64, Failure> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

/// Waits.
pub(super) fn pause(span: Duration) {
    std::thread::sleep(span);
}
