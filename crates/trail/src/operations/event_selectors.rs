//! `PutEventSelectors` and `GetEventSelectors`.

use event::selectors::{
    AdvancedEventSelector, DataResource, EventSelector, FieldSelector, For, ResourceTypes,
    SelectorError, Selectors,
};
use wire::{Done, Fault, Members, Value};

use super::{TRAIL, find};
use crate::change::Change;
use crate::request::Request;

const BASIC: &str = "EventSelectors";
const ADVANCED: &str = "AdvancedEventSelectors";

/// Puts a trail's event selectors, of one kind or the other, in the place of those it has; answers
/// them in the order in which they were sent.
///
/// # Errors
/// Those of a trail that may not be changed, and `InvalidEventSelectorsException`.
pub(super) fn put(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("TrailName").unwrap_or_default();
    let arn = find::changeable(request, named)?.arn.clone();
    let selectors = read(request.input)?;
    selectors.check(For::Trail, ResourceTypes::Listed).map_err(|error| invalid(&error))?;
    let output = show(&arn, &selectors);
    let change = Change::Selectors { arn: arn.clone(), selectors };
    Ok(Done::changed(output, vec![change]).about(TRAIL, arn))
}

/// Returns a trail's event selectors, field selectors in the order of their fields' names.
///
/// # Errors
/// `TrailNotFoundException`, and those of names and ARNs.
pub(super) fn get(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let named = request.input.string("TrailName").unwrap_or_default();
    let trail = find::visible(request, named)?;
    let output = show(&trail.arn, &trail.selectors.sorted());
    Ok(Done::read(output).about(TRAIL, trail.arn.as_str()))
}

fn invalid(error: &SelectorError) -> Fault {
    Fault::new("InvalidEventSelectorsException", error.to_string())
}

fn read(input: &Members) -> Result<Selectors, Fault> {
    match (input.get(BASIC).is_some(), input.get(ADVANCED).is_some()) {
        (true, true) => Err(Fault::new(
            "InvalidEventSelectorsException",
            "You can select events by using either EventSelectors or AdvancedEventSelectors, but \
             not both.",
        )),
        (false, true) => Ok(Selectors::Advanced(input.maps(ADVANCED).map(read_advanced).collect())),
        // without any, those that are missing are the basic ones
        (_, false) => {
            let selectors: Result<_, _> = input.maps(BASIC).map(read_basic).collect();
            Ok(Selectors::Basic(selectors.map_err(|error| invalid(&error))?))
        }
    }
}

fn read_basic(input: &Members) -> Result<EventSelector, SelectorError> {
    let default = EventSelector::default();
    let data_resource = |data: &Members| DataResource {
        kind: data.string("Type").unwrap_or_default().to_owned(),
        values: texts(data, "Values"),
    };
    let kind = input.string("ReadWriteType").map(str::parse).transpose()?;
    let management = input.boolean("IncludeManagementEvents");
    Ok(EventSelector {
        read_write_type: kind.unwrap_or(default.read_write_type),
        include_management_events: management.unwrap_or(default.include_management_events),
        data_resources: input.maps("DataResources").map(data_resource).collect(),
        exclude_management_event_sources: texts(input, "ExcludeManagementEventSources"),
    })
}

fn read_advanced(input: &Members) -> AdvancedEventSelector {
    let field = |field: &Members| FieldSelector {
        field: field.string("Field").unwrap_or_default().to_owned(),
        equals: texts(field, "Equals"),
        starts_with: texts(field, "StartsWith"),
        ends_with: texts(field, "EndsWith"),
        not_equals: texts(field, "NotEquals"),
        not_starts_with: texts(field, "NotStartsWith"),
        not_ends_with: texts(field, "NotEndsWith"),
    };
    AdvancedEventSelector {
        name: input.string("Name").map(str::to_owned),
        field_selectors: input.maps("FieldSelectors").map(field).collect(),
    }
}

fn texts(input: &Members, name: &str) -> Vec<String> {
    input.strings(name).map(str::to_owned).collect()
}

fn show(arn: &str, selectors: &Selectors) -> Members {
    let output = Members::new().with("TrailARN", Value::from(arn));
    match selectors {
        Selectors::Basic(selectors) => output.with(BASIC, list(selectors.iter().map(show_basic))),
        Selectors::Advanced(selectors) => {
            output.with(ADVANCED, list(selectors.iter().map(show_advanced)))
        }
    }
}

/// The two lists are shown even when they are empty.
fn show_basic(selector: &EventSelector) -> Members {
    let data = |data: &DataResource| {
        Members::new()
            .with("Type", Value::from(data.kind.as_str()))
            .with("Values", Value::from(data.values.clone()))
    };
    let excluded = selector.exclude_management_event_sources.clone();
    Members::new()
        .with("ReadWriteType", Value::from(selector.read_write_type.as_str()))
        .with("IncludeManagementEvents", Value::from(selector.include_management_events))
        .with("DataResources", list(selector.data_resources.iter().map(data)))
        .with("ExcludeManagementEventSources", Value::from(excluded))
}

fn show_advanced(selector: &AdvancedEventSelector) -> Members {
    let values = |values: &Vec<String>| (!values.is_empty()).then(|| Value::from(values.clone()));
    let field = |field: &FieldSelector| {
        Members::new()
            .with("Field", Value::from(field.field.as_str()))
            .with("Equals", values(&field.equals))
            .with("StartsWith", values(&field.starts_with))
            .with("EndsWith", values(&field.ends_with))
            .with("NotEquals", values(&field.not_equals))
            .with("NotStartsWith", values(&field.not_starts_with))
            .with("NotEndsWith", values(&field.not_ends_with))
    };
    Members::new()
        .with("Name", selector.name.clone().map(Value::from))
        .with("FieldSelectors", list(selector.field_selectors.iter().map(field)))
}

fn list(items: impl Iterator<Item = Members>) -> Value {
    Value::from(items.collect::<Vec<_>>())
}
