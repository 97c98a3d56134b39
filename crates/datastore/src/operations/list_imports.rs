//! `ListImports`.

use wire::{Done, Fault, Members, Value};

use super::find;
use crate::change::Change;
use crate::page::{Place, Question};
use crate::request::Request;
use crate::state::{Import, ImportStatus};

/// Returns the account's imports in the Region, the newest first.
///
/// # Errors
/// `EventDataStoreARNInvalidException`, `InvalidParameterException` for a destination that is not
/// there, `InvalidNextTokenException`.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let store = destination(request)?;
    let status = input.string("ImportStatus").and_then(ImportStatus::named);
    let imports = request.state.imports.values().filter(|import| {
        find::sees_import(request, import)
            && store.is_none_or(|number| import.store == number)
            && status.is_none_or(|status| import.status == status)
    });
    let rows = imports.map(|import| (place(import), import)).collect();
    let page = Question::new(request.call, "ListImports", input).page(rows)?;
    let imports: Vec<_> = page.rows.into_iter().map(show).collect();
    Ok(Done::read(
        Members::new()
            .with("Imports", Value::from(imports))
            .with("NextToken", page.next_token.map(Value::from)),
    ))
}

/// The model has no exception here for a store that is not there.
fn destination(request: &Request<'_, '_>) -> Result<Option<u64>, Fault> {
    let Some(named) = request.input.string("Destination") else { return Ok(None) };
    match find::store(request, named) {
        Ok(store) => Ok(Some(store.number)),
        Err(fault) if fault.code == "EventDataStoreNotFoundException" => {
            Err(super::invalid(fault.message))
        }
        Err(fault) => Err(fault),
    }
}

/// The newest has the least place.
fn place(import: &Import) -> Place {
    let before_the_end = i64::MAX.saturating_sub(import.created.as_microsecond());
    (format!("{before_the_end:020}"), import.id.clone())
}

fn show(import: &Import) -> Members {
    Members::new()
        .with("ImportId", Value::from(import.id.as_str()))
        .with("ImportStatus", Value::from(import.status.as_str()))
        .with("Destinations", Value::from(vec![import.store_arn.as_str()]))
        .with("CreatedTimestamp", Value::from(import.created))
        .with("UpdatedTimestamp", Value::from(import.updated))
}
