//! `AddTags`, `RemoveTags` and `ListTags`.

use std::collections::{BTreeMap, BTreeSet};

use wire::{Done, Fault, Members, Value};

use super::arn::{Arn, is_uuid};
use super::{TRAIL, find, name, organization};
use crate::change::Change;
use crate::request::Request;
use crate::state::Trail;

/// Tags in the order of their keys; a key may have no value.
type Tags = BTreeMap<String, Option<String>>;

const TAGS_MAX: usize = 50;
const KEY_CHARACTERS_MAX: usize = 128;
const VALUE_CHARACTERS_MAX: usize = 256;
const RESOURCES_MAX: usize = 20;
const RESERVED: &str = "aws:";

/// Adds tags to a trail; one whose key is there gets the new value.
///
/// # Errors
/// Those of [`target`], `NotOrganizationMasterAccountException`, `InvalidTagParameterException`,
/// `TagsLimitExceededException`.
pub(super) fn add(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let trail = changeable(request)?;
    let tags = merged(&trail.tags, request.input)?;
    Ok(put(trail, tags))
}

/// Takes tags off a trail by their keys; values do not matter, and neither do keys that it has not.
///
/// # Errors
/// Those of [`target`], `NotOrganizationMasterAccountException`, `InvalidTagParameterException`.
pub(super) fn remove(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let trail = changeable(request)?;
    let mut tags = trail.tags.clone();
    for tag in request.input.maps("TagsList") {
        tags.remove(key(tag)?);
    }
    Ok(put(trail, tags))
}

/// Returns the tags of up to 20 trails, in the order asked. The token is reserved by AWS and says
/// nothing.
///
/// # Errors
/// Those of [`target`]; `ValidationException` when there are too many.
pub(super) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let arns: Vec<_> = request.input.strings("ResourceIdList").collect();
    if arns.len() > RESOURCES_MAX {
        let message = format!(
            "1 validation error detected: Value at 'resourceIdList' failed to satisfy constraint: \
             Member must have length less than or equal to {RESOURCES_MAX}"
        );
        return Err(Fault::new("ValidationException", message));
    }
    let rows: Result<Vec<_>, _> = arns.iter().map(|arn| target(request, arn).map(show)).collect();
    let done = Done::read(Members::new().with("ResourceTagList", Value::from(rows?)));
    let seen: BTreeSet<_> = arns.into_iter().collect();
    Ok(seen.into_iter().fold(done, |done, arn| done.about(TRAIL, arn)))
}

/// Returns tags and those of the input over them.
///
/// # Errors
/// `InvalidTagParameterException`, `TagsLimitExceededException`
pub(super) fn merged(current: &Tags, input: &Members) -> Result<Tags, Fault> {
    let mut given = Tags::new();
    for tag in input.maps("TagsList") {
        let (key, value) = (key(tag)?, value(tag)?);
        if given.insert(key.to_owned(), value.map(str::to_owned)).is_some() {
            return Err(invalid(format!("Tag key {key} is given more than once.")));
        }
    }
    let mut tags = current.clone();
    tags.extend(given);
    if tags.len() > TAGS_MAX {
        let message = format!("A trail can have at most {TAGS_MAX} tags.");
        return Err(Fault::new("TagsLimitExceededException", message));
    }
    Ok(tags)
}

fn key(tag: &Members) -> Result<&str, Fault> {
    let key = tag.string("Key").unwrap_or_default();
    if key.is_empty() || key.chars().count() > KEY_CHARACTERS_MAX {
        return Err(invalid(format!("A tag key has 1 to {KEY_CHARACTERS_MAX} characters.")));
    }
    if key.to_ascii_lowercase().starts_with(RESERVED) {
        return Err(invalid(format!("Tag keys that begin with {RESERVED} are reserved.")));
    }
    Ok(key)
}

fn value(tag: &Members) -> Result<Option<&str>, Fault> {
    let value = tag.string("Value");
    if value.is_some_and(|value| value.chars().count() > VALUE_CHARACTERS_MAX) {
        return Err(invalid(format!("A tag value has at most {VALUE_CHARACTERS_MAX} characters.")));
    }
    Ok(value)
}

fn invalid(message: String) -> Fault {
    Fault::new("InvalidTagParameterException", message)
}

fn changeable<'a>(request: &Request<'a, '_>) -> Result<&'a Trail, Fault> {
    let trail = target(request, request.input.string("ResourceId").unwrap_or_default())?;
    organization::check_may_change(request, trail)?;
    Ok(trail)
}

/// Finds the trail of an ARN, in its home Region only: the model has no exception for other
/// Regions here, so that elsewhere the trail is not found.
///
/// # Errors
/// `CloudTrailARNInvalidException`, `InvalidTrailNameException`, `ResourceNotFoundException`; for
/// what else has tags, that it does not exist; `ResourceTypeNotSupportedException`.
fn target<'a>(request: &Request<'a, '_>, text: &str) -> Result<&'a Trail, Fault> {
    let arn = Arn::parse(text).ok_or_else(|| find::invalid_arn(text))?;
    match arn.of_cloudtrail() {
        Some(("trail", trail)) => name::check(trail)?,
        Some((kind, id)) => return Err(no_trail(text, kind, id)),
        None => return Err(find::invalid_arn(text)),
    }
    let trail = find::by_arn(request, text);
    trail.filter(|trail| trail.home_region == request.call.region).ok_or_else(|| {
        let region = request.call.region;
        let message = format!("Resource {text} does not exist in {region}.");
        Fault::new("ResourceNotFoundException", message)
    })
}

fn no_trail(text: &str, kind: &str, id: &str) -> Fault {
    let missing = |code: &'static str| Fault::new(code, format!("{text} does not exist."));
    let malformed = |code: &'static str| Fault::new(code, format!("{text} is not valid."));
    match (kind, is_uuid(id)) {
        ("eventdatastore", true) => missing("EventDataStoreNotFoundException"),
        ("eventdatastore", false) => malformed("EventDataStoreARNInvalidException"),
        // ListTags has no exception for a channel that is not there
        ("channel", true) | ("dashboard", _) => missing("ResourceNotFoundException"),
        ("channel", false) => malformed("ChannelARNInvalidException"),
        _ => {
            let message = format!("Resources of the type {kind} have no tags.");
            Fault::new("ResourceTypeNotSupportedException", message)
        }
    }
}

fn put(trail: &Trail, tags: Tags) -> Done<Change> {
    let arn = trail.arn.clone();
    let change = Change::Tags { arn: arn.clone(), tags };
    Done::changed(Members::new(), vec![change]).about(TRAIL, arn)
}

fn show(trail: &Trail) -> Members {
    let tag = |(key, value): (&String, &Option<String>)| {
        Members::new()
            .with("Key", Value::from(key.as_str()))
            .with("Value", value.clone().map(Value::from))
    };
    let tags: Vec<_> = trail.tags.iter().map(tag).collect();
    Members::new()
        .with("ResourceId", Value::from(trail.arn.as_str()))
        .with("TagsList", Value::from(tags))
}
