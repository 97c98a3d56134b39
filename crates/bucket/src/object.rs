//! One version of a key: an object and where its bytes lie, or a mark that the key was deleted.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The id of a version that was written while versioning was not on.
pub(crate) const NULL: &str = "null";

/// Bytes that the caller of this crate has written and proven; the index refers to them by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// The caller's name for the bytes; never used for others.
    pub id: String,
    /// How many bytes there are.
    pub size: u64,
    /// The MD5 of the bytes, 32 hexadecimal digits in lower case.
    pub md5: String,
    /// Further sums that hold, by algorithm as S3 spells it: `CRC32` → base64.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checksums: BTreeMap<String, String>,
}

/// A stretch of a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The blob's id.
    pub blob: String,
    /// The first byte, counted from 0.
    pub from: u64,
    /// How many bytes.
    pub length: u64,
}

/// What a caller said of an object beside its bytes; given back as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attributes {
    /// `Content-Type`; S3 answers `binary/octet-stream` where none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// `Content-Encoding`, without the transfer's own `aws-chunked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    /// `Content-Disposition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// `Content-Language`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// `Cache-Control`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    /// `Expires`, as text: S3 does not read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The storage class, when it is not `STANDARD`. It changes nothing here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    /// The canned ACL that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acl: Option<String>,
    /// `x-amz-meta-…`, names in lower case without the prefix.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// How strictly a version is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mode {
    /// May be lifted by those with `s3:BypassGovernanceRetention`.
    Governance,
    /// Can be lifted by nobody, only be prolonged.
    Compliance,
}

/// Until when a version is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// How strictly.
    pub mode: Mode,
    /// The first moment at which it is free again.
    pub until: Timestamp,
}

/// The bytes of an object, and what is known of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// As they came in one request.
    Whole(Blob),
    /// As they came in the parts of an upload.
    Parts(Parts),
}

/// A body made of the parts of an upload, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// The upload's id: asked again, the completed upload gives the same answer.
    pub upload: String,
    /// The MD5 of the parts' MD5s, a hyphen and their number.
    pub etag: String,
    /// How many bytes all parts have together.
    pub size: u64,
    /// Sums of the whole, by algorithm.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checksums: BTreeMap<String, String>,
    /// Whether those are sums of the parts' sums instead of the bytes'.
    pub composite: bool,
    /// The parts; numbered from 1 from here on.
    pub parts: Vec<Blob>,
}

/// One version of a key that has bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// The version's id; `null` for one written while versioning was not on.
    pub version: String,
    /// When it was written, in whole seconds.
    pub modified: Timestamp,
    /// The account that owns it.
    pub owner: String,
    /// Its bytes.
    pub body: Body,
    /// What was said of it.
    #[serde(default)]
    pub attributes: Attributes,
    /// Its tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Until when it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Whether it is kept until that is taken back.
    #[serde(default)]
    pub legal_hold: bool,
}

/// A mark that a key was deleted while its older versions stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteMarker {
    /// The mark's version id.
    pub version: String,
    /// When the key was deleted, in whole seconds.
    pub modified: Timestamp,
    /// The account that owns it.
    pub owner: String,
}

/// One version of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// An object.
    Object(Box<Object>),
    /// The key was deleted here.
    DeleteMarker(DeleteMarker),
}

impl Body {
    /// Returns the entity tag without its quotes.
    pub fn etag(&self) -> &str {
        match self {
            Self::Whole(blob) => &blob.md5,
            Self::Parts(parts) => &parts.etag,
        }
    }

    /// Returns how many bytes there are.
    pub fn size(&self) -> u64 {
        match self {
            Self::Whole(blob) => blob.size,
            Self::Parts(parts) => parts.size,
        }
    }

    /// Returns the sums that hold for the whole, by algorithm.
    pub fn checksums(&self) -> &BTreeMap<String, String> {
        match self {
            Self::Whole(blob) => &blob.checksums,
            Self::Parts(parts) => &parts.checksums,
        }
    }

    /// Returns whether the sums are made of the parts' sums.
    pub fn composite(&self) -> bool {
        matches!(self, Self::Parts(parts) if parts.composite)
    }

    /// Returns the blobs in the order of their bytes.
    pub fn blobs(&self) -> &[Blob] {
        match self {
            Self::Whole(blob) => std::slice::from_ref(blob),
            Self::Parts(parts) => &parts.parts,
        }
    }

    /// Returns where `length` bytes from `from` on lie.
    pub(crate) fn slice(&self, from: u64, length: u64) -> Vec<Piece> {
        let end = from.saturating_add(length);
        let mut begins = 0;
        let mut pieces = Vec::new();
        for blob in self.blobs() {
            let ends = begins + blob.size;
            let (first, last) = (from.max(begins), end.min(ends));
            if first < last {
                let length = last - first;
                pieces.push(Piece { blob: blob.id.clone(), from: first - begins, length });
            }
            begins = ends;
        }
        pieces
    }
}

impl Version {
    /// Returns the version's id.
    pub fn id(&self) -> &str {
        match self {
            Self::Object(object) => &object.version,
            Self::DeleteMarker(marker) => &marker.version,
        }
    }

    /// Returns the object, when this is one.
    pub fn object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            Self::DeleteMarker(_) => None,
        }
    }

    /// Returns the blobs that this version refers to.
    pub(crate) fn blobs(&self) -> &[Blob] {
        self.object().map_or(&[], |object| object.body.blobs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(id: &str, size: u64) -> Blob {
        Blob { id: id.to_owned(), size, md5: String::new(), checksums: BTreeMap::new() }
    }

    fn slice(from: u64, length: u64) -> Vec<(String, u64, u64)> {
        let parts = vec![blob("a", 3), blob("b", 0), blob("c", 4)];
        let body = Body::Parts(Parts {
            upload: String::new(),
            etag: String::new(),
            size: 7,
            checksums: BTreeMap::new(),
            composite: false,
            parts,
        });
        let pieces = body.slice(from, length).into_iter();
        pieces.map(|piece| (piece.blob, piece.from, piece.length)).collect()
    }

    #[test]
    fn a_stretch_of_bytes_is_found_across_parts() {
        assert_eq!(slice(0, 7), [("a".to_owned(), 0, 3), ("c".to_owned(), 0, 4)]);
        assert_eq!(slice(2, 2), [("a".to_owned(), 2, 1), ("c".to_owned(), 0, 1)]);
        assert_eq!(slice(3, 1), [("c".to_owned(), 0, 1)]);
        assert_eq!(slice(6, 100), [("c".to_owned(), 3, 1)]);
        assert!(slice(0, 0).is_empty());
    }
}
