//! A small world, and calls on it written as JSON.

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use wire::{Call, Fault, Members, Value};

use crate::{Change, Seed, SeedBuyer, SeedDimension, SeedProduct, Settings, State, seed};

pub(super) const SELLER: &str = "111122223333";
pub(super) const BUYER: &str = "444455556666";
pub(super) const LICENSE: &str = "arn:aws:license-manager::294406891311:license:l-0a";
/// A customer whose agreement ended at noon on 20 November.
pub(super) const LEAVER: &str = "555566667777";
pub(super) const LEAVER_LICENSE: &str = "arn:aws:license-manager::294406891311:license:l-0b";
/// A product of somebody else, with a buyer of its own.
pub(super) const OTHER_SELLER: &str = "999900001111";
pub(super) const OTHER_LICENSE: &str = "arn:aws:license-manager::294406891311:license:l-0c";

/// The state, its clock and its settings.
pub(super) struct World {
    pub(super) state: State,
    pub(super) settings: Settings,
    pub(super) now: Timestamp,
    pub(super) account: &'static str,
    /// Every change since the empty state.
    pub(super) changes: Vec<Change>,
    drawn: u64,
}

/// What a call answered: each record's status, or the fault's code.
pub(super) type Answer = Result<Vec<String>, String>;

impl World {
    pub(super) fn at(now: &str) -> Self {
        let now = time(now);
        let changes = seed(&demo(), now);
        let mut state = State::default();
        for change in &changes {
            state.apply(change);
        }
        Self { state, settings: Settings::default(), now, account: SELLER, changes, drawn: 0 }
    }

    /// Calls `BatchMeterUsage` and folds in what it changes, written and read as in a journal.
    pub(super) fn call(&mut self, input: &Json) -> Result<Members, Fault> {
        let entry = crate::operations().find(|entry| entry.operation == "BatchMeterUsage");
        let run = entry.expect("the operation is in the table").run;
        let drawn = &mut self.drawn;
        let mut random = || {
            *drawn += 1;
            *drawn
        };
        let mut call =
            Call { account: self.account, region: "us-east-1", now: self.now, random: &mut random };
        let done = run(&self.state, &members(input), &mut call, &self.settings)?;
        for change in done.changes {
            let text = serde_json::to_string(&change).expect("changes are JSON");
            let read: Change = serde_json::from_str(&text).expect("what was written is read");
            assert_eq!(read, change);
            self.state.apply(&read);
            self.changes.push(read);
        }
        Ok(done.output)
    }

    /// Returns the statuses of a call, or its fault's code.
    pub(super) fn send(&mut self, input: &Json) -> Answer {
        let output = self.call(input).map_err(|fault| fault.code.into_owned())?;
        let status = |result: &Members| result.string("Status").expect("a status").to_owned();
        Ok(output.maps("Results").map(status).collect())
    }

    /// Sends records of the demo product by its code.
    pub(super) fn by_code(&mut self, records: &Json) -> Answer {
        self.send(&json!({ "ProductCode": "demo", "UsageRecords": records }))
    }

    /// Returns the ledger as lines `scope buyer dimension hour quantity`.
    pub(super) fn ledger(&self) -> Vec<String> {
        let line = |(key, row): (super::super::Key<&str>, &super::super::Row)| {
            let hour = Timestamp::from_second(key.hour * 3600).expect("an hour");
            format!("{:?} {} {} {hour} {}", key.scope, key.buyer, key.dimension, row.quantity)
        };
        self.state.metering.ledger().map(line).collect()
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

/// Returns the decoded form of an input: `Timestamp` members are times.
pub(super) fn members(input: &Json) -> Members {
    let entries = input.as_object().expect("a structure");
    entries.iter().map(|(name, value)| (name.clone().into(), decoded(name, value))).collect()
}

fn decoded(name: &str, value: &Json) -> Value {
    match value {
        Json::String(text) if name == "Timestamp" => Value::Timestamp(time(text)),
        Json::String(text) => Value::String(text.clone()),
        Json::Number(number) => Value::Integer(number.as_i64().expect("a whole number")),
        Json::Array(items) => Value::List(items.iter().map(|item| decoded("", item)).collect()),
        Json::Object(_) => Value::Map(members(value)),
        Json::Null | Json::Bool(_) => panic!("no member of metering is {value}"),
    }
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
