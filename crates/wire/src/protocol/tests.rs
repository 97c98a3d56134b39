//! Each protocol by example.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes the literals")]

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::model::Models;

fn parts(uri: &str) -> Parts {
    http::Request::builder().uri(uri).body(()).unwrap().into_parts().0
}

/// Decodes `body` as the input of `call`, such as `sts GetCallerIdentity`.
fn check_in(call: &str, protocol: Protocol, uri: &str, body: &str, expected: &Expect) {
    let models = Models::built_in();
    let (service, operation) = call.split_once(' ').unwrap();
    let service = models.service(service).unwrap();
    let operation = service.operation(operation).unwrap();
    let limits = Limits::default();
    let shown = match decode(service, operation, protocol, &parts(uri), body.as_bytes(), &limits) {
        Ok(members) => members.iter().fold(String::new(), |mut shown, (name, value)| {
            writeln!(shown, "{name}: {value:?}").unwrap();
            shown
        }),
        Err(fault) => format!("{} {fault}", fault.status),
    };
    expected.assert_eq(&shown);
}

#[test]
fn aws_json_input() {
    let check = |call, body, expected| check_in(call, Protocol::AwsJson1_1, "/", body, expected);
    check("cloudtrail DescribeTrails", "", &expect![[""]]);
    check("cloudtrail DescribeTrails", "{}", &expect![[""]]);
    check(
        "cloudtrail LookupEvents",
        r#"{"StartTime":1.795161600551E9,"EndTime":1795161601,"MaxResults":5.0,"Other":[{}],
            "LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"A"}],"NextToken":null}"#,
        &expect![[r#"
            StartTime: Timestamp(2026-11-20T08:00:00.551Z)
            EndTime: Timestamp(2026-11-20T08:00:01Z)
            MaxResults: Integer(5)
            LookupAttributes: List([Map(Members([("AttributeKey", String("EventName")), ("AttributeValue", String("A"))]))])
        "#]],
    );
}

#[test]
fn query_input() {
    let check = |call, body, expected| check_in(call, Protocol::AwsQuery, "/", body, expected);
    check(
        "iam CreateUser",
        "Action=CreateUser&Version=2010-05-08&UserName=al%20i+ce&Tags.member.10.Key=b&Tags.member.10.Value=&Tags.member.2.Key=a&Tags.member.2.Value=1",
        &expect![[r#"
            UserName: String("al i ce")
            Tags: List([Map(Members([("Key", String("a")), ("Value", String("1"))])), Map(Members([("Key", String("b")), ("Value", String(""))]))])
        "#]],
    );
}
