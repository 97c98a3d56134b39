//! `GetCheckpoint`: the head of the journal's chain, signed, to be kept somewhere else.

use wire::{Fault, Members, Value};

use super::Reading;
use crate::checkpoints::Signed;

/// Answers `GetCheckpoint`. It covers every call that was answered before this one was made.
///
/// # Errors
/// `AccessDeniedException` for other accounts than the operator's: the journal holds everybody's
/// events. `ServiceUnavailableException` when the key cannot be used.
pub(super) fn run(reading: &Reading<'_>, _input: &Members) -> Result<Members, Fault> {
    if !reading.sees_all {
        let message = "Only the operator's account may have the journal's checkpoint.";
        return Err(Fault::new("AccessDeniedException", message).with_status(403));
    }
    let signed = reading.checkpoints.sign(reading.account).map_err(|cause| {
        tracing::error!(cause = %crate::logs::chain(&cause), "no checkpoint can be signed");
        let message = "No checkpoint can be signed; see the server's log.";
        Fault::new("ServiceUnavailableException", message).with_status(503)
    })?;
    Ok(shown(&signed))
}

/// Returns a signed checkpoint as the operation answers it.
pub(crate) fn shown(signed: &Signed) -> Members {
    let sequence = i64::try_from(signed.sequence).unwrap_or(i64::MAX);
    Members::new()
        .with("Checkpoint", Value::from(signed.note.as_str()))
        .with("VerifierKey", Value::from(signed.verifier_key.as_str()))
        .with("Sequence", Value::from(sequence))
}
