//! `CancelChangeSet`.

use wire::{Call, Done, Fault, Members, Value};

use super::change_set::Status;
use super::{CHANGE_SET, Change, change_set_not_found, check_catalog};
use crate::{Settings, State};

/// Calls a change set off while it is being prepared.
///
/// # Errors
/// - `ResourceNotFoundException`: not the caller's, or finished too long ago.
/// - `ResourceInUseException`: no longer being prepared.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    settings: &Settings,
) -> Result<Done<crate::Change>, Fault> {
    check_catalog(input)?;
    let id = input.string("ChangeSetId").unwrap_or_default();
    let change_set = state
        .catalog
        .change_set(call.account, id)
        .filter(|change_set| !change_set.is_forgotten(call.now, settings))
        .ok_or_else(|| change_set_not_found(id))?;
    if change_set.status != Status::Preparing {
        let status = change_set.status.as_str();
        let message =
            format!("Change set {id} is {status}; only a PREPARING one can be cancelled.");
        return Err(Fault::new("ResourceInUseException", message).with_status(423));
    }
    let output = Members::new()
        .with("ChangeSetId", Value::from(id))
        .with("ChangeSetArn", Value::from(change_set.arn()));
    let cancelled = crate::Change::Catalog(Change::MoveChangeSet {
        account: call.account.to_owned(),
        change_set_id: id.to_owned(),
        status: Status::Cancelled,
        at: call.now,
        failure: None,
    });
    Ok(Done::changed(output, vec![cancelled]).about(CHANGE_SET, id))
}
