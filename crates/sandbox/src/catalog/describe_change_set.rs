//! `DescribeChangeSet`.

use wire::{Call, Done, Fault, Members};

use super::{CHANGE_SET, ENTITY, change_set_not_found, check_catalog};
use crate::{Change, Settings, State};

/// Shows a change set with its changes and what is wrong with them.
///
/// # Errors
/// `ResourceNotFoundException`: not the caller's, or finished too long ago.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    settings: &Settings,
) -> Result<Done<Change>, Fault> {
    check_catalog(input)?;
    let id = input.string("ChangeSetId").unwrap_or_default();
    let change_set = state
        .catalog
        .change_set(call.account, id)
        .filter(|change_set| !change_set.is_forgotten(call.now, settings))
        .ok_or_else(|| change_set_not_found(id))?;
    let done = Done::read(change_set.details()).about(CHANGE_SET, id);
    Ok(change_set.entity_ids().into_iter().fold(done, |done, id| done.about(ENTITY, id)))
}
