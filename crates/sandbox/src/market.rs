//! The world that the services share: what is sold, and who has bought it.
//!
//! No operation lives here. The catalog changes products, the seed makes both, metering reads them.

mod agreement;
mod index;
mod product;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use agreement::{Agreement, Customer};
use index::Index;
pub use product::Product;

/// All products and agreements, with the ways to find them.
///
/// Only the rows are written out; the indexes are made anew from them. Where two rows claim one
/// code, license or identifier, the one with the lower id is found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Rows")]
pub struct State {
    products: BTreeMap<String, Product>,
    agreements: BTreeMap<String, Agreement>,
    #[serde(skip)]
    products_by_code: Index,
    #[serde(skip)]
    agreements_by_license: Index,
    #[serde(skip)]
    agreements_by_identifier: Index,
    #[serde(skip)]
    agreements_by_account: Index,
}

/// What of [`State`] is written out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    products: BTreeMap<String, Product>,
    agreements: BTreeMap<String, Agreement>,
}

/// A change of products or agreements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// Adds a product or replaces the one with its entity id.
    PutProduct(Product),
    /// Adds an agreement or replaces the one with its id: how buyers subscribe, end and are
    /// suspended.
    PutAgreement(Agreement),
}

impl State {
    /// Folds one change in.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::PutProduct(product) => self.put_product(product.clone()),
            Change::PutAgreement(agreement) => self.put_agreement(agreement.clone()),
        }
    }

    /// Returns the product with this entity id, such as `prod-a1b2c3d4e5f6g`.
    pub fn product(&self, entity_id: &str) -> Option<&Product> {
        self.products.get(entity_id)
    }

    /// Returns the product that this code names in metering calls.
    pub fn product_by_code(&self, product_code: &str) -> Option<&Product> {
        self.products_by_code.ids(product_code).find_map(|id| self.products.get(id))
    }

    /// Returns all products in the order of their entity ids.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.products.values()
    }

    /// Returns the agreement with this id.
    pub fn agreement(&self, agreement_id: &str) -> Option<&Agreement> {
        self.agreements.get(agreement_id)
    }

    /// Returns all agreements in the order of their ids.
    pub fn agreements(&self) -> impl Iterator<Item = &Agreement> {
        self.agreements.values()
    }

    /// Returns the agreement that this license was issued for.
    pub fn agreement_by_license(&self, license_arn: &str) -> Option<&Agreement> {
        self.agreements_by_license.ids(license_arn).find_map(|id| self.agreements.get(id))
    }

    /// Returns every agreement, ended ones too, that a customer has with anybody, by id.
    pub fn agreements_of(&self, customer: Customer<'_>) -> impl Iterator<Item = &Agreement> {
        let ids = match customer {
            Customer::Identifier(identifier) => self.agreements_by_identifier.ids(identifier),
            Customer::Account(account) => self.agreements_by_account.ids(account),
        };
        ids.filter_map(|id| self.agreements.get(id))
    }

    fn put_product(&mut self, product: Product) {
        let id = &product.entity_id;
        if let Some(old) = self.products.get(id) {
            self.products_by_code.remove(&old.product_code, id);
        }
        self.products_by_code.add(&product.product_code, id);
        self.products.insert(id.clone(), product);
    }

    fn put_agreement(&mut self, agreement: Agreement) {
        let id = &agreement.agreement_id;
        if let Some(old) = self.agreements.remove(id) {
            self.agreements_by_license.remove(&old.license_arn, id);
            self.agreements_by_identifier.remove(&old.customer_identifier, id);
            self.agreements_by_account.remove(&old.buyer_account, id);
        }
        self.agreements_by_license.add(&agreement.license_arn, id);
        self.agreements_by_identifier.add(&agreement.customer_identifier, id);
        self.agreements_by_account.add(&agreement.buyer_account, id);
        self.agreements.insert(id.clone(), agreement);
    }
}

impl From<Rows> for State {
    fn from(rows: Rows) -> Self {
        let mut state = Self::default();
        rows.products.into_values().for_each(|product| state.put_product(product));
        rows.agreements.into_values().for_each(|agreement| state.put_agreement(agreement));
        state
    }
}

#[cfg(test)]
mod tests;
