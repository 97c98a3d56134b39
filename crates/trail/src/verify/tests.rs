//! Tests: buckets made by our own builders, unmodified and with everything done to them.

use super::{Kind, Report};

mod flips;
mod losses;
mod swaps;
mod unmodified;
mod world;

/// Asserts that something of this kind is found about this object.
fn assert_found(report: &Report, kind: Kind, key: &str) {
    let is_found = report.findings.iter().any(|finding| finding.kind == kind && finding.key == key);
    assert!(is_found, "{kind:?} of {key} in {:#?}", report.findings);
    assert!(!report.is_clean());
}
