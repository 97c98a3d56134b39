#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes the literals")]

use expect_test::{Expect, expect};
use jiff::Timestamp;

use super::{on, shown};
use crate::fault::Fault;
use crate::model::{Models, Protocol};
use crate::protocol::{Limits, decode_fault, decode_output, encode, encode_fault, encode_input};
use crate::value::{Members, Value};

const ID: &str = "0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77";

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap()
}

fn check(call: &str, protocol: Protocol, output: &Members, expected: &Expect) {
    let reply = on(call, |service, operation| encode(service, operation, protocol, output, ID));
    expected.assert_eq(&shown(&reply));
}

fn check_fault(service: &str, protocol: Protocol, fault: &Fault, expected: &Expect) {
    let models = Models::built_in();
    expected.assert_eq(&shown(&encode_fault(models.service(service), protocol, fault, ID)));
}

#[test]
fn json_answers() {
    let json = Protocol::AwsJson1_1;
    check(
        "cloudtrail StartLogging",
        json,
        &Members::new(),
        &expect![[r#"
        200
        content-type: application/x-amz-json-1.1
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        {}"#]],
    );
    let status = Members::new()
        .with("IsLogging", Value::from(true))
        .with("StartLoggingTime", Value::from(at(1_795_161_600_000)))
        .with("LatestDeliveryTime", Value::from(at(1_795_161_600_551)))
        .with("StopLoggingTime", None)
        .with("LatestDeliveryError", Value::from("\u{1}<é>\""));
    check(
        "cloudtrail GetTrailStatus",
        json,
        &status,
        &expect![[r#"
        200
        content-type: application/x-amz-json-1.1
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        {"IsLogging":true,"StartLoggingTime":1795161600,"LatestDeliveryTime":1795161600.551,"LatestDeliveryError":"\u0001<é>\""}"#]],
    );
    let key = Members::new().with("Value", Value::Blob(vec![0, 1, 255]));
    let keys = Members::new().with("PublicKeyList", Value::from(vec![key]));
    check(
        "cloudtrail ListPublicKeys",
        json,
        &keys,
        &expect![[r#"
        200
        content-type: application/x-amz-json-1.1
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        {"PublicKeyList":[{"Value":"AAH/"}]}"#]],
    );
    check(
        "marketplace-agreement DescribeAgreement",
        Protocol::AwsJson1_0,
        &Members::new(),
        &expect![[r#"
            200
            content-type: application/x-amz-json-1.0
            x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

            {}"#]],
    );
}

#[test]
fn rest_json_answers() {
    let rest = Protocol::RestJson;
    let document = serde_json::json!({ "Versions": [1, null, { "a": 2.5 }] });
    let entity = Members::new()
        .with("EntityType", Value::from("SaaSProduct@1.0"))
        .with("DetailsDocument", Value::Document(document));
    check(
        "marketplace-catalog DescribeEntity",
        rest,
        &entity,
        &expect![[r#"
        200
        content-type: application/json
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        {"EntityType":"SaaSProduct@1.0","DetailsDocument":{"Versions":[1,null,{"a":2.5}]}}"#]],
    );
    check(
        "marketplace-catalog PutResourcePolicy",
        rest,
        &Members::new(),
        &expect![[r#"
        200
        content-type: application/json
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        {}"#]],
    );
}

#[test]
fn query_answers() {
    let query = Protocol::AwsQuery;
    let tag =
        Members::new().with("Key", Value::from("a\r\n")).with("Value", Value::from("<&>\u{1}"));
    let user = Members::new()
        .with("UserName", Value::from("Alice"))
        .with("CreateDate", Value::from(at(1_795_161_600_000)))
        .with("Tags", Value::from(vec![tag]));
    check(
        "iam GetUser",
        query,
        &Members::new().with("User", Value::from(user)),
        &expect![[r#"
        200
        content-type: text/xml
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        <GetUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetUserResult><User><UserName>Alice</UserName><CreateDate>2026-11-20T08:00:00Z</CreateDate><Tags><member><Key>a&#xD;\n</Key><Value>&lt;&amp;&gt;\xef\xbf\xbd</Value></member></Tags></User></GetUserResult><ResponseMetadata><RequestId>0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77</RequestId></ResponseMetadata></GetUserResponse>"#]],
    );
    let none =
        Members::new().with("Users", Value::List(vec![])).with("IsTruncated", Value::from(false));
    check(
        "iam ListUsers",
        query,
        &none,
        &expect![[r#"
        200
        content-type: text/xml
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        <ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListUsersResult><Users></Users><IsTruncated>false</IsTruncated></ListUsersResult><ResponseMetadata><RequestId>0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77</RequestId></ResponseMetadata></ListUsersResponse>"#]],
    );
    check(
        "iam DeleteUser",
        query,
        &Members::new(),
        &expect![[r#"
        200
        content-type: text/xml
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        <DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77</RequestId></ResponseMetadata></DeleteUserResponse>"#]],
    );
    let entries = [("AccountMFAEnabled".into(), Value::from(1))].into_iter().collect::<Members>();
    let summary = Members::new().with("SummaryMap", Value::from(entries));
    check(
        "iam GetAccountSummary",
        query,
        &summary,
        &expect![[r#"
        200
        content-type: text/xml
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        <GetAccountSummaryResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountSummaryResult><SummaryMap><entry><key>AccountMFAEnabled</key><value>1</value></entry></SummaryMap></GetAccountSummaryResult><ResponseMetadata><RequestId>0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77</RequestId></ResponseMetadata></GetAccountSummaryResponse>"#]],
    );
}

#[test]
fn cbor_answers() {
    let value = Members::new().with("IntegerValue", Value::from(5));
    let entitlement = Members::new()
        .with("Value", Value::from(value))
        .with("ExpirationDate", Value::from(at(1_795_161_600_000)));
    let output = Members::new().with("Entitlements", Value::from(vec![entitlement]));
    let call = "marketplace-entitlement GetEntitlements";
    check(
        call,
        Protocol::RpcV2Cbor,
        &output,
        &expect![[r#"
        200
        content-type: application/cbor
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77
        smithy-protocol: rpc-v2-cbor

        \xa1lEntitlements\x81\xa2eValue\xa1lIntegerValue\x05nExpirationDate\xc1\x1aj\xff\xfe\x00"#]],
    );
}

#[test]
fn json_faults() {
    let throttled = Fault::new("ThrottlingException", "Rate exceeded").with_status(429);
    check_fault(
        "cloudtrail",
        Protocol::AwsJson1_1,
        &throttled,
        &expect![[r#"
        400
        content-type: application/x-amz-json-1.1
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        {"__type":"ThrottlingException","message":"Rate exceeded","Message":"Rate exceeded"}"#]],
    );
    let missing = Fault::new("TrailNotFoundException", "Unknown trail: t").with_status(404);
    check_fault(
        "cloudtrail",
        Protocol::AwsJson1_1,
        &missing,
        &expect![[r#"
        400
        content-type: application/x-amz-json-1.1
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        {"__type":"TrailNotFoundException","message":"Unknown trail: t","Message":"Unknown trail: t"}"#]],
    );
    let unknown = Fault::new("UnknownOperationException", "").with_status(400);
    check_fault(
        "",
        Protocol::AwsJson1_0,
        &unknown,
        &expect![[r#"
        400
        content-type: application/x-amz-json-1.0
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        {"__type":"UnknownOperationException","message":"","Message":""}"#]],
    );
    let field = Members::new().with("Field", Value::from("Catalog"));
    let invalid = Fault::new("ValidationException", "no")
        .with_member("ValidationExceptionFieldList", Value::from(vec![field]))
        .with_member("Unmodelled", "kept");
    check_fault(
        "marketplace-catalog",
        Protocol::RestJson,
        &invalid,
        &expect![[r#"
        422
        content-type: application/json
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77
        x-amzn-errortype: ValidationException

        {"Message":"no","ValidationExceptionFieldList":[{"Field":"Catalog"}],"Unmodelled":"kept"}"#]],
    );
    check_fault(
        "",
        Protocol::RestJson,
        &unknown,
        &expect![[r#"
        400
        content-type: application/json
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77
        x-amzn-errortype: UnknownOperationException

        {"message":""}"#]],
    );
    let error = Fault::new("InternalServiceErrorException", "sorry");
    check_fault(
        "meteringmarketplace",
        Protocol::AwsJson1_1,
        &error,
        &expect![[r#"
        500
        content-type: application/x-amz-json-1.1
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        {"__type":"InternalServiceErrorException","message":"sorry","Message":"sorry"}"#]],
    );
}

#[test]
fn query_and_cbor_faults() {
    let throttled = Fault::new("ThrottlingException", "Rate exceeded").with_status(429);
    let unknown = Fault::new("UnknownOperationException", "");
    let gone = Fault::new("NoSuchEntityException", "The user with name <x> cannot be found.");
    check_fault(
        "iam",
        Protocol::AwsQuery,
        &gone,
        &expect![[r#"
        404
        content-type: text/xml
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The user with name &lt;x&gt; cannot be found.</Message></Error><RequestId>0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77</RequestId></ErrorResponse>"#]],
    );
    check_fault(
        "",
        Protocol::AwsQuery,
        &unknown,
        &expect![[r#"
        400
        content-type: text/xml
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77

        <ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"><Error><Type>Sender</Type><Code>UnknownOperationException</Code><Message></Message></Error><RequestId>0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77</RequestId></ErrorResponse>"#]],
    );
    check_fault(
        "marketplace-entitlement",
        Protocol::RpcV2Cbor,
        &throttled,
        &expect![[r#"
        400
        content-type: application/cbor
        x-amzn-requestid: 0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77
        smithy-protocol: rpc-v2-cbor

        \xa2f__typesThrottlingExceptiongmessagemRate exceeded"#]],
    );
}

#[test]
fn a_caller_writes_what_a_server_reads() {
    let input = Members::new()
        .with("MaxResults", Value::from(5))
        .with("StartTime", Value::from(at(1_795_161_600_551)));
    on("cloudtrail LookupEvents", |service, operation| {
        let body = encode_input(service, operation, &input);
        let expected = r#"{"MaxResults":5,"StartTime":1795161600.551}"#;
        assert_eq!(String::from_utf8(body).unwrap(), expected);
        let body = br#"{"Events":[{"EventTime":1795161600.0,"New":1}]}"#;
        let output = decode_output(service, operation, body, &Limits::default()).unwrap();
        let event = output.maps("Events").next().unwrap();
        assert_eq!(event.timestamp("EventTime"), Some(at(1_795_161_600_000)));
    });
}

#[test]
fn a_caller_reads_faults() {
    let fault = Fault::new("TrailNotFoundException", "Unknown trail: t");
    let reply = encode_fault(None, Protocol::AwsJson1_1, &fault, ID);
    assert_eq!(decode_fault(reply.status, &reply.body), fault);
    let prefixed = br#"{"__type":"com.amazonaws.x#AccessDeniedException","Message":"no"}"#;
    let expected = Fault::new("AccessDeniedException", "no").with_status(403);
    assert_eq!(decode_fault(403, prefixed), expected);
    let expected = Fault::new("UnknownError", "<html>").with_status(502);
    assert_eq!(decode_fault(502, b"<html>"), expected);
}
