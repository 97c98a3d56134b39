//! `GetLicenseConfiguration`.

use wire::{Call, Done, Fault, Members};

use super::CONFIGURATION;
use crate::{Change, Settings, State};

/// Shows one configuration with its counts and tags.
///
/// # Errors
/// `InvalidParameterValueException`: unknown ARN.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let arn = input.string("LicenseConfigurationArn").unwrap_or_default();
    let configuration = state.license_manager.configuration(call, arn)?;
    Ok(Done::read(configuration.details(call.account)).about(CONFIGURATION, arn))
}
