//! What a write says of its object beside the bytes: read, refused where it means more than this
//! endpoint does, and told again.

use std::collections::BTreeMap;

use wire::{Fault, Members, Value};

use crate::bucket::{Bucket, Ownership};
use crate::fault;
use crate::object::{Attributes, Object};
use crate::shape;

/// The most bytes that names and values of an object's metadata may have together.
const METADATA_BYTES_MAX: usize = 2048;

/// Storage classes that only say what an object costs; here they cost the same.
const STORAGE_CLASSES: [&str; 5] =
    ["REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"];
/// Storage classes whose objects must be restored before they can be read.
const ARCHIVES: [&str; 2] = ["GLACIER", "DEEP_ARCHIVE"];

/// Headers that ask for what this endpoint has not.
const REFUSED: [(&str, &str); 16] = [
    ("GrantFullControl", "x-amz-grant-full-control"),
    ("GrantRead", "x-amz-grant-read"),
    ("GrantReadACP", "x-amz-grant-read-acp"),
    ("GrantWrite", "x-amz-grant-write"),
    ("GrantWriteACP", "x-amz-grant-write-acp"),
    ("WriteOffsetBytes", "x-amz-write-offset-bytes"),
    ("WebsiteRedirectLocation", "x-amz-website-redirect-location"),
    ("SSECustomerAlgorithm", "x-amz-server-side-encryption-customer-algorithm"),
    ("SSECustomerKey", "x-amz-server-side-encryption-customer-key"),
    ("SSECustomerKeyMD5", "x-amz-server-side-encryption-customer-key-MD5"),
    ("SSEKMSKeyId", "x-amz-server-side-encryption-aws-kms-key-id"),
    ("SSEKMSEncryptionContext", "x-amz-server-side-encryption-context"),
    (
        "CopySourceSSECustomerAlgorithm",
        "x-amz-copy-source-server-side-encryption-customer-algorithm",
    ),
    ("CopySourceSSECustomerKey", "x-amz-copy-source-server-side-encryption-customer-key"),
    ("IfMatchLastModifiedTime", "x-amz-if-match-last-modified-time"),
    ("IfMatchSize", "x-amz-if-match-size"),
];

/// Refuses headers that ask for what this endpoint has not.
pub(crate) fn refuse_unknown(input: &Members) -> Result<(), Fault> {
    for (member, header) in REFUSED {
        if input.get(member).is_some() {
            return Err(fault::header_not_implemented(header));
        }
    }
    if input.boolean("BucketKeyEnabled") == Some(true) {
        let header = "x-amz-server-side-encryption-bucket-key-enabled";
        return Err(fault::header_not_implemented(header));
    }
    match input.string("ServerSideEncryption") {
        None | Some("AES256") => Ok(()),
        Some(_) => Err(fault::header_not_implemented("x-amz-server-side-encryption")),
    }
}

/// Reads what a write says of its object.
pub(crate) fn read(input: &Members, bucket: &Bucket) -> Result<Attributes, Fault> {
    refuse_unknown(input)?;
    let text = |name| input.string(name).map(str::to_owned);
    Ok(Attributes {
        content_type: text("ContentType"),
        content_encoding: input.string("ContentEncoding").and_then(without_transfer),
        content_disposition: text("ContentDisposition"),
        content_language: text("ContentLanguage"),
        cache_control: text("CacheControl"),
        expires: expires(input),
        storage_class: storage_class(input)?,
        acl: acl(input, bucket)?,
        metadata: metadata(input)?,
    })
}

/// Reads the storage class; none is `STANDARD`.
pub(crate) fn storage_class(input: &Members) -> Result<Option<String>, Fault> {
    match input.string("StorageClass") {
        None | Some("STANDARD") => Ok(None),
        Some(class) if STORAGE_CLASSES.contains(&class) => Ok(Some(class.to_owned())),
        Some(class) if ARCHIVES.contains(&class) => {
            Err(fault::not_implemented(&format!("the storage class {class}")))
        }
        Some(class) => {
            let message = "The storage class you specified is not valid";
            let fault = fault::fault(400, "InvalidStorageClass", message);
            Err(fault.with_member("StorageClassRequested", class))
        }
    }
}

/// Reads a canned ACL for an object; those that would open it to others are refused.
pub(crate) fn acl(input: &Members, bucket: &Bucket) -> Result<Option<String>, Fault> {
    let Some(acl) = input.string("ACL").filter(|acl| !acl.is_empty()) else { return Ok(None) };
    match acl {
        "bucket-owner-full-control" => Ok(Some(acl.to_owned())),
        _ if bucket.enforces_ownership() => Err(acls_are_off()),
        "private" | "bucket-owner-read" => Ok(Some(acl.to_owned())),
        _ => Err(refuse_public(acl, bucket)),
    }
}

/// Returns the fault for an ACL where there are none.
pub(crate) fn acls_are_off() -> Fault {
    let message = "The bucket does not allow ACLs";
    fault::fault(400, "AccessControlListNotSupported", message)
}

/// Returns the fault for an ACL that opens something to others.
pub(crate) fn refuse_public(acl: &str, bucket: &Bucket) -> Fault {
    let blocked =
        bucket.settings.public_access_block.as_ref().is_some_and(|it| it.block_public_acls);
    if blocked && acl.starts_with("public-") {
        return fault::access_denied("Access Denied");
    }
    fault::not_implemented(&format!("the ACL {acl}"))
}

/// Returns the account that owns what `writer` writes.
pub(crate) fn owner(bucket: &Bucket, acl: Option<&str>, writer: &str) -> String {
    let handed_over = acl == Some("bucket-owner-full-control");
    let writers = match bucket.settings.ownership {
        Some(Ownership::BucketOwnerEnforced) => false,
        Some(Ownership::BucketOwnerPreferred) => !handed_over,
        Some(Ownership::ObjectWriter) | None => true,
    };
    if writers { writer.to_owned() } else { bucket.owner.clone() }
}

/// Takes the coding of the transfer out of those of the content.
fn without_transfer(codings: &str) -> Option<String> {
    let codings: Vec<&str> = codings
        .split(',')
        .map(str::trim)
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("aws-chunked"))
        .collect();
    (!codings.is_empty()).then(|| codings.join(","))
}

/// Reads `Expires`, which is text to S3, whatever a reader of the model has made of it.
fn expires(input: &Members) -> Option<String> {
    match input.get("Expires") {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Timestamp(time)) => Some(shape::http_date(*time)),
        _ => None,
    }
}

fn metadata(input: &Members) -> Result<BTreeMap<String, String>, Fault> {
    let pairs = input.map("Metadata").into_iter().flat_map(Members::iter);
    let metadata: BTreeMap<String, String> = pairs
        .filter_map(|(name, value)| Some((name.to_lowercase(), value.as_str()?.to_owned())))
        .collect();
    let size: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size <= METADATA_BYTES_MAX {
        return Ok(metadata);
    }
    let message = "Your metadata headers exceed the maximum allowed metadata size";
    Err(fault::fault(400, "MetadataTooLarge", message)
        .with_member("Size", size.to_string())
        .with_member("MaxSizeAllowed", METADATA_BYTES_MAX.to_string()))
}

/// Refuses headers that a read asks for and that no header can carry.
pub(crate) fn check_overrides(input: &Members) -> Result<(), Fault> {
    for (member, parameter) in [
        ("ResponseCacheControl", "response-cache-control"),
        ("ResponseContentDisposition", "response-content-disposition"),
        ("ResponseContentEncoding", "response-content-encoding"),
        ("ResponseContentLanguage", "response-content-language"),
        ("ResponseContentType", "response-content-type"),
    ] {
        let value = input.string(member).unwrap_or_default();
        if !value.chars().all(|letter| matches!(letter, ' '..='~')) {
            let message = "Header value cannot be represented using ISO-8859-1.";
            return Err(fault::invalid_argument(message, parameter, value));
        }
    }
    Ok(())
}

/// Returns `output` with what is known of an object; `input` may ask for other headers.
pub(crate) fn with_attributes(output: Members, object: &Object, input: &Members) -> Members {
    let attributes = &object.attributes;
    let text = |name: &str, own: &Option<String>| {
        input.string(name).map(str::to_owned).or_else(|| own.clone()).map(Value::from)
    };
    let content_type = text("ResponseContentType", &attributes.content_type)
        .unwrap_or_else(|| Value::from("binary/octet-stream"));
    let expires = input.timestamp("ResponseExpires").map(shape::http_date);
    let expires = expires.or_else(|| attributes.expires.clone()).map(Value::from);
    let metadata = attributes.metadata.iter();
    let metadata: Members =
        metadata.map(|(name, value)| (name.clone().into(), Value::from(&**value))).collect();
    output
        .with("CacheControl", text("ResponseCacheControl", &attributes.cache_control))
        .with(
            "ContentDisposition",
            text("ResponseContentDisposition", &attributes.content_disposition),
        )
        .with("ContentEncoding", text("ResponseContentEncoding", &attributes.content_encoding))
        .with("ContentLanguage", text("ResponseContentLanguage", &attributes.content_language))
        .with("ContentType", content_type)
        .with("Expires", expires)
        .with("ServerSideEncryption", Value::from("AES256"))
        .with("Metadata", Value::from(metadata))
        .with("StorageClass", attributes.storage_class.as_deref().map(Value::from))
}

/// Returns the word for an object's storage class, as listings have it.
pub(crate) fn storage_class_of(attributes: &Attributes) -> Value {
    Value::from(attributes.storage_class.as_deref().unwrap_or("STANDARD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transfers_own_coding_is_not_the_contents() {
        assert_eq!(without_transfer("aws-chunked"), None);
        assert_eq!(without_transfer("gzip, aws-chunked").as_deref(), Some("gzip"));
        assert_eq!(without_transfer("AWS-CHUNKED,gzip,br").as_deref(), Some("gzip,br"));
    }

    #[test]
    fn metadata_has_a_limit() {
        let with = |size: usize| {
            let mut pairs = Members::new();
            pairs.push("Name", Value::from("v".repeat(size)));
            metadata(&Members::new().with("Metadata", Value::from(pairs)))
        };
        assert_eq!(with(2044).unwrap().keys().next().unwrap(), "name");
        assert_eq!(with(2045).unwrap_err().code, "MetadataTooLarge");
    }
}
