//! `PutEventConfiguration` and `GetEventConfiguration`.
//!
//! What is to be aggregated is kept and answered. Nothing is aggregated yet.

use wire::{Done, Fault, Members, Value};

use super::source::{Source, combination, no_such_store};
use super::{TRAIL, find};
use crate::change::Change;
use crate::request::Request;
use crate::state::Aggregation;

const AGGREGATIONS: &str = "AggregationConfigurations";
const TEMPLATES: [&str; 3] = ["API_ACTIVITY", "RESOURCE_ACCESS", "USER_ACTIONS"];
const CATEGORY: &str = "Data";

/// Puts a trail's aggregation configurations in the place of those it has; an empty list turns
/// aggregation off. The other members are of event data stores.
///
/// # Errors
/// Those of a trail that may not be changed, `InvalidParameterCombinationException`,
/// `InvalidParameterException`; `EventDataStoreNotFoundException` and
/// `EventDataStoreARNInvalidException` for event data stores.
pub(super) fn put(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let input = request.input;
    let arn = find::changeable(request, trail(input)?)?.arn.clone();
    for name in ["MaxEventSize", "ContextKeySelectors"] {
        if input.get(name).is_some() {
            let message = format!("You can specify {name} only with EventDataStore.");
            return Err(combination(&message));
        }
    }
    let aggregations = read(input)?;
    let output = show(&arn, &aggregations);
    let change = Change::Aggregations { arn: arn.clone(), aggregations };
    Ok(Done::changed(output, vec![change]).about(TRAIL, arn))
}

/// Returns a trail's aggregation configurations.
///
/// # Errors
/// As for [`put`], as far as it names something.
pub(super) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let trail = find::visible(request, trail(request.input)?)?;
    let output = show(&trail.arn, &trail.aggregations);
    Ok(Done::read(output).about(TRAIL, trail.arn.as_str()))
}

fn trail(input: &Members) -> Result<&str, Fault> {
    match Source::read(input)? {
        Source::Trail(named) => Ok(named),
        Source::EventDataStore(store) => Err(no_such_store(store)),
    }
}

fn read(input: &Members) -> Result<Vec<Aggregation>, Fault> {
    if input.get(AGGREGATIONS).is_none() {
        return Err(invalid(format!("Specify {AGGREGATIONS} for a trail.")));
    }
    let aggregations: Vec<_> = input
        .maps(AGGREGATIONS)
        .map(|one| Aggregation {
            templates: one.strings("Templates").map(str::to_owned).collect(),
            event_category: one.string("EventCategory").unwrap_or_default().to_owned(),
        })
        .collect();
    if aggregations.len() > 1 {
        return Err(invalid(format!("Specify one of {AGGREGATIONS} at most.")));
    }
    aggregations.iter().try_for_each(check)?;
    Ok(aggregations)
}

fn check(Aggregation { templates, event_category }: &Aggregation) -> Result<(), Fault> {
    if event_category != CATEGORY {
        return Err(invalid(format!("Value {event_category} for EventCategory is invalid.")));
    }
    if templates.is_empty() {
        return Err(invalid("Specify at least one of Templates.".to_owned()));
    }
    for (at, template) in templates.iter().enumerate() {
        if !TEMPLATES.contains(&template.as_str()) {
            return Err(invalid(format!("Value {template} for Templates is invalid.")));
        }
        if templates.iter().take(at).any(|before| before == template) {
            return Err(invalid(format!("Template {template} is given more than once.")));
        }
    }
    Ok(())
}

fn invalid(message: String) -> Fault {
    Fault::new("InvalidParameterException", message)
}

fn show(arn: &str, aggregations: &[Aggregation]) -> Members {
    let aggregation = |one: &Aggregation| {
        Members::new()
            .with("Templates", Value::from(one.templates.clone()))
            .with("EventCategory", Value::from(one.event_category.as_str()))
    };
    let aggregations: Vec<_> = aggregations.iter().map(aggregation).collect();
    Members::new().with("TrailARN", Value::from(arn)).with(AGGREGATIONS, Value::from(aggregations))
}
