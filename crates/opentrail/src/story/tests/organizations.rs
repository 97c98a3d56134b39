//! Organizations: us-east-1, and nobody's name or address.

use expect_test::expect;
use wire::{Members, Value};

use super::{Asked, state};

#[test]
fn who_gets_an_account_is_masked() {
    let input = Members::new()
        .with("Email", Value::from("someone@example.com"))
        .with("AccountName", Value::from("Somebody"))
        .with("RoleName", Value::from("Visitor"));
    let requested: jiff::Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
    let status = Members::new()
        .with("Id", Value::from("car-1"))
        .with("AccountName", Value::from("Somebody"))
        .with("State", Value::from("IN_PROGRESS"))
        .with("RequestedTimestamp", Value::from(requested));
    let output = Members::new().with("CreateAccountStatus", Value::from(status));
    Asked::new("organizations", "CreateAccount", input).done(&state(), &output, &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"organizations.amazonaws.com","eventName":"CreateAccount","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{"email":"****","accountName":"****","roleName":"Visitor"},"responseElements":{"createAccountStatus":{"id":"car-1","accountName":"****","state":"IN_PROGRESS","requestedTimestamp":"Nov 20, 2026 8:00:00 AM"}},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}
