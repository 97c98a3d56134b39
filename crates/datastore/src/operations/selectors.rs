//! The selectors of an event data store, in and out of the terms of the model.

use event::selectors::{
    AdvancedEventSelector, FieldSelector, For, ResourceTypes, SelectorError, Selectors,
};
use wire::{Fault, Members, Value};

use crate::state::Category;

const MEMBER: &str = "AdvancedEventSelectors";

/// Returns the selectors that an input gives, when it does.
///
/// # Errors
/// `InvalidEventSelectorsException`; also when they are of several kinds, of which a store has one.
pub(super) fn read(input: &Members) -> Result<Option<Selectors>, Fault> {
    if input.get(MEMBER).is_none() {
        return Ok(None);
    }
    let selectors = Selectors::Advanced(input.maps(MEMBER).map(read_one).collect());
    selectors.check(For::EventDataStore, ResourceTypes::Listed).map_err(|error| refusal(&error))?;
    if Category::of(&selectors).is_none() {
        return Err(wrong(
            "An event data store takes one kind of events: Management, Data and NetworkActivity \
             together, or one of Insight, ConfigurationItem, Evidence and ActivityAuditLog.",
        ));
    }
    Ok(Some(selectors))
}

/// Refuses selectors that would make a store one of another kind: rows of two kinds have different
/// columns.
///
/// # Errors
/// `InvalidEventSelectorsException`
pub(super) fn check_category(current: Category, selectors: &Selectors) -> Result<(), Fault> {
    if Category::of(selectors) == Some(current) {
        return Ok(());
    }
    Err(wrong("The kind of events of an event data store cannot change: make another store."))
}

/// Returns the selectors of a store that was made without any: AWS's.
pub(super) fn default() -> Selectors {
    let field = FieldSelector {
        field: "eventCategory".to_owned(),
        equals: vec!["Management".to_owned()],
        ..FieldSelector::default()
    };
    Selectors::Advanced(vec![AdvancedEventSelector {
        name: Some("Default management events".to_owned()),
        field_selectors: vec![field],
    }])
}

/// Returns selectors in the terms of the model.
pub(super) fn show(selectors: &Selectors) -> Value {
    let Selectors::Advanced(selectors) = selectors else { return Value::List(Vec::new()) };
    Value::from(selectors.iter().map(show_one).collect::<Vec<_>>())
}

/// Returns the refusal of selectors.
fn wrong(message: impl Into<String>) -> Fault {
    Fault::new("InvalidEventSelectorsException", message)
}

fn refusal(error: &SelectorError) -> Fault {
    match error {
        SelectorError::AdvancedCount => {
            wrong("Specify between 1 and 500 selectors for your event data store.")
        }
        error => wrong(error.to_string()),
    }
}

fn read_one(input: &Members) -> AdvancedEventSelector {
    let texts = |field: &Members, name| field.strings(name).map(str::to_owned).collect();
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

fn show_one(selector: &AdvancedEventSelector) -> Members {
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
    let fields: Vec<_> = selector.field_selectors.iter().map(field).collect();
    Members::new()
        .with("Name", selector.name.clone().map(Value::from))
        .with("FieldSelectors", Value::from(fields))
}
