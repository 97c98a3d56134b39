//! `ListLicenseConfigurations`.

use wire::{Call, Done, Fault, Members, Value};

use super::configuration::{Configuration, CountingType};
use super::{FILTERS_MAX, filter_limit, invalid, page};
use crate::{Change, Settings, State};

/// What one filter asks of a configuration.
enum Filter {
    CountingType(CountingType),
    Enforced(bool),
    Exceeded(bool),
}

/// Lists the caller's configurations in this Region, by ARN.
///
/// # Errors
/// - `InvalidParameterValueException`: unknown ARN, filter or filter value, a token of another list.
/// - `FilterLimitExceededException`: a filter with several values, or the same filter again.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let filters = read_filters(input)?;
    let arns: Vec<_> = input.strings("LicenseConfigurationArns").collect();
    for arn in &arns {
        state.license_manager.configuration(call, arn)?;
    }
    let rows = state
        .license_manager
        .configurations(call.account, call.region)
        .filter(|row| arns.is_empty() || arns.contains(&row.arn.as_str()))
        .filter(|row| filters.iter().all(|filter| filter.holds(row)))
        .map(|row| ((row.arn.clone(), String::new()), row))
        .collect();
    let page = page(call, "ListLicenseConfigurations", input, rows)?;
    let shown = page.rows.into_iter().map(|row| row.summary(call.account)).collect::<Vec<_>>();
    let output = Members::new()
        .with("LicenseConfigurations", Value::from(shown))
        .with("NextToken", page.next_token.map(Value::String));
    Ok(Done::read(output))
}

fn read_filters(input: &Members) -> Result<Vec<Filter>, Fault> {
    let mut names = Vec::new();
    let mut filters = Vec::new();
    for members in input.maps("Filters") {
        let name = members.string("Name").unwrap_or_default();
        if names.contains(&name) || names.len() >= FILTERS_MAX {
            return Err(filter_limit(format!("Filter {name} is one too many.")));
        }
        names.push(name);
        filters.push(Filter::read(name, &members.strings("Values").collect::<Vec<_>>())?);
    }
    Ok(filters)
}

impl Filter {
    fn read(name: &str, values: &[&str]) -> Result<Self, Fault> {
        let [value] = values else {
            let message = format!("Filter {name} takes exactly one value.");
            return Err(if values.is_empty() { invalid(message) } else { filter_limit(message) });
        };
        let odd = || invalid(format!("Filter {name} does not know the value {value}."));
        match name {
            "licenseCountingType" => {
                CountingType::parse(value).map(Self::CountingType).ok_or_else(odd)
            }
            "enforceLicenseCount" => truth(value).map(Self::Enforced).ok_or_else(odd),
            "usagelimitExceeded" => truth(value).map(Self::Exceeded).ok_or_else(odd),
            _ => Err(invalid(format!(
                "Filter {name} is not known: use licenseCountingType, enforceLicenseCount \
                 or usagelimitExceeded."
            ))),
        }
    }

    fn holds(&self, configuration: &Configuration) -> bool {
        match self {
            Self::CountingType(wanted) => configuration.counting_type == *wanted,
            Self::Enforced(wanted) => configuration.hard_limit == *wanted,
            Self::Exceeded(wanted) => configuration.is_limit_exceeded() == *wanted,
        }
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
