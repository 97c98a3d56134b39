//! A product as the catalog describes it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A product: an entity of the catalog whose code and dimensions metering checks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The entity id, such as `prod-a1b2c3d4e5f6g`; unique.
    pub entity_id: String,
    /// The code that metering calls name.
    pub product_code: String,
    /// The seller's account.
    pub owner_account: String,
    /// The type with its version, such as `SaaSProduct@1.0`.
    pub entity_type: String,
    /// The revision, growing by one with every change set that succeeds.
    pub revision: u64,
    /// When the latest revision came about.
    pub last_modified: Timestamp,
    /// The document that `DescribeEntity` answers.
    pub details: Value,
}

impl Product {
    /// Returns the title; empty before one is given.
    pub fn title(&self) -> &str {
        self.description("ProductTitle").unwrap_or_default()
    }

    /// Returns `Draft`, `Limited`, `Public` or `Restricted`.
    pub fn visibility(&self) -> &str {
        self.description("Visibility").unwrap_or("Draft")
    }

    /// Returns the keys of all dimensions in their order.
    pub fn dimension_keys(&self) -> impl Iterator<Item = &str> {
        self.dimensions().iter().filter_map(dimension_key)
    }

    /// Returns the keys of the dimensions that the seller meters: those of type
    /// `ExternallyMetered`.
    pub fn metered_dimension_keys(&self) -> impl Iterator<Item = &str> {
        self.dimensions().iter().filter(|dimension| is_metered(dimension)).filter_map(dimension_key)
    }

    /// Returns whether the seller meters this dimension.
    pub fn meters(&self, key: &str) -> bool {
        let mut same = self.dimensions().iter().filter(|it| dimension_key(it) == Some(key));
        same.any(is_metered)
    }

    /// Returns the dimensions as they stand in the document.
    pub fn dimensions(&self) -> &[Value] {
        self.details.get("Dimensions").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn description(&self, field: &str) -> Option<&str> {
        self.details.get("Description")?.get(field)?.as_str()
    }
}

fn dimension_key(dimension: &Value) -> Option<&str> {
    dimension.get("Key")?.as_str()
}

fn is_metered(dimension: &Value) -> bool {
    let types = dimension.get("Types").and_then(Value::as_array);
    types.is_some_and(|types| types.iter().any(|name| name.as_str() == Some("ExternallyMetered")))
}
