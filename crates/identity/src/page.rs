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
