//! Requests that are meant for a certain state of an object only.

use jiff::Timestamp;
use wire::{Fault, Members};

use crate::bucket::Bucket;
use crate::fault;
use crate::object::Object;
use crate::shape;

/// Which members of an input hold the conditions on an object that is read.
pub(crate) struct Names {
    matches: &'static str,
    none_match: &'static str,
    modified: &'static str,
    unmodified: &'static str,
}

/// The conditions of a read.
pub(crate) const READ: Names = Names {
    matches: "IfMatch",
    none_match: "IfNoneMatch",
    modified: "IfModifiedSince",
    unmodified: "IfUnmodifiedSince",
};

/// The conditions on the source of a copy.
pub(crate) const SOURCE: Names = Names {
    matches: "CopySourceIfMatch",
    none_match: "CopySourceIfNoneMatch",
    modified: "CopySourceIfModifiedSince",
    unmodified: "CopySourceIfUnmodifiedSince",
};

/// What a condition that does not hold stands for.
enum Broken {
    /// The object is not the one that was meant; names the header.
    Unmet(&'static str),
    /// The caller has it already.
    Known(&'static str),
}

/// Refuses a read whose conditions do not hold.
pub(crate) fn check_read(input: &Members, object: &Object) -> Result<(), Fault> {
    match broken(&READ, input, object) {
        None => Ok(()),
        Some(Broken::Unmet(header)) => Err(fault::precondition_failed(header)),
        Some(Broken::Known(_)) => Err(fault::fault(304, "NotModified", "Not Modified")
            .with_member("ETag", shape::etag(object.body.etag()))
            .with_member("LastModified", object.modified)),
    }
}

/// Refuses a copy whose source is not as its conditions want it.
pub(crate) fn check_source(input: &Members, object: &Object) -> Result<(), Fault> {
    match broken(&SOURCE, input, object) {
        None => Ok(()),
        Some(Broken::Unmet(header) | Broken::Known(header)) => {
            Err(fault::precondition_failed(&format!("x-amz-copy-source-{header}")))
        }
    }
}

/// Judges in the order of RFC 9110: an entity tag is asked before a time and outweighs it.
fn broken(names: &Names, input: &Members, object: &Object) -> Option<Broken> {
    let etag = object.body.etag();
    let time = |name| input.timestamp(name).map(Timestamp::as_second);
    let modified = object.modified.as_second();
    if let Some(wanted) = input.string(names.matches) {
        if !names_etag(wanted, etag) {
            return Some(Broken::Unmet("If-Match"));
        }
    } else if time(names.unmodified).is_some_and(|since| modified > since) {
        return Some(Broken::Unmet("If-Unmodified-Since"));
    }
    if let Some(unwanted) = input.string(names.none_match) {
        return names_etag(unwanted, etag).then_some(Broken::Known("If-None-Match"));
    }
    let known = time(names.modified).is_some_and(|since| modified <= since);
    known.then_some(Broken::Known("If-Modified-Since"))
}

/// Refuses a write whose conditions do not hold.
pub(crate) fn check_write(input: &Members, bucket: &Bucket, key: &str) -> Result<(), Fault> {
    let there = bucket.object(key);
    match input.string("IfNoneMatch") {
        Some("*") if there.is_some() => return Err(fault::precondition_failed("If-None-Match")),
        None | Some("*") => {}
        Some(_) => return Err(fault::header_not_implemented("If-None-Match")),
    }
    match (input.string("IfMatch"), there) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(fault::no_such_key(key)),
        (Some(wanted), Some(object)) if names_etag(wanted, object.body.etag()) => Ok(()),
        (Some(_), Some(_)) => Err(fault::precondition_failed("If-Match")),
    }
}

/// Returns whether a list of entity tags names this one; `*` names any.
pub(crate) fn names_etag(list: &str, etag: &str) -> bool {
    list.split(',').map(bare).any(|named| named == "*" || named == etag)
}

/// Returns an entity tag without quotes and without the mark of a weak one.
pub(crate) fn bare(etag: &str) -> &str {
    let etag = etag.trim();
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::names_etag;

    #[test]
    fn lists_of_entity_tags_are_read_in_each_spelling() {
        for list in ["\"abc\"", "abc", "*", "\"x\", \"abc\"", "W/\"abc\"", " abc "] {
            assert!(names_etag(list, "abc"), "{list}");
        }
        for list in ["", "\"ab\"", "abcd", "\"a\",\"b\""] {
            assert!(!names_etag(list, "abc"), "{list}");
        }
    }
}
