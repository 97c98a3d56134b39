//! S3's errors, in its words.

use wire::{Fault, Value};

use crate::object::DeleteMarker;

/// Returns a fault with a status of its own.
pub(crate) fn fault(status: u16, code: &'static str, message: &str) -> Fault {
    Fault::new(code, message).with_status(status)
}

/// Returns the fault for a bucket that is not there.
pub(crate) fn no_such_bucket(bucket: &str) -> Fault {
    fault(404, "NoSuchBucket", "The specified bucket does not exist")
        .with_member("BucketName", bucket)
}

/// Returns the fault for a key without an object.
pub(crate) fn no_such_key(key: &str) -> Fault {
    fault(404, "NoSuchKey", "The specified key does not exist.").with_member("Key", key)
}

/// Returns the fault for a key that was deleted, and says in headers what marks that.
pub(crate) fn deleted(key: &str, marker: &DeleteMarker) -> Fault {
    marked(no_such_key(key), marker)
}

/// Returns the fault for reading a delete marker by its version id.
pub(crate) fn is_marker(marker: &DeleteMarker) -> Fault {
    let message = "The specified method is not allowed against this resource.";
    let fault = fault(405, "MethodNotAllowed", message)
        .with_member("Method", "GET")
        .with_member("ResourceType", "DeleteMarker")
        .with_member("Allow", "DELETE")
        .with_member("LastModified", marker.modified);
    marked(fault, marker)
}

fn marked(fault: Fault, marker: &DeleteMarker) -> Fault {
    fault.with_member("DeleteMarker", "true").with_member("MarkerVersionId", &*marker.version)
}

/// Returns the fault for a version that a key does not have.
pub(crate) fn no_such_version(key: &str, version: &str) -> Fault {
    fault(404, "NoSuchVersion", "The specified version does not exist.")
        .with_member("Key", key)
        .with_member("VersionId", version)
}

/// Returns the fault for an upload that is not under way.
pub(crate) fn no_such_upload(upload: &str) -> Fault {
    let message = "The specified upload does not exist. The upload ID may be invalid, or the \
                   upload may have been aborted or completed.";
    fault(404, "NoSuchUpload", message).with_member("UploadId", upload)
}

/// Returns the fault for something that a bucket is not set up with.
pub(crate) fn not_set_up(code: &'static str, message: &str, bucket: &str) -> Fault {
    fault(404, code, message).with_member("BucketName", bucket)
}

/// Returns the fault for a parameter's value.
pub(crate) fn invalid_argument(message: &str, name: &str, value: &str) -> Fault {
    fault(400, "InvalidArgument", message)
        .with_member("ArgumentName", name)
        .with_member("ArgumentValue", value)
}

/// Returns the fault for a request that makes no sense as a whole.
pub(crate) fn invalid_request(message: impl Into<String>) -> Fault {
    Fault::new("InvalidRequest", message)
}

/// Returns the fault for a body that is well-formed at most.
pub(crate) fn malformed_xml() -> Fault {
    let message = "The XML you provided was not well-formed or did not validate against our \
                   published schema";
    fault(400, "MalformedXML", message)
}

/// Returns the fault for something that S3 has and this endpoint has not.
pub(crate) fn not_implemented(what: &str) -> Fault {
    fault(501, "NotImplemented", &format!("This endpoint does not implement {what}."))
}

/// Returns the fault for a header that asks for what this endpoint has not.
pub(crate) fn header_not_implemented(header: &str) -> Fault {
    let message = "A header you provided implies functionality that is not implemented";
    fault(501, "NotImplemented", message).with_member("Header", header)
}

/// Returns the fault for a condition that does not hold.
pub(crate) fn precondition_failed(condition: &str) -> Fault {
    let message = "At least one of the pre-conditions you specified did not hold";
    fault(412, "PreconditionFailed", message).with_member("Condition", condition)
}

/// Returns the fault for what the caller may not.
pub(crate) fn access_denied(message: &str) -> Fault {
    fault(403, "AccessDenied", message)
}

/// Returns the fault for bytes that are not what the caller says they are.
pub(crate) fn bad_digest(what: &str) -> Fault {
    let message = match what {
        "Content-MD5" => "The Content-MD5 you specified did not match what we received.".to_owned(),
        sum => format!("The {sum} you specified did not match the calculated checksum."),
    };
    Fault::new("BadDigest", message)
}

/// Returns the fault for more bytes than one request may carry.
pub(crate) fn entity_too_large(size: u64, size_max: u64) -> Fault {
    fault(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        .with_member("ProposedSize", text(size))
        .with_member("MaxSizeAllowed", text(size_max))
}

/// Returns a number as it stands in a fault's members.
pub(crate) fn text(number: u64) -> Value {
    Value::from(number.to_string())
}
