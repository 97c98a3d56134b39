//! A resource that License Manager knows of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wire::{Members, Value};

use super::configuration::ResourceType;

/// A machine, host or database in the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventoryResource {
    /// The id, such as `i-0123456789abcdef0`.
    pub resource_id: String,
    /// Its kind.
    pub resource_type: ResourceType,
    /// Its ARN; unique.
    pub resource_arn: String,
    /// The platform, such as `Windows`.
    pub platform: Option<String>,
    /// The version of the platform.
    pub platform_version: Option<String>,
    /// The account that owns it.
    pub resource_owning_account_id: String,
    /// Product codes of Marketplace images on it.
    #[serde(default)]
    pub marketplace_product_codes: Vec<String>,
    /// The EC2 usage operation, such as `RunInstances:0002`.
    pub usage_operation: Option<String>,
    /// The image it was made from.
    pub ami_id: Option<String>,
    /// The dedicated host it runs on.
    pub host_id: Option<String>,
    /// The instance type.
    pub instance_type: Option<String>,
    /// Names of the software found on it; only for filters.
    #[serde(default)]
    pub application_names: Vec<String>,
    /// Which licenses come with it, such as `sql-server-standard`; only for filters.
    #[serde(default)]
    pub license_included: Vec<String>,
    /// Its tags; only for filters.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl InventoryResource {
    /// Returns the resource in the terms of the model.
    pub(super) fn shown(&self, region: &str) -> Members {
        let text = |value: &Option<String>| value.clone().map(Value::String);
        Members::new()
            .with("ResourceId", Value::from(self.resource_id.as_str()))
            .with("ResourceType", Value::from(self.resource_type.as_str()))
            .with("ResourceArn", Value::from(self.resource_arn.as_str()))
            .with("Platform", text(&self.platform))
            .with("PlatformVersion", text(&self.platform_version))
            .with("ResourceOwningAccountId", Value::from(self.resource_owning_account_id.as_str()))
            .with("MarketplaceProductCodes", Value::from(self.marketplace_product_codes.clone()))
            .with("UsageOperation", text(&self.usage_operation))
            .with("AmiId", text(&self.ami_id))
            .with("HostId", text(&self.host_id))
            .with("Region", Value::from(region))
            .with("InstanceType", text(&self.instance_type))
    }
}
