//! `TagResource`, `UntagResource` and `ListTagsForResource`, and the limits of tags.

use std::collections::BTreeMap;

use wire::{Call, Done, Fault, Members, Value};

use super::{CONFIGURATION, invalid, put};
use crate::{Change, Settings, State};

const TAGS_MAX: usize = 50;
const KEY_CHARACTERS_MAX: usize = 128;
const VALUE_CHARACTERS_MAX: usize = 256;
/// Keys that begin so are AWS's own.
const RESERVED: &str = "aws:";

/// Adds tags to a configuration, or gives those that are there another value.
///
/// # Errors
/// `InvalidParameterValueException`: unknown ARN, or tags beyond the limits.
pub(super) fn tag_resource(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let arn = input.string("ResourceArn").unwrap_or_default();
    let mut configuration = state.license_manager.configuration(call, arn)?.clone();
    configuration.tags = merged(&configuration.tags, input)?;
    Ok(Done::changed(Members::new(), vec![put(call, configuration)]).about(CONFIGURATION, arn))
}

/// Removes tags by key; keys that are not there are passed over.
///
/// # Errors
/// `InvalidParameterValueException`: unknown ARN.
pub(super) fn untag_resource(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let arn = input.string("ResourceArn").unwrap_or_default();
    let mut configuration = state.license_manager.configuration(call, arn)?.clone();
    for key in input.strings("TagKeys") {
        configuration.tags.remove(key);
    }
    Ok(Done::changed(Members::new(), vec![put(call, configuration)]).about(CONFIGURATION, arn))
}

/// Lists the tags of a configuration by key.
///
/// # Errors
/// `InvalidParameterValueException`: unknown ARN.
pub(super) fn list_tags_for_resource(
    state: &State,
    input: &Members,
    call: &mut Call<'_>,
    _settings: &Settings,
) -> Result<Done<Change>, Fault> {
    let arn = input.string("ResourceArn").unwrap_or_default();
    let configuration = state.license_manager.configuration(call, arn)?;
    let output = Members::new().with("Tags", shown(&configuration.tags));
    Ok(Done::read(output).about(CONFIGURATION, arn))
}

/// Returns tags in the terms of the model.
pub(super) fn shown(tags: &BTreeMap<String, String>) -> Value {
    let tag = |(key, value): (&String, &String)| {
        Members::new()
            .with("Key", Value::from(key.as_str()))
            .with("Value", Value::from(value.as_str()))
    };
    Value::from(tags.iter().map(tag).collect::<Vec<_>>())
}

/// Returns `current` with the `Tags` of an input laid over it.
pub(super) fn merged(
    current: &BTreeMap<String, String>,
    input: &Members,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut given = BTreeMap::new();
    for tag in input.maps("Tags") {
        let (key, value) = read(tag)?;
        if given.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(invalid(format!("Tag key {key} is given more than once.")));
        }
    }
    let mut tags = current.clone();
    tags.extend(given);
    if tags.len() > TAGS_MAX {
        return Err(invalid(format!("A resource may have {TAGS_MAX} tags.")));
    }
    Ok(tags)
}

fn read(tag: &Members) -> Result<(&str, &str), Fault> {
    let key = tag.string("Key").unwrap_or_default();
    let value = tag.string("Value").unwrap_or_default();
    if key.is_empty() || key.chars().count() > KEY_CHARACTERS_MAX {
        return Err(invalid(format!("A tag key has 1 to {KEY_CHARACTERS_MAX} characters.")));
    }
    if value.chars().count() > VALUE_CHARACTERS_MAX {
        return Err(invalid(format!("A tag value has at most {VALUE_CHARACTERS_MAX} characters.")));
    }
    if key.to_ascii_lowercase().starts_with(RESERVED) {
        return Err(invalid(format!("Tag keys that begin with {RESERVED} are reserved.")));
    }
    Ok((key, value))
}
