//! One request a line: what it means, or how it is answered.

mod buckets;

use std::fmt::Write as _;
use std::sync::Arc;

use expect_test::{Expect, expect};
use http::Request;
use http::request::Parts;

use super::{Route, Router, Unrouted};
use crate::model::{Models, Service};

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
