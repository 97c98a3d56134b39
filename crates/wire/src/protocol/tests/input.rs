#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes the literals")]

use expect_test::{Expect, expect};

use super::decoded;
use crate::model::Protocol;

const LOOKUP: &str = "cloudtrail LookupEvents";

fn check_json(call: &str, body: &str, expected: &Expect) {
    expected.assert_eq(&decoded(call, Protocol::AwsJson1_1, "/", body.as_bytes()));
}

#[test]
fn json_follows_the_model() {
    check_json(LOOKUP, "", &expect![[""]]);
    check_json(LOOKUP, " {} ", &expect![[""]]);
    check_json(
        LOOKUP,
        r#"{"StartTime":1.795161600551E9,"EndTime":1795161601,"MaxResults":5.0,"Other":[{"a":[1,null]}],
            "LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"\ud83d\ude80"}],"NextToken":null}"#,
        &expect![[r#"
            StartTime: Timestamp(2026-11-20T08:00:00.551Z)
            EndTime: Timestamp(2026-11-20T08:00:01Z)
            MaxResults: Integer(5)
            LookupAttributes: List([Map(Members([("AttributeKey", String("EventName")), ("AttributeValue", String("🚀"))]))])
        "#]],
    );
    check_json(
        LOOKUP,
        r#"{"StartTime":"2026-11-20T09:00:00+01:00"}"#,
        &expect![[r#"
        StartTime: Timestamp(2026-11-20T08:00:00Z)
    "#]],
    );
    check_json(
        "cloudtrail DescribeTrails",
        r#"{"trailNameList":["a",null]}"#,
        &expect![[r#"
        trailNameList: List([String("a"), Null])
    "#]],
    );
    check_json("cloudtrail PutResourcePolicy", r#"{"resourceArn":"wrong case"}"#, &expect![[""]]);
    check_json(
        "meteringmarketplace MeterUsage",
        r#"{"ProductCode":"é","DryRun":true,"UsageQuantity":2147483647}"#,
        &expect![[r#"
            ProductCode: String("é")
            DryRun: Bool(true)
            UsageQuantity: Integer(2147483647)
        "#]],
    );
}

#[test]
fn json_of_another_type_is_refused_in_awss_words() {
    check_json(
        LOOKUP,
        r#"{"MaxResults":"5"}"#,
        &expect!["400 SerializationException: STRING_VALUE can not be converted to an Integer"],
    );
    check_json(
        LOOKUP,
        r#"{"MaxResults":1.5}"#,
        &expect!["400 SerializationException: NUMBER_VALUE can not be converted to an Integer"],
    );
    check_json(
        LOOKUP,
        r#"{"MaxResults":2147483648}"#,
        &expect!["400 SerializationException: NUMBER_VALUE can not be converted to an Integer"],
    );
    check_json(
        LOOKUP,
        r#"{"MaxResults":{}}"#,
        &expect!["400 SerializationException: Start of structure or map found where not expected."],
    );
    check_json(
        LOOKUP,
        r#"{"MaxResults":true}"#,
        &expect!["400 SerializationException: TRUE_VALUE can not be converted to an Integer"],
    );
    check_json(
        LOOKUP,
        r#"{"NextToken":5}"#,
        &expect!["400 SerializationException: NUMBER_VALUE can not be converted to a String"],
    );
    check_json(
        LOOKUP,
        r#"{"NextToken":["a"]}"#,
        &expect!["400 SerializationException: Start of list found where not expected"],
    );
    check_json(
        LOOKUP,
        r#"{"LookupAttributes":{}}"#,
        &expect!["400 SerializationException: Start of structure or map found where not expected."],
    );
    check_json(
        LOOKUP,
        r#"{"LookupAttributes":"EventName"}"#,
        &expect!["400 SerializationException: Unexpected value type in payload"],
    );
    check_json(
        LOOKUP,
        r#"{"StartTime":"yesterday"}"#,
        &expect![
            "400 SerializationException: STRING_VALUE can not be converted to milliseconds since epoch"
        ],
    );
    check_json(
        LOOKUP,
        r#"{"StartTime":1e15}"#,
        &expect![
            "400 SerializationException: NUMBER_VALUE can not be converted to milliseconds since epoch"
        ],
    );
    check_json(
        LOOKUP,
        "[]",
        &expect!["400 SerializationException: Start of list found where not expected"],
    );
    check_json(
        LOOKUP,
        "null",
        &expect!["400 SerializationException: Unexpected value type in payload"],
    );
    check_json(
        LOOKUP,
        "5",
        &expect!["400 SerializationException: Unexpected value type in payload"],
    );
    check_json(
        LOOKUP,
        r#"{"MaxResults":5"#,
        &expect![
            "400 SerializationException: Could not parse request body into json: EOF while parsing an object at line 1 column 15"
        ],
    );
    check_json(
        LOOKUP,
        r#"{"MaxResults":5} x"#,
        &expect![
            "400 SerializationException: Could not parse request body into json: trailing characters at line 1 column 18"
        ],
    );
    check_json(
        "meteringmarketplace MeterUsage",
        r#"{"DryRun":"true"}"#,
        &expect!["400 SerializationException: STRING_VALUE can not be converted to a Boolean"],
    );
}

#[test]
fn a_name_stands_once_in_an_object() {
    check_json(
        LOOKUP,
        r#"{"MaxResults":null,"MaxResults":5}"#,
        &expect!["400 SerializationException: Duplicate key 'MaxResults' found in the request"],
    );
    check_json(
        LOOKUP,
        r#"{"Other":1,"Other":1}"#,
        &expect!["400 SerializationException: Duplicate key 'Other' found in the request"],
    );
    check_json(
        LOOKUP,
        r#"{"Other":[{"a":1,"\u0061":2}]}"#,
        &expect!["400 SerializationException: Duplicate key 'a' found in the request"],
    );
    check_json(LOOKUP, r#"{"Other":{"a":1},"More":{"a":1}}"#, &expect![[""]]);
}

#[test]
fn rest_json_gathers_path_query_and_body() {
    let check = |call: &str, uri: &str, body: &str, expected: &Expect| {
        expected.assert_eq(&decoded(call, Protocol::RestJson, uri, body.as_bytes()));
    };
    check(
        "marketplace-catalog DescribeEntity",
        "/DescribeEntity?catalog=AWSMarketplace&entityId=prod-%C3%A9+1&other=1",
        r#"{"Catalog":"not from here"}"#,
        &expect![[r#"
            Catalog: String("AWSMarketplace")
            EntityId: String("prod-é 1")
        "#]],
    );
    check(
        "marketplace-catalog DescribeEntity",
        "/DescribeEntity?catalog=a&catalog=b",
        "",
        &expect!["400 SerializationException: Duplicate query parameter 'catalog' in the request"],
    );
    check(
        "marketplace-catalog DescribeEntity",
        "/DescribeEntity?catalog=%FF",
        "",
        &expect!["400 SerializationException: The request is not UTF-8"],
    );
    check(
        "marketplace-catalog StartChangeSet",
        "/StartChangeSet?catalog=ignored",
        r#"{"Catalog":"AWSMarketplace","ChangeSet":[{"ChangeType":"a","Entity":{"Type":"b"},
            "DetailsDocument":{"Prices":[1,2.5,null,{"a":[]}]}}]}"#,
        &expect![[r#"
            Catalog: String("AWSMarketplace")
            ChangeSet: List([Map(Members([("ChangeType", String("a")), ("Entity", Map(Members([("Type", String("b"))]))), ("DetailsDocument", Document(Object {"Prices": Array [Number(1), Number(2.5), Null, Object {"a": Array []}]}))]))])
        "#]],
    );
    check(
        "cloudtrail-data PutAuditEvents",
        "/PutAuditEvents?channelArn=arn%3Aaws&externalId=1",
        r#"{"auditEvents":[{"id":"1","eventData":"{}"}]}"#,
        &expect![[r#"
            auditEvents: List([Map(Members([("id", String("1")), ("eventData", String("{}"))]))])
            channelArn: String("arn:aws")
            externalId: String("1")
        "#]],
    );
}

#[test]
fn query_follows_the_model() {
    let check = |call: &str, uri: &str, body: &str, expected: &Expect| {
        expected.assert_eq(&decoded(call, Protocol::AwsQuery, uri, body.as_bytes()));
    };
    check(
        "iam CreateUser",
        "/",
        "Action=CreateUser&Version=2010-05-08&UserName=al%20i+ce&Tags.member.10.Key=b&\
         Tags.member.10.Value=&Tags.member.2.Key=a&Tags.member.2.Value=1&Path=%2F%C3%A9",
        &expect![[r#"
            Path: String("/é")
            UserName: String("al i ce")
            Tags: List([Map(Members([("Key", String("a")), ("Value", String("1"))])), Map(Members([("Key", String("b")), ("Value", String(""))]))])
        "#]],
    );
    check(
        "sts GetCallerIdentity",
        "/?Action=GetCallerIdentity&Version=2011-06-15",
        "",
        &expect![[""]],
    );
    check(
        "sts GetSessionToken",
        "/?Action=GetSessionToken&DurationSeconds=900",
        "",
        &expect![[r#"
            DurationSeconds: Integer(900)
        "#]],
    );
    check(
        "sts GetSessionToken",
        "/",
        "DurationSeconds=",
        &expect!["400 MalformedInput: STRING_VALUE can not be converted to an Integer"],
    );
    check(
        "iam CreateUser",
        "/",
        "Tags.member.4294967295.Key=a&Tags.member.x.Key=b",
        &expect![[r#"
            Tags: List([Map(Members([("Key", String("a"))]))])
        "#]],
    );
    check(
        "iam CreateUser",
        "/",
        "Tags=",
        &expect![[r#"
        Tags: List([])
    "#]],
    );
    check(
        "iam CreateUser",
        "/",
        "UserName.member.1=a",
        &expect!["400 MalformedInput: Start of structure or map found where not expected."],
    );
    check(
        "iam CreateUser",
        "/",
        "UserName=a&UserName=a",
        &expect!["400 MalformedInput: Duplicate parameter 'UserName' in the request"],
    );
    check(
        "iam CreateUser",
        "/?UserName=a",
        "UserName=b",
        &expect!["400 MalformedInput: Duplicate parameter 'UserName' in the request"],
    );
    check(
        "iam CreateUser",
        "/",
        "Tags.member.1.Key=a&Tags.member.01.Key=b",
        &expect!["400 MalformedInput: List index 1 is given twice"],
    );
    check(
        "iam CreateUser",
        "/",
        "UserName=%FF",
        &expect!["400 MalformedInput: The request is not UTF-8"],
    );
}

#[test]
fn cbor_follows_the_model() {
    let call = "marketplace-entitlement GetEntitlements";
    let check = |body: &[u8], expected: &Expect| {
        expected.assert_eq(&decoded(call, Protocol::RpcV2Cbor, "/", body));
    };
    check(b"", &expect![[""]]);
    check(b"\xA0", &expect![[""]]);
    check(
        b"\xA1\x6AMaxResults\x18\x19",
        &expect![[r#"
        MaxResults: Integer(25)
    "#]],
    );
    check(
        b"\xA1\x6AMaxResults\xF9\x4E\x40",
        &expect![[r#"
        MaxResults: Integer(25)
    "#]],
    );
    check(
        b"\xBF\x69NextToken\x7F\x61a\x61b\xFF\x65Other\x9F\xA1\x61a\xF6\xFF\xFF",
        &expect![[r#"
        NextToken: String("ab")
    "#]],
    );
    check(
        b"\xA1\x66Filter\xBF\x6ADIMENSION_\x81\x61a\xFF",
        &expect![[r#"
        Filter: Map(Members([("DIMENSION_", List([String("a")]))]))
    "#]],
    );
    check(
        b"\xA1\x6AMaxResults\x61a",
        &expect!["400 SerializationException: STRING_VALUE can not be converted to an Integer"],
    );
    check(
        b"\xA2\x61a\x01\x61a\x01",
        &expect!["400 SerializationException: Duplicate key 'a' found in the request"],
    );
    check(
        b"\xA1\x61a",
        &expect![
            "400 SerializationException: Could not parse request body into cbor: end of input bytes"
        ],
    );
    check(
        b"\xA0\xA0",
        &expect!["400 SerializationException: The request body goes on behind its end"],
    );
    check(b"\x80", &expect!["400 SerializationException: Start of list found where not expected"]);
    check(
        b"\xA1\x01\x01",
        &expect![
            "400 SerializationException: Could not parse request body into cbor: unexpected type u8 at position 1: expected text"
        ],
    );
    let call = "marketplace-agreement SendAgreementCancellationRequest";
    let check = |body: &[u8], expected: &Expect| {
        expected.assert_eq(&decoded(call, Protocol::RpcV2Cbor, "/", body));
    };
    check(
        b"\xA1\x6BclientToken\x40",
        &expect!["400 SerializationException: BINARY_VALUE can not be converted to a String"],
    );
}
