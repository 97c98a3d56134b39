//! `PutInsightSelectors` and `GetInsightSelectors`.
//!
//! What is to be analysed is kept and answered. Nothing is analysed yet, and no status says so.

use std::collections::BTreeSet;

use wire::{Done, Fault, Members, Value};

use super::source::{Source, combination};
use super::{TRAIL, find};
use crate::change::Change;
use crate::request::Request;
use crate::state::InsightSelector;

const TYPES: [&str; 2] = ["ApiCallRateInsight", "ApiErrorRateInsight"];
const CATEGORIES: [&str; 2] = ["Management", "Data"];

/// Puts a trail's insight selectors in the place of those it has; an empty list turns Insights off.
///
/// # Errors
/// Those of a trail that may not be changed, `InvalidParameterCombinationException`,
/// `InvalidInsightSelectorsException`; `UnsupportedOperationException` for event data stores.
pub(super) fn put(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let arn = find::changeable(request, trail(input)?)?.arn.clone();
    if input.string("InsightsDestination").is_some() {
        let message = "You can specify InsightsDestination only with EventDataStore.";
        return Err(combination(message));
    }
    let selectors = read(input)?;
    let output = show(&arn, &selectors);
    let change = Change::Insights { arn: arn.clone(), selectors, destination: None };
    Ok(Done::changed(output, vec![change]).about(TRAIL, arn))
}

/// Returns a trail's insight selectors.
///
/// # Errors
/// `TrailNotFoundException`, those of names and ARNs, `InsightNotEnabledException` when there are
/// none; `UnsupportedOperationException` for event data stores.
pub(super) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let trail = find::visible(request, trail(request.input)?)?;
    if trail.insight_selectors.is_empty() {
        let message = format!("Trail {} does not have Insights enabled.", trail.name);
        return Err(Fault::new("InsightNotEnabledException", message));
    }
    let output = show(&trail.arn, &trail.insight_selectors);
    Ok(Done::read(output).about(TRAIL, trail.arn.as_str()))
}

fn trail(input: &Members) -> Result<&str, Fault> {
    match Source::read(input)? {
        Source::Trail(named) => Ok(named),
        Source::EventDataStore(_) => Err(Fault::new(
            "UnsupportedOperationException",
            "There are no event data stores here: insight selectors belong to trails only.",
        )),
    }
}

fn read(input: &Members) -> Result<Vec<InsightSelector>, Fault> {
    let selectors: Vec<_> = input
        .maps("InsightSelectors")
        .map(|selector| InsightSelector {
            insight_type: selector.string("InsightType").unwrap_or_default().to_owned(),
            event_categories: selector.strings("EventCategories").map(str::to_owned).collect(),
        })
        .collect();
    let mut seen = BTreeSet::new();
    for InsightSelector { insight_type, event_categories } in &selectors {
        if !TYPES.contains(&insight_type.as_str()) {
            return Err(invalid(format!("Value {insight_type} for InsightType is invalid.")));
        }
        if !seen.insert(insight_type) {
            return Err(invalid(format!("InsightType {insight_type} is given more than once.")));
        }
        let mut unknown = event_categories.iter().filter(|it| !CATEGORIES.contains(&it.as_str()));
        if let Some(category) = unknown.next() {
            return Err(invalid(format!("Value {category} for EventCategories is invalid.")));
        }
    }
    Ok(selectors)
}

fn invalid(message: String) -> Fault {
    Fault::new("InvalidInsightSelectorsException", message)
}

fn show(arn: &str, selectors: &[InsightSelector]) -> Members {
    let selector = |selector: &InsightSelector| {
        let categories = &selector.event_categories;
        let categories = (!categories.is_empty()).then(|| Value::from(categories.clone()));
        Members::new()
            .with("InsightType", Value::from(selector.insight_type.as_str()))
            .with("EventCategories", categories)
    };
    let selectors: Vec<_> = selectors.iter().map(selector).collect();
    Members::new()
        .with("TrailARN", Value::from(arn))
        .with("InsightSelectors", Value::from(selectors))
}
