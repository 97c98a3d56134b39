//! `GetCallerIdentity`: always answered, whatever policies say.

use wire::{Done, Fault, Members, Value};

use crate::change::Change;
use crate::operation::Request;

/// Answers who calls.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let caller = request.caller;
    let account = caller.account().unwrap_or_default();
    Ok(Done::read(
        Members::new()
            .with("UserId", Value::from(caller.principal_id()))
            .with("Account", Value::from(account))
            .with("Arn", Value::from(caller.arn())),
    ))
}
