//! `ListResourceInventory`.

use wire::{Call, Done, Fault, Members, Value};

use super::inventory::InventoryResource;
use super::{FILTERS_MAX, filter_limit, invalid, page};
use crate::{Change, Settings, State};

/// The filter on a tag is written `tag:<key>`.
const TAG: &str = "tag:";
const EQUALS: &str = "EQUALS";
const NOT_EQUALS: &str = "NOT_EQUALS";
const BEGINS_WITH: &str = "BEGINS_WITH";

/// Which conditions each filter takes.
const CONDITIONS: &[(&str, &[&str])] = &[
    ("account_id", &[EQUALS, NOT_EQUALS]),
    ("application_name", &[EQUALS, BEGINS_WITH]),
    ("license_included", &[EQUALS, NOT_EQUALS]),
    ("platform", &[EQUALS, BEGINS_WITH]),
    ("resource_id", &[EQUALS, NOT_EQUALS]),
    (TAG, &[EQUALS, NOT_EQUALS]),
];

/// One filter of the input.
struct Filter<'a> {
    name: &'a str,
    condition: &'a str,
    value: &'a str,
}

/// Lists the resources that the caller's inventory in this Region holds, by ARN.
///
/// # Errors
/// - `InvalidParameterValueException`: unknown filter, condition that the filter does not take,
///   missing value, a token of another list.
/// - `FilterLimitExceededException`: too many filters.
pub(super) fn run(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let filters = read_filters(input)?;
    let rows = state
        .license_manager
        .inventory(call.account, call.region)
        .filter(|row| filters.iter().all(|filter| filter.holds(row)))
        .map(|row| ((row.resource_arn.clone(), String::new()), row))
        .collect();
    let page = page(call, "ListResourceInventory", input, rows)?;
    let shown = page.rows.into_iter().map(|row| row.shown(call.region)).collect::<Vec<_>>();
    let output = Members::new()
        .with("ResourceInventoryList", Value::from(shown))
        .with("NextToken", page.next_token.map(Value::String));
    Ok(Done::read(output))
}

fn read_filters(input: &Members) -> Result<Vec<Filter<'_>>, Fault> {
    let filters = input.maps("Filters").map(Filter::read).collect::<Result<Vec<_>, _>>()?;
    if filters.len() > FILTERS_MAX {
        return Err(filter_limit(format!("At most {FILTERS_MAX} filters may be given.")));
    }
    Ok(filters)
}

impl<'a> Filter<'a> {
    fn read(members: &'a Members) -> Result<Self, Fault> {
        let name = members.string("Name").unwrap_or_default();
        let condition = members.string("Condition").unwrap_or_default();
        let (_, conditions) = CONDITIONS
            .iter()
            .find(|(known, _)| if *known == TAG { is_tag(name) } else { *known == name })
            .ok_or_else(|| invalid(format!("Inventory filter {name} is not known.")))?;
        if !conditions.contains(&condition) {
            let wanted = conditions.join(" or ");
            return Err(invalid(format!("Filter {name} takes {wanted}, not {condition}.")));
        }
        let value = members
            .string("Value")
            .ok_or_else(|| invalid(format!("Filter {name} has no value.")))?;
        Ok(Self { name, condition, value })
    }

    fn holds(&self, row: &InventoryResource) -> bool {
        let actual = self.actual(row);
        match self.condition {
            BEGINS_WITH => actual.iter().any(|text| text.starts_with(self.value)),
            NOT_EQUALS => !actual.contains(&self.value),
            _ => actual.contains(&self.value),
        }
    }

    fn actual<'r>(&self, row: &'r InventoryResource) -> Vec<&'r str> {
        match self.name {
            "account_id" => vec![&row.resource_owning_account_id],
            "resource_id" => vec![&row.resource_id],
            "platform" => row.platform.as_deref().into_iter().collect(),
            "application_name" => row.application_names.iter().map(String::as_str).collect(),
            "license_included" => row.license_included.iter().map(String::as_str).collect(),
            tag => {
                let key = tag.strip_prefix(TAG).unwrap_or_default();
                row.tags.get(key).map(String::as_str).into_iter().collect()
            }
        }
    }
}

fn is_tag(name: &str) -> bool {
    name.len() > TAG.len() && name.starts_with(TAG)
}
