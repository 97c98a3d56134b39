//! The Marketplace Metering Service: usage in, ledger rows out.
//!
//! It decides what AWS would have billed; it bills nobody.

mod allocation;
mod amount;
mod batch_meter_usage;
mod ledger;
mod quantity;
mod seller;
mod usage_record;
mod window;

pub use allocation::{Allocation, Tag};
pub use ledger::{Change, Key, Row, Scope, State};
pub use quantity::Quantity;

use crate::operations::{Entry, any_resource};

const SERVICE: &str = "meteringmarketplace";

/// The operations served here.
pub const OPERATIONS: &[Entry] = &[Entry {
    service: SERVICE,
    operation: "BatchMeterUsage",
    run: batch_meter_usage::run,
    read_only: false,
    action: "aws-marketplace:BatchMeterUsage",
    resources: any_resource,
}];

#[cfg(test)]
mod tests;
