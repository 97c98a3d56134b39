//! What a buyer and a seller have agreed on.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A buyer's agreement about one product, with the license that was issued for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The agreement's id, such as `agmt-…`; unique.
    pub agreement_id: String,
    /// The license's ARN; unique.
    pub license_arn: String,
    /// The code of the product.
    pub product_code: String,
    /// The seller's account.
    pub seller: String,
    /// The buyer's account.
    pub buyer_account: String,
    /// What older integrations call the buyer by.
    pub customer_identifier: String,
    /// When usage begins to be metered.
    pub started: Timestamp,
    /// When it ended or will end.
    pub ended: Option<Timestamp>,
    /// Whether the buyer's account is suspended.
    pub suspended: bool,
    /// The dimensions in the buyer's offer; empty stands for all of the product.
    pub dimensions: Vec<String>,
}

/// How a metering record names the buyer; the two ways exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Customer<'a> {
    /// By the identifier that the seller was given at subscription.
    Identifier(&'a str),
    /// By the buyer's account id.
    Account(&'a str),
}

impl Agreement {
    /// Returns whether this agreement is this buyer's.
    pub fn is_with(&self, customer: Customer<'_>) -> bool {
        match customer {
            Customer::Identifier(identifier) => self.customer_identifier == identifier,
            Customer::Account(account) => self.buyer_account == account,
        }
    }

    /// Returns whether the license is active at `time`: from the start until the time for final
    /// records is over, when it is withdrawn.
    pub fn covers(&self, time: Timestamp, final_records: SignedDuration) -> bool {
        self.started <= time && !self.is_over(time, final_records)
    }

    /// Returns whether usage can be sent at `now`: started, not suspended, and not ended for
    /// longer than the time that sellers have for their final records.
    pub fn takes_records(&self, now: Timestamp, final_records: SignedDuration) -> bool {
        !self.suspended && self.covers(now, final_records)
    }

    /// Returns whether usage in `dimension` is in the buyer's offer and so is billed.
    pub fn bills(&self, dimension: &str) -> bool {
        self.dimensions.is_empty() || self.dimensions.iter().any(|key| key == dimension)
    }

    fn is_over(&self, time: Timestamp, final_records: SignedDuration) -> bool {
        self.ended.is_some_and(|ended| time.duration_since(ended) >= final_records)
    }
}
