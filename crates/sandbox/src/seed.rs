//! A world to begin with, instead of approved listings and real buyers.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

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

/// What is wrong with a seed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SeedError {
    /// A buyer of something that is not sold.
    #[error(
        "buyer {customer_identifier} has bought {product_code}, which is not among the products"
    )]
    UnknownProduct {
        /// The buyer.
        customer_identifier: String,
        /// The code that no product has.
        product_code: String,
    },
    /// Two rows with one id.
    #[error("{what} {id} appears twice")]
    Repeated {
        /// The name of the field.
        what: &'static str,
        /// Its value.
        id: String,
    },
}

impl Seed {
    /// Checks what a person may get wrong in a seed file: every buyer has bought one of the
    /// products, and ids, codes and licenses are given once.
    pub fn check(&self) -> Result<(), SeedError> {
        once("entity_id", self.products.iter().map(|row| &row.entity_id))?;
        once("product_code", self.products.iter().map(|row| &row.product_code))?;
        once("agreement_id", self.buyers.iter().map(|row| &row.agreement_id))?;
        once("license_arn", self.buyers.iter().map(|row| &row.license_arn))?;
        match self.buyers.iter().find(|row| self.product(&row.product_code).is_none()) {
            None => Ok(()),
            Some(row) => Err(SeedError::UnknownProduct {
                customer_identifier: row.customer_identifier.clone(),
                product_code: row.product_code.clone(),
            }),
        }
    }

    fn product(&self, product_code: &str) -> Option<&SeedProduct> {
        self.products.iter().find(|product| product.product_code == product_code)
    }
}

/// Returns the changes that bring a seed about; products are as of `now`.
///
/// Asks for a seed that passes [`Seed::check`]: a buyer of a product that is not in it gets an
/// agreement without a seller, which no call can use.
pub fn seed(seed: &Seed, now: Timestamp) -> Vec<Change> {
    let products = seed.products.iter().map(|row| market::Change::PutProduct(product(row, now)));
    let buyers = seed.buyers.iter().map(|row| {
        let seller = seed.product(&row.product_code).map_or("", |product| &product.owner);
        market::Change::PutAgreement(agreement(row, seller))
    });
    products.chain(buyers).map(Change::Market).collect()
}

fn once<'a>(what: &'static str, ids: impl Iterator<Item = &'a String>) -> Result<(), SeedError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(SeedError::Repeated { what, id: id.clone() });
        }
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Seed, SeedError, seed};
    use crate::State;
    use crate::market::Customer;

    const FILE: &str = r#"{
        "products": [{
            "owner": "111122223333", "entity_id": "prod-demo", "product_code": "demo-saas",
            "title": "Demo", "dimensions": [{ "key": "gb", "name": "Gigabytes", "unit": "GB" }]
        }],
        "buyers": [{
            "account": "444455556666", "customer_identifier": "cust", "product_code": "demo-saas",
            "license_arn": "arn:aws:license-manager::294406891311:license:l-1",
            "agreement_id": "agmt-1", "starts": "2026-01-01T00:00:00Z"
        }]
    }"#;

    fn file() -> Seed {
        serde_json::from_str(FILE).expect("a seed file")
    }

    #[test]
    fn a_seed_file_becomes_a_market() {
        let mut state = State::default();
        for change in seed(&file(), Timestamp::UNIX_EPOCH) {
            state.apply(&change);
        }
        let product = state.market.product_by_code("demo-saas").expect("seeded");
        assert_eq!((product.title(), product.visibility()), ("Demo", "Public"));
        assert!(product.meters("gb"));
        let agreement =
            state.market.agreements_of(Customer::Identifier("cust")).next().expect("seeded");
        assert_eq!(agreement.seller, "111122223333");
        assert_eq!(agreement.ended, None);
    }

    #[test]
    fn what_a_person_gets_wrong_is_told() {
        assert_eq!(file().check(), Ok(()));
        let mut unsold = file();
        unsold.buyers[0].product_code = "demo".to_owned();
        assert_eq!(
            unsold.check().expect_err("not sold").to_string(),
            "buyer cust has bought demo, which is not among the products"
        );
        let mut twice = file();
        twice.buyers.push(twice.buyers[0].clone());
        let id = "agmt-1".to_owned();
        assert_eq!(twice.check(), Err(SeedError::Repeated { what: "agreement_id", id }));
        let typo = FILE.replace("\"starts\"", "\"start\"");
        assert!(serde_json::from_str::<Seed>(&typo).is_err());
    }
}
