//! A record as a call sends it.

use jiff::Timestamp;
use wire::{Fault, Members};

use super::amount::Amount;
use crate::market::Customer;

/// A usage record: whose usage of what, when, and how much. It borrows from the input.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsageRecord<'a> {
    /// The record as sent, for the answer to repeat.
    pub(super) sent: &'a Members,
    pub(super) timestamp: Timestamp,
    pub(super) dimension: &'a str,
    pub(super) customer: Customer<'a>,
    pub(super) license_arn: Option<&'a str>,
    pub(super) amount: Amount,
}

impl<'a> UsageRecord<'a> {
    /// Reads a record; fails where it breaks what the model asks for or cannot say.
    pub(super) fn read(sent: &'a Members) -> Result<Self, Fault> {
        Ok(Self {
            sent,
            timestamp: sent.timestamp("Timestamp").ok_or_else(|| missing("Timestamp"))?,
            dimension: sent.string("Dimension").ok_or_else(|| missing("Dimension"))?,
            customer: customer(sent)?,
            license_arn: sent.string("LicenseArn"),
            amount: Amount::read(sent, "Quantity", "QuantityAsDecimal")?.unwrap_or(Amount::ZERO),
        })
    }
}

fn customer(sent: &Members) -> Result<Customer<'_>, Fault> {
    match (sent.string("CustomerIdentifier"), sent.string("CustomerAWSAccountId")) {
        (Some(identifier), None) => Ok(Customer::Identifier(identifier)),
        (None, Some(account)) => Ok(Customer::Account(account)),
        (Some(_), Some(_)) => Err(Fault::new(
            "ValidationException",
            "CustomerIdentifier and CustomerAWSAccountId exclude each other; send one of them in \
             each usage record",
        )),
        (None, None) => Err(Fault::new(
            "ValidationException",
            "every usage record needs a CustomerAWSAccountId or a CustomerIdentifier",
        )),
    }
}

fn missing(member: &str) -> Fault {
    Fault::new("ValidationException", format!("every usage record needs a {member}"))
}
