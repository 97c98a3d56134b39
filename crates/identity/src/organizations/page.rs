//! Paging as Organizations does it: `NextToken`, `MaxResults`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wire::{Fault, Members, Value};

use super::refusal;

const ITEMS: usize = 20;

/// Answers one page of `items` under `name`; items are in the order of their keys.
///
/// The token names the last key of the page before, so that what comes and goes between two pages
/// neither repeats nor hides anything else.
pub(crate) fn page(
    input: &Members,
    name: &'static str,
    items: impl IntoIterator<Item = (String, Members)>,
) -> Result<Members, Fault> {
    let after = input.string("NextToken").map(read_token).transpose()?;
    let asked = input.integer("MaxResults").and_then(|count| usize::try_from(count).ok());
    let mut rest =
        items.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after));
    let page: Vec<_> = rest.by_ref().take(asked.unwrap_or(ITEMS)).collect();
    let more = rest.next().is_some();
    let token = page.last().filter(|_| more).map(|(key, _)| STANDARD.encode(key));
    let items: Vec<_> = page.into_iter().map(|(_, item)| Value::from(item)).collect();
    Ok(Members::new().with(name, Value::List(items)).with("NextToken", token.map(Value::from)))
}

fn read_token(token: &str) -> Result<String, Fault> {
    let bytes = STANDARD.decode(token).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        refusal::invalid(
            "INVALID_NEXT_TOKEN",
            "The NextToken is not one that this operation has answered.",
        )
    })
}
