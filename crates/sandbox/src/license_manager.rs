//! License Manager: license configurations with their rules, tags and inventory.
//!
//! Everything is kept per account and Region, as the service does: another account's configuration,
//! or one of another Region, is as unknown as one that never was. License Manager has no "not
//! found" for configurations; an unknown ARN is an `InvalidParameterValueException`.
//!
//! Associations and inventory have no operation of their own yet: the state holds both, changes
//! bring them in, and every operation here answers by them.

mod configuration;
mod create_license_configuration;
mod delete_license_configuration;
mod get_license_configuration;
mod inventory;
mod list_license_configurations;
mod list_resource_inventory;
mod product_information;
mod rules;
mod tags;
mod update_license_configuration;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wire::{Call, Fault, Members};

pub use configuration::{Association, Configuration, CountingType, ResourceType, Status};
pub use inventory::InventoryResource;
pub use product_information::{ProductFilter, ProductInformation};

use crate::any_resource;
use crate::operations::Entry;
use crate::page::{BadToken, Order, Page, Place, Question};

const SERVICE: &str = "license-manager";
/// The type of a configuration in CloudFormation's spelling.
const CONFIGURATION: &str = "AWS::LicenseManager::LicenseConfiguration";
/// Rows on a page when the caller does not say.
const ROWS_DEFAULT: usize = 50;
/// Rows on a page at most, whatever the caller says: AWS names no limit for these lists.
const ROWS_MAX: usize = 100;
/// Filters in one call at most; AWS names an error for too many, but no number.
const FILTERS_MAX: usize = 10;

/// The operations served here.
pub const OPERATIONS: &[Entry] = &[
    Entry {
        service: SERVICE,
        operation: "CreateLicenseConfiguration",
        run: create_license_configuration::run,
        read_only: false,
        action: "license-manager:CreateLicenseConfiguration",
        resources: any_resource,
    },
    Entry {
        service: SERVICE,
        operation: "DeleteLicenseConfiguration",
        run: delete_license_configuration::run,
        read_only: false,
        action: "license-manager:DeleteLicenseConfiguration",
        resources: configuration_arn,
    },
    Entry {
        service: SERVICE,
        operation: "GetLicenseConfiguration",
        run: get_license_configuration::run,
        read_only: true,
        action: "license-manager:GetLicenseConfiguration",
        resources: configuration_arn,
    },
    Entry {
        service: SERVICE,
        operation: "ListLicenseConfigurations",
        run: list_license_configurations::run,
        read_only: true,
        action: "license-manager:ListLicenseConfigurations",
        resources: any_resource,
    },
    Entry {
        service: SERVICE,
        operation: "ListResourceInventory",
        run: list_resource_inventory::run,
        read_only: true,
        action: "license-manager:ListResourceInventory",
        resources: any_resource,
    },
    Entry {
        service: SERVICE,
        operation: "ListTagsForResource",
        run: tags::list_tags_for_resource,
        read_only: true,
        action: "license-manager:ListTagsForResource",
        resources: tagged_arn,
    },
    Entry {
        service: SERVICE,
        operation: "TagResource",
        run: tags::tag_resource,
        read_only: false,
        action: "license-manager:TagResource",
        resources: tagged_arn,
    },
    Entry {
        service: SERVICE,
        operation: "UntagResource",
        run: tags::untag_resource,
        read_only: false,
        action: "license-manager:UntagResource",
        resources: tagged_arn,
    },
    Entry {
        service: SERVICE,
        operation: "UpdateLicenseConfiguration",
        run: update_license_configuration::run,
        read_only: false,
        action: "license-manager:UpdateLicenseConfiguration",
        resources: configuration_arn,
    },
];

/// What is remembered: a shelf for every account and Region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// By account, then by Region.
    accounts: BTreeMap<String, BTreeMap<String, Shelf>>,
}

/// What one account has in one Region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shelf {
    /// By ARN.
    configurations: BTreeMap<String, Configuration>,
    /// By ARN.
    inventory: BTreeMap<String, InventoryResource>,
}

/// A change of [`State`], at one account and Region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The account whose it is.
    pub account: String,
    /// The Region.
    pub region: String,
    /// What changes.
    pub kind: ChangeKind,
}

/// The kinds of [`Change`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ChangeKind {
    /// Adds a configuration or replaces the one with its ARN.
    PutConfiguration(Box<Configuration>),
    /// Removes the configuration with this ARN.
    DeleteConfiguration(String),
    /// Adds a resource to the inventory or replaces the one with its ARN.
    PutInventory(Box<InventoryResource>),
    /// Removes the resource with this ARN from the inventory.
    DeleteInventory(String),
}

impl State {
    /// Folds one change in.
    pub fn apply(&mut self, change: &Change) {
        let regions = self.accounts.entry(change.account.clone()).or_default();
        let held = regions.entry(change.region.clone()).or_default();
        match &change.kind {
            ChangeKind::PutConfiguration(row) => {
                held.configurations.insert(row.arn.clone(), Configuration::clone(row));
            }
            ChangeKind::DeleteConfiguration(arn) => {
                held.configurations.remove(arn);
            }
            ChangeKind::PutInventory(row) => {
                held.inventory.insert(row.resource_arn.clone(), InventoryResource::clone(row));
            }
            ChangeKind::DeleteInventory(arn) => {
                held.inventory.remove(arn);
            }
        }
    }

    /// Returns the configurations of one account in one Region, by ARN.
    pub fn configurations(
        &self,
        account: &str,
        region: &str,
    ) -> impl Iterator<Item = &Configuration> {
        self.shelf(account, region).into_iter().flat_map(|shelf| shelf.configurations.values())
    }

    /// Returns the inventory of one account in one Region, by ARN.
    pub fn inventory(
        &self,
        account: &str,
        region: &str,
    ) -> impl Iterator<Item = &InventoryResource> {
        self.shelf(account, region).into_iter().flat_map(|shelf| shelf.inventory.values())
    }

    fn shelf(&self, account: &str, region: &str) -> Option<&Shelf> {
        self.accounts.get(account)?.get(region)
    }

    /// Returns the caller's configuration of this ARN.
    fn configuration(&self, call: &Call<'_>, arn: &str) -> Result<&Configuration, Fault> {
        self.shelf(call.account, call.region)
            .and_then(|shelf| shelf.configurations.get(arn))
            .ok_or_else(|| invalid(format!("License configuration {arn} does not exist.")))
    }
}

/// Returns a change at the caller's account and Region.
fn change(call: &Call<'_>, kind: ChangeKind) -> crate::Change {
    let (account, region) = (call.account.to_owned(), call.region.to_owned());
    crate::Change::LicenseManager(Change { account, region, kind })
}

/// Returns a change that keeps a configuration.
fn put(call: &Call<'_>, configuration: Configuration) -> crate::Change {
    change(call, ChangeKind::PutConfiguration(Box::new(configuration)))
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterValueException", message)
}

fn filter_limit(message: impl Into<String>) -> Fault {
    Fault::new("FilterLimitExceededException", message)
}

/// Returns the page that an input asks for.
fn page<T>(
    call: &Call<'_>,
    operation: &str,
    input: &Members,
    rows: Vec<(Place, T)>,
) -> Result<Page<T>, Fault> {
    let rows_max = match input.integer("MaxResults") {
        None => ROWS_DEFAULT,
        Some(count) => usize::try_from(count)
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| invalid("MaxResults must be at least 1."))?
            .min(ROWS_MAX),
    };
    Question::new(call, operation, input)
        .page(rows, Order::Ascending, input.string("NextToken"), rows_max)
        .map_err(|BadToken| invalid("NextToken is not one that this request was given."))
}

fn configuration_arn(_call: &Call<'_>, input: &Members) -> Vec<String> {
    vec![input.string("LicenseConfigurationArn").unwrap_or("*").to_owned()]
}

fn tagged_arn(_call: &Call<'_>, input: &Members) -> Vec<String> {
    vec![input.string("ResourceArn").unwrap_or("*").to_owned()]
}

#[cfg(test)]
mod tests;
