//! Where a copy comes from.

use percent_encoding::percent_decode_str;
use wire::{Fault, Members};

use crate::fault;
use crate::object::{Object, Version};
use crate::state::State;

/// A source as the header names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version: Option<String>,
}

/// Reads `bucket/key?versionId=…`, with or without a slash in front, percent-encoded or not.
pub(crate) fn read(input: &Members) -> Result<Source, Fault> {
    let header = input.string("CopySource").unwrap_or_default();
    parse(header).ok_or_else(|| {
        let message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
        fault::invalid_argument(message, "x-amz-copy-source", header)
    })
}

fn parse(header: &str) -> Option<Source> {
    let (path, version) = match header.rsplit_once("?versionId=") {
        Some((path, version)) => (path, Some(decoded(version)?)),
        None => (header, None),
    };
    let path = decoded(path)?;
    let (bucket, key) = path.strip_prefix('/').unwrap_or(&path).split_once('/')?;
    let named = !bucket.is_empty() && !key.is_empty() && !bucket.starts_with("arn:");
    named.then(|| Source { bucket: bucket.to_owned(), key: key.to_owned(), version })
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

impl Source {
    /// Returns the object that is meant.
    pub(crate) fn find<'a>(&self, state: &'a State, input: &Members) -> Result<&'a Object, Fault> {
        let bucket =
            state.bucket(&self.bucket).ok_or_else(|| fault::no_such_bucket(&self.bucket))?;
        if input.string("ExpectedSourceBucketOwner").is_some_and(|owner| owner != bucket.owner) {
            return Err(fault::access_denied("Access Denied"));
        }
        let Some(id) = self.version.as_deref() else {
            return bucket.object(&self.key).ok_or_else(|| fault::no_such_key(&self.key));
        };
        let version = bucket.version(&self.key, id);
        let version = version.ok_or_else(|| fault::no_such_version(&self.key, id))?;
        version.object().ok_or_else(|| {
            fault::invalid_request(
                "The source of a copy request may not specifically refer to a delete marker by \
                 version id.",
            )
        })
    }

    /// Returns the newest or the named version, when the source is there.
    pub(crate) fn peek<'a>(&self, state: &'a State) -> Option<&'a Object> {
        let bucket = state.bucket(&self.bucket)?;
        match self.version.as_deref() {
            Some(id) => bucket.version(&self.key, id).and_then(Version::object),
            None => bucket.object(&self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_in_each_spelling() {
        for (header, bucket, key, version) in [
            ("b/k", "b", "k", None),
            ("/b/k/l", "b", "k/l", None),
            ("b/k%20l%2Fm", "b", "k l/m", None),
            ("b%2Fk", "b", "k", None),
            ("b/k+l", "b", "k+l", None),
            ("b/k?versionId=v", "b", "k", Some("v")),
            ("b/what?", "b", "what?", None),
            ("b/k%3FversionId=v", "b", "k?versionId=v", None),
            ("b/../k", "b", "../k", None),
        ] {
            let source = parse(header).unwrap();
            let read = (&*source.bucket, &*source.key, source.version.as_deref());
            assert_eq!(read, (bucket, key, version), "{header}");
        }
        for header in [
            "",
            "b",
            "b/",
            "/",
            "//k",
            "/b",
            "arn:aws:s3:us-east-1:1:accesspoint/a/object/k",
            "b/%ff",
        ] {
            assert_eq!(parse(header), None, "{header}");
        }
    }
}
