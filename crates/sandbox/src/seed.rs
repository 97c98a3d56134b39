//! A world to begin with, instead of approved listings and real buyers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Change;
use crate::market::{self, Agreement, Product};

/// Products and buyers to start with, as in a seed file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// What is sold.
    #[serde(default)]
    pub products: Vec<SeedProduct>,
    /// Who has bought it.
    #[serde(default)]
    pub buyers: Vec<SeedBuyer>,
}

/// A published product of the type `SaaSProduct@1.0`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedProduct {
    /// The seller's account, twelve digits.
    pub owner: String,
    /// The entity id, such as `prod-a1b2c3d4e5f6g`.
    pub entity_id: String,
    /// The code that metering calls name.
    pub product_code: String,
    /// The title.
    pub title: String,
    /// What is metered.
    pub dimensions: Vec<SeedDimension>,
}

/// A dimension that the seller meters with `BatchMeterUsage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedDimension {
    /// The key that records carry.
    pub key: String,
    /// The name that buyers see.
    pub name: String,
    /// The unit, one of AWS's list, such as `Requests` or `GB`.
    pub unit: String,
}

/// A buyer's agreement about one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedBuyer {
    /// The buyer's account, twelve digits.
    pub account: String,
    /// What older integrations call the buyer by.
    pub customer_identifier: String,
    /// The code of the product.
    pub product_code: String,
    /// The ARN of the license that was issued.
    pub license_arn: String,
    /// The agreement's id, such as `agmt-…`.
    pub agreement_id: String,
    /// When usage begins to be metered.
    pub starts: Timestamp,
    /// When the agreement ended or will end.
    #[serde(default)]
    pub ends: Option<Timestamp>,
    /// The dimensions in the buyer's offer; empty stands for all.
    #[serde(default)]
    pub dimensions: Vec<String>,
}

/// Returns the changes that bring a seed about; products are as of `now`.
///
/// A buyer of a product that the seed does not hold gets an agreement without a seller, which no
/// metering call can use.
pub fn seed(seed: &Seed, now: Timestamp) -> Vec<Change> {
    let products = seed.products.iter().map(|row| market::Change::PutProduct(product(row, now)));
    let buyers = seed.buyers.iter().map(|row| {
        let sold = seed.products.iter().find(|product| product.product_code == row.product_code);
        let seller = sold.map_or("", |product| &product.owner);
        market::Change::PutAgreement(agreement(row, seller))
    });
    products.chain(buyers).map(Change::Market).collect()
}

fn product(row: &SeedProduct, now: Timestamp) -> Product {
    Product {
        entity_id: row.entity_id.clone(),
        product_code: row.product_code.clone(),
        owner_account: row.owner.clone(),
        entity_type: "SaaSProduct@1.0".to_owned(),
        revision: 1,
        last_modified: now,
        details: json!({
            "Description": {
                "ProductTitle": row.title,
                "ProductCode": row.product_code,
                "ShortDescription": row.title,
                "LongDescription": row.title,
                "Sku": null,
                "Highlights": [],
                "AssociatedProducts": [],
                "SearchKeywords": [],
                "Categories": [],
                "Visibility": "Public",
                "ProductState": "Active",
                "ReplacementProductId": null,
            },
            "PromotionalResources": { "LogoUrl": null, "Videos": [], "AdditionalResources": [] },
            "SupportInformation": { "Description": null },
            "Dimensions": row.dimensions.iter().map(dimension).collect::<Vec<_>>(),
            "Versions": [],
            "Targeting": { "PositiveTargeting": { "BuyerAccounts": [] } },
        }),
    }
}

fn dimension(row: &SeedDimension) -> serde_json::Value {
    json!({
        "Key": row.key,
        "Name": row.name,
        "Description": row.name,
        "Unit": row.unit,
        "Types": ["ExternallyMetered"],
    })
}

fn agreement(row: &SeedBuyer, seller: &str) -> Agreement {
    Agreement {
        agreement_id: row.agreement_id.clone(),
        license_arn: row.license_arn.clone(),
        product_code: row.product_code.clone(),
        seller: seller.to_owned(),
        buyer_account: row.account.clone(),
        customer_identifier: row.customer_identifier.clone(),
        started: row.starts,
        ended: row.ends,
        suspended: false,
        dimensions: row.dimensions.clone(),
    }
}
