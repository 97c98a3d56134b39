//! What was metered: at most one row for each buyer, dimension and hour.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::allocation::Allocation;
use super::quantity::Quantity;

const SECONDS_PER_HOUR: i64 = 3600;

/// The ledger: the first accepted quantity of every key, for good.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    by_product_code: Scopes,
    by_license: Scopes,
}

type Scopes = BTreeMap<String, Buyers>;
type Buyers = BTreeMap<String, Dimensions>;
type Dimensions = BTreeMap<String, Hours>;
/// Rows by hours since 1970.
type Hours = BTreeMap<i64, Row>;

/// A change of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// A quantity was taken; a row that is there already stays as it is.
    Meter(Key<String>, Row),
}

/// What AWS recognises a repeated record by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key<S> {
    /// The product code or the license.
    pub scope: Scope<S>,
    /// The buyer's account.
    pub buyer: S,
    /// The dimension.
    pub dimension: S,
    /// The UTC hour, counted from 1970.
    pub hour: i64,
}

/// What a record was addressed to. One buyer's usage sent in both ways counts twice, as in AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope<S> {
    /// A product by its code.
    ProductCode(S),
    /// One agreement by the ARN of its license.
    License(S),
}

/// A quantity that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The quantity.
    pub quantity: Quantity,
    /// How it is split, in the order of the tags; empty when it is not.
    pub allocations: Vec<Allocation>,
    /// The id that the first record got and its repetitions get.
    pub metering_record_id: String,
    /// When the first record was taken.
    pub recorded: Timestamp,
    /// Whether the dimension is in the buyer's offer.
    pub billed: bool,
}

impl State {
    /// Folds one change in.
    pub fn apply(&mut self, change: &Change) {
        let Change::Meter(key, row) = change;
        let (scopes, scope) = match &key.scope {
            Scope::ProductCode(code) => (&mut self.by_product_code, code),
            Scope::License(arn) => (&mut self.by_license, arn),
        };
        let buyers = child(scopes, scope);
        let hours = child(child(buyers, &key.buyer), &key.dimension);
        hours.entry(key.hour).or_insert_with(|| row.clone());
    }

    /// Returns the row of this key.
    pub fn row(&self, key: Key<&str>) -> Option<&Row> {
        let buyers = match key.scope {
            Scope::ProductCode(code) => self.by_product_code.get(code),
            Scope::License(arn) => self.by_license.get(arn),
        };
        buyers?.get(key.buyer)?.get(key.dimension)?.get(&key.hour)
    }

    /// Returns whether anything was ever metered in this dimension, whoever the buyer.
    pub fn has_rows(&self, scope: Scope<&str>, dimension: &str) -> bool {
        let buyers = match scope {
            Scope::ProductCode(code) => self.by_product_code.get(code),
            Scope::License(arn) => self.by_license.get(arn),
        };
        let mut dimensions = buyers.into_iter().flat_map(BTreeMap::values);
        dimensions.any(|held| held.get(dimension).is_some_and(|hours| !hours.is_empty()))
    }

    /// Returns all rows: those of product codes, then those of licenses, each in key order.
    pub fn ledger(&self) -> impl Iterator<Item = (Key<&str>, &Row)> {
        let codes = self.by_product_code.iter();
        let licenses = self.by_license.iter();
        codes
            .map(|(code, buyers)| (Scope::ProductCode(code.as_str()), buyers))
            .chain(licenses.map(|(arn, buyers)| (Scope::License(arn.as_str()), buyers)))
            .flat_map(|(scope, buyers)| rows_of(scope, buyers))
    }
}

impl Key<&str> {
    /// Returns a key that can be kept.
    pub fn to_owned(self) -> Key<String> {
        Key {
            scope: match self.scope {
                Scope::ProductCode(code) => Scope::ProductCode(code.to_owned()),
                Scope::License(arn) => Scope::License(arn.to_owned()),
            },
            buyer: self.buyer.to_owned(),
            dimension: self.dimension.to_owned(),
            hour: self.hour,
        }
    }
}

impl Key<String> {
    /// Returns a key to look up with.
    pub fn as_ref(&self) -> Key<&str> {
        Key {
            scope: match &self.scope {
                Scope::ProductCode(code) => Scope::ProductCode(code),
                Scope::License(arn) => Scope::License(arn),
            },
            buyer: &self.buyer,
            dimension: &self.dimension,
            hour: self.hour,
        }
    }
}

/// Returns the row that changes not yet folded in will make for this key.
pub(super) fn find<'a>(changes: &'a [Change], key: Key<&str>) -> Option<&'a Row> {
    changes.iter().find_map(|Change::Meter(held, row)| (held.as_ref() == key).then_some(row))
}

/// Returns the UTC hour of a time of usage.
pub(super) fn hour_of(time: Timestamp) -> i64 {
    time.as_second().div_euclid(SECONDS_PER_HOUR)
}

fn rows_of<'a>(
    scope: Scope<&'a str>,
    buyers: &'a Buyers,
) -> impl Iterator<Item = (Key<&'a str>, &'a Row)> {
    buyers.iter().flat_map(move |(buyer, dimensions)| {
        dimensions.iter().flat_map(move |(dimension, hours)| {
            hours.iter().map(move |(hour, row)| (Key { scope, buyer, dimension, hour: *hour }, row))
        })
    })
}

/// Returns the entry of `name`, made when absent; the name is copied only then.
fn child<'a, V: Default>(parent: &'a mut BTreeMap<String, V>, name: &str) -> &'a mut V {
    if !parent.contains_key(name) {
        parent.insert(name.to_owned(), V::default());
    }
    parent.get_mut(name).expect("the entry was made above")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Change, Key, Row, Scope, State, hour_of};
    use crate::metering::Quantity;

    #[test]
    fn the_first_row_of_a_key_stays() {
        let key = Key { scope: Scope::ProductCode("demo"), buyer: "1", dimension: "gb", hour: 7 };
        let row = |units| Row {
            quantity: Quantity::whole(units),
            allocations: Vec::new(),
            metering_record_id: units.to_string(),
            recorded: Timestamp::UNIX_EPOCH,
            billed: true,
        };
        let mut state = State::default();
        state.apply(&Change::Meter(key.to_owned(), row(1)));
        state.apply(&Change::Meter(key.to_owned(), row(2)));
        assert_eq!(state.row(key), Some(&row(1)));
        assert_eq!(state.ledger().collect::<Vec<_>>(), [(key, &row(1))]);
        let licensed = Key { scope: Scope::License("demo"), ..key };
        assert_eq!(state.row(licensed), None);
    }

    #[test]
    fn hours_begin_on_the_hour_before_1970_too() {
        let hour = |text: &str| hour_of(text.parse().expect("a time"));
        assert_eq!(hour("1970-01-01T00:59:59.999Z"), 0);
        assert_eq!(hour("1970-01-01T01:00:00Z"), 1);
        assert_eq!(hour("1969-12-31T23:59:59Z"), -1);
    }
}
