//! `GenerateQuery`.

use wire::{Done, Fault};

use super::find;
use crate::change::Change;
use crate::request::Request;

/// Refuses to write SQL out of words: there is nobody here who could.
///
/// # Errors
/// Those of stores that are not there or not active; `GenerateResponseException`, which says where
/// written queries are.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    for named in request.input.strings("EventDataStores") {
        find::active_store(request, named)?;
    }
    Err(Fault::new(
        "GenerateResponseException",
        "Queries are not generated here: SearchSampleQueries finds written ones by the same words.",
    ))
}
