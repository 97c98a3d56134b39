//! `DeleteLicenseConfiguration`.

use wire::{Call, Done, Fault, Members};

use super::{CONFIGURATION, ChangeKind, change, invalid};
use crate::{Change, Settings, State};

/// Deletes a configuration that nothing is associated with.
///
/// # Errors
/// `InvalidParameterValueException`: unknown ARN, or resources are still associated.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let arn = input.string("LicenseConfigurationArn").unwrap_or_default();
    let configuration = state.license_manager.configuration(call, arn)?;
    if !configuration.associations.is_empty() {
        let count = configuration.associations.len();
        return Err(invalid(format!(
            "License configuration {arn} is associated with {count} resources; disassociate them first."
        )));
    }
    let gone = change(call, ChangeKind::DeleteConfiguration(arn.to_owned()));
    Ok(Done::changed(Members::new(), vec![gone]).about(CONFIGURATION, arn))
}
