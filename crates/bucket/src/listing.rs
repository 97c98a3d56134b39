//! Listings: keys in order, those that share a beginning up to a delimiter rolled into one row.
//!
//! A page holds the rows behind its marker, in the order of keys and common prefixes together; a
//! common prefix that is not behind the marker is not shown again. Rolled-up keys are jumped over,
//! not walked through.

use std::collections::BTreeMap;
use std::ops::Bound;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wire::{Fault, Members, Value};

use crate::fault;

/// The most rows of a page.
pub(crate) const ROWS_MAX: usize = 1000;

/// What stays as it is under `EncodingType=url`.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// What a listing was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Query<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) delimiter: Option<&'a str>,
    pub(crate) start: Start<'a>,
    pub(crate) rows_max: usize,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start<'a> {
    /// With the first row.
    Beginning,
    /// Behind this key or common prefix.
    Behind(&'a str),
    /// With this key, of which some rows were shown.
    Within(&'a str),
}

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Row<'a, R> {
    /// Something of a key.
    Item(R),
    /// The common beginning of one or more keys.
    Prefix(&'a str),
}

/// The rows of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page<'a, R> {
    pub(crate) rows: Vec<Row<'a, R>>,
    /// Whether there are more.
    pub(crate) truncated: bool,
}

impl<'a> Query<'a> {
    /// Reads prefix, delimiter and size of a listing.
    pub(crate) fn read(input: &'a Members, maximum: &str) -> Result<Self, Fault> {
        Ok(Self {
            prefix: input.string("Prefix").unwrap_or_default(),
            delimiter: input.string("Delimiter").filter(|delimiter| !delimiter.is_empty()),
            start: Start::Beginning,
            rows_max: read_rows_max(input, maximum)?,
        })
    }

    /// Returns a page of the rows that `expand` makes of each key.
    pub(crate) fn page<'m, T, R, I>(
        &self,
        keys: &'m BTreeMap<String, T>,
        expand: impl Fn(&'m str, &'m T) -> I,
    ) -> Page<'m, R>
    where
        I: IntoIterator<Item = R>,
    {
        let mut page = Page { rows: Vec::new(), truncated: false };
        let mut next = if self.rows_max == 0 { None } else { self.first() };
        while let Some(from) = next {
            next = self.fill(&mut page, keys, from, &expand);
        }
        page
    }

    /// Adds rows up to the next common prefix; returns where to go on behind it.
    fn fill<'m, T, R, I: IntoIterator<Item = R>>(
        &self,
        page: &mut Page<'m, R>,
        keys: &'m BTreeMap<String, T>,
        from: Bound<String>,
        expand: &impl Fn(&'m str, &'m T) -> I,
    ) -> Option<Bound<String>> {
        let range = keys.range((from, Bound::Unbounded));
        for (key, value) in range.take_while(|(key, _)| key.starts_with(self.prefix)) {
            let common = self.common(key);
            for item in expand(key, value) {
                if page.rows.len() == self.rows_max {
                    page.truncated = true;
                    return None;
                }
                if let Some(common) = common {
                    page.rows.push(Row::Prefix(common));
                    return behind_all(common);
                }
                page.rows.push(Row::Item(item));
            }
        }
        None
    }

    /// Returns where the first row may be.
    fn first(&self) -> Option<Bound<String>> {
        let (Start::Behind(marker) | Start::Within(marker)) = self.start else {
            return Some(Bound::Included(self.prefix.to_owned()));
        };
        if marker < self.prefix {
            return Some(Bound::Included(self.prefix.to_owned()));
        }
        match self.common(marker) {
            Some(common) => behind_all(common),
            None if self.start == Start::Within(marker) => Some(Bound::Included(marker.to_owned())),
            None => Some(Bound::Excluded(marker.to_owned())),
        }
    }

    /// Returns the beginning that a key shares with others up to the delimiter.
    fn common<'k>(&self, key: &'k str) -> Option<&'k str> {
        let delimiter = self.delimiter?;
        let rest = key.strip_prefix(self.prefix)?;
        let at = rest.find(delimiter)?;
        key.get(..self.prefix.len() + at + delimiter.len())
    }
}

/// Returns the place behind every key that begins so, when there is one.
fn behind_all(prefix: &str) -> Option<Bound<String>> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        // the next letter, past those that no text holds
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            letters.push(next);
            return Some(Bound::Included(letters.into_iter().collect()));
        }
    }
    None
}

fn read_rows_max(input: &Members, member: &str) -> Result<usize, Fault> {
    let Some(given) = input.integer(member) else { return Ok(ROWS_MAX) };
    let rows = usize::try_from(given).ok().filter(|_| i32::try_from(given).is_ok());
    rows.map(|rows| rows.min(ROWS_MAX)).ok_or_else(|| {
        let mut letters = member.chars();
        let first = letters.next().map(|letter| letter.to_ascii_lowercase());
        let argument: String = first.into_iter().chain(letters).collect();
        let message = format!("Argument {argument} must be an integer between 0 and 2147483647");
        fault::invalid_argument(&message, &argument, &given.to_string())
    })
}

/// How keys are written in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As they are.
    Plain,
    /// Percent-encoded, so that XML can carry any of them.
    Url,
}

impl Spelling {
    /// Reads `EncodingType`.
    pub(crate) fn read(input: &Members) -> Result<Self, Fault> {
        match input.string("EncodingType") {
            None | Some("") => Ok(Self::Plain),
            Some("url") => Ok(Self::Url),
            Some(other) => {
                let message = "Invalid Encoding Method specified in Request";
                Err(fault::invalid_argument(message, "encoding-type", other))
            }
        }
    }

    /// Writes a key, prefix, delimiter or marker.
    pub(crate) fn write(self, text: &str) -> Value {
        match self {
            Self::Plain => Value::from(text),
            Self::Url => Value::from(utf8_percent_encode(text, ENCODED).to_string()),
        }
    }

    /// Returns the member that tells the reader.
    pub(crate) fn told(self) -> Option<Value> {
        (self == Self::Url).then(|| Value::from("url"))
    }
}

/// Returns the common prefixes of a page as the model lists them, when there are any.
pub(crate) fn common_prefixes<R>(page: &Page<'_, R>, spelling: Spelling) -> Option<Value> {
    let prefixes: Vec<Members> = page
        .rows
        .iter()
        .filter_map(|row| match row {
            Row::Prefix(prefix) => Some(Members::new().with("Prefix", spelling.write(prefix))),
            Row::Item(_) => None,
        })
        .collect();
    (!prefixes.is_empty()).then(|| Value::from(prefixes))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// The rows of a listing, worked out from all keys at once.
    fn reference(keys: &BTreeMap<String, Vec<u8>>, query: &Query<'_>) -> (Vec<String>, bool) {
        let mut rows = BTreeSet::new();
        for (key, items) in keys {
            let Some(rest) = key.strip_prefix(query.prefix) else { continue };
            let cut = query.delimiter.and_then(|it| Some((rest.find(it)?, it.len())));
            for item in items {
                rows.insert(match cut {
                    Some((at, length)) => (format!("{}{}", query.prefix, &rest[..at + length]), 0),
                    None => (key.clone(), *item),
                });
            }
        }
        let behind = |(row, _): &(String, u8)| match query.start {
            Start::Beginning => true,
            Start::Behind(marker) | Start::Within(marker) => row.as_str() > marker,
        };
        let rows: Vec<String> =
            rows.into_iter().filter(behind).map(|(row, item)| format!("{row}#{item}")).collect();
        let truncated = query.rows_max > 0 && rows.len() > query.rows_max;
        (rows.into_iter().take(query.rows_max).collect(), truncated)
    }

    fn listed(keys: &BTreeMap<String, Vec<u8>>, query: &Query<'_>) -> (Vec<String>, bool) {
        let page = query.page(keys, |key, items| {
            items.iter().map(|item| format!("{key}#{item}")).collect::<Vec<_>>()
        });
        let rows = page.rows.into_iter().map(|row| match row {
            Row::Item(item) => item,
            Row::Prefix(prefix) => format!("{prefix}#0"),
        });
        (rows.collect(), page.truncated)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn pages_are_those_of_the_reference(
            keys in prop::collection::btree_map("[ab/é\u{d7ff}\u{10ffff}]{0,5}", prop::collection::vec(1u8..4, 0..3), 0..24),
            prefix in "[ab/]{0,2}",
            delimiter in prop::option::of("[/bé\u{10ffff}]{1,2}"),
            marker in prop::option::of("[ab/é\u{10ffff}]{0,4}"),
            rows_max in 0usize..6,
        ) {
            let keys = keys.into_iter().map(|(key, mut items)| {
                items.sort_unstable();
                items.dedup();
                (key, items)
            }).collect();
            let start = marker.as_deref().map_or(Start::Beginning, Start::Behind);
            let query = Query { prefix: &prefix, delimiter: delimiter.as_deref(), start, rows_max };
            prop_assert_eq!(listed(&keys, &query), reference(&keys, &query));
        }
    }

    #[test]
    fn the_place_behind_a_prefix_is_the_next_text_that_does_not_begin_so() {
        let behind = |text: &str| match behind_all(text) {
            Some(Bound::Included(text)) => Some(text),
            _ => None,
        };
        assert_eq!(behind("a/").as_deref(), Some("a0"));
        assert_eq!(behind("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(behind("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(behind("\u{10ffff}"), None);
    }

    #[test]
    fn the_size_of_a_page_is_a_number_of_its_range() {
        let rows = |given: i64| {
            read_rows_max(&Members::new().with("MaxKeys", Value::from(given)), "MaxKeys")
        };
        assert_eq!(rows(0).unwrap(), 0);
        assert_eq!(rows(5).unwrap(), 5);
        assert_eq!(rows(1001).unwrap(), 1000);
        assert_eq!(rows(-1).unwrap_err().members.string("ArgumentName"), Some("maxKeys"));
        assert_eq!(rows(1 << 31).unwrap_err().code, "InvalidArgument");
    }
}
