//! Tags as calls write them, and their limits.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use wire::{Fault, Members};

use crate::fault;

const KEY_LETTERS_MAX: usize = 128;
const VALUE_LETTERS_MAX: usize = 256;

/// How many tags an object may have.
pub(crate) const OBJECT_TAGS_MAX: usize = 10;
/// How many tags a bucket may have.
pub(crate) const BUCKET_TAGS_MAX: usize = 50;

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// Reads a list of pairs.
pub(crate) fn read_set(holder: &Members, count_max: usize) -> Result<Tags, Fault> {
    let pairs = holder.maps("TagSet").map(pair);
    collect(pairs, count_max)
}

/// Reads the tags that a bucket is made with.
pub(crate) fn read_configuration(configuration: &Members) -> Result<Tags, Fault> {
    collect(configuration.maps("Tags").map(pair), BUCKET_TAGS_MAX)
}

/// Reads the header of a write: `key=value&key=value`, percent-encoded.
pub(crate) fn read_header(header: &str) -> Result<Tags, Fault> {
    let pieces = header.split('&').filter(|piece| !piece.is_empty());
    let pairs = pieces.map(|piece| {
        let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
        (decoded(key), decoded(value))
    });
    collect(pairs, OBJECT_TAGS_MAX)
}

fn pair(tag: &Members) -> (String, String) {
    let text = |name| tag.string(name).unwrap_or_default().to_owned();
    (text("Key"), text("Value"))
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn collect(pairs: impl Iterator<Item = (String, String)>, count_max: usize) -> Result<Tags, Fault> {
    let mut tags = Tags::new();
    for (key, value) in pairs {
        check(&key, &value)?;
        if tags.insert(key, value).is_some() {
            return Err(invalid("Cannot provide multiple Tags with the same key"));
        }
    }
    if tags.len() > count_max {
        let what = if count_max == OBJECT_TAGS_MAX { "Object" } else { "Bucket" };
        let message = format!("{what} tags cannot be greater than {count_max}");
        return Err(Fault::new("BadRequest", message));
    }
    Ok(tags)
}

fn check(key: &str, value: &str) -> Result<(), Fault> {
    let letters = key.chars().count();
    if letters == 0 || letters > KEY_LETTERS_MAX {
        return Err(invalid("The TagKey you have provided is invalid"));
    }
    if value.chars().count() > VALUE_LETTERS_MAX {
        return Err(invalid("The TagValue you have provided is invalid"));
    }
    if key.starts_with("aws:") {
        return Err(invalid("System tags cannot be added/updated by requester"));
    }
    Ok(())
}

fn invalid(message: &str) -> Fault {
    fault::fault(400, "InvalidTag", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(header: &str) -> String {
        read_header(header).unwrap_err().code.into_owned()
    }

    #[test]
    fn the_header_is_a_form() {
        let tags = read_header("team=logs+and%20more&empty=&bare&%C3%A4=1%2B1").unwrap();
        let pairs: Vec<_> = tags.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(pairs, [("bare", ""), ("empty", ""), ("team", "logs and more"), ("ä", "1+1")]);
        assert!(read_header("").unwrap().is_empty());
    }

    #[test]
    fn limits_are_held() {
        let eleven: Vec<String> = (0..11).map(|at| format!("k{at}=v")).collect();
        assert_eq!(code(&eleven.join("&")), "BadRequest");
        assert_eq!(read_header(&eleven[..10].join("&")).unwrap().len(), 10);
        assert_eq!(code("a=1&a=2"), "InvalidTag");
        assert_eq!(code("=1"), "InvalidTag");
        assert_eq!(code("aws:x=1"), "InvalidTag");
        assert_eq!(code(&format!("{}=1", "k".repeat(129))), "InvalidTag");
        assert_eq!(code(&format!("k={}", "v".repeat(257))), "InvalidTag");
        assert!(read_header(&format!("{}={}", "k".repeat(128), "v".repeat(256))).is_ok());
    }
}
