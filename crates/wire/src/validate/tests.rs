//! Texts by example.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes the literals")]

use expect_test::{Expect, expect};

use super::*;
use crate::model::{Models, Protocol};
use crate::protocol::{Limits, decode};

/// Validates the JSON input of `call`, such as `sts GetCallerIdentity`.
fn check(call: &str, json: &str, expected: &Expect) {
    let models = Models::built_in();
    let (service, operation) = call.split_once(' ').unwrap();
    let service = models.service(service).unwrap();
    let operation = service.operation(operation).unwrap();
    let parts = http::Request::new(()).into_parts().0;
    let (protocol, limits) = (Protocol::AwsJson1_1, Limits::default());
    let input = decode(service, operation, protocol, &parts, json.as_bytes(), &limits).unwrap();
    let shown = match validate(service, operation, &input) {
        Ok(()) => "good".to_owned(),
        Err(fault) if fault.members.is_empty() => fault.to_string(),
        Err(fault) => format!("{fault}\n{:?}", fault.members),
    };
    expected.assert_eq(&shown.replace("; ", ";\n").replace("detected: ", "detected:\n"));
}

#[test]
fn metering() {
    let check = |json: &str, expected| check("meteringmarketplace BatchMeterUsage", json, expected);
    check(r#"{"UsageRecords":[],"ProductCode":"demo"}"#, &expect!["good"]);
    check(
        "{}",
        &expect![[r#"
        ValidationException: 1 validation error detected:
        Value null at 'usageRecords' failed to satisfy constraint: Member must not be null"#]],
    );
    let record = r#"{"Timestamp":1795161600,"Dimension":"gb","CustomerIdentifier":"c"}"#;
    let records = vec![record; 26].join(",");
    let too_many = format!(r#"{{"UsageRecords":[{records}],"ProductCode":"demo"}}"#);
    check(
        &too_many,
        &expect![[r#"
        ValidationException: 1 validation error detected:
        Value '[UsageRecord(timestamp=2026-11-20T08:00:00Z, dimension=gb, customerIdentifier=c), UsageRecord(timestamp=2026-11-20T08:00:00Z, dimension=gb, customerIdentifier=c), UsageRecord(timestamp=2026-11-20T08:00:00Z, dimension=gb, customerIdentifier=c), UsageRecord(...' at 'usageRecords' failed to satisfy constraint: Member must have length less than or equal to 25"#]],
    );
    check(
        r#"{"UsageRecords":[{"Timestamp":1,"Dimension":"gb"},{"Dimension":"","Quantity":-1},null],"ProductCode":"b d"}"#,
        &expect![[r#"
            ValidationException: 6 validation errors detected:
            Value null at 'usageRecords.2.member.timestamp' failed to satisfy constraint: Member must not be null;
            Value '' at 'usageRecords.2.member.dimension' failed to satisfy constraint: Member must have length greater than or equal to 1;
            Value '' at 'usageRecords.2.member.dimension' failed to satisfy constraint: Member must satisfy regular expression pattern: [\s\S]+;
            Value '-1' at 'usageRecords.2.member.quantity' failed to satisfy constraint: Member must have value greater than or equal to 0;
            Value null at 'usageRecords.3.member' failed to satisfy constraint: Member must not be null;
            Value 'b d' at 'productCode' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[-a-zA-Z0-9/=:_.@]*$"#]],
    );
    check(
        r#"{"UsageRecords":[{"Timestamp":1,"Dimension":"gb","UsageAllocations":[{"AllocatedUsageQuantity":2147483647,"Tags":[{"Key":"","Value":"v"}]}]}]}"#,
        &expect!["good"],
    );
}

#[test]
fn scalar_lists_are_told_of_whole() {
    check(
        "license-manager UntagResource",
        r#"{"ResourceArn":"arn","TagKeys":["a",null]}"#,
        &expect![[r#"
            ValidationException: 1 validation error detected:
            Value '[a, null]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must not be null]"#]],
    );
    check(
        "iam GetContextKeysForCustomPolicy",
        r#"{"PolicyInputList":["{}",""]}"#,
        &expect![[r#"
        ValidationError: 1 validation error detected:
        Value '[{}, ]' at 'policyInputList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 131072, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u00FF]+]"#]],
    );
    check(
        "license-manager CreateLicenseConfiguration",
        r#"{"Name":"n","LicenseCountingType":"vcpu"}"#,
        &expect![[r#"
            ValidationException: 1 validation error detected:
            Value 'vcpu' at 'licenseCountingType' failed to satisfy constraint: Member must satisfy enum value set: [vCPU, Instance, Core, Socket]"#]],
    );
}

#[test]
fn secrets_are_not_shown() {
    check(
        "iam CreateLoginProfile",
        r#"{"UserName":"al ice","Password":""}"#,
        &expect![[r#"
        ValidationError: 3 validation errors detected:
        Value 'al ice' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+;
        Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 1;
        Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u00FF]+"#]],
    );
}

#[test]
fn quirks_are_passed_over() {
    check("cloudtrail LookupEvents", r#"{"MaxResults":51,"EventCategory":"x"}"#, &expect!["good"]);
    check(
        "marketplace-catalog StartChangeSet",
        r#"{"Catalog":"AWSMarketplace","ChangeSet":[{"ChangeType":"AddDimensions","ChangeName":"add",
            "Entity":{"Type":"SaaSProduct@1.0","Identifier":"prod-1"},"Details":"[]"}]}"#,
        &expect!["good"],
    );
}

#[test]
fn the_field_list_of_the_own_exception_is_filled() {
    check(
        "marketplace-catalog StartChangeSet",
        r#"{"Catalog":"AWS Marketplace","ChangeSet":[{"ChangeType":"x","Entity":{}}]}"#,
        &expect![[r#"
            ValidationException: 3 validation errors detected:
            Value 'AWS Marketplace' at 'catalog' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z]+$;
            Value 'x' at 'changeSet.1.member.changeType' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[A-Z][\w]*$;
            Value null at 'changeSet.1.member.entity.type' failed to satisfy constraint: Member must not be null
            Members([("ValidationExceptionFieldList", List([Map(Members([("Reason", String("FieldValidationFailed")), ("Field", String("Catalog")), ("Message", String("Value 'AWS Marketplace' at 'catalog' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z]+$"))])), Map(Members([("Reason", String("FieldValidationFailed")), ("Field", String("ChangeSet.0.ChangeType")), ("Message", String("Value 'x' at 'changeSet.1.member.changeType' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[A-Z][\\w]*$"))])), Map(Members([("Reason", String("FieldValidationFailed")), ("Field", String("ChangeSet.0.Entity.Type")), ("Message", String("Value null at 'changeSet.1.member.entity.type' failed to satisfy constraint: Member must not be null"))]))]))])"#]],
    );
    check(
        "marketplace-agreement DescribeAgreement",
        "{}",
        &expect![[r#"
        ValidationException: 1 validation error detected:
        Value null at 'agreementId' failed to satisfy constraint: Member must not be null
        Members([("reason", String("OTHER")), ("fields", List([Map(Members([("name", String("agreementId")), ("message", String("Value null at 'agreementId' failed to satisfy constraint: Member must not be null"))]))]))])"#]],
    );
}

#[test]
fn lengths_count_characters_and_long_values_are_cut() {
    let name = "é".repeat(64);
    check(
        "iam GetRole",
        &format!(r#"{{"RoleName":"{name}"}}"#),
        &expect![[r#"
        ValidationError: 1 validation error detected:
        Value 'éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+"#]],
    );
    let name = "x".repeat(300);
    check(
        "iam GetRole",
        &format!(r#"{{"RoleName":"{name}"}}"#),
        &expect![[r#"
        ValidationError: 1 validation error detected:
        Value 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64"#]],
    );
}

#[test]
fn the_search_ends() {
    let records = vec!["{}"; 5000].join(",");
    let models = Models::built_in();
    let service = models.service("meteringmarketplace").unwrap();
    let operation = service.operation("BatchMeterUsage").unwrap();
    let parts = http::Request::new(()).into_parts().0;
    let body = format!(r#"{{"UsageRecords":[{records}]}}"#);
    let limits = Limits::default();
    let protocol = Protocol::AwsJson1_1;
    let input = decode(service, operation, protocol, &parts, body.as_bytes(), &limits).unwrap();
    let fault = validate(service, operation, &input).unwrap_err();
    assert!(fault.message.len() < 8192, "{}", fault.message.len());
}

#[test]
fn s3_has_codes_of_its_own() {
    check(
        "s3 PutBucketVersioning",
        r#"{"Bucket":"b","VersioningConfiguration":{"Status":"Maybe"}}"#,
        &expect![
            "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema"
        ],
    );
    check(
        "s3 PutBucketTagging",
        r#"{"Bucket":"b","Tagging":{}}"#,
        &expect![
            "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema"
        ],
    );
    check(
        "s3 DeleteObjects",
        r#"{"Bucket":"b"}"#,
        &expect!["MissingRequestBodyError: Request Body is empty"],
    );
    check(
        "s3 ListBuckets",
        r#"{"max-buckets":0}"#,
        &expect![[r#"
        InvalidArgument: Value '0' at 'maxBuckets' failed to satisfy constraint: Member must have value greater than or equal to 1
        Members([("ArgumentName", String("MaxBuckets"))])"#]],
    );
    let copy = r#"{"Bucket":"b","Key":"k","x-amz-copy-source":"b"}"#;
    check("s3 CopyObject", copy, &expect!["good"]);
    let elsewhere = r#"{"Bucket":"b","CreateBucketConfiguration":{"LocationConstraint":"x"}}"#;
    check("s3 CreateBucket", elsewhere, &expect!["good"]);
}

#[test]
fn sqs_has_codes_of_its_own() {
    check(
        "sqs SendMessage",
        r#"{"QueueUrl":"u"}"#,
        &expect!["MissingParameter: The request must contain the parameter MessageBody."],
    );
    let attributes = r#"{"QueueName":"q","Attributes":{"Nothing":"x"}}"#;
    check("sqs CreateQueue", attributes, &expect!["good"]);
}
