//! `SearchSampleQueries`.

use wire::{Done, Fault, Members, Value};

use super::not_valid;
use crate::change::Change;
use crate::page::Question;
use crate::request::Request;
use crate::samples::{self, Found};

/// The rows of a page, unless the caller wants another number: AWS's.
const ROWS_DEFAULT: usize = 10;

/// Returns samples that have something to do with a phrase, the most relevant first.
///
/// # Errors
/// `ValidationException` for a token that is none of this question's.
pub(super) fn run(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let found = samples::search(input.string("SearchPhrase").unwrap_or_default());
    let place = |rank: usize, found: &Found| (format!("{rank:06}"), found.sample.name.to_owned());
    let rows = found.into_iter().enumerate().map(|(rank, found)| (place(rank, &found), found));
    let question = Question::new(request.call, "SearchSampleQueries", input)
        .with_default_rows(input, ROWS_DEFAULT);
    let page = question.page(rows.collect()).map_err(|_| not_valid("Invalid token."))?;
    let results: Vec<_> = page.rows.iter().map(show).collect();
    Ok(Done::read(
        Members::new()
            .with("SearchResults", Value::from(results))
            .with("NextToken", page.next_token.map(Value::from)),
    ))
}

fn show(found: &Found) -> Members {
    Members::new()
        .with("Name", Value::from(found.sample.name))
        .with("Description", Value::from(found.sample.description))
        .with("SQL", Value::from(found.sample.sql))
        .with("Relevance", Value::Float(found.relevance))
}
