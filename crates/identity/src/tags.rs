//! Tags, in the form in which IAM and STS take and give them.

use std::collections::{BTreeMap, BTreeSet};

use wire::{Fault, Members, Value};

/// Returns the `Tags` of an input.
pub(crate) fn read(input: &Members) -> BTreeMap<String, String> {
    let pair =
        |tag: &Members| Some((tag.string("Key")?.to_owned(), tag.string("Value")?.to_owned()));
    input.maps("Tags").filter_map(pair).collect()
}

/// Returns the `Tags` of an input, unless two keys differ by case only.
pub(crate) fn checked(input: &Members) -> Result<BTreeMap<String, String>, Fault> {
    let mut seen = BTreeSet::new();
    let mut keys = input.maps("Tags").filter_map(|tag| tag.string("Key"));
    if keys.all(|key| seen.insert(key.to_lowercase())) {
        return Ok(read(input));
    }
    Err(Fault::new(
        "InvalidInputException",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    ))
}

/// As [`checked`], in the code that STS has for it.
pub(crate) fn checked_for_session(input: &Members) -> Result<BTreeMap<String, String>, Fault> {
    checked(input).map_err(|fault| Fault::new("ValidationError", fault.message))
}

/// Returns the `TagKeys` of an input.
pub(crate) fn read_keys(input: &Members) -> Vec<String> {
    input.strings("TagKeys").map(str::to_owned).collect()
}

/// Returns tags as an output lists them; `None` when there are none.
pub(crate) fn write(tags: &BTreeMap<String, String>) -> Option<Value> {
    (!tags.is_empty())
        .then(|| Value::List(tags.iter().map(|(key, value)| one(key, value)).collect()))
}

/// Returns one tag.
pub(crate) fn one(key: &str, value: &str) -> Value {
    Value::from(Members::new().with("Key", Value::from(key)).with("Value", Value::from(value)))
}
