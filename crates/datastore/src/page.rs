//! Long lists in pages: a token remembers where a page ended and which question it belongs to.
//!
//! Tokens hold no state and no secret: rows are always those of the caller, whatever a token says.
//! A token names the last row instead of a count, so rows that come or go between two pages
//! neither hide others nor show them twice.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wire::{Call, Members};

/// The longest token that is looked at, in bytes: the model's limit.
const TOKEN_BYTES_MAX: usize = 1000;
/// How much of the fingerprint of its question a token carries, in bytes.
const BINDING_BYTES: usize = 12;
/// Members that may differ from page to page.
const PAGING: [&str; 3] = ["NextToken", "MaxResults", "MaxQueryResults"];
/// The rows of a page whose size nobody chose. AWS names none.
const ROWS_DEFAULT: usize = 100;

/// Where a row stands in its list: the value that the list is sorted by, then its unique id.
pub(crate) type Place = (String, String);

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
pub(crate) struct Question<'a> {
    binding: String,
    token: Option<&'a str>,
    rows_max: usize,
}

impl<'a> Question<'a> {
    /// Reads the question from a call's input.
    pub(crate) fn new(call: &Call<'_>, operation: &str, input: &'a Members) -> Self {
        let mut asked: Vec<_> = input
            .iter()
            .filter(|(name, _)| !PAGING.contains(name))
            .map(|(name, value)| format!("{name}={value:?}"))
            .collect();
        asked.sort();
        let text = format!("{}/{}/{operation}/{asked:?}", call.account, call.region);
        let sum = digest(&SHA256, text.as_bytes());
        let short: Vec<_> = sum.as_ref().iter().copied().take(BINDING_BYTES).collect();
        let rows_max = input.integer("MaxResults").and_then(|rows| usize::try_from(rows).ok());
        Self {
            binding: URL_SAFE_NO_PAD.encode(short),
            token: input.string("NextToken"),
            rows_max: rows_max.unwrap_or(ROWS_DEFAULT),
        }
    }

    /// Returns this question with another number of rows for those who did not choose one.
    pub(crate) fn with_default_rows(mut self, input: &Members, rows: usize) -> Self {
        if input.integer("MaxResults").is_none() {
            self.rows_max = rows;
        }
        self
    }

    /// Returns the page that was asked for, of rows in rising order of their places.
    pub(crate) fn page<T>(&self, mut rows: Vec<(Place, T)>) -> Result<Page<T>, BadToken> {
        let after = self.after()?;
        rows.sort_by(|one, other| one.0.cmp(&other.0));
        rows.retain(|(place, _)| after.as_ref().is_none_or(|after| place > after));
        let more = rows.len() > self.rows_max;
        rows.truncate(self.rows_max);
        let next_token = rows.last().filter(|_| more).map(|(place, _)| self.token(place));
        Ok(Page { rows: rows.into_iter().map(|(_, row)| row).collect(), next_token })
    }

    /// Returns where the page before this one ended; absent for the first one.
    pub(crate) fn after(&self) -> Result<Option<Place>, BadToken> {
        self.token.map(|token| self.open(token)).transpose()
    }

    /// Returns the token of the page behind a place.
    pub(crate) fn token(&self, place: &Place) -> String {
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
