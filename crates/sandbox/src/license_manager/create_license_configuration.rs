//! `CreateLicenseConfiguration`.

use std::collections::BTreeMap;

use wire::{Call, Done, Fault, Members, Value};

use super::configuration::{Configuration, CountingType, Status};
use super::{CONFIGURATION, invalid, product_information, put, rules, tags};
use crate::{Change, Settings, State};

/// Creates a configuration in the caller's account and Region.
///
/// # Errors
/// - `InvalidParameterValueException`: an empty name, rules that do not go with the counting type,
///   a hard limit without a count, odd tags or filters.
/// - `ResourceLimitExceededException`: as many configurations as the account may have.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let mut configuration = read(input)?;
    configuration.check()?;
    let held = state.license_manager.configurations(call.account, call.region).count();
    let allowed = settings.license_configurations_max;
    if u32::try_from(held).is_ok_and(|held| held < allowed) {
        configuration.arn = new_arn(call);
        let arn = configuration.arn.clone();
        let output = Members::new().with("LicenseConfigurationArn", Value::from(arn.as_str()));
        return Ok(Done::changed(output, vec![put(call, configuration)]).about(CONFIGURATION, arn));
    }
    let message = format!("An account may have {allowed} license configurations in a Region.");
    Err(Fault::new("ResourceLimitExceededException", message))
}

fn read(input: &Members) -> Result<Configuration, Fault> {
    let counting_type = input.string("LicenseCountingType").and_then(CountingType::parse);
    let hard_limit = input.boolean("LicenseCountHardLimit").unwrap_or(false);
    let disassociate = input.boolean("DisassociateWhenNotFound").unwrap_or(false);
    Ok(Configuration {
        arn: String::new(),
        name: input.string("Name").unwrap_or_default().to_owned(),
        description: input.string("Description").map(str::to_owned),
        counting_type: counting_type.ok_or_else(|| {
            invalid("LicenseCountingType is one of vCPU, Instance, Core, Socket.")
        })?,
        rules: input.strings("LicenseRules").map(str::to_owned).collect(),
        count: input.integer("LicenseCount"),
        hard_limit,
        disassociate_when_not_found: disassociate,
        expiry: input.integer("LicenseExpiry"),
        status: Status::Available,
        product_information: product_information::read(input)?,
        tags: tags::merged(&BTreeMap::new(), input)?,
        associations: BTreeMap::new(),
    })
}

fn new_arn(call: &mut Call<'_>) -> String {
    let id = call.hex(32);
    let (region, account) = (call.region, call.account);
    format!("arn:aws:license-manager:{region}:{account}:license-configuration:lic-{id}")
}

impl Configuration {
    /// Checks what create and update have in common.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.name.trim().is_empty() {
            return Err(invalid("Name must not be empty."));
        }
        if self.count.is_some_and(|count| count < 0) {
            return Err(invalid("LicenseCount must not be negative."));
        }
        if self.hard_limit && self.count.is_none() {
            return Err(invalid("LicenseCountHardLimit needs a LicenseCount to enforce."));
        }
        if self.expiry.is_some_and(|expiry| expiry < 0) {
            return Err(invalid("LicenseExpiry is a time in seconds since 1970."));
        }
        rules::check(self.counting_type, &self.rules)
    }
}
