//! Long lists in pages: a token remembers where a page ended and which question it belongs to.
//!
//! Tokens hold no state and no secret: rows are always those of the caller, whatever a token says.
//! A token names the last row instead of a count, so rows that come or go between two pages
//! neither hide others nor show them twice.

use std::cmp::Reverse;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wire::{Call, Members};

use crate::fingerprint::fingerprint;

/// The longest token that is looked at, in bytes: the Catalog API's own limit.
const TOKEN_BYTES_MAX: usize = 4096;
/// How much of the fingerprint a token carries, in hexadecimal digits.
const BINDING_DIGITS: usize = 32;

/// Where a row stands in its list: the value that the list is sorted by, then its unique id.
pub(crate) type Place = (String, String);

/// Which end of a sorted list comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

/// A token that this question never gave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadToken;

/// One page of a list.
#[derive(Debug, PartialEq)]
pub(crate) struct Page<T> {
    /// The rows, in order.
    pub(crate) rows: Vec<T>,
    /// How to ask for the next page; absent on the last one.
    pub(crate) next_token: Option<String>,
}

/// What a list was asked for: caller, operation and every parameter but those of the paging.
pub(crate) struct Question {
    binding: String,
}

impl Question {
    /// Reads the question from a call's input.
    pub(crate) fn new(call: &Call<'_>, operation: &str, input: &Members) -> Self {
        let scope = [call.account, call.region, operation];
        let mut binding = fingerprint(&scope, input, &["NextToken", "MaxResults"]);
        binding.truncate(BINDING_DIGITS);
        Self { binding }
    }

    /// Returns the page of at most `rows_max` rows behind `token`, or the first one.
    pub(crate) fn page<T>(
        &self,
        mut rows: Vec<(Place, T)>,
        order: Order,
        token: Option<&str>,
        rows_max: usize,
    ) -> Result<Page<T>, BadToken> {
        let after = token.map(|token| self.open(token)).transpose()?;
        match order {
            Order::Ascending => rows.sort_by(|a, b| a.0.cmp(&b.0)),
            Order::Descending => rows.sort_by(|a, b| Reverse(&a.0).cmp(&Reverse(&b.0))),
        }
        rows.retain(|(place, _)| after.as_ref().is_none_or(|after| order.is_behind(place, after)));
        let more = rows.len() > rows_max;
        rows.truncate(rows_max);
        let next_token = rows.last().filter(|_| more).map(|(place, _)| self.token(place));
        Ok(Page { rows: rows.into_iter().map(|(_, row)| row).collect(), next_token })
    }

    fn token(&self, place: &Place) -> String {
        let text = serde_json::json!([self.binding, place.0, place.1]).to_string();
        URL_SAFE_NO_PAD.encode(text)
    }

    fn open(&self, token: &str) -> Result<Place, BadToken> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(BadToken);
        }
        let text = URL_SAFE_NO_PAD.decode(token).map_err(|_| BadToken)?;
        let (binding, sort_value, id): (String, String, String) =
            serde_json::from_slice(&text).map_err(|_| BadToken)?;
        if binding == self.binding { Ok((sort_value, id)) } else { Err(BadToken) }
    }
}

impl Order {
    fn is_behind(self, place: &Place, after: &Place) -> bool {
        match self {
            Self::Ascending => place > after,
            Self::Descending => place < after,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wire::{Call, Members, Value};

    use super::{BadToken, Order, Place, Question};

    fn question(account: &str, input: &Members) -> Question {
        let mut random = || 0;
        let now = jiff::Timestamp::UNIX_EPOCH;
        let call = Call { account, region: "us-east-1", now, random: &mut random };
        Question::new(&call, "ListThings", input)
    }

    fn rows(keys: &[u8]) -> Vec<(Place, usize)> {
        let place = |at: usize, key: u8| (key.to_string(), format!("{at:03}"));
        keys.iter().enumerate().map(|(at, key)| (place(at, *key), at)).collect()
    }

    proptest! {
        #[test]
        fn pages_show_every_row_once_in_order(
            keys in prop::collection::vec(0_u8..4, 0..40), rows_max in 1_usize..7, down: bool,
        ) {
            let question = question("111122223333", &Members::new());
            let order = if down { Order::Descending } else { Order::Ascending };
            let (mut seen, mut token) = (Vec::new(), None);
            loop {
                let page = question.page(rows(&keys), order, token.as_deref(), rows_max).unwrap();
                prop_assert!(page.rows.len() <= rows_max);
                seen.extend(page.rows);
                token = page.next_token;
                if token.is_none() { break; }
            }
            let mut expected = rows(&keys);
            expected.sort();
            if down { expected.reverse(); }
            let expected: Vec<_> = expected.into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(seen, expected);
        }

        #[test]
        fn junk_is_refused(token in "[A-Za-z0-9+/=_.:@-]{1,60}") {
            let question = question("111122223333", &Members::new());
            let page = question.page(rows(&[1, 2]), Order::Ascending, Some(&token), 1);
            prop_assert_eq!(page, Err(BadToken));
        }
    }

    #[test]
    fn a_token_belongs_to_its_caller_and_question() {
        let asked = Members::new().with("Name", Value::from("a"));
        let first = question("111122223333", &asked);
        let page = first.page(rows(&[1, 2, 3]), Order::Ascending, None, 1).unwrap();
        let token = page.next_token.unwrap();

        let paged = asked.clone().with("NextToken", Value::from(token.as_str()));
        let again = question("111122223333", &paged.with("MaxResults", Value::from(2)));
        assert!(again.page(rows(&[1, 2, 3]), Order::Ascending, Some(&token), 1).is_ok());
        let other_caller = question("444455556666", &asked);
        let other_question = question("111122223333", &Members::new());
        for question in [other_caller, other_question] {
            let page = question.page(rows(&[1, 2, 3]), Order::Ascending, Some(&token), 1);
            assert_eq!(page, Err(BadToken));
        }
    }
}
