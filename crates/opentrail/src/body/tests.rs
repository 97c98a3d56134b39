//! Tests: inputs and outputs by example.

use super::*;
use expect_test::{Expect, expect};
use wire::model::Models;

fn check(service: &str, operation: &str, members: &Members, expected: &Expect) {
    let models = Models::built_in();
    let service = models.service(service).unwrap();
    let input = service.operation(operation).unwrap().input;
    expected.assert_eq(&serde_json::to_string(&Shown::new(service, input, members)).unwrap());
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

#[test]
fn metering_looks_as_in_the_documents() {
    let record = Members::new()
        .with("Dimension", Value::from("Dimension1"))
        .with("Timestamp", Value::from(at("2018-04-19T16:32:50Z")))
        .with("CustomerIdentifier", Value::from("customer1"))
        .with("Quantity", Value::from(1));
    let input = Members::new()
        .with("UsageRecords", Value::from(vec![record]))
        .with("ProductCode", Value::from("code"));
    check(
        "meteringmarketplace",
        "BatchMeterUsage",
        &input,
        &expect![[
            r#"{"usageRecords":[{"dimension":"Dimension1","timestamp":"Apr 19, 2018 4:32:50 PM","customerIdentifier":"customer1","quantity":1}],"productCode":"code"}"#
        ]],
    );
}

#[test]
fn secrets_are_hidden_and_absent_bodies_are_null() {
    let token = Members::new().with("RegistrationToken", Value::from("secret"));
    check(
        "meteringmarketplace",
        "ResolveCustomer",
        &token,
        &expect![[r#"{"registrationToken":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#]],
    );
    let login =
        Members::new().with("UserName", Value::from("bob")).with("Password", Value::from("secret"));
    check("iam", "CreateLoginProfile", &login, &expect![[r#"{"userName":"bob"}"#]]);
    check("sts", "GetCallerIdentity", &Members::new(), &expect!["null"]);
}

#[test]
fn only_the_first_letter_is_lowered() {
    let key = Members::new().with("SSHPublicKeyBody", Value::from("ssh-rsa x"));
    check("iam", "UploadSSHPublicKey", &key, &expect![[r#"{"sSHPublicKeyBody":"ssh-rsa x"}"#]]);
    let times = Members::new()
        .with("StartTime", Value::from(at("2026-11-20T08:00:00.5Z")))
        .with("LookupAttributes", Value::List(vec![]));
    check(
        "cloudtrail",
        "LookupEvents",
        &times,
        &expect![[r#"{"startTime":"2026-11-20T08:00:00Z","lookupAttributes":[]}"#]],
    );
}

#[test]
fn each_service_has_its_style_of_dates() {
    let time = at("2024-07-30T21:05:03Z");
    assert_eq!(date(Dates::Java, time), "Jul 30, 2024 9:05:03 PM");
    assert_eq!(date(Dates::JavaWithComma, time), "Jul 30, 2024, 9:05:03 PM");
    assert_eq!(date(Dates::Iso, at("2024-07-30T00:05:03Z")), "2024-07-30T00:05:03Z");
    assert_eq!(date(Dates::Java, at("2024-07-03T00:05:03Z")), "Jul 3, 2024 12:05:03 AM");
}
