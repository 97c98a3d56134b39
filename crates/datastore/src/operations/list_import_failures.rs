//! `ListImportFailures`.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wire::{Done, Fault, Members, Value};

use super::{find, invalid};
use crate::change::Change;
use crate::page::{Place, Question};
use crate::request::Request;
use crate::state::ImportFailure;

/// The characters of a location that a token holds.
const BEGINNING: usize = 60;

/// Returns the files of an import that did not go, by their locations.
///
/// # Errors
/// `InvalidParameterException` for an import that is not there: the model has no exception of its
/// own for it here; `InvalidNextTokenException`.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let id = input.string("ImportId").unwrap_or_default();
    let import = find::import(request, id).map_err(|fault| invalid(fault.message))?;
    let rows = import.failures.iter();
    let rows = rows.map(|(location, failure)| (place(location), show(location, failure)));
    let page = Question::new(request.call, "ListImportFailures", input).page(rows.collect())?;
    Ok(Done::read(
        Members::new()
            .with("Failures", Value::from(page.rows))
            .with("NextToken", page.next_token.map(Value::from)),
    ))
}

/// A location may be longer than a token: its beginning orders, its sum tells apart.
fn place(location: &str) -> Place {
    let sum = digest(&SHA256, location.as_bytes());
    (location.chars().take(BEGINNING).collect(), URL_SAFE_NO_PAD.encode(sum))
}

fn show(location: &str, failure: &ImportFailure) -> Members {
    Members::new()
        .with("Location", Value::from(location))
        .with("Status", Value::from(failure.status.as_str()))
        .with("ErrorType", Value::from(failure.error_type.as_str()))
        .with("ErrorMessage", Value::from(failure.error_message.as_str()))
        .with("LastUpdatedTime", Value::from(failure.updated))
}
