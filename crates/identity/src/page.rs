//! Paging as IAM does it: `Marker`, `MaxItems`, `IsTruncated`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wire::{Fault, Members, Value};

const ITEMS: usize = 100;

/// Answers one page of `items` under `name`; items are in the order of their keys.
///
/// The marker names the last key of the page before, so that what comes and goes between two
/// pages neither repeats nor hides anything else.
pub(crate) fn page(
    input: &Members,
    name: &'static str,
    mut items: Vec<(String, Value)>,
) -> Result<Members, Fault> {
    items.sort_by(|(left, _), (right, _)| left.cmp(right));
    let after = input.string("Marker").map(read_marker).transpose()?;
    let asked = input.integer("MaxItems").and_then(|count| usize::try_from(count).ok());
    let mut rest =
        items.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after));
    let page: Vec<_> = rest.by_ref().take(asked.unwrap_or(ITEMS)).collect();
    let truncated = rest.next().is_some();
    let marker = page.last().filter(|_| truncated).map(|(key, _)| STANDARD.encode(key));
    Ok(Members::new()
        .with(name, Value::List(page.into_iter().map(|(_, item)| item).collect()))
        .with("IsTruncated", Value::from(truncated))
        .with("Marker", marker.map(Value::from)))
}

fn read_marker(marker: &str) -> Result<String, Fault> {
    let bytes = STANDARD.decode(marker).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Fault::new("ValidationError", format!("Invalid Marker: {marker}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::text;

    fn names(count: usize) -> Vec<(String, Value)> {
        (0..count).map(|at| (format!("n{at:03}"), Value::from(format!("n{at:03}")))).rev().collect()
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repetition() {
        let mut input = Members::new().with("MaxItems", Value::from(4));
        let mut seen = Vec::new();
        loop {
            let page = page(&input, "Names", names(10)).unwrap();
            seen.extend(page.strings("Names").map(str::to_owned));
            assert_eq!(page.boolean("IsTruncated"), Some(page.string("Marker").is_some()));
            let Some(marker) = page.string("Marker") else { break };
            input = text(&[("Marker", marker)]).with("MaxItems", Value::from(4));
        }
        assert_eq!(seen.len(), 10);
        assert!(seen.is_sorted());
    }

    #[test]
    fn a_hundred_make_a_page_and_exactly_a_page_is_not_truncated() {
        let page_of = |count| page(&Members::new(), "Names", names(count)).unwrap();
        assert_eq!(page_of(101).list("Names").len(), 100);
        assert_eq!(page_of(101).boolean("IsTruncated"), Some(true));
        assert_eq!(page_of(100).boolean("IsTruncated"), Some(false));
        assert_eq!(page_of(0).list("Names"), []);
    }

    #[test]
    fn a_marker_that_is_none_is_refused() {
        let fault = page(&text(&[("Marker", "###")]), "Names", names(1)).unwrap_err();
        assert_eq!(fault.code, "ValidationError");
    }
}
