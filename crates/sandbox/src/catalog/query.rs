//! What the lists of the catalog have in common: paging, order, and filters on text and time.

use wire::{Call, Fault, Members};

use super::validation::refusal;
use crate::page::{BadToken, Order, Page, Place, Question};

/// Rows on a page when the caller does not say.
const ROWS_DEFAULT: i64 = 20;

/// Returns the page that an input asks for.
pub(super) fn page<T>(
    call: &Call<'_>,
    operation: &str,
    input: &Members,
    rows: Vec<(Place, T)>,
    order: Order,
    rows_max: i64,
) -> Result<Page<T>, Fault> {
    let wanted = input.integer("MaxResults").unwrap_or(ROWS_DEFAULT);
    let wanted = usize::try_from(wanted).ok().filter(|_| (1..=rows_max).contains(&wanted));
    let wanted = wanted.ok_or_else(|| refusal(format!("MaxResults must be 1 to {rows_max}.")))?;
    Question::new(call, operation, input)
        .page(rows, order, input.string("NextToken"), wanted)
        .map_err(|BadToken| refusal("NextToken is not one that this request was given."))
}

/// Returns the order of a sort; the catalog lists the greatest first.
pub(super) fn order(sort: Option<&Members>) -> Result<Order, Fault> {
    match sort.and_then(|sort| sort.string("SortOrder")) {
        None | Some("DESCENDING") => Ok(Order::Descending),
        Some("ASCENDING") => Ok(Order::Ascending),
        Some(other) => {
            Err(refusal(format!("SortOrder {other} is neither ASCENDING nor DESCENDING.")))
        }
    }
}

/// Checks that a text is a time in the catalog's form, whose texts sort as the times do.
pub(super) fn check_date(text: &str) -> Result<&str, Fault> {
    let is_date = text.len() == "2026-11-20T08:00:00Z".len()
        && text.ends_with('Z')
        && text.as_bytes().get(10) == Some(&b'T')
        && text.parse::<jiff::Timestamp>().is_ok();
    if is_date { Ok(text) } else { Err(refusal(format!("{text} is not YYYY-MM-DDThh:mm:ssZ."))) }
}
