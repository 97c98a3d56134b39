//! Locked versions: not to be deleted, their locks not to be loosened.

use expect_test::expect;

use super::script::{Script, check};

#[test]
fn governance_is_passed_over_by_those_who_say_so_and_compliance_by_nobody() {
    check(
        r#"
        CreateBucket {"Bucket":"safe","ObjectLockEnabledForBucket":true}
        PutObjectLockConfiguration {"Bucket":"safe","ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"GOVERNANCE","Days":1}}}}
        GetObjectLockConfiguration {"Bucket":"safe"}
        PutObject {"Bucket":"safe","Key":"log"} <<governed
        HeadObject {"Bucket":"safe","Key":"log"}
        DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v1"}
        DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v1","BypassGovernanceRetention":true}
        PutObject {"Bucket":"safe","Key":"log","ObjectLockMode":"COMPLIANCE","ObjectLockRetainUntilDate":"2026-11-21T08:00:00Z"} <<complied
        DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v2","BypassGovernanceRetention":true}
        DeleteObjects {"Bucket":"safe","BypassGovernanceRetention":true,"Delete":{"Objects":[{"Key":"log","VersionId":"$v2"}]}}
        PutObject {"Bucket":"safe","Key":"log"} <<written over
        DeleteObject {"Bucket":"safe","Key":"log"}
        GetObject {"Bucket":"safe","Key":"log","VersionId":"$v2"}
        DeleteBucket {"Bucket":"safe"}
        PutBucketVersioning {"Bucket":"safe","VersioningConfiguration":{"Status":"Suspended"}}
        wait 86399
        DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v2"}
        wait 1
        DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v2"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"safe","ObjectLockEnabledForBucket":true}
              {"Location":"/safe","BucketArn":"arn:aws:s3:::safe"}
            PutObjectLockConfiguration {"Bucket":"safe","ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"GOVERNANCE","Days":1}}}}
              {}
            GetObjectLockConfiguration {"Bucket":"safe"}
              {"ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"GOVERNANCE","Days":1}}}}
            PutObject {"Bucket":"safe","Key":"log"} <<governed
              {"ETag":"\"8ce0079c48c75ea79478dd4f32f59d80\"","ServerSideEncryption":"AES256","VersionId":"$v1","ChecksumCRC32":"n3HouA==","ChecksumType":"FULL_OBJECT"}
            HeadObject {"Bucket":"safe","Key":"log"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":8,"ETag":"\"8ce0079c48c75ea79478dd4f32f59d80\"","VersionId":"$v1","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{},"ObjectLockMode":"GOVERNANCE","ObjectLockRetainUntilDate":"2026-11-21T08:00:00Z"}
            DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v1"}
              403 AccessDenied: Access Denied because object protected by object lock.
            DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v1","BypassGovernanceRetention":true}
              {"VersionId":"$v1"}
            PutObject {"Bucket":"safe","Key":"log","ObjectLockMode":"COMPLIANCE","ObjectLockRetainUntilDate":"2026-11-21T08:00:00Z"} <<complied
              {"ETag":"\"cd905dd1839420169fd528b8cf34220d\"","ServerSideEncryption":"AES256","VersionId":"$v2","ChecksumCRC32":"b6M6wQ==","ChecksumType":"FULL_OBJECT"}
            DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v2","BypassGovernanceRetention":true}
              403 AccessDenied: Access Denied because object protected by object lock.
            DeleteObjects {"Bucket":"safe","BypassGovernanceRetention":true,"Delete":{"Objects":[{"Key":"log","VersionId":"$v2"}]}}
              {"Errors":[{"Key":"log","VersionId":"$v2","Code":"AccessDenied","Message":"Access Denied because object protected by object lock."}]}
            PutObject {"Bucket":"safe","Key":"log"} <<written over
              {"ETag":"\"70832f23e7ba672ccef012c3922588ec\"","ServerSideEncryption":"AES256","VersionId":"$v3","ChecksumCRC32":"muc5Bg==","ChecksumType":"FULL_OBJECT"}
            DeleteObject {"Bucket":"safe","Key":"log"}
              {"DeleteMarker":true,"VersionId":"$v4"}
            GetObject {"Bucket":"safe","Key":"log","VersionId":"$v2"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":8,"ETag":"\"cd905dd1839420169fd528b8cf34220d\"","VersionId":"$v2","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{},"ObjectLockMode":"COMPLIANCE","ObjectLockRetainUntilDate":"2026-11-21T08:00:00Z"} >>complied
            DeleteBucket {"Bucket":"safe"}
              409 BucketNotEmpty: The bucket you tried to delete is not empty. You must delete all versions in the bucket. {"BucketName":"safe"}
            PutBucketVersioning {"Bucket":"safe","VersioningConfiguration":{"Status":"Suspended"}}
              409 InvalidBucketState: An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.
            wait 86399
            DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v2"}
              403 AccessDenied: Access Denied because object protected by object lock.
            wait 1
            DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v2"}
              {"VersionId":"$v2"}
        "#]],
    );
}

#[test]
fn retentions_are_prolonged_and_not_loosened() {
    check(
        r#"
        CreateBucket {"Bucket":"safe","ObjectLockEnabledForBucket":true}
        PutObject {"Bucket":"safe","Key":"log"} <<x
        GetObjectRetention {"Bucket":"safe","Key":"log"}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2026-11-20T08:00:00Z"}}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE"}}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"GOVERNANCE","RetainUntilDate":"2026-12-01T00:00:00Z"}}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"GOVERNANCE","RetainUntilDate":"2026-11-30T00:00:00Z"}}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{}}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{},"BypassGovernanceRetention":true}
        GetObjectRetention {"Bucket":"safe","Key":"log"}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2026-12-01T00:00:00Z"}}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2026-11-30T00:00:00Z"},"BypassGovernanceRetention":true}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"GOVERNANCE","RetainUntilDate":"2027-01-01T00:00:00Z"},"BypassGovernanceRetention":true}
        PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2027-01-01T00:00:00Z"}}
        GetObjectRetention {"Bucket":"safe","Key":"log"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"safe","ObjectLockEnabledForBucket":true}
              {"Location":"/safe","BucketArn":"arn:aws:s3:::safe"}
            PutObject {"Bucket":"safe","Key":"log"} <<x
              {"ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ServerSideEncryption":"AES256","VersionId":"$v1","ChecksumCRC32":"jNwWgw==","ChecksumType":"FULL_OBJECT"}
            GetObjectRetention {"Bucket":"safe","Key":"log"}
              404 NoSuchObjectLockConfiguration: The specified object does not have a ObjectLock configuration {"Key":"log"}
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2026-11-20T08:00:00Z"}}
              400 InvalidArgument: The retain until date must be in the future! {"ArgumentName":"x-amz-object-lock-retain-until-date","ArgumentValue":"2026-11-20T08:00:00Z"}
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE"}}
              400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"GOVERNANCE","RetainUntilDate":"2026-12-01T00:00:00Z"}}
              {}
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"GOVERNANCE","RetainUntilDate":"2026-11-30T00:00:00Z"}}
              403 AccessDenied: Access Denied because object protected by object lock.
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{}}
              403 AccessDenied: Access Denied because object protected by object lock.
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{},"BypassGovernanceRetention":true}
              {}
            GetObjectRetention {"Bucket":"safe","Key":"log"}
              404 NoSuchObjectLockConfiguration: The specified object does not have a ObjectLock configuration {"Key":"log"}
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2026-12-01T00:00:00Z"}}
              {}
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2026-11-30T00:00:00Z"},"BypassGovernanceRetention":true}
              403 AccessDenied: Access Denied because object protected by object lock.
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"GOVERNANCE","RetainUntilDate":"2027-01-01T00:00:00Z"},"BypassGovernanceRetention":true}
              403 AccessDenied: Access Denied because object protected by object lock.
            PutObjectRetention {"Bucket":"safe","Key":"log","Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2027-01-01T00:00:00Z"}}
              {}
            GetObjectRetention {"Bucket":"safe","Key":"log"}
              {"Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2027-01-01T00:00:00Z"}}
        "#]],
    );
}

#[test]
fn a_legal_hold_stays_until_it_is_taken_back() {
    check(
        r#"
        CreateBucket {"Bucket":"safe","ObjectLockEnabledForBucket":true}
        PutObject {"Bucket":"safe","Key":"log","ObjectLockLegalHoldStatus":"ON"} <<x
        GetObjectLegalHold {"Bucket":"safe","Key":"log"}
        DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v1","BypassGovernanceRetention":true}
        PutObjectLegalHold {"Bucket":"safe","Key":"log","LegalHold":{"Status":"OFF"}}
        GetObjectLegalHold {"Bucket":"safe","Key":"log"}
        PutObjectLegalHold {"Bucket":"safe","Key":"log","LegalHold":{}}
        DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v1"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"safe","ObjectLockEnabledForBucket":true}
              {"Location":"/safe","BucketArn":"arn:aws:s3:::safe"}
            PutObject {"Bucket":"safe","Key":"log","ObjectLockLegalHoldStatus":"ON"} <<x
              {"ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ServerSideEncryption":"AES256","VersionId":"$v1","ChecksumCRC32":"jNwWgw==","ChecksumType":"FULL_OBJECT"}
            GetObjectLegalHold {"Bucket":"safe","Key":"log"}
              {"LegalHold":{"Status":"ON"}}
            DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v1","BypassGovernanceRetention":true}
              403 AccessDenied: Access Denied because object protected by object lock.
            PutObjectLegalHold {"Bucket":"safe","Key":"log","LegalHold":{"Status":"OFF"}}
              {}
            GetObjectLegalHold {"Bucket":"safe","Key":"log"}
              {"LegalHold":{"Status":"OFF"}}
            PutObjectLegalHold {"Bucket":"safe","Key":"log","LegalHold":{}}
              400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
            DeleteObject {"Bucket":"safe","Key":"log","VersionId":"$v1"}
              {"VersionId":"$v1"}
        "#]],
    );
}

#[test]
fn locks_need_a_bucket_that_is_set_up_for_them() {
    check(
        r#"
        CreateBucket {"Bucket":"plain"}
        PutObject {"Bucket":"plain","Key":"k"} <<x
        GetObjectLockConfiguration {"Bucket":"plain"}
        PutObjectLockConfiguration {"Bucket":"plain","ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled"}}
        PutObjectRetention {"Bucket":"plain","Key":"k","Retention":{"Mode":"GOVERNANCE","RetainUntilDate":"2027-01-01T00:00:00Z"}}
        PutObjectLegalHold {"Bucket":"plain","Key":"k","LegalHold":{"Status":"ON"}}
        PutBucketVersioning {"Bucket":"plain","VersioningConfiguration":{"Status":"Enabled"}}
        PutObjectLockConfiguration {"Bucket":"plain","ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled"}}
        GetObjectLockConfiguration {"Bucket":"plain"}
        PutObjectLockConfiguration {"Bucket":"plain","ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Years":1}}}}
        PutObject {"Bucket":"plain","Key":"k"} <<y
        GetObjectRetention {"Bucket":"plain","Key":"k"}
        DeleteObject {"Bucket":"plain","Key":"k","VersionId":"null"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"plain"}
              {"Location":"/plain","BucketArn":"arn:aws:s3:::plain"}
            PutObject {"Bucket":"plain","Key":"k"} <<x
              {"ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ServerSideEncryption":"AES256","ChecksumCRC32":"jNwWgw==","ChecksumType":"FULL_OBJECT"}
            GetObjectLockConfiguration {"Bucket":"plain"}
              404 ObjectLockConfigurationNotFoundError: Object Lock configuration does not exist for this bucket {"BucketName":"plain"}
            PutObjectLockConfiguration {"Bucket":"plain","ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled"}}
              409 InvalidBucketState: Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration
            PutObjectRetention {"Bucket":"plain","Key":"k","Retention":{"Mode":"GOVERNANCE","RetainUntilDate":"2027-01-01T00:00:00Z"}}
              400 InvalidRequest: Bucket is missing Object Lock Configuration
            PutObjectLegalHold {"Bucket":"plain","Key":"k","LegalHold":{"Status":"ON"}}
              400 InvalidRequest: Bucket is missing Object Lock Configuration
            PutBucketVersioning {"Bucket":"plain","VersioningConfiguration":{"Status":"Enabled"}}
              {}
            PutObjectLockConfiguration {"Bucket":"plain","ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled"}}
              {}
            GetObjectLockConfiguration {"Bucket":"plain"}
              {"ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled"}}
            PutObjectLockConfiguration {"Bucket":"plain","ObjectLockConfiguration":{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Years":1}}}}
              {}
            PutObject {"Bucket":"plain","Key":"k"} <<y
              {"ETag":"\"415290769594460e2e485922904f345d\"","ServerSideEncryption":"AES256","VersionId":"$v1","ChecksumCRC32":"+9smFQ==","ChecksumType":"FULL_OBJECT"}
            GetObjectRetention {"Bucket":"plain","Key":"k"}
              {"Retention":{"Mode":"COMPLIANCE","RetainUntilDate":"2027-11-20T08:00:00Z"}}
            DeleteObject {"Bucket":"plain","Key":"k","VersionId":"null"}
              {"VersionId":"null"}
        "#]],
    );
}

#[test]
fn locks_are_said_in_full() {
    let mut script = Script::new();
    script.setup(r#"CreateBucket {"Bucket":"safe","ObjectLockEnabledForBucket":true}"#);
    for (extra, expected) in [
        (r#""ObjectLockMode":"GOVERNANCE""#, "400 InvalidArgument: x-amz-object-lock-retain"),
        (
            r#""ObjectLockRetainUntilDate":"2027-01-01T00:00:00Z""#,
            "400 InvalidArgument: x-amz-object-lock-retain",
        ),
        (
            r#""ObjectLockMode":"HARD","ObjectLockRetainUntilDate":"2027-01-01T00:00:00Z""#,
            "400 InvalidArgument: Unknown wormMode",
        ),
        (
            r#""ObjectLockMode":"GOVERNANCE","ObjectLockRetainUntilDate":"2026-11-20T08:00:00Z""#,
            "400 InvalidArgument: The retain until date must be in the future",
        ),
        (r#""ObjectLockLegalHoldStatus":"MAYBE""#, "400 InvalidArgument: Legal Hold"),
        (r#""ObjectLockEventHold":"ON""#, "501 NotImplemented"),
    ] {
        let told =
            script.run_line(&format!(r#"PutObject {{"Bucket":"safe","Key":"k",{extra}}} <<x"#));
        assert!(told.starts_with(expected), "{extra}: {told}");
    }
    for (default, expected) in [
        (r#""Mode":"GOVERNANCE","Days":0"#, "400 InvalidRetentionPeriod"),
        (r#""Mode":"GOVERNANCE","Days":36501"#, "400 InvalidRetentionPeriod"),
        (r#""Mode":"GOVERNANCE","Years":101"#, "400 InvalidRetentionPeriod"),
        (r#""Mode":"GOVERNANCE","Days":1,"Years":1"#, "400 MalformedXML"),
        (r#""Mode":"GOVERNANCE""#, "400 MalformedXML"),
        (r#""Days":1"#, "400 MalformedXML"),
        (r#""Mode":"COMPLIANCE","Years":100"#, "{}"),
    ] {
        let told = script.run_line(&format!(
            r#"PutObjectLockConfiguration {{"Bucket":"safe","ObjectLockConfiguration":{{"ObjectLockEnabled":"Enabled","Rule":{{"DefaultRetention":{{{default}}}}}}}}}"#
        ));
        assert!(told.starts_with(expected), "{default}: {told}");
    }
}
