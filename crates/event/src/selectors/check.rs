//! Holds selectors against AWS's rules and limits.

use std::collections::BTreeSet;

use super::advanced::{AdvancedEventSelector, FieldSelector};
use super::basic::{DataResource, EventSelector, FUNCTION, OBJECT, TABLE, after_partition, is_all};
use super::error::SelectorError;
use super::fields::{CATEGORY, EXCLUDABLE, Rule, Values, rules};
use super::{For, ResourceTypes};

const BASIC_SELECTORS_MAX: usize = 5;
const DATA_RESOURCES_MAX: usize = 250;
const ADVANCED_SELECTORS_MAX: usize = 500;
const VALUES_MAX: usize = 500;
const NAME_CHARS_MAX: usize = 1000;
const VALUE_CHARS_MAX: usize = 2048;

type Checked = Result<(), SelectorError>;

/// Checks a list of basic selectors.
pub(super) fn basic(selectors: &[EventSelector]) -> Checked {
    if selectors.is_empty() || selectors.len() > BASIC_SELECTORS_MAX {
        return Err(SelectorError::BasicCount);
    }
    for selector in selectors {
        selector.data_resources.iter().try_for_each(data_resource)?;
        selector.exclude_management_event_sources.iter().try_for_each(|source| excluded(source))?;
    }
    let resources = selectors.iter().flat_map(|selector| &selector.data_resources);
    match resources.map(DataResource::counted).sum() {
        count if count > DATA_RESOURCES_MAX => Err(SelectorError::DataResourceCount(count)),
        _ => Ok(()),
    }
}

fn excluded(source: &str) -> Checked {
    if EXCLUDABLE.contains(&source) {
        return Ok(());
    }
    Err(SelectorError::ExcludedSource(source.to_owned()))
}

fn data_resource(data: &DataResource) -> Checked {
    let is_of_type = match data.kind.as_str() {
        OBJECT => is_object,
        FUNCTION => is_function,
        TABLE => is_table,
        _ => return Err(SelectorError::DataResourceType(data.kind.clone())),
    };
    match data.values.iter().find(|value| !is_of_type(value)) {
        Some(value) => Err(SelectorError::DataResourceValue(value.clone())),
        None => Ok(()),
    }
}

/// All buckets, or a bucket and its slash with a beginning of keys or none. What stands behind
/// the slash is taken as it is: a key may well hold a `*`.
fn is_object(value: &str) -> bool {
    let Some(rest) = after_partition(value).and_then(|rest| rest.strip_prefix("s3")) else {
        return false;
    };
    let bucket = rest.strip_prefix(":::").and_then(|rest| rest.split_once('/'));
    is_all(value) || bucket.is_some_and(|(bucket, _)| is_name(bucket))
}

/// All functions, or one by its ARN without a qualifier: no event names one.
fn is_function(value: &str) -> bool {
    match after_partition(value).map(|rest| rest.split(':').collect::<Vec<_>>()).as_deref() {
        Some(["lambda"]) => true,
        Some(["lambda", region, account, "function", name]) => {
            is_name(region) && is_name(account) && is_name(name)
        }
        _ => false,
    }
}

/// All tables, or those whose ARN begins so.
fn is_table(value: &str) -> bool {
    match after_partition(value).map(|rest| rest.split(':').collect::<Vec<_>>()).as_deref() {
        Some(["dynamodb"]) => true,
        Some(["dynamodb", region, account, table]) => {
            is_name(region) && is_name(account) && table.strip_prefix("table/").is_some_and(is_name)
        }
        _ => false,
    }
}

fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

/// Checks a list of advanced selectors.
pub(super) fn advanced(
    selectors: &[AdvancedEventSelector],
    kind: For,
    types: ResourceTypes,
) -> Checked {
    if selectors.is_empty() || selectors.len() > ADVANCED_SELECTORS_MAX {
        return Err(SelectorError::AdvancedCount);
    }
    selectors.iter().try_for_each(|selector| advanced_selector(selector, kind, types))?;
    let fields = selectors.iter().flat_map(|selector| &selector.field_selectors);
    match fields.flat_map(FieldSelector::operators).map(|(_, values)| values.len()).sum() {
        count if count > VALUES_MAX => Err(SelectorError::ValueCount(count)),
        _ => Ok(()),
    }
}

fn advanced_selector(selector: &AdvancedEventSelector, kind: For, types: ResourceTypes) -> Checked {
    if selector.name.as_ref().is_some_and(|name| name.chars().count() > NAME_CHARS_MAX) {
        return Err(SelectorError::Name);
    }
    let fields = &selector.field_selectors;
    repeated(fields)?;
    let category = category(fields)?;
    let Some(rules) = rules(category, kind) else {
        return Err(wrong_value("eventCategory", category));
    };
    for field in fields {
        let Some(rule) = rules.iter().find(|rule| rule.field == field.field) else {
            let (field, category) = (field.field.clone(), category.to_owned());
            return Err(SelectorError::Field { field, category });
        };
        field_selector(field, rule, types)?;
    }
    let is_there = |rule: &Rule| fields.iter().any(|field| field.field == rule.field);
    if let Some(rule) = rules.iter().find(|rule| rule.required && !is_there(rule)) {
        return Err(SelectorError::Missing(rule.field));
    }
    functions(fields)
}

fn repeated(fields: &[FieldSelector]) -> Checked {
    let mut seen = BTreeSet::new();
    match fields.iter().find(|field| !seen.insert(field.field.as_str())) {
        Some(field) => Err(SelectorError::Repeated(field.field.clone())),
        None => Ok(()),
    }
}

/// Returns the category that the selector asks for, which says what else it may hold.
fn category(fields: &[FieldSelector]) -> Result<&str, SelectorError> {
    let field = fields
        .iter()
        .find(|field| field.field == "eventCategory")
        .ok_or(SelectorError::Missing("eventCategory"))?;
    operators(field, &CATEGORY)?;
    Ok(field.equals.first().map_or("", String::as_str))
}

fn field_selector(field: &FieldSelector, rule: &Rule, types: ResourceTypes) -> Checked {
    operators(field, rule)?;
    let values = || field.operators().into_iter().flat_map(|(_, values)| values);
    if !values().all(|value| (1..=VALUE_CHARS_MAX).contains(&value.chars().count())) {
        return Err(SelectorError::ValueLength(field.field.clone()));
    }
    match (values().find(|value| !rule.values.allow(value, types)), rule.values) {
        (None, _) => Ok(()),
        (Some(_), Values::ResourceType) => Err(SelectorError::ResourceType),
        (Some(value), _) => Err(wrong_value(&field.field, value)),
    }
}

fn operators(field: &FieldSelector, rule: &Rule) -> Checked {
    let name = || field.field.clone();
    let used = || field.operators().into_iter().filter(|(_, values)| !values.is_empty());
    if let Some((operator, _)) = used().find(|(operator, _)| !rule.operators.allow(operator)) {
        return Err(SelectorError::Operator { field: name(), operator });
    }
    match used().map(|(_, values)| values.len()).sum() {
        0_usize => Err(SelectorError::NoOperator(name())),
        count if rule.single && count > 1 => Err(SelectorError::Several(name())),
        _ => Ok(()),
    }
}

/// A function that is named exactly must be named without a version or alias, as its events
/// name it.
fn functions(fields: &[FieldSelector]) -> Checked {
    let is_function = |field: &FieldSelector| {
        field.field == "resources.type" && field.equals.iter().any(|value| value == FUNCTION)
    };
    if !fields.iter().any(is_function) {
        return Ok(());
    }
    let arns = fields.iter().filter(|field| field.field == "resources.ARN");
    let mut exact = arns.flat_map(|field| field.equals.iter().chain(&field.not_equals));
    match exact.find(|arn| arn.split(':').count() > 7) {
        Some(arn) => Err(SelectorError::FunctionArn(arn.clone())),
        None => Ok(()),
    }
}

fn wrong_value(field: &str, value: &str) -> SelectorError {
    SelectorError::Value { field: field.to_owned(), value: value.to_owned() }
}
