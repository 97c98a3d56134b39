//! A small world, and calls on it written as JSON.

use std::ops::{Deref, DerefMut};

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::super::{Key, Row};
use crate::trial::Trial;
use crate::{Seed, SeedBuyer, SeedDimension, SeedProduct, seed};

pub(super) const SELLER: &str = "111122223333";
pub(super) const BUYER: &str = "444455556666";
pub(super) const LICENSE: &str = "arn:aws:license-manager::294406891311:license:l-0a";
/// A customer whose agreement ended at noon on 20 November.
pub(super) const LEAVER: &str = "555566667777";
pub(super) const LEAVER_LICENSE: &str = "arn:aws:license-manager::294406891311:license:l-0b";
/// A product of somebody else, with a buyer of its own.
pub(super) const OTHER_SELLER: &str = "999900001111";
pub(super) const OTHER_LICENSE: &str = "arn:aws:license-manager::294406891311:license:l-0c";

/// A trial that begins with products and buyers.
pub(super) struct World(Trial);

/// What a call answered: each record's status, or the fault's code.
pub(super) type Answer = Result<Vec<String>, String>;

impl World {
    pub(super) fn at(now: &str) -> Self {
        let mut trial = Trial::new();
        trial.now = time(now);
        trial.apply(&seed(&demo(), trial.now));
        Self(trial)
    }

    /// Returns the statuses of a call, or its fault's code.
    pub(super) fn send(&mut self, input: &Json) -> Answer {
        let output = self.call("BatchMeterUsage", input.clone());
        let output = output.map_err(|fault| fault.code.into_owned())?;
        let results = output["Results"].as_array().expect("results");
        let status = |result: &Json| result["Status"].as_str().expect("a status").to_owned();
        Ok(results.iter().map(status).collect())
    }

    /// Sends records of the demo product by its code.
    pub(super) fn by_code(&mut self, records: &Json) -> Answer {
        self.send(&json!({ "ProductCode": "demo", "UsageRecords": records }))
    }

    /// Returns the ledger as lines `scope buyer dimension hour quantity`.
    pub(super) fn ledger(&self) -> Vec<String> {
        let line = |(key, row): (Key<&str>, &Row)| {
            let hour = Timestamp::from_second(key.hour * 3600).expect("an hour");
            format!("{:?} {} {} {hour} {}", key.scope, key.buyer, key.dimension, row.quantity)
        };
        self.state.metering.ledger().map(line).collect()
    }
}

impl Deref for World {
    type Target = Trial;

    fn deref(&self) -> &Trial {
        &self.0
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Trial {
        &mut self.0
    }
}

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// Returns a record of the demo buyer, named by customer identifier.
pub(super) fn usage(time: &str, quantity: &Json) -> Json {
    let member = if quantity.is_string() { "QuantityAsDecimal" } else { "Quantity" };
    json!({ "Timestamp": time, "CustomerIdentifier": "cust", "Dimension": "gb", member: quantity })
}

fn demo() -> Seed {
    Seed {
        products: vec![product(SELLER, "demo"), product(OTHER_SELLER, "other")],
        buyers: vec![
            buyer(BUYER, "cust", "demo", LICENSE, None),
            buyer(LEAVER, "left", "demo", LEAVER_LICENSE, Some("2026-11-20T12:00:00Z")),
            buyer(BUYER, "theirs", "other", OTHER_LICENSE, None),
        ],
    }
}

fn product(owner: &str, code: &str) -> SeedProduct {
    let dimension = |key: &str| SeedDimension {
        key: key.to_owned(),
        name: key.to_owned(),
        unit: "Units".to_owned(),
    };
    SeedProduct {
        owner: owner.to_owned(),
        entity_id: format!("prod-{code}"),
        product_code: code.to_owned(),
        title: code.to_owned(),
        dimensions: vec![dimension("gb"), dimension("requests")],
    }
}

fn buyer(
    account: &str,
    identifier: &str,
    code: &str,
    license: &str,
    ends: Option<&str>,
) -> SeedBuyer {
    SeedBuyer {
        account: account.to_owned(),
        customer_identifier: identifier.to_owned(),
        product_code: code.to_owned(),
        license_arn: license.to_owned(),
        agreement_id: format!("agmt-{identifier}"),
        starts: time("2026-01-01T00:00:00Z"),
        ends: ends.map(time),
        dimensions: Vec::new(),
    }
}
