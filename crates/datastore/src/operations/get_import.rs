//! `GetImport`.

use wire::{Done, Fault};

use super::{find, import};
use crate::change::Change;
use crate::request::Request;

/// Returns what an import is about and how far it is.
///
/// # Errors
/// `ImportNotFoundException`
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let id = request.input.string("ImportId").unwrap_or_default();
    find::import(request, id).map(|found| Done::read(import::show_with_statistics(found)))
}
