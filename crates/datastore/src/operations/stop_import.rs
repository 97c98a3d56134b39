//! `StopImport`.

use wire::{Done, Fault};

use super::{find, import, invalid};
use crate::change::{Change, ImportChange};
use crate::request::Request;
use crate::state::ImportStatus;

/// Ends an import that waits or reads; what it has taken stays. Whoever reads hears of it by the
/// change.
///
/// # Errors
/// `ImportNotFoundException`; `InvalidParameterException` when it has ended.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let id = request.input.string("ImportId").unwrap_or_default();
    let current = find::import(request, id)?;
    if !current.is_open() {
        return Err(invalid(format!("Import {id} is {} already.", current.status.as_str())));
    }
    let (at, status) = (request.call.now, ImportStatus::Stopped);
    let mut stopped = current.clone();
    (stopped.status, stopped.updated) = (status, at);
    let change = ImportChange::Ended { id: id.to_owned(), at, status };
    Ok(Done::changed(import::show_with_statistics(&stopped), vec![change.into()]))
}
