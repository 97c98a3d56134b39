//! `AddTags`, `RemoveTags` and `ListTags` of event data stores, channels and dashboards.

use wire::{Done, Fault, Members, Value};

use super::arn::{self, Arn};
use super::{CHANNEL, DASHBOARD, STORE, find, not_valid};
use crate::change::Change;
use crate::request::Request;
use crate::state::Tags;

const TAGS_MAX: usize = 50;
const KEY_CHARACTERS_MAX: usize = 128;
const VALUE_CHARACTERS_MAX: usize = 256;
const RESOURCES_MAX: usize = 20;
const RESERVED: &str = "aws:";

/// Adds tags to something; one whose key is there gets the new value.
///
/// # Errors
/// Those of what is not there or not active, `InvalidTagParameterException`,
/// `TagsLimitExceededException`.
pub(super) fn add(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let tagged = Tagged::find(request, request.input.string("ResourceId").unwrap_or_default())?;
    let tags = merged(tagged.tags, request.input, "TagsList")?;
    Ok(tagged.put(tags))
}

/// Takes tags off by their keys; values do not matter, and neither do keys that are not there.
///
/// # Errors
/// Those of what is not there or not active, `InvalidTagParameterException`.
pub(super) fn remove(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let tagged = Tagged::find(request, request.input.string("ResourceId").unwrap_or_default())?;
    let mut tags = tagged.tags.clone();
    for tag in request.input.maps("TagsList") {
        tags.remove(key(tag)?);
    }
    Ok(tagged.put(tags))
}

/// Returns the tags of up to 20 things, in the order asked. The token is reserved by AWS and says
/// nothing.
///
/// # Errors
/// Those of what is not there or not active; `ValidationException` when there are too many.
pub(super) fn list(request: &mut Request<'_, '_>) -> Result<Done<Change>, Fault> {
    let arns: Vec<_> = request.input.strings("ResourceIdList").collect();
    if arns.len() > RESOURCES_MAX {
        return Err(not_valid(format!(
            "1 validation error detected: Value at 'resourceIdList' failed to satisfy constraint: \
             Member must have length less than or equal to {RESOURCES_MAX}"
        )));
    }
    let found: Result<Vec<_>, _> = arns.iter().map(|arn| Tagged::find(request, arn)).collect();
    let found = found.map_err(for_lists)?;
    let rows: Vec<_> = found
        .iter()
        .map(|tagged| {
            Members::new()
                .with("ResourceId", Value::from(tagged.arn))
                .with("TagsList", show(tagged.tags))
        })
        .collect();
    let done = Done::read(Members::new().with("ResourceTagList", Value::from(rows)));
    Ok(found.iter().fold(done, |done, tagged| done.about(tagged.kind, tagged.arn)))
}

/// `ListTags` has no exception for a channel that is not there.
fn for_lists(fault: Fault) -> Fault {
    if fault.code == "ChannelNotFoundException" {
        return Fault::new("ResourceNotFoundException", fault.message);
    }
    fault
}

/// Returns tags and those of the input over them.
///
/// # Errors
/// `InvalidTagParameterException`, `TagsLimitExceededException`
pub(super) fn merged(current: &Tags, input: &Members, member: &str) -> Result<Tags, Fault> {
    let mut given = Tags::new();
    for tag in input.maps(member) {
        let (key, value) = (key(tag)?, value(tag)?);
        if given.insert(key.to_owned(), value.map(str::to_owned)).is_some() {
            return Err(invalid_tag(format!("Tag key {key} is given more than once.")));
        }
    }
    let mut tags = current.clone();
    tags.extend(given);
    if tags.len() > TAGS_MAX {
        let message = format!("A resource can have at most {TAGS_MAX} tags.");
        return Err(Fault::new("TagsLimitExceededException", message));
    }
    Ok(tags)
}

/// Returns tags in the terms of the model.
pub(super) fn show(tags: &Tags) -> Value {
    let tag = |(key, value): (&String, &Option<String>)| {
        Members::new()
            .with("Key", Value::from(key.as_str()))
            .with("Value", value.clone().map(Value::from))
    };
    Value::from(tags.iter().map(tag).collect::<Vec<_>>())
}

fn key(tag: &Members) -> Result<&str, Fault> {
    let key = tag.string("Key").unwrap_or_default();
    if key.is_empty() || key.chars().count() > KEY_CHARACTERS_MAX {
        return Err(invalid_tag(format!("A tag key has 1 to {KEY_CHARACTERS_MAX} characters.")));
    }
    if key.to_ascii_lowercase().starts_with(RESERVED) {
        return Err(invalid_tag(format!("Tag keys that begin with {RESERVED} are reserved.")));
    }
    Ok(key)
}

fn value(tag: &Members) -> Result<Option<&str>, Fault> {
    let value = tag.string("Value");
    if value.is_some_and(|value| value.chars().count() > VALUE_CHARACTERS_MAX) {
        let message = format!("A tag value has at most {VALUE_CHARACTERS_MAX} characters.");
        return Err(invalid_tag(message));
    }
    Ok(value)
}

fn invalid_tag(message: String) -> Fault {
    Fault::new("InvalidTagParameterException", message)
}

/// Something with tags.
struct Tagged<'a> {
    arn: &'a str,
    kind: &'static str,
    tags: &'a Tags,
}

impl<'a> Tagged<'a> {
    /// Finds what an ARN names.
    ///
    /// # Errors
    /// `CloudTrailARNInvalidException`, `ResourceTypeNotSupportedException`, and those of stores,
    /// channels and dashboards.
    fn find(request: &Request<'a, '_>, text: &str) -> Result<Self, Fault> {
        let Some(arn) = Arn::parse(text) else {
            let message = format!("{text} is not an ARN of CloudTrail's.");
            return Err(Fault::new("CloudTrailARNInvalidException", message));
        };
        match arn.kind {
            arn::STORE => find::active_store(request, text).map(|store| Self {
                arn: &store.arn,
                kind: STORE,
                tags: &store.tags,
            }),
            arn::CHANNEL => find::channel(request, text).map(|channel| Self {
                arn: &channel.arn,
                kind: CHANNEL,
                tags: &channel.tags,
            }),
            arn::DASHBOARD => find::dashboard(request, text).map(|board| Self {
                arn: &board.arn,
                kind: DASHBOARD,
                tags: &board.tags,
            }),
            kind => {
                let message = format!("Resources of the type {kind} have no tags here.");
                Err(Fault::new("ResourceTypeNotSupportedException", message))
            }
        }
    }

    fn put(&self, tags: Tags) -> Done<Change> {
        let change = Change::Tags { arn: self.arn.to_owned(), tags };
        Done::changed(Members::new(), vec![change]).about(self.kind, self.arn)
    }
}
