//! `PutInsightSelectors` and `GetInsightSelectors` of event data stores.
//!
//! What is to be analysed is kept and answered. Nothing is analysed yet, and no status says so.

use std::collections::BTreeSet;

use wire::{Done, Fault, Members, Value};

use super::{STORE, find, invalid};
use crate::change::{Change, StoreChange};
use crate::request::Request;
use crate::state::{Category, EventDataStore, InsightSelector};

const TYPES: [&str; 2] = ["ApiCallRateInsight", "ApiErrorRateInsight"];
/// Of stores, management events only are analysed.
const CATEGORY: &str = "Management";

/// Puts an event data store's insight selectors in the place of those it has; an empty list turns
/// Insights off.
///
/// # Errors
/// Those of a store that is not there, `InvalidParameterException`,
/// `InvalidInsightSelectorsException`. The model has no exceptions for stores here: one that is not
/// there is a parameter that is wrong.
pub(super) fn put(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let store = store(request, "EventDataStore")?;
    let selectors = read(input)?;
    let destination = match input.string("InsightsDestination") {
        Some(_) => Some(destination(request)?.arn.clone()),
        None if selectors.is_empty() => None,
        None => return Err(invalid("Specify InsightsDestination with EventDataStore.")),
    };
    if !selectors.is_empty() && store.category() != Category::CloudTrail {
        return Err(invalid("Insights are of event data stores with Management events only."));
    }
    let arn = store.arn.clone();
    let output = show(&arn, &selectors, destination.as_ref());
    let change = StoreChange::Insights { arn: arn.clone(), selectors, destination };
    Ok(Done::changed(output, vec![change.into()]).about(STORE, arn))
}

/// Returns an event data store's insight selectors.
///
/// # Errors
/// As for [`put`]; `InsightNotEnabledException` when there are none.
pub(super) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let store = store(request, "EventDataStore")?;
    if store.insight_selectors.is_empty() {
        let message = format!("Event data store {} does not have Insights enabled.", store.arn);
        return Err(Fault::new("InsightNotEnabledException", message));
    }
    let destination = store.insights_destination.as_ref();
    let output = show(&store.arn, &store.insight_selectors, destination);
    Ok(Done::read(output).about(STORE, store.arn.as_str()))
}

fn store<'a>(request: &Request<'a, '_>, member: &str) -> Result<&'a EventDataStore, Fault> {
    let named = request.input.string(member).unwrap_or_default();
    find::active_store(request, named).map_err(|fault| invalid(fault.message))
}

fn destination<'a>(request: &Request<'a, '_>) -> Result<&'a EventDataStore, Fault> {
    let store = store(request, "InsightsDestination")?;
    if store.category() == Category::Insight {
        return Ok(store);
    }
    let message = format!("Event data store {} does not take Insight events.", store.arn);
    Err(invalid(message))
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
            return Err(wrong(format!("Value {insight_type} for InsightType is invalid.")));
        }
        if !seen.insert(insight_type) {
            return Err(wrong(format!("InsightType {insight_type} is given more than once.")));
        }
        if let Some(category) = event_categories.iter().find(|it| *it != CATEGORY) {
            return Err(wrong(format!("Value {category} for EventCategories is invalid.")));
        }
    }
    Ok(selectors)
}

fn wrong(message: String) -> Fault {
    Fault::new("InvalidInsightSelectorsException", message)
}

fn show(arn: &str, selectors: &[InsightSelector], destination: Option<&String>) -> Members {
    let selector = |selector: &InsightSelector| {
        let categories = &selector.event_categories;
        let categories = (!categories.is_empty()).then(|| Value::from(categories.clone()));
        Members::new()
            .with("InsightType", Value::from(selector.insight_type.as_str()))
            .with("EventCategories", categories)
    };
    let selectors: Vec<_> = selectors.iter().map(selector).collect();
    Members::new()
        .with("InsightSelectors", Value::from(selectors))
        .with("EventDataStoreArn", Value::from(arn))
        .with("InsightsDestination", destination.cloned().map(Value::from))
}
