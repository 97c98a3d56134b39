//! What the caller may meter: its own products, its buyers' agreements.

use jiff::{SignedDuration, Timestamp};
use wire::Fault;

use super::usage_record::UsageRecord;
use crate::Settings;
use crate::market::{self, Agreement, Customer, Product};

const ACCOUNT_DIGITS: usize = 12;

/// The caller, seen as the seller of what it meters.
pub(super) struct Seller<'a> {
    market: &'a market::State,
    account: &'a str,
    now: Timestamp,
    final_records: SignedDuration,
}

impl<'a> Seller<'a> {
    /// Returns this account as a seller in this market.
    pub(super) fn of(
        account: &'a str,
        market: &'a market::State,
        now: Timestamp,
        settings: &Settings,
    ) -> Self {
        Self {
            market,
            account,
            now,
            final_records: SignedDuration::from_mins(settings.final_records_minutes.into()),
        }
    }

    /// Returns the caller's own product of this code.
    pub(super) fn product(&self, product_code: &str) -> Result<&'a Product, Fault> {
        let product = self.market.product_by_code(product_code);
        product.filter(|product| product.owner_account == self.account).ok_or_else(|| {
            Fault::new(
                "InvalidProductCodeException",
                format!("account {} publishes no product with code {product_code}", self.account),
            )
        })
    }

    /// Returns the agreement behind a record's license: one of the caller, with the record's buyer,
    /// active at the time of usage.
    pub(super) fn licensed(
        &self,
        record: &UsageRecord<'_>,
        license_arn: &str,
    ) -> Result<&'a Agreement, Fault> {
        let agreement = self
            .market
            .agreement_by_license(license_arn)
            .filter(|agreement| agreement.seller == self.account)
            .ok_or_else(|| invalid_license(license_arn, "is not one of the caller's products"))?;
        if !agreement.is_with(record.customer) {
            return Err(invalid_license(license_arn, "was not issued to this buyer"));
        }
        if !agreement.covers(record.timestamp, self.final_records) {
            return Err(invalid_license(license_arn, "was not active at the time of this usage"));
        }
        Ok(agreement)
    }

    /// Fails for a buyer that cannot be one: an identifier that this seller was never given, or an
    /// account id that is none. A buyer who merely has no agreement passes.
    pub(super) fn check_customer(&self, customer: Customer<'_>) -> Result<(), Fault> {
        let (known, text) = match customer {
            Customer::Identifier(text) => (self.was_given(customer), text),
            Customer::Account(text) => (is_account_id(text), text),
        };
        if known {
            return Ok(());
        }
        let message = format!("{text} identifies no customer of account {}", self.account);
        Err(Fault::new("InvalidCustomerIdentifierException", message))
    }

    /// Returns the agreement under which a record by product code is taken; none when the buyer is
    /// not subscribed. Among several it is the latest that had started by the time of usage.
    pub(super) fn subscription(
        &self,
        record: &UsageRecord<'_>,
        product: &Product,
    ) -> Option<&'a Agreement> {
        self.market
            .agreements_of(record.customer)
            .filter(|agreement| agreement.product_code == product.product_code)
            .filter(|agreement| self.takes_records(agreement))
            .max_by_key(|agreement| (agreement.started <= record.timestamp, agreement.started))
    }

    /// Returns whether the agreement's usage is taken now.
    pub(super) fn takes_records(&self, agreement: &Agreement) -> bool {
        agreement.takes_records(self.now, self.final_records)
    }

    fn was_given(&self, customer: Customer<'_>) -> bool {
        self.market.agreements_of(customer).any(|agreement| agreement.seller == self.account)
    }
}

fn is_account_id(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn invalid_license(license_arn: &str, why: &str) -> Fault {
    Fault::new("InvalidLicenseException", format!("the license {license_arn} {why}"))
}
