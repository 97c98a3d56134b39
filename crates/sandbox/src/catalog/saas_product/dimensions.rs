//! `AddDimensions`, `UpdateDimensions` and `RestrictDimensions`.

use serde_json::{Value, json};

use super::super::change_set::ErrorDetail;
use super::super::entity::Entity;
use super::super::entity_type::Step;
use super::super::schema::{Field, Schema, optional, required, text};
use super::{strings, visibility};

const KEY: Field = required(
    "Key",
    Schema::Characters {
        max: 100,
        allowed: |letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter),
    },
);
const TYPES: Field = required("Types", Schema::List { min: 1, max: 3, item: &text(50) });
const COUNT_MAX: usize = 1000;

/// Details of `AddDimensions`.
pub(super) const ADD: Schema = list(&Schema::Object(&[
    KEY,
    required("Name", text(80)),
    required("Description", text(1000)),
    required("Unit", text(20)),
    TYPES,
]));
/// Details of `UpdateDimensions`.
pub(super) const UPDATE: Schema = list(&Schema::Object(&[
    KEY,
    TYPES,
    optional("Name", text(80)),
    optional("Description", text(1000)),
]));
/// Details of `RestrictDimensions`.
pub(super) const RESTRICT: Schema = list(&Schema::Object(&[KEY, TYPES]));

const UNITS: &[&str] = &[
    "GB", "Gbps", "HostHrs", "Hosts", "MB", "Mbps", "Requests", "TB", "TaskHrs", "TierHrs",
    "UnitHrs", "Units", "UserHrs", "Users",
];
/// The combinations of types that a `SaaS` dimension may have, each in alphabetical order.
const COMBINATIONS: &[&[&str]] =
    &[&["Entitled"], &["ExternallyMetered"], &["Entitled", "ExternallyMetered"], &["Metered"]];
/// How many dimensions may be of one type.
const OF_ONE_TYPE_MAX: usize = 200;

const fn list(item: &'static Schema) -> Schema {
    Schema::List { min: 1, max: COUNT_MAX, item }
}

/// Adds dimensions behind those that are there.
pub(super) fn add_dimensions(entity: &mut Entity, step: &Step<'_>) -> Vec<ErrorDetail> {
    let mut errors = Vec::new();
    for wanted in items(step.details) {
        let key = key(wanted);
        if position(entity, key).is_some() {
            errors.push(invalid(format!("Dimension key {key} exists already.")));
        }
        errors.extend(unit_error(wanted));
        errors.extend(type_error(wanted));
        entity.list_mut("Dimensions").push(wanted.clone());
    }
    for kind in ["Entitled", "ExternallyMetered", "Metered"] {
        let dimensions = entity.list("/Dimensions").iter();
        if dimensions.filter(|it| types(it).contains(&kind)).count() > OF_ONE_TYPE_MAX {
            let message =
                format!("A product may have {OF_ONE_TYPE_MAX} dimensions of type {kind}.");
            errors.push(invalid(message));
        }
    }
    errors
}

/// Changes names and descriptions; key, types and unit stay.
pub(super) fn update_dimensions(entity: &mut Entity, step: &Step<'_>) -> Vec<ErrorDetail> {
    let mut errors = Vec::new();
    for wanted in items(step.details) {
        let Some(at) = check_existing(entity, wanted, &mut errors) else { continue };
        let dimension = entity.list_mut("Dimensions").get_mut(at).and_then(Value::as_object_mut);
        let dimension = dimension.expect("a dimension with a key is an object");
        for name in ["Name", "Description"] {
            if let Some(value) = wanted.get(name) {
                dimension.insert(name.to_owned(), value.clone());
            }
        }
    }
    errors
}

/// Takes dimensions away again, which only a product that nobody has seen allows.
pub(super) fn restrict_dimensions(entity: &mut Entity, step: &Step<'_>) -> Vec<ErrorDetail> {
    if visibility(entity) != "Draft" {
        return vec![invalid("Dimensions can be restricted only while the product is a draft.")];
    }
    let mut errors = Vec::new();
    for wanted in items(step.details) {
        if let Some(at) = check_existing(entity, wanted, &mut errors) {
            entity.list_mut("Dimensions").remove(at);
        }
    }
    errors
}

fn check_existing(entity: &Entity, wanted: &Value, errors: &mut Vec<ErrorDetail>) -> Option<usize> {
    let key = key(wanted);
    let Some(at) = position(entity, key) else {
        errors.push(invalid(format!("Dimension key {key} does not exist.")));
        return None;
    };
    let held = entity.list("/Dimensions").get(at).map(types);
    if held.is_none_or(|held| held != types(wanted)) {
        let message = format!("The types of dimension {key} are others and cannot be changed.");
        errors.push(ErrorDetail::new("INVALID_TYPE", message));
        return None;
    }
    Some(at)
}

fn unit_error(wanted: &Value) -> Option<ErrorDetail> {
    let unit = wanted.get("Unit").and_then(Value::as_str).unwrap_or_default();
    let message = || format!("Unit {unit} is not one of {}.", UNITS.join(", "));
    (!UNITS.contains(&unit)).then(|| ErrorDetail::new("INVALID_UNIT", message()))
}

fn type_error(wanted: &Value) -> Option<ErrorDetail> {
    let types = types(wanted);
    let message = || format!("Types {} do not go together.", json!(types));
    let fine = COMBINATIONS.iter().any(|combination| *combination == types);
    (!fine).then(|| ErrorDetail::new("INVALID_TYPE", message()))
}

fn invalid(message: impl Into<String>) -> ErrorDetail {
    ErrorDetail::new("INVALID_DIMENSION", message)
}

fn items(details: &Value) -> impl Iterator<Item = &Value> {
    details.as_array().into_iter().flatten()
}

fn key(dimension: &Value) -> &str {
    dimension.get("Key").and_then(Value::as_str).unwrap_or_default()
}

/// Returns the types in alphabetical order: the order in which they were given says nothing.
fn types(dimension: &Value) -> Vec<&str> {
    let mut types = strings(dimension, "/Types");
    types.sort_unstable();
    types
}

fn position(entity: &Entity, wanted: &str) -> Option<usize> {
    entity.list("/Dimensions").iter().position(|dimension| key(dimension) == wanted)
}
