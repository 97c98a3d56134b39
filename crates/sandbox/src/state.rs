//! The whole of the sandbox's memory, and the one way to change it.

use serde::{Deserialize, Serialize};

use crate::{catalog, license_manager, market, metering};

/// Everything the sandbox remembers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Products and agreements.
    pub market: market::State,
    /// What was metered.
    pub metering: metering::State,
    /// Change sets and the entities that are no products.
    pub catalog: catalog::State,
    /// License configurations and their tags.
    pub license_manager: license_manager::State,
}

/// One change of the state, as it stands in the journal.
///
/// Written with the module's name as the outer key. A kind that this build does not know fails to
/// parse: the journal's reader stops there instead of passing it over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A change of products or agreements.
    Market(market::Change),
    /// A change of the metering ledger.
    Metering(metering::Change),
    /// A change of change sets or entities.
    Catalog(catalog::Change),
    /// A change of license configurations.
    LicenseManager(license_manager::Change),
}

impl State {
    /// Folds one change in.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Market(change) => self.market.apply(change),
            Change::Metering(change) => self.metering.apply(change),
            Change::Catalog(change) => self.catalog.apply(change),
            Change::LicenseManager(change) => self.license_manager.apply(change),
        }
    }
}
