//! S3's refusals: their codes, statuses and bodies.

use std::borrow::Cow;

use aws_lc_rs::digest;

use crate::fault::Fault;
use crate::model::{Service, TimestampFormat};
use crate::protocol::xml::{Dialect, Writer};
use crate::protocol::{Reply, fault_status, scalar, timestamp};
use crate::value::Value;

/// The statuses of the API reference's list of error codes, apart from 400; the model has few.
const STATUSES: &[(u16, &[&str])] = &[
    (301, &["PermanentRedirect"]),
    (304, &["NotModified"]),
    (307, &["Redirect", "TemporaryRedirect"]),
    (
        403,
        &[
            "AccessDenied",
            "AccessDeniedException",
            "AccountProblem",
            "AllAccessDisabled",
            "CrossLocationLoggingProhibited",
            "InvalidAccessKeyId",
            "InvalidObjectState",
            "InvalidPayer",
            "InvalidSecurity",
            "NotSignedUp",
            "ObjectAlreadyInActiveTierError",
            "ObjectNotInActiveTierError",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
        ],
    ),
    (
        404,
        &[
            "NoSuchAccessPoint",
            "NoSuchAnnotation",
            "NoSuchBucket",
            "NoSuchBucketPolicy",
            "NoSuchCORSConfiguration",
            "NoSuchConfiguration",
            "NoSuchKey",
            "NoSuchLifecycleConfiguration",
            "NoSuchObjectLockConfiguration",
            "NoSuchPublicAccessBlockConfiguration",
            "NoSuchTagSet",
            "NoSuchUpload",
            "NoSuchVersion",
            "NoSuchWebsiteConfiguration",
            "NotFound",
            "ObjectLockConfigurationNotFoundError",
            "OwnershipControlsNotFoundError",
            "ReplicationConfigurationNotFoundError",
            "ServerSideEncryptionConfigurationNotFoundError",
        ],
    ),
    (405, &["MethodNotAllowed"]),
    (
        409,
        &[
            "BucketAlreadyExists",
            "BucketAlreadyOwnedByYou",
            "BucketNotEmpty",
            "ConditionalRequestConflict",
            "InvalidBucketState",
            "OperationAborted",
            "RestoreAlreadyInProgress",
        ],
    ),
    (411, &["MissingContentLength"]),
    (412, &["PreconditionFailed"]),
    (415, &["UnsupportedMediaType"]),
    (416, &["InvalidRange"]),
    (500, &["InternalError"]),
    (501, &["NotImplemented"]),
    (503, &["ServiceUnavailable", "SlowDown"]),
];

/// Members of a fault that S3 says in headers, not in the body.
const IN_HEADERS: &[(&str, &str)] = &[
    ("Allow", "allow"),
    ("BucketRegion", "x-amz-bucket-region"),
    ("DeleteMarker", "x-amz-delete-marker"),
    ("ETag", "etag"),
    ("LastModified", "last-modified"),
    ("MarkerVersionId", "x-amz-version-id"),
];

/// Returns the HTTP status of a code; `None` for those that are not S3's.
fn status_of(code: &str) -> Option<u16> {
    STATUSES.iter().find(|(_, codes)| codes.contains(&code)).map(|(status, _)| *status)
}

/// Returns an empty answer with both of S3's request ids.
pub(super) fn reply(status: u16, request_id: &str) -> Reply {
    let headers = vec![
        (Cow::Borrowed("x-amz-request-id"), request_id.to_owned()),
        (Cow::Borrowed("x-amz-id-2"), host_id(request_id)),
    ];
    Reply { status, headers, body: Vec::new() }
}

/// Returns S3's second id of a request, which on AWS names the host: 76 characters.
fn host_id(request_id: &str) -> String {
    let digest = digest::digest(&digest::SHA512, request_id.as_bytes());
    scalar::base64(digest.as_ref().get(..56).unwrap_or_default())
}

/// Returns the answer of a call that failed.
///
/// Members are written as elements of their own names, except those that are [`IN_HEADERS`]. A
/// `NotModified` has no body, as HTTP asks.
pub(in crate::protocol) fn encode_fault(
    service: Option<&Service>,
    fault: &Fault,
    request_id: &str,
) -> Reply {
    let status = status_of(&fault.code).unwrap_or_else(|| fault_status(service, fault));
    let mut reply = reply(status, request_id);
    let (told, written): (Vec<_>, Vec<_>) =
        fault.members.iter().partition(|(name, _)| header_of(name).is_some());
    for (name, value) in told {
        reply.headers.extend(header_of(name).map(|name| (Cow::Borrowed(name), text_of(value))));
    }
    if reply.status != 304 {
        reply.headers.push((Cow::Borrowed("content-type"), "application/xml".to_owned()));
        reply.body = body(fault, &written, request_id);
    }
    reply
}

fn header_of(member: &str) -> Option<&'static str> {
    IN_HEADERS.iter().find(|(name, _)| *name == member).map(|(_, header)| *header)
}

fn body(fault: &Fault, members: &[(&str, &Value)], request_id: &str) -> Vec<u8> {
    let mut writer = Writer::new(None, Dialect::Rest);
    writer.nested("Error", |writer| {
        writer.leaf("Code", &fault.code);
        writer.leaf("Message", &fault.message);
        for (name, value) in members {
            writer.leaf(name, &text_of(value));
        }
        writer.leaf("RequestId", request_id);
        writer.leaf("HostId", &host_id(request_id));
    });
    writer.into_bytes()
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Timestamp(instant) => timestamp::text(*instant, TimestampFormat::HttpDate),
        _ => String::new(),
    }
}
