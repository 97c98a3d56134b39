//! `UpdateLicenseConfiguration`.

use wire::{Call, Done, Fault, Members};

use super::configuration::{Configuration, Status};
use super::{CONFIGURATION, invalid, product_information, put, rules};
use crate::{Change, Settings, State};

/// Changes what the input names of a configuration; the way of counting stays what it was.
///
/// # Errors
/// - `InvalidParameterValueException`: unknown ARN, a new rule other than `licenseAffinityToHost`,
///   or what creation would refuse.
/// - `ResourceLimitExceededException`: an enforced count below what is taken already.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let arn = input.string("LicenseConfigurationArn").unwrap_or_default();
    let current = state.license_manager.configuration(call, arn)?;
    let updated = updated(current.clone(), input)?;
    updated.check()?;
    if updated.hard_limit && updated.is_limit_exceeded() && limit_differs(current, &updated) {
        let consumed = updated.consumed();
        let message = format!("{consumed} licenses are in use, more than the enforced count.");
        return Err(Fault::new("ResourceLimitExceededException", message));
    }
    Ok(Done::changed(Members::new(), vec![put(call, updated)]).about(CONFIGURATION, arn))
}

fn limit_differs(current: &Configuration, updated: &Configuration) -> bool {
    (current.count, current.hard_limit) != (updated.count, updated.hard_limit)
}

fn updated(mut configuration: Configuration, input: &Members) -> Result<Configuration, Fault> {
    if let Some(status) = input.string("LicenseConfigurationStatus") {
        configuration.status = Status::parse(status)
            .ok_or_else(|| invalid("LicenseConfigurationStatus is AVAILABLE or DISABLED."))?;
    }
    let wanted: Vec<_> = input.strings("LicenseRules").map(str::to_owned).collect();
    configuration.rules = rules::merge(&configuration.rules, &wanted)?;
    if let Some(name) = input.string("Name") {
        name.clone_into(&mut configuration.name);
    }
    if input.get("ProductInformationList").is_some() {
        configuration.product_information = product_information::read(input)?;
    }
    configuration.description =
        input.string("Description").map(str::to_owned).or(configuration.description);
    configuration.count = input.integer("LicenseCount").or(configuration.count);
    configuration.expiry = input.integer("LicenseExpiry").or(configuration.expiry);
    configuration.hard_limit =
        input.boolean("LicenseCountHardLimit").unwrap_or(configuration.hard_limit);
    configuration.disassociate_when_not_found = input
        .boolean("DisassociateWhenNotFound")
        .unwrap_or(configuration.disassociate_when_not_found);
    Ok(configuration)
}
