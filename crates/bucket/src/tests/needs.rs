//! What must be allowed for a call.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::script::Script;
use crate::operations;

fn check(script: &Script, operation: &str, input: &str, expected: &Expect) {
    let input = script.world.input(operation, &serde_json::from_str(input).unwrap());
    let entry = operations().iter().find(|entry| entry.operation == operation).unwrap();
    let mut told = String::new();
    for need in (entry.permissions)(&script.world.state, &input) {
        write!(told, "{} on {:?}", need.action, need.resource).unwrap();
        if let Some(bucket) = need.bucket {
            write!(told, " by {bucket}").unwrap();
        }
        for (key, value) in need.conditions {
            write!(told, " {key}={value}").unwrap();
        }
        told.push('\n');
    }
    expected.assert_eq(&told);
}

#[test]
fn reads_need_one_leave_and_tell_the_tags() {
    let mut script = Script::new();
    script.setup(
        r#"
        CreateBucket {"Bucket":"near"}
        PutObject {"Bucket":"near","Key":"k","Tagging":"team=audit"} <<x
        "#,
    );
    check(
        &script,
        "ListBuckets",
        "{}",
        &expect![[r#"
            s3:ListAllMyBuckets on "*"
        "#]],
    );
    check(
        &script,
        "ListObjectsV2",
        r#"{"Bucket":"near","Prefix":"a/","Delimiter":"/","MaxKeys":5}"#,
        &expect![[r#"
            s3:ListBucket on "arn:aws:s3:::near" by near s3:prefix=a/ s3:delimiter=/ s3:max-keys=5
        "#]],
    );
    check(
        &script,
        "GetObject",
        r#"{"Bucket":"near","Key":"k"}"#,
        &expect![[r#"
            s3:GetObject on "arn:aws:s3:::near/k" by near s3:ExistingObjectTag/team=audit
        "#]],
    );
    check(
        &script,
        "HeadObject",
        r#"{"Bucket":"near","Key":"k","VersionId":"null"}"#,
        &expect![[r#"
            s3:GetObjectVersion on "arn:aws:s3:::near/k" by near s3:VersionId=null s3:ExistingObjectTag/team=audit
        "#]],
    );
    check(
        &script,
        "GetObjectAttributes",
        r#"{"Bucket":"near","Key":"gone","ObjectAttributes":["ETag"]}"#,
        &expect![[r#"
            s3:GetObject on "arn:aws:s3:::near/gone" by near
            s3:GetObjectAttributes on "arn:aws:s3:::near/gone" by near
        "#]],
    );
}

#[test]
fn writes_need_leave_for_all_that_they_bring_along() {
    let script = Script::new();
    check(
        &script,
        "PutObject",
        r#"{"Bucket":"near","Key":"k"}"#,
        &expect![[r#"
            s3:PutObject on "arn:aws:s3:::near/k" by near
        "#]],
    );
    check(
        &script,
        "PutObject",
        r#"{"Bucket":"near","Key":"k","ACL":"bucket-owner-full-control","ServerSideEncryption":"AES256"}"#,
        &expect![[r#"
            s3:PutObject on "arn:aws:s3:::near/k" by near s3:x-amz-acl=bucket-owner-full-control s3:x-amz-server-side-encryption=AES256
        "#]],
    );
    check(
        &script,
        "PutObject",
        r#"{"Bucket":"near","Key":"k","ACL":"bucket-owner-read","Tagging":"a=1&b=2","ObjectLockMode":"GOVERNANCE","ObjectLockRetainUntilDate":"2027-01-01T00:00:00Z","ObjectLockLegalHoldStatus":"ON"}"#,
        &expect![[r#"
            s3:PutObject on "arn:aws:s3:::near/k" by near s3:x-amz-acl=bucket-owner-read s3:object-lock-mode=GOVERNANCE s3:object-lock-legal-hold=ON s3:object-lock-retain-until-date=2027-01-01T00:00:00Z s3:RequestObjectTag/a=1 s3:RequestObjectTag/b=2 s3:RequestObjectTagKeys=a s3:RequestObjectTagKeys=b
            s3:PutObjectAcl on "arn:aws:s3:::near/k" by near s3:x-amz-acl=bucket-owner-read s3:object-lock-mode=GOVERNANCE s3:object-lock-legal-hold=ON s3:object-lock-retain-until-date=2027-01-01T00:00:00Z s3:RequestObjectTag/a=1 s3:RequestObjectTag/b=2 s3:RequestObjectTagKeys=a s3:RequestObjectTagKeys=b
            s3:PutObjectTagging on "arn:aws:s3:::near/k" by near s3:x-amz-acl=bucket-owner-read s3:object-lock-mode=GOVERNANCE s3:object-lock-legal-hold=ON s3:object-lock-retain-until-date=2027-01-01T00:00:00Z s3:RequestObjectTag/a=1 s3:RequestObjectTag/b=2 s3:RequestObjectTagKeys=a s3:RequestObjectTagKeys=b
            s3:PutObjectRetention on "arn:aws:s3:::near/k" by near s3:x-amz-acl=bucket-owner-read s3:object-lock-mode=GOVERNANCE s3:object-lock-legal-hold=ON s3:object-lock-retain-until-date=2027-01-01T00:00:00Z s3:RequestObjectTag/a=1 s3:RequestObjectTag/b=2 s3:RequestObjectTagKeys=a s3:RequestObjectTagKeys=b
            s3:PutObjectLegalHold on "arn:aws:s3:::near/k" by near s3:x-amz-acl=bucket-owner-read s3:object-lock-mode=GOVERNANCE s3:object-lock-legal-hold=ON s3:object-lock-retain-until-date=2027-01-01T00:00:00Z s3:RequestObjectTag/a=1 s3:RequestObjectTag/b=2 s3:RequestObjectTagKeys=a s3:RequestObjectTagKeys=b
        "#]],
    );
    check(
        &script,
        "CreateBucket",
        r#"{"Bucket":"near","ACL":"private","ObjectLockEnabledForBucket":true,"ObjectOwnership":"ObjectWriter","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1","Tags":[{"Key":"a","Value":"b"}]}}"#,
        &expect![[r#"
            s3:CreateBucket on "arn:aws:s3:::near" s3:x-amz-acl=private s3:locationconstraint=eu-west-1
            s3:PutBucketObjectLockConfiguration on "arn:aws:s3:::near" s3:x-amz-acl=private s3:locationconstraint=eu-west-1
            s3:PutBucketVersioning on "arn:aws:s3:::near" s3:x-amz-acl=private s3:locationconstraint=eu-west-1
            s3:PutBucketAcl on "arn:aws:s3:::near" s3:x-amz-acl=private s3:locationconstraint=eu-west-1
            s3:PutBucketOwnershipControls on "arn:aws:s3:::near" s3:x-amz-acl=private s3:locationconstraint=eu-west-1
            s3:TagResource on "arn:aws:s3:::near" s3:x-amz-acl=private s3:locationconstraint=eu-west-1
        "#]],
    );
}

#[test]
fn copies_need_leave_at_both_ends() {
    let mut script = Script::new();
    script.setup(
        r#"
        CreateBucket {"Bucket":"from"}
        PutObject {"Bucket":"from","Key":"k","Tagging":"team=audit"} <<x
        "#,
    );
    check(
        &script,
        "CopyObject",
        r#"{"Bucket":"into","Key":"c","CopySource":"from/k"}"#,
        &expect![[r#"
            s3:PutObject on "arn:aws:s3:::into/c" by into s3:x-amz-copy-source=from/k
            s3:GetObject on "arn:aws:s3:::from/k" by from s3:ExistingObjectTag/team=audit
            s3:GetObjectTagging on "arn:aws:s3:::from/k" by from s3:ExistingObjectTag/team=audit
            s3:PutObjectTagging on "arn:aws:s3:::into/c" by into s3:x-amz-copy-source=from/k
        "#]],
    );
    check(
        &script,
        "CopyObject",
        r#"{"Bucket":"into","Key":"c","CopySource":"from/gone?versionId=v","TaggingDirective":"REPLACE","Tagging":"a=1"}"#,
        &expect![[r#"
            s3:PutObject on "arn:aws:s3:::into/c" by into s3:x-amz-copy-source=from/gone?versionId=v s3:RequestObjectTag/a=1 s3:RequestObjectTagKeys=a
            s3:PutObjectTagging on "arn:aws:s3:::into/c" by into s3:x-amz-copy-source=from/gone?versionId=v s3:RequestObjectTag/a=1 s3:RequestObjectTagKeys=a
            s3:GetObjectVersion on "arn:aws:s3:::from/gone" by from s3:VersionId=v
        "#]],
    );
    check(
        &script,
        "UploadPartCopy",
        r#"{"Bucket":"into","Key":"c","UploadId":"u","PartNumber":1,"CopySource":"from/k"}"#,
        &expect![[r#"
            s3:PutObject on "arn:aws:s3:::into/c" by into s3:x-amz-copy-source=from/k
            s3:GetObject on "arn:aws:s3:::from/k" by from s3:ExistingObjectTag/team=audit
        "#]],
    );
}

#[test]
fn deletions_need_leave_for_each_key_and_for_passing_over_governance() {
    let mut script = Script::new();
    script.setup(
        r#"
        CreateBucket {"Bucket":"safe","ObjectLockEnabledForBucket":true}
        PutObject {"Bucket":"safe","Key":"k","ObjectLockMode":"GOVERNANCE","ObjectLockRetainUntilDate":"2027-01-01T00:00:00Z"} <<x
        "#,
    );
    let version = &script.world.state.object("safe", "k").unwrap().version;
    check(
        &script,
        "DeleteObjects",
        &format!(
            r#"{{"Bucket":"safe","BypassGovernanceRetention":true,"Delete":{{"Objects":[{{"Key":"k","VersionId":"{version}"}},{{"Key":"other"}}]}}}}"#
        ),
        &expect![[r#"
            s3:DeleteObjectVersion on "arn:aws:s3:::safe/k" by safe s3:VersionId=jcle7g5ib4d630xabwtyb0h27w1avk5u
            s3:BypassGovernanceRetention on "arn:aws:s3:::safe/k" by safe s3:VersionId=jcle7g5ib4d630xabwtyb0h27w1avk5u
            s3:DeleteObject on "arn:aws:s3:::safe/other" by safe
        "#]],
    );
    check(
        &script,
        "DeleteObject",
        r#"{"Bucket":"safe","Key":"k","BypassGovernanceRetention":true}"#,
        &expect![[r#"
            s3:DeleteObject on "arn:aws:s3:::safe/k" by safe
        "#]],
    );
    check(
        &script,
        "PutObjectRetention",
        r#"{"Bucket":"safe","Key":"k","BypassGovernanceRetention":true,"Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2027-01-01T00:00:00Z"}}"#,
        &expect![[r#"
            s3:PutObjectRetention on "arn:aws:s3:::safe/k" by safe s3:object-lock-mode=COMPLIANCE s3:object-lock-retain-until-date=2027-01-01T00:00:00Z
            s3:BypassGovernanceRetention on "arn:aws:s3:::safe/k" by safe
        "#]],
    );
    check(
        &script,
        "PutObjectTagging",
        r#"{"Bucket":"safe","Key":"k","Tagging":{"TagSet":[{"Key":"a","Value":"1"}]}}"#,
        &expect![[r#"
            s3:PutObjectTagging on "arn:aws:s3:::safe/k" by safe s3:RequestObjectTag/a=1 s3:RequestObjectTagKeys=a
        "#]],
    );
}
