//! Tags of topics and queues.

use std::collections::BTreeMap;

use wire::{Members, Value};

/// The tags of one resource, by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// The tags that one resource may have.
pub(crate) const TAGS_MAX: usize = 50;

/// Why tags are refused; the text is for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadTags {
    /// A key or a value is not one.
    #[error("{0}")]
    Malformed(String),
    /// There would be too many.
    #[error("a resource has at most {TAGS_MAX} tags")]
    TooMany,
}

/// Reads SNS's list of `Key` and `Value`.
pub(crate) fn from_list(items: &[Value]) -> Result<Tags, BadTags> {
    let mut tags = Tags::new();
    for tag in items.iter().filter_map(Value::as_map) {
        let (key, value) = (tag.string("Key"), tag.string("Value"));
        let (key, value) = (key.unwrap_or_default(), value.unwrap_or_default());
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(BadTags::Malformed(format!("the tag key {key} stands twice")));
        }
    }
    checked(tags)
}

/// Reads SQS's map of tags.
pub(crate) fn from_map(map: Option<&Members>) -> Result<Tags, BadTags> {
    let entries = map.into_iter().flat_map(Members::iter);
    let tag = |(key, value): (&str, &Value)| {
        (key.to_owned(), value.as_str().unwrap_or_default().to_owned())
    };
    checked(entries.map(tag).collect())
}

/// Returns `old` with `new` over it, when that is not too many.
pub(crate) fn merged(old: &Tags, new: &Tags) -> Result<Tags, BadTags> {
    let mut tags = old.clone();
    tags.extend(new.clone());
    if tags.len() > TAGS_MAX { Err(BadTags::TooMany) } else { Ok(tags) }
}

fn checked(tags: Tags) -> Result<Tags, BadTags> {
    for (key, value) in &tags {
        let reserved = key.to_ascii_lowercase().starts_with("aws:");
        if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 || reserved {
            return Err(BadTags::Malformed(format!(
                "the tag {key} is not allowed: keys have 1 to 128 letters and do not begin with \
                 aws:, values have up to 256"
            )));
        }
    }
    if tags.len() > TAGS_MAX { Err(BadTags::TooMany) } else { Ok(tags) }
}
