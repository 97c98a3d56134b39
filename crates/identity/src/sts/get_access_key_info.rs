//! `GetAccessKeyInfo`: the account that a key id names; nothing is looked up.

use wire::{Done, Fault, Members, Value};

use crate::change::Change;
use crate::ids;
use crate::operation::Request;

/// Answers the account.
pub(crate) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let account = ids::account_of_key(request.text("AccessKeyId"))
        .ok_or_else(|| Fault::new("ValidationError", "Invalid AccessKeyId"))?;
    Ok(Done::read(Members::new().with("Account", Value::from(account))))
}
