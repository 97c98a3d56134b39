//! The ledger against a second opinion: a list scanned from the front, decimals as text.

use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use serde_json::{Value as Json, json};

use super::world::{BUYER, LEAVER, LEAVER_LICENSE, LICENSE, World, time};
use crate::{Change, State};

/// One taken record: scope, buyer, dimension, the time's text up to the hour, quantity.
type Line = (String, &'static str, &'static str, String, String);

/// A record before it is written down for either side.
#[derive(Debug, Clone)]
struct Sent {
    leaver: bool,
    by_account: bool,
    dimension: &'static str,
    hour: u32,
    minute: u32,
    quantity: Json,
}

fn sent() -> impl Strategy<Value = Sent> {
    let whole = (0_u32..3).prop_map(|units| json!(units));
    let decimal = select(vec!["0", "1", "1.0", "1.000000", "1.000001", "2.50", "2.5", "0.0"])
        .prop_map(|text| json!(text));
    // A wrong dimension refuses its whole batch, so it must be rare.
    let dimension = (0_u32..40).prop_map(|n| match n {
        0 => "GB",
        1..20 => "gb",
        _ => "requests",
    });
    let place = (any::<bool>(), any::<bool>(), 9_u32..12, 0_u32..60);
    (place, dimension, prop_oneof![whole, decimal]).prop_map(
        |((leaver, by_account, hour, minute), dimension, quantity)| Sent {
            leaver,
            by_account,
            dimension,
            hour,
            minute,
            quantity,
        },
    )
}

impl Sent {
    fn buyer(&self) -> &'static str {
        if self.leaver { LEAVER } else { BUYER }
    }

    fn license(&self) -> &'static str {
        if self.leaver { LEAVER_LICENSE } else { LICENSE }
    }

    fn record(&self, licensed: bool) -> Json {
        let mut record = json!({
            "Timestamp": format!("2026-11-20T{:02}:{:02}:00Z", self.hour, self.minute),
            "Dimension": self.dimension,
        });
        if licensed || self.by_account {
            record["CustomerAWSAccountId"] = json!(self.buyer());
        } else {
            record["CustomerIdentifier"] = json!(if self.leaver { "left" } else { "cust" });
        }
        if licensed {
            record["LicenseArn"] = json!(self.license());
        }
        let member = if self.quantity.is_string() { "QuantityAsDecimal" } else { "Quantity" };
        record[member] = self.quantity.clone();
        record
    }

    fn line(&self, licensed: bool) -> Line {
        let scope = if licensed { self.license() } else { "demo" };
        let hour = format!("2026-11-20T{:02}", self.hour);
        (scope.to_owned(), self.buyer(), self.dimension, hour, plain(&self.quantity))
    }
}

/// Returns a quantity's shortest text, by cutting zeros off.
fn plain(quantity: &Json) -> String {
    let text = quantity.as_str().map_or_else(|| quantity.to_string(), str::to_owned);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// What the documentation says, in the most literal way: the time is 12:30 and a leaver, whose
/// agreement ended at 12:00, is a buyer only while `leavers_count`.
fn judge(
    taken: &mut Vec<Line>,
    batch: &[Sent],
    licensed: bool,
    leavers_count: bool,
) -> Vec<String> {
    let mut statuses = Vec::new();
    for record in batch {
        let line = record.line(licensed);
        let known = taken
            .iter()
            .find(|it| (&it.0, it.1, it.2, &it.3) == (&line.0, line.1, line.2, &line.3));
        statuses.push(match known {
            _ if record.leaver && !leavers_count => "CustomerNotSubscribed".to_owned(),
            Some(first) if first.4 == line.4 => "Success".to_owned(),
            Some(_) => "DuplicateRecord".to_owned(),
            None => {
                taken.push(line);
                "Success".to_owned()
            }
        });
    }
    statuses
}

fn parts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("(0|[1-9][0-9]{0,7})\\.[0-9]{6}", 1..20)
}

fn batches() -> impl Strategy<Value = Vec<(bool, bool, Vec<Sent>)>> {
    let batch = proptest::collection::vec(sent(), 0..12);
    proptest::collection::vec((any::<bool>(), any::<bool>(), batch), 1..8)
}

proptest! {
    #[test]
    fn the_ledger_agrees_with_a_list(batches in batches()) {
        let mut world = World::at("2026-11-20T12:30:00Z");
        let mut taken: Vec<Line> = Vec::new();
        for (licensed, late, batch) in batches {
            world.now = time(&format!("2026-11-20T{}:30:00Z", if late { 18 } else { 12 }));
            let records: Json = batch.iter().map(|sent| sent.record(licensed)).collect();
            let input = if licensed {
                json!({ "UsageRecords": records })
            } else {
                json!({ "ProductCode": "demo", "UsageRecords": records })
            };
            let before = world.state.clone();
            let answer = world.send(&input);
            if batch.iter().any(|sent| sent.dimension == "GB") {
                prop_assert_eq!(answer, Err("InvalidUsageDimensionException".to_owned()));
                prop_assert_eq!(&world.state, &before);
            } else {
                prop_assert_eq!(answer, Ok(judge(&mut taken, &batch, licensed, !late)));
            }
        }
        let mut expected: Vec<String> = taken.iter().map(|(scope, buyer, dimension, hour, quantity)| {
            let kind = if scope == "demo" { "ProductCode" } else { "License" };
            format!("{kind}({scope:?}) {buyer} {dimension} {hour}:00:00Z {quantity}")
        }).collect();
        let mut ledger = world.ledger();
        expected.sort();
        ledger.sort();
        prop_assert_eq!(ledger, expected);

        world.assert_folds_twice();
        let folded = text(&world.state);
        for cut in 0..=world.changes.len() {
            prop_assert_eq!(&fold_with_snapshot(&world.changes, cut), &folded);
        }
    }

    #[test]
    fn parts_are_added_as_on_paper(parts in parts(), last in 0_usize..4) {
        let sum = parts.iter().fold("0.000000".to_owned(), |sum, part| add(&sum, part));
        let allocations: Json = parts.iter().enumerate().map(|(n, part)| json!({
            "AllocatedUsageQuantityAsDecimal": part,
            "Tags": [{ "Key": "part", "Value": n.to_string() }],
        })).collect();
        let send = |quantity: &str| {
            let mut record = super::world::usage("2026-11-20T11:00:00Z", &json!(quantity));
            record["UsageAllocations"] = allocations.clone();
            World::at("2026-11-20T12:00:00Z").by_code(&json!([record]))
        };
        prop_assert!(send(&sum).is_ok());
        let place = ["0.000001", "0.000010", "0.001000", "1.000000"][last];
        prop_assert_eq!(send(&add(&sum, place)), Err("InvalidUsageAllocationsException".to_owned()));
    }
}

/// Folds the changes up to `cut`, writes and reads the state, and folds the rest into what was read.
fn fold_with_snapshot(changes: &[Change], cut: usize) -> String {
    let (before, after) = changes.split_at(cut);
    let mut state = State::default();
    for change in before {
        state.apply(change);
    }
    let mut read: State = serde_json::from_str(&text(&state)).expect("what was written is read");
    assert_eq!(read, state);
    for change in after {
        read.apply(change);
    }
    text(&read)
}

fn text(state: &State) -> String {
    serde_json::to_string(state).expect("the state is JSON")
}

/// Adds two numbers with six decimals each, digit by digit from the right.
fn add(one: &str, other: &str) -> String {
    let (one, other) = (digits(one), digits(other));
    let mut sum = Vec::new();
    let mut carry = 0;
    for place in 0..=one.len().max(other.len()) {
        let column = one.get(place).unwrap_or(&0) + other.get(place).unwrap_or(&0) + carry;
        sum.push(char::from(b'0' + column % 10));
        carry = column / 10;
    }
    let text: String = sum.into_iter().rev().collect();
    let (whole, decimals) = text.split_at(text.len() - 6);
    let whole = whole.trim_start_matches('0');
    format!("{}.{decimals}", if whole.is_empty() { "0" } else { whole })
}

/// Returns the digits from the last to the first.
fn digits(text: &str) -> Vec<u8> {
    text.replace('.', "").bytes().rev().map(|digit| digit - b'0').collect()
}
