//! Tests: parameters of S3 by example.

use expect_test::{Expect, expect};
use wire::model::Models;

use super::*;

fn check(operation: &str, input: &Members, expected: &Expect) {
    let models = Models::built_in();
    let service = models.service("s3").unwrap();
    let operation = service.operation(operation).unwrap();
    let asked = Asked { service, operation, input, host: None, presigned: None };
    expected.assert_eq(&Json::Object(parameters(&asked)).to_string());
}

fn on_bucket() -> Members {
    Members::new().with("Bucket", Value::from("b"))
}

fn tagging(count: usize) -> Members {
    let tag = |n| {
        Members::new().with("Key", Value::from(format!("k{n}"))).with("Value", Value::from("v"))
    };
    let tags: Vec<_> = (0..count).map(tag).collect();
    on_bucket().with("Tagging", Value::from(Members::new().with("TagSet", Value::from(tags))))
}

#[test]
fn elements_that_come_several_times_are_lists() {
    check(
        "PutBucketTagging",
        &tagging(0),
        &expect![[r#"{"bucketName":"b","tagging":"","Tagging":{"TagSet":""}}"#]],
    );
    check(
        "PutBucketTagging",
        &tagging(1),
        &expect![[
            r#"{"bucketName":"b","tagging":"","Tagging":{"TagSet":{"Tag":{"Key":"k0","Value":"v"}}}}"#
        ]],
    );
    check(
        "PutBucketTagging",
        &tagging(2),
        &expect![[
            r#"{"bucketName":"b","tagging":"","Tagging":{"TagSet":{"Tag":[{"Key":"k0","Value":"v"},{"Key":"k1","Value":"v"}]}}}"#
        ]],
    );
}

#[test]
fn lists_without_a_level_of_their_own_have_none() {
    let part =
        |n: i64| Members::new().with("ETag", Value::from("e")).with("PartNumber", Value::from(n));
    let upload = Members::new().with("Parts", Value::from(vec![part(1), part(2)]));
    let input = on_bucket()
        .with("Key", Value::from("k"))
        .with("MultipartUpload", Value::from(upload))
        .with("UploadId", Value::from("u"));
    check(
        "CompleteMultipartUpload",
        &input,
        &expect![[
            r#"{"bucketName":"b","key":"k","CompleteMultipartUpload":{"Part":[{"ETag":"e","PartNumber":1},{"ETag":"e","PartNumber":2}]},"uploadId":"u"}"#
        ]],
    );
}

#[test]
fn flags_stay_flags_in_elements_and_are_texts_in_headers() {
    let block = Members::new().with("BlockPublicAcls", Value::from(true));
    let input = on_bucket().with("PublicAccessBlockConfiguration", Value::from(block));
    check(
        "PutPublicAccessBlock",
        &input,
        &expect![[
            r#"{"bucketName":"b","publicAccessBlock":"","PublicAccessBlockConfiguration":{"BlockPublicAcls":true}}"#
        ]],
    );
    let input = on_bucket().with("ObjectLockEnabledForBucket", Value::from(true));
    check(
        "CreateBucket",
        &input,
        &expect![[r#"{"bucketName":"b","x-amz-bucket-object-lock-enabled":"true"}"#]],
    );
}

#[test]
fn a_policy_that_is_no_json_is_shown_as_text() {
    let input = on_bucket().with("Policy", Value::from("{oops"));
    check(
        "PutBucketPolicy",
        &input,
        &expect![[r#"{"bucketName":"b","policy":"","bucketPolicy":"{oops"}"#]],
    );
}

#[test]
fn a_grantee_keeps_its_type() {
    let grantee =
        Members::new().with("ID", Value::from("x")).with("Type", Value::from("CanonicalUser"));
    let grant = Members::new()
        .with("Grantee", Value::from(grantee))
        .with("Permission", Value::from("READ"));
    let policy = Members::new().with("Grants", Value::from(vec![grant]));
    let input = on_bucket().with("AccessControlPolicy", Value::from(policy));
    check(
        "PutBucketAcl",
        &input,
        &expect![[
            r#"{"bucketName":"b","acl":"","AccessControlPolicy":{"AccessControlList":{"Grant":{"Grantee":{"ID":"x","xsi:type":"CanonicalUser"},"Permission":"READ"}}}}"#
        ]],
    );
}

#[test]
fn times_of_locks_are_in_the_style_of_the_api() {
    let until: jiff::Timestamp = "2026-11-20T08:00:00Z".parse().unwrap();
    let input = on_bucket()
        .with("Key", Value::from("k"))
        .with("ObjectLockMode", Value::from("GOVERNANCE"))
        .with("ObjectLockRetainUntilDate", Value::from(until))
        .with("IfNoneMatch", Value::from("*"));
    check(
        "PutObject",
        &input,
        &expect![[
            r#"{"bucketName":"b","key":"k","x-amz-object-lock-mode":"GOVERNANCE","x-amz-object-lock-retain-until-date":"2026-11-20T08:00:00Z"}"#
        ]],
    );
}
