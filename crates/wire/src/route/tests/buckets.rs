//! S3: one request a line.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::{JSON, Route, Unrouted, check, head, router, scope};
use crate::model::Protocol;

/// One request to S3 a line: the operation, or how it is refused.
fn check_buckets(rows: &[&str], expect: &Expect) {
    let router = router();
    let authorization = scope("s3");
    let mut out = String::new();
    for row in rows {
        let (line, header) = row.split_once(" | ").unwrap_or((row, ""));
        let mut headers = vec![("authorization", &*authorization), ("host", "localhost:4700")];
        match header.split_once(": ") {
            Some(("host", host)) => headers[1] = ("host", host),
            Some(header) => headers.push(header),
            None => {}
        }
        let answer = match router.route(&head(line, &headers), b"") {
            Ok(Route { service, operation, protocol }) => {
                assert_eq!((service.name, protocol), ("s3", Protocol::RestXml));
                operation.name.to_owned()
            }
            Err(Unrouted { operation, fault, .. }) => {
                format!("{} {} ({})", fault.status, fault.code, operation.unwrap_or_default())
            }
        };
        writeln!(out, "{row} => {answer}").unwrap();
    }
    expect.assert_eq(&out);
}

#[test]
fn buckets_and_what_is_in_them() {
    check_buckets(
        &[
            "GET /",
            "GET /?x-id=ListBuckets",
            "PUT /b",
            "PUT /b/",
            "HEAD /b",
            "DELETE /b",
            "GET /b",
            "GET /b?prefix=a&delimiter=/&encoding-type=url",
            "GET /b?prefix=&delimiter=",
            "GET /b?list-type=2&prefix=a",
            "GET /b?versions&prefix=",
            "GET /b?uploads",
        ],
        &expect![[r"
            GET / => ListBuckets
            GET /?x-id=ListBuckets => ListBuckets
            PUT /b => CreateBucket
            PUT /b/ => CreateBucket
            HEAD /b => HeadBucket
            DELETE /b => DeleteBucket
            GET /b => ListObjects
            GET /b?prefix=a&delimiter=/&encoding-type=url => ListObjects
            GET /b?prefix=&delimiter= => ListObjects
            GET /b?list-type=2&prefix=a => ListObjectsV2
            GET /b?versions&prefix= => ListObjectVersions
            GET /b?uploads => ListMultipartUploads
        "]],
    );
}

#[test]
fn settings_of_buckets() {
    check_buckets(
        &[
            "GET /b?policy",
            "GET /b?policy=",
            "GET /b?policyStatus",
            "GET /b?location",
            "GET /b?acl",
            "GET /b?versioning",
            "GET /b?tagging",
            "GET /b?object-lock",
            "GET /b?lifecycle",
            "GET /b?encryption",
            "GET /b?logging",
            "GET /b?notification",
            "GET /b?requestPayment",
            "GET /b?ownershipControls",
            "GET /b?publicAccessBlock",
            "GET /b?analytics",
            "GET /b?analytics&id=1",
            "PUT /b?policy",
            "PUT /b?lifecycle",
            "PUT /b?acl",
            "DELETE /b?policy",
            "DELETE /b?tagging",
            "POST /b?delete",
            "GET / | host: logs.s3.eu-west-1.amazonaws.com",
            "PUT / | host: logs.localhost:4700",
            "PUT /a/b | host: my.logs.s3.localhost",
        ],
        &expect![[r"
            GET /b?policy => GetBucketPolicy
            GET /b?policy= => GetBucketPolicy
            GET /b?policyStatus => GetBucketPolicyStatus
            GET /b?location => GetBucketLocation
            GET /b?acl => GetBucketAcl
            GET /b?versioning => GetBucketVersioning
            GET /b?tagging => GetBucketTagging
            GET /b?object-lock => GetObjectLockConfiguration
            GET /b?lifecycle => GetBucketLifecycleConfiguration
            GET /b?encryption => GetBucketEncryption
            GET /b?logging => GetBucketLogging
            GET /b?notification => GetBucketNotificationConfiguration
            GET /b?requestPayment => GetBucketRequestPayment
            GET /b?ownershipControls => GetBucketOwnershipControls
            GET /b?publicAccessBlock => GetPublicAccessBlock
            GET /b?analytics => ListBucketAnalyticsConfigurations
            GET /b?analytics&id=1 => GetBucketAnalyticsConfiguration
            PUT /b?policy => PutBucketPolicy
            PUT /b?lifecycle => PutBucketLifecycleConfiguration
            PUT /b?acl => PutBucketAcl
            DELETE /b?policy => DeleteBucketPolicy
            DELETE /b?tagging => DeleteBucketTagging
            POST /b?delete => DeleteObjects
            GET / | host: logs.s3.eu-west-1.amazonaws.com => ListObjects
            PUT / | host: logs.localhost:4700 => CreateBucket
            PUT /a/b | host: my.logs.s3.localhost => PutObject
        "]],
    );
}

#[test]
fn what_no_bucket_knows() {
    check_buckets(
        &[
            "PUT /b?analytics",
            "PUT /b?new-thing",
            "DELETE /b?new",
            "GET /b?new",
            "GET /b?list-type=3",
            "POST /b",
            "PATCH /b",
            "POST /?new",
        ],
        &expect![[r"
            PUT /b?analytics => 405 MethodNotAllowed (PutBucketAnalytics)
            PUT /b?new-thing => 501 NotImplemented (PutBucketNewThing)
            DELETE /b?new => 501 NotImplemented (DeleteBucketNew)
            GET /b?new => 501 NotImplemented (GetBucketNew)
            GET /b?list-type=3 => 501 NotImplemented (GetBucketListType)
            POST /b => 405 MethodNotAllowed (PostBucket)
            PATCH /b => 405 MethodNotAllowed (PatchBucket)
            POST /?new => 501 NotImplemented (PostServiceNew)
        "]],
    );
}

#[test]
fn objects() {
    check_buckets(
        &[
            "GET /b/k",
            "GET /b//",
            "GET /b/a//../%2e%2e/b?x-id=GetObject&versionId=1",
            "GET /b/k?response-content-type=text/plain&partNumber=1",
            "HEAD /b/k?partNumber=1",
            "PUT /b/k",
            "PUT /b/k | x-amz-copy-source: b/other",
            "PUT /b/k?partNumber=1&uploadId=x",
            "PUT /b/k?partNumber=1&uploadId=x | x-amz-copy-source: b/other",
            "DELETE /b/k",
            "DELETE /b/k?versionId=1",
            "DELETE /b/k?uploadId=x",
            "DELETE /b/k?tagging",
            "POST /b/k?uploads",
            "POST /b/k?uploadId=x",
            "GET /b/k?uploadId=x&max-parts=2",
            "GET /b/k?acl",
            "GET /b/k?tagging",
            "GET /b/k?attributes",
            "GET /b/k?retention",
            "GET /b/k?legal-hold",
            "PUT /b/k?acl",
            "PUT /b/k?tagging&versionId=1",
            "PUT /b/k?retention",
            "PUT /b/k?legal-hold",
            "POST /b/k?select&select-type=2",
            "GET /StartChangeSet/k",
            "GET /b/k?X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Security-Token=",
            "PUT /b/k?x-amz-copy-source=b/other&X-Amz-Expires=60",
            // From here on nothing is known.
            "PUT /b/k?uploadId=x",
            "PUT /b/k?partNumber=1",
            "PUT /b/k?new",
            "PUT /b/k?policy",
            "POST /b/k",
            "POST /b/k?select",
            "OPTIONS /b/k",
        ],
        &expect![[r"
            GET /b/k => GetObject
            GET /b// => GetObject
            GET /b/a//../%2e%2e/b?x-id=GetObject&versionId=1 => GetObject
            GET /b/k?response-content-type=text/plain&partNumber=1 => GetObject
            HEAD /b/k?partNumber=1 => HeadObject
            PUT /b/k => PutObject
            PUT /b/k | x-amz-copy-source: b/other => CopyObject
            PUT /b/k?partNumber=1&uploadId=x => UploadPart
            PUT /b/k?partNumber=1&uploadId=x | x-amz-copy-source: b/other => UploadPartCopy
            DELETE /b/k => DeleteObject
            DELETE /b/k?versionId=1 => DeleteObject
            DELETE /b/k?uploadId=x => AbortMultipartUpload
            DELETE /b/k?tagging => DeleteObjectTagging
            POST /b/k?uploads => CreateMultipartUpload
            POST /b/k?uploadId=x => CompleteMultipartUpload
            GET /b/k?uploadId=x&max-parts=2 => ListParts
            GET /b/k?acl => GetObjectAcl
            GET /b/k?tagging => GetObjectTagging
            GET /b/k?attributes => GetObjectAttributes
            GET /b/k?retention => GetObjectRetention
            GET /b/k?legal-hold => GetObjectLegalHold
            PUT /b/k?acl => PutObjectAcl
            PUT /b/k?tagging&versionId=1 => PutObjectTagging
            PUT /b/k?retention => PutObjectRetention
            PUT /b/k?legal-hold => PutObjectLegalHold
            POST /b/k?select&select-type=2 => SelectObjectContent
            GET /StartChangeSet/k => GetObject
            GET /b/k?X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Security-Token= => GetObject
            PUT /b/k?x-amz-copy-source=b/other&X-Amz-Expires=60 => CopyObject
            PUT /b/k?uploadId=x => 405 MethodNotAllowed (PutObjectUploadId)
            PUT /b/k?partNumber=1 => 405 MethodNotAllowed (PutObjectPartNumber)
            PUT /b/k?new => 501 NotImplemented (PutObjectNew)
            PUT /b/k?policy => 501 NotImplemented (PutObjectPolicy)
            POST /b/k => 405 MethodNotAllowed (PostObject)
            POST /b/k?select => 501 NotImplemented (PostObjectSelect)
            OPTIONS /b/k => 405 MethodNotAllowed (OptionsObject)
        "]],
    );
}

#[test]
fn only_what_is_for_s3_gets_there() {
    let presigned = "X-Amz-Credential=AKIA%2F20261120%2Fus-east-1%2Fs3%2Faws4_request";
    check(
        &[
            (&format!("GET /b/k?{presigned}"), &[], ""),
            ("GET /b/k", &[("host", "s3.localhost:4700")], ""),
            ("GET /k", &[("host", "b.s3.us-east-1.amazonaws.com")], ""),
            ("POST /StartChangeSet", &[("host", "b.s3.localhost"), JSON], "{}"),
            // From here on nothing is known.
            ("GET /b/k", &[("host", "localhost:4700")], ""),
            ("GET /k", &[("host", "b.localhost:4700")], ""),
            ("GET /b/k", &[("host", "s3.localhost"), ("authorization", &scope("sts"))], ""),
        ],
        &expect![[r#"
            s3 GetObject RestXml
            s3 GetObject RestXml
            s3 GetObject RestXml
            marketplace-catalog StartChangeSet RestJson
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "s3" "-" RestXml 404 UnknownOperationException: The request names no operation that is known.
        "#]],
    );
}
