//! The world that the services share: what is sold, and who has bought it.
//!
//! No operation lives here. The catalog changes products, the seed makes both, metering reads them.

mod agreement;
mod product;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use agreement::{Agreement, Customer};
pub use product::Product;

/// All products and agreements, with the ways to find them.
///
/// Only the rows are written out; the indexes are made anew from them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Rows")]
pub struct State {
    products: BTreeMap<String, Product>,
    agreements: BTreeMap<String, Agreement>,
    #[serde(skip)]
    entity_by_code: BTreeMap<String, String>,
    #[serde(skip)]
    agreement_by_license: BTreeMap<String, String>,
    #[serde(skip)]
    account_by_identifier: BTreeMap<String, String>,
    /// Product code, then buyer account, to agreement ids in order.
    #[serde(skip)]
    agreements_by_buyer: BTreeMap<String, BTreeMap<String, Vec<String>>>,
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
    /// Adds an agreement or replaces the one with its id.
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
        self.entity_by_code.get(product_code).and_then(|id| self.products.get(id))
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
        self.agreement_by_license.get(license_arn).and_then(|id| self.agreements.get(id))
    }

    /// Returns the account behind a customer identifier; none when it was never issued.
    pub fn account_of(&self, customer_identifier: &str) -> Option<&str> {
        self.account_by_identifier.get(customer_identifier).map(String::as_str)
    }

    /// Returns every agreement, ended ones too, of a buyer's account for a product, by id.
    pub fn agreements_of(
        &self,
        product_code: &str,
        buyer_account: &str,
    ) -> impl Iterator<Item = &Agreement> {
        self.agreements_by_buyer
            .get(product_code)
            .and_then(|buyers| buyers.get(buyer_account))
            .into_iter()
            .flatten()
            .filter_map(|id| self.agreements.get(id))
    }

    fn put_product(&mut self, product: Product) {
        if let Some(old) = self.products.get(&product.entity_id) {
            self.entity_by_code.remove(&old.product_code);
        }
        self.entity_by_code.insert(product.product_code.clone(), product.entity_id.clone());
        self.products.insert(product.entity_id.clone(), product);
    }

    fn put_agreement(&mut self, agreement: Agreement) {
        if let Some(old) = self.agreements.remove(&agreement.agreement_id) {
            self.forget(&old);
        }
        let id = &agreement.agreement_id;
        self.agreement_by_license.insert(agreement.license_arn.clone(), id.clone());
        self.account_by_identifier
            .insert(agreement.customer_identifier.clone(), agreement.buyer_account.clone());
        let ids = self
            .agreements_by_buyer
            .entry(agreement.product_code.clone())
            .or_default()
            .entry(agreement.buyer_account.clone())
            .or_default();
        if let Err(place) = ids.binary_search(id) {
            ids.insert(place, id.clone());
        }
        self.agreements.insert(id.clone(), agreement);
    }

    /// Takes an agreement that is about to be replaced out of the indexes.
    fn forget(&mut self, old: &Agreement) {
        self.agreement_by_license.remove(&old.license_arn);
        let buyers = self.agreements_by_buyer.get_mut(&old.product_code);
        if let Some(ids) = buyers.and_then(|buyers| buyers.get_mut(&old.buyer_account)) {
            ids.retain(|id| *id != old.agreement_id);
        }
    }
}

impl From<Rows> for State {
    fn from(rows: Rows) -> Self {
        let mut state = Self::default();
        for product in rows.products.into_values() {
            state.put_product(product);
        }
        for agreement in rows.agreements.into_values() {
            state.put_agreement(agreement);
        }
        state
    }
}
