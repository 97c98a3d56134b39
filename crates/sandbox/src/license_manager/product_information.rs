//! What a configuration discovers by itself: filters over managed machines and databases.

use serde::{Deserialize, Serialize};
use wire::{Fault, Members, Value};

use super::invalid;

/// The filters for one kind of resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductInformation {
    /// `SSM_MANAGED` or `RDS`.
    pub resource_type: String,
    /// The filters, all of which must hold.
    pub filters: Vec<ProductFilter>,
}

/// One filter on discovered products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductFilter {
    /// What is compared, such as `Application Name`.
    pub name: String,
    /// What it is compared with.
    pub values: Vec<String>,
    /// `EQUALS` or `NOT_EQUALS`.
    pub comparator: String,
}

/// One kind of filter that a resource type knows.
struct Known {
    resource_type: &'static str,
    name: &'static str,
    comparators: &'static [&'static str],
    /// The values it may have; any when empty.
    values: &'static [&'static str],
}

const EQUALS: &[&str] = &["EQUALS"];
const NOT_EQUALS: &[&str] = &["NOT_EQUALS"];
const BOTH: &[&str] = &["EQUALS", "NOT_EQUALS"];
const SSM: &str = "SSM_MANAGED";
const RDS: &str = "RDS";
const INCLUDED: &[&str] = &[
    "sql-server-enterprise",
    "sql-server-standard",
    "sql-server-web",
    "windows-server-datacenter",
];
const EDITIONS: &[&str] =
    &["oracle-ee", "oracle-se", "oracle-se1", "oracle-se2", "db2-se", "db2-ae"];
const PACKS: &[&str] = &["data guard", "diagnostic pack sqlt", "tuning pack sqlt", "ols", "olap"];
/// The filter on a tag is written `Tag:<key>`.
const TAG: &str = "Tag:";

const KNOWN: &[Known] = &[
    Known { resource_type: SSM, name: "Application Name", comparators: EQUALS, values: &[] },
    Known { resource_type: SSM, name: "Application Publisher", comparators: EQUALS, values: &[] },
    Known { resource_type: SSM, name: "Application Version", comparators: EQUALS, values: &[] },
    Known { resource_type: SSM, name: "Platform Name", comparators: EQUALS, values: &[] },
    Known { resource_type: SSM, name: "Platform Type", comparators: EQUALS, values: &[] },
    Known { resource_type: SSM, name: TAG, comparators: NOT_EQUALS, values: &[] },
    Known { resource_type: SSM, name: "AccountId", comparators: NOT_EQUALS, values: &[] },
    Known { resource_type: SSM, name: "License Included", comparators: BOTH, values: INCLUDED },
    Known { resource_type: RDS, name: "Engine Edition", comparators: EQUALS, values: EDITIONS },
    Known { resource_type: RDS, name: "License Pack", comparators: EQUALS, values: PACKS },
];

/// Reads and checks the `ProductInformationList` of an input.
pub(super) fn read(input: &Members) -> Result<Vec<ProductInformation>, Fault> {
    input.maps("ProductInformationList").map(read_one).collect()
}

fn read_one(members: &Members) -> Result<ProductInformation, Fault> {
    let resource_type = members.string("ResourceType").unwrap_or_default();
    if ![SSM, RDS].contains(&resource_type) {
        return Err(invalid(format!(
            "ResourceType {resource_type} is not valid in ProductInformationList: use {SSM} or {RDS}."
        )));
    }
    let filters = members.maps("ProductInformationFilterList");
    let filters = filters.map(|filter| read_filter(resource_type, filter));
    let filters = filters.collect::<Result<_, _>>()?;
    Ok(ProductInformation { resource_type: resource_type.to_owned(), filters })
}

fn read_filter(resource_type: &str, members: &Members) -> Result<ProductFilter, Fault> {
    let name = members.string("ProductInformationFilterName").unwrap_or_default();
    let comparator = members.string("ProductInformationFilterComparator").unwrap_or_default();
    let values: Vec<_> =
        members.strings("ProductInformationFilterValue").map(str::to_owned).collect();
    let known = KNOWN
        .iter()
        .find(|known| known.resource_type == resource_type && known.is_named(name))
        .ok_or_else(|| invalid(format!("Filter {name} is not known for {resource_type}.")))?;
    if !known.comparators.contains(&comparator) {
        let wanted = known.comparators.join(" or ");
        return Err(invalid(format!("Filter {name} takes {wanted}, not {comparator}.")));
    }
    if values.is_empty() {
        return Err(invalid(format!("Filter {name} has no value.")));
    }
    let odd = |value: &&String| !known.values.is_empty() && !known.values.contains(&value.as_str());
    if let Some(odd) = values.iter().find(odd) {
        return Err(invalid(format!("Filter {name} does not know the value {odd}.")));
    }
    Ok(ProductFilter { name: name.to_owned(), values, comparator: comparator.to_owned() })
}

impl Known {
    fn is_named(&self, name: &str) -> bool {
        if self.name == TAG {
            name.len() > TAG.len() && name.starts_with(TAG)
        } else {
            name == self.name
        }
    }
}

impl ProductInformation {
    /// Returns this in the terms of the model.
    pub(super) fn shown(&self) -> Members {
        let filters = self.filters.iter().map(|filter| {
            Members::new()
                .with("ProductInformationFilterName", Value::from(filter.name.as_str()))
                .with("ProductInformationFilterValue", Value::from(filter.values.clone()))
                .with("ProductInformationFilterComparator", Value::from(filter.comparator.as_str()))
        });
        Members::new()
            .with("ResourceType", Value::from(self.resource_type.as_str()))
            .with("ProductInformationFilterList", Value::from(filters.collect::<Vec<_>>()))
    }
}

#[cfg(test)]
mod tests {
    use wire::{Members, Value};

    use super::read;

    fn input(resource_type: &str, name: &str, comparator: &str, values: &[&str]) -> Members {
        let filter = Members::new()
            .with("ProductInformationFilterName", Value::from(name))
            .with("ProductInformationFilterValue", Value::from(values.to_vec()))
            .with("ProductInformationFilterComparator", Value::from(comparator));
        let information = Members::new()
            .with("ResourceType", Value::from(resource_type))
            .with("ProductInformationFilterList", Value::from(vec![filter]));
        Members::new().with("ProductInformationList", Value::from(vec![information]))
    }

    #[test]
    fn filters_are_those_of_the_resource_type() {
        let rows = [
            ("SSM_MANAGED", "Application Name", "EQUALS", &["Oracle"][..], true),
            ("SSM_MANAGED", "Application Name", "NOT_EQUALS", &["Oracle"], false),
            ("SSM_MANAGED", "Application Name", "EQUALS", &[], false),
            ("SSM_MANAGED", "Tag:team", "NOT_EQUALS", &["red"], true),
            ("SSM_MANAGED", "Tag:", "NOT_EQUALS", &["red"], false),
            ("SSM_MANAGED", "License Included", "EQUALS", &["sql-server-web"], true),
            ("SSM_MANAGED", "License Included", "EQUALS", &["sql-server-free"], false),
            ("SSM_MANAGED", "Engine Edition", "EQUALS", &["oracle-ee"], false),
            ("RDS", "Engine Edition", "EQUALS", &["oracle-ee", "db2-se"], true),
            ("RDS", "License Pack", "EQUALS", &["olap"], true),
            ("EC2", "Engine Edition", "EQUALS", &["oracle-ee"], false),
        ];
        for (resource_type, name, comparator, values, fine) in rows {
            let input = input(resource_type, name, comparator, values);
            let answer = read(&input);
            assert_eq!(answer.is_ok(), fine, "{resource_type} {name} {comparator} {values:?}");
            if let Ok(information) = answer {
                let shown: Vec<_> =
                    information.iter().map(super::ProductInformation::shown).collect();
                let shown = Members::new().with("ProductInformationList", Value::from(shown));
                assert_eq!(shown, input);
            }
        }
    }
}
