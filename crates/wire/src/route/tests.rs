//! One request a line: what it means, or how it is answered.

use std::fmt::Write as _;
use std::sync::Arc;

use expect_test::{Expect, expect};
use http::Request;
use http::request::Parts;

use super::{Route, Router, Unrouted};
use crate::model::{Models, Protocol, Service};

fn router() -> Router {
    Router::new(Arc::new(Models::built_in()))
}

fn head(line: &str, headers: &[(&str, &str)]) -> Parts {
    let (method, uri) = line.split_once(' ').unwrap();
    let builder = Request::builder().method(method).uri(uri);
    let builder =
        headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    builder.body(()).unwrap().into_parts().0
}

fn told(outcome: Result<Route<'_>, Unrouted<'_>>) -> String {
    match outcome {
        Ok(Route { service, operation, protocol }) => {
            format!("{} {} {protocol:?}", service.name, operation.name)
        }
        Err(Unrouted { protocol, service, operation, fault }) => format!(
            "{:?} {:?} {protocol:?} {} {fault}",
            service.map_or("-", |service: &Service| service.name),
            operation.as_deref().unwrap_or("-"),
            fault.status,
        ),
    }
}

type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

fn check(rows: &[Row<'_>], expect: &Expect) {
    let router = router();
    let mut out = String::new();
    for (line, headers, body) in rows {
        let told = told(router.route(&head(line, headers), body.as_bytes()));
        writeln!(out, "{told}").unwrap();
    }
    expect.assert_eq(&out);
}

const JSON_1_0: (&str, &str) = ("content-type", "application/x-amz-json-1.0");
const JSON_1_1: (&str, &str) = ("content-type", "application/x-amz-json-1.1");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
const CBOR: (&str, &str) = ("content-type", "application/cbor");
const SMITHY: (&str, &str) = ("smithy-protocol", "rpc-v2-cbor");
const JSON: (&str, &str) = ("content-type", "application/json");

fn scope(service: &str) -> String {
    format!("AWS4-HMAC-SHA256 Credential=AKIA/20261120/us-east-1/{service}/aws4_request, …")
}

#[test]
fn targets() {
    let target = |target: &'static str| ("x-amz-target", target);
    check(
        &[
            ("POST /", &[JSON_1_1, target("CloudTrail_20131101.LookupEvents")], ""),
            (
                "POST /",
                &[
                    JSON_1_1,
                    target("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"),
                ],
                "",
            ),
            ("POST /", &[JSON_1_0, target("CloudTrail_20131101.LookupEvents")], ""),
            ("POST /", &[target("AWSMPCommerceService_v20200301.DescribeAgreement")], ""),
            ("POST /", &[JSON_1_1, target("AWSMPMeteringService.BatchMeterUsage")], ""),
            ("POST /", &[JSON, target("AWSLicenseManager.ListReceivedGrants")], ""),
            // From here on nothing is known.
            ("POST /", &[JSON_1_1, target("CloudTrail_20131101.lookupEvents")], ""),
            ("POST /", &[JSON_1_1, target("cloudtrail_20131101.LookupEvents")], ""),
            ("POST /", &[JSON_1_1, target("CloudTrail_20131101.LookupEvents.x")], ""),
            ("POST /", &[JSON_1_1, target("v20131101.CloudTrail_20131101.LookupEvents")], ""),
            ("POST /", &[JSON_1_1, target("CloudTrail_20131101")], ""),
            ("POST /", &[JSON_1_1, target("")], ""),
            ("GET /", &[JSON_1_1, target("CloudTrail_20131101.LookupEvents")], ""),
            ("POST /x", &[JSON_1_0, target("CloudTrail_20131101.LookupEvents")], ""),
            (
                "POST /",
                &[
                    target("CloudTrail_20131101.LookupEvents"),
                    target("CloudTrail_20131101.DeleteTrail"),
                ],
                "",
            ),
            ("POST /", &[target("Other.Op"), ("authorization", &scope("cloudtrail"))], ""),
        ],
        &expect![[r#"
            cloudtrail LookupEvents AwsJson1_1
            cloudtrail LookupEvents AwsJson1_1
            cloudtrail LookupEvents AwsJson1_0
            marketplace-agreement DescribeAgreement AwsJson1_0
            meteringmarketplace BatchMeterUsage AwsJson1_1
            license-manager ListReceivedGrants AwsJson1_1
            "cloudtrail" "lookupEvents" AwsJson1_1 400 UnknownOperationException: The operation lookupEvents is not known to CloudTrail.
            "-" "LookupEvents" AwsJson1_1 400 UnknownOperationException: The operation LookupEvents is not known.
            "-" "x" AwsJson1_1 400 UnknownOperationException: The operation x is not known.
            "-" "LookupEvents" AwsJson1_1 400 UnknownOperationException: The operation LookupEvents is not known.
            "-" "CloudTrail_20131101" AwsJson1_1 400 UnknownOperationException: The operation CloudTrail_20131101 is not known.
            "-" "-" AwsJson1_1 400 UnknownOperationException: The request names no operation that is known.
            "cloudtrail" "LookupEvents" AwsJson1_1 400 UnknownOperationException: The operation LookupEvents is not known to CloudTrail.
            "cloudtrail" "LookupEvents" AwsJson1_0 400 UnknownOperationException: The operation LookupEvents is not known to CloudTrail.
            "-" "-" AwsJson1_1 400 UnknownOperationException: The request names no operation that is known.
            "cloudtrail" "Op" AwsJson1_1 400 UnknownOperationException: The operation Op is not known to CloudTrail.
        "#]],
    );
}

#[test]
fn cbor_paths() {
    let path = "POST /service/AWSMPEntitlementService/operation/GetEntitlements";
    check(
        &[
            (path, &[SMITHY, CBOR], ""),
            (path, &[CBOR], ""),
            (path, &[SMITHY], ""),
            ("POST /service/marketplace-agreement/operation/DescribeAgreement", &[SMITHY], ""),
            // From here on nothing is known.
            (path, &[JSON], ""),
            ("GET /service/AWSMPEntitlementService/operation/GetEntitlements", &[SMITHY], ""),
            ("POST /service/AWSMPEntitlementService/operation/Nothing", &[SMITHY], ""),
            ("POST /service/CloudTrail_20131101/operation/LookupEvents", &[SMITHY], ""),
            ("POST /service/AWSMPEntitlementService", &[SMITHY], ""),
        ],
        &expect![[r#"
            marketplace-entitlement GetEntitlements RpcV2Cbor
            marketplace-entitlement GetEntitlements RpcV2Cbor
            marketplace-entitlement GetEntitlements RpcV2Cbor
            marketplace-agreement DescribeAgreement RpcV2Cbor
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "marketplace-entitlement" "GetEntitlements" RpcV2Cbor 404 UnknownOperationException: The operation GetEntitlements is not known to Marketplace Entitlement Service.
            "marketplace-entitlement" "Nothing" RpcV2Cbor 404 UnknownOperationException: The operation Nothing is not known to Marketplace Entitlement Service.
            "-" "LookupEvents" RpcV2Cbor 404 UnknownOperationException: The operation LookupEvents is not known.
            "-" "-" RpcV2Cbor 404 UnknownOperationException: The request names no operation that is known.
        "#]],
    );
}

#[test]
fn actions() {
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    check(
        &[
            ("POST /", &[FORM], identity),
            ("GET /?Version=2011-06-15&Action=GetCallerIdentity", &[], ""),
            ("POST /?Action=GetUser&Version=2010-05-08", &[FORM], "UserName=a"),
            ("POST /", &[FORM], "Action=Get%43allerIdentity&Version=2011-06-15"),
            // From here on nothing is known.
            ("POST /", &[FORM], "Action=GetCallerIdentity"),
            ("POST /", &[FORM], "Action=getcalleridentity&Version=2011-06-15"),
            ("POST /", &[FORM], "Action=GetCallerIdentity&Version=2010-05-08"),
            ("POST /", &[FORM], "Action=Nothing&Version=2010-05-08"),
            ("POST /", &[FORM], "Action=GetUser&Action=DeleteUser&Version=2010-05-08"),
            ("POST /?Action=GetUser", &[FORM], "Action=DeleteUser&Version=2010-05-08"),
            ("POST /", &[FORM, ("authorization", &scope("iam"))], "Version=2010-05-08"),
            ("POST /", &[FORM], ""),
            ("POST /x", &[FORM], identity),
            ("POST /", &[JSON_1_1], identity),
            ("DELETE /", &[FORM], identity),
        ],
        &expect![[r#"
            sts GetCallerIdentity AwsQuery
            sts GetCallerIdentity AwsQuery
            iam GetUser AwsQuery
            sts GetCallerIdentity AwsQuery
            "-" "GetCallerIdentity" AwsQuery 400 InvalidAction: Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED
            "sts" "getcalleridentity" AwsQuery 400 InvalidAction: Could not find operation getcalleridentity for version 2011-06-15
            "iam" "GetCallerIdentity" AwsQuery 400 InvalidAction: Could not find operation GetCallerIdentity for version 2010-05-08
            "iam" "Nothing" AwsQuery 400 InvalidAction: Could not find operation Nothing for version 2010-05-08
            "iam" "DeleteUser" AwsQuery 400 InvalidQueryParameter: Action and Version must each be given once.
            "iam" "DeleteUser" AwsQuery 400 InvalidQueryParameter: Action and Version must each be given once.
            "iam" "-" AwsQuery 400 MissingAction: The request is missing an Action parameter.
            "-" "-" AwsQuery 400 MissingAction: The request is missing an Action parameter.
            "-" "-" AwsQuery 400 MissingAction: The request is missing an Action parameter.
            "-" "-" AwsJson1_1 400 UnknownOperationException: The request names no operation that is known.
            "-" "-" AwsQuery 400 MissingAction: The request is missing an Action parameter.
        "#]],
    );
}

#[test]
fn paths() {
    check(
        &[
            ("POST /StartChangeSet", &[JSON], "{}"),
            ("PATCH /CancelChangeSet?catalog=AWSMarketplace&changeSetId=x", &[], ""),
            ("GET /DescribeEntity?catalog=AWSMarketplace&entityId=x", &[], ""),
            ("POST /PutAuditEvents?channelArn=x", &[JSON], "{}"),
            ("POST /%53tartChangeSet", &[JSON], "{}"),
            // From here on nothing is known.
            ("GET /StartChangeSet", &[], ""),
            ("POST /startchangeset", &[JSON], "{}"),
            ("POST /StartChangeSet/", &[JSON], "{}"),
            ("POST //StartChangeSet", &[JSON], "{}"),
            ("POST /x/../StartChangeSet", &[JSON], "{}"),
        ],
        &expect![[r#"
            marketplace-catalog StartChangeSet RestJson
            marketplace-catalog CancelChangeSet RestJson
            marketplace-catalog DescribeEntity RestJson
            cloudtrail-data PutAuditEvents RestJson
            marketplace-catalog StartChangeSet RestJson
            "marketplace-catalog" "StartChangeSet" RestJson 404 UnknownOperationException: The operation StartChangeSet is not known to Marketplace Catalog.
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
        "#]],
    );
}

#[test]
fn what_names_nothing_is_answered_in_a_shape_the_client_reads() {
    check(
        &[
            ("GET /", &[], ""),
            ("GET /favicon.ico", &[("accept", "text/html")], ""),
            ("POST /", &[JSON_1_1], "{}"),
            ("POST /", &[JSON_1_0], "{}"),
            ("POST /nothing", &[CBOR], ""),
            ("POST /", &[("authorization", &scope("license-manager"))], "{}"),
            ("POST /", &[("authorization", &scope("aws-marketplace"))], "{}"),
            (
                "POST /",
                &[
                    ("authorization", &scope("aws-marketplace")),
                    ("host", "metering-marketplace.us-east-1.api.aws"),
                ],
                "{}",
            ),
            ("GET /x", &[("host", "catalog.marketplace.us-east-1.amazonaws.com:443")], ""),
            ("GET /x", &[("host", "cloudtrail-fips.us-east-1.amazonaws.com")], ""),
            ("GET /x", &[("host", "cloudtrail-data.us-east-1.amazonaws.com")], ""),
            ("GET /x?X-Amz-Credential=AKIA%2F20261120%2Fus-east-1%2Fsts%2Faws4_request", &[], ""),
        ],
        &expect![[r#"
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "-" "-" AwsJson1_1 400 UnknownOperationException: The request names no operation that is known.
            "-" "-" AwsJson1_0 400 UnknownOperationException: The request names no operation that is known.
            "-" "-" RpcV2Cbor 404 UnknownOperationException: The request names no operation that is known.
            "license-manager" "-" AwsJson1_1 400 UnknownOperationException: The request names no operation that is known.
            "-" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "meteringmarketplace" "-" AwsJson1_1 400 UnknownOperationException: The request names no operation that is known.
            "marketplace-catalog" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "cloudtrail" "-" AwsJson1_1 400 UnknownOperationException: The request names no operation that is known.
            "cloudtrail-data" "-" RestJson 404 UnknownOperationException: The request names no operation that is known.
            "sts" "-" AwsQuery 400 MissingAction: The request is missing an Action parameter.
        "#]],
    );
}

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
fn buckets() {
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
            // From here on nothing is known.
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
            "GET /b/k?X-Amz-Expires=60&X-Amz-SignedHeaders=host",
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
            GET /b/k?X-Amz-Expires=60&X-Amz-SignedHeaders=host => GetObject
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

#[test]
fn queues_have_paths() {
    let old = "Action=SendMessage&Version=2012-11-05&MessageBody=x";
    let target = ("x-amz-target", "AmazonSQS.SendMessage");
    check(
        &[
            ("POST /", &[FORM], old),
            ("POST /123456789012/queue", &[FORM], old),
            ("GET /123456789012/queue?Action=ReceiveMessage&Version=2012-11-05", &[], ""),
            ("POST /", &[JSON_1_0, target], "{}"),
            ("POST /123456789012/queue", &[JSON_1_0, target], "{}"),
            ("POST /", &[FORM], "Action=Publish&Version=2010-03-31"),
            ("POST /", &[JSON_1_1, ("x-amz-target", "AWSOrganizationsV20161128.ListRoots")], "{}"),
            // From here on nothing is known.
            ("POST /123456789012/topic", &[FORM], "Action=Publish&Version=2010-03-31"),
            ("POST /123456789012/queue", &[FORM], "Action=Nothing&Version=2012-11-05"),
        ],
        &expect![[r#"
            sqs SendMessage AwsQuery
            sqs SendMessage AwsQuery
            sqs ReceiveMessage AwsQuery
            sqs SendMessage AwsJson1_0
            sqs SendMessage AwsJson1_0
            sns Publish AwsQuery
            organizations ListRoots AwsJson1_1
            "-" "-" AwsQuery 400 MissingAction: The request is missing an Action parameter.
            "-" "-" AwsQuery 400 MissingAction: The request is missing an Action parameter.
        "#]],
    );
}
