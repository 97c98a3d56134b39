//! How buckets are set up.

use expect_test::expect;

use super::script::{Script, check};

const POLICY: &str = r#"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":\"s3:GetBucketAcl\",\"Resource\":\"arn:aws:s3:::logs\"}]}"#;
const PUBLIC: &str = r#"{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::logs/*\"}}"#;

#[test]
fn a_policy_is_kept_as_it_was_written() {
    let put = |policy: &str| format!(r#"PutBucketPolicy {{"Bucket":"logs","Policy":"{policy}"}}"#);
    let mut script = Script::new();
    script.setup(r#"CreateBucket {"Bucket":"logs"}"#);
    script.check(
        &[
            r#"GetBucketPolicy {"Bucket":"logs"}"#,
            r#"GetBucketPolicyStatus {"Bucket":"logs"}"#,
            &put(POLICY),
            r#"GetBucketPolicy {"Bucket":"logs"}"#,
            r#"GetBucketPolicyStatus {"Bucket":"logs"}"#,
            &put("[]"),
            &put("not json"),
            &put(PUBLIC),
            r#"DeletePublicAccessBlock {"Bucket":"logs"}"#,
            &put(PUBLIC),
            r#"GetBucketPolicyStatus {"Bucket":"logs"}"#,
            r#"DeleteBucketPolicy {"Bucket":"logs"}"#,
            r#"DeleteBucketPolicy {"Bucket":"logs"}"#,
            r#"GetBucketPolicy {"Bucket":"logs"}"#,
        ]
        .join("\n"),
        &expect![[r#"
            GetBucketPolicy {"Bucket":"logs"}
              404 NoSuchBucketPolicy: The bucket policy does not exist {"BucketName":"logs"}
            GetBucketPolicyStatus {"Bucket":"logs"}
              404 NoSuchBucketPolicy: The bucket policy does not exist {"BucketName":"logs"}
            PutBucketPolicy {"Bucket":"logs","Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":\"s3:GetBucketAcl\",\"Resource\":\"arn:aws:s3:::logs\"}]}"}
              {}
            GetBucketPolicy {"Bucket":"logs"}
              {"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudtrail.amazonaws.com\"},\"Action\":\"s3:GetBucketAcl\",\"Resource\":\"arn:aws:s3:::logs\"}]}"}
            GetBucketPolicyStatus {"Bucket":"logs"}
              {"PolicyStatus":{"IsPublic":false}}
            PutBucketPolicy {"Bucket":"logs","Policy":"[]"}
              400 MalformedPolicy: Policies must be valid JSON and the first byte must be '{'
            PutBucketPolicy {"Bucket":"logs","Policy":"not json"}
              400 MalformedPolicy: Policies must be valid JSON and the first byte must be '{'
            PutBucketPolicy {"Bucket":"logs","Policy":"{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::logs/*\"}}"}
              403 AccessDenied: Access Denied
            DeletePublicAccessBlock {"Bucket":"logs"}
              {}
            PutBucketPolicy {"Bucket":"logs","Policy":"{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::logs/*\"}}"}
              {}
            GetBucketPolicyStatus {"Bucket":"logs"}
              {"PolicyStatus":{"IsPublic":true}}
            DeleteBucketPolicy {"Bucket":"logs"}
              {}
            DeleteBucketPolicy {"Bucket":"logs"}
              {}
            GetBucketPolicy {"Bucket":"logs"}
              404 NoSuchBucketPolicy: The bucket policy does not exist {"BucketName":"logs"}
        "#]],
    );
    assert_eq!(script.world.state.policy("logs"), None);
    let restricts = |script: &Script| script.world.state.bucket("logs").unwrap().restricts_policy();
    script.run_line(&put(PUBLIC));
    assert!(!restricts(&script));
    let block = r#"{"RestrictPublicBuckets":true}"#;
    script.run_line(&format!(
        r#"PutPublicAccessBlock {{"Bucket":"logs","PublicAccessBlockConfiguration":{block}}}"#
    ));
    assert!(restricts(&script));
    script.run_line(&put(POLICY));
    assert!(!restricts(&script));
    let longest = put(&format!("{{}}{}", " ".repeat(20 * 1024 - 2)));
    assert_eq!(script.run_line(&longest), "{}");
    let too_long = put(&format!("{{}}{}", " ".repeat(20 * 1024 - 1)));
    assert!(script.run_line(&too_long).starts_with("400 MalformedPolicy: Policy exceeds"));
    assert_eq!(script.world.state.policy("logs").map(str::len), Some(20 * 1024));
    assert_eq!(script.world.state.owner("logs"), Some("111122223333"));
    assert_eq!(script.world.state.region("logs"), Some("us-east-1"));
}

#[test]
fn settings_are_told_as_they_were_put() {
    check(
        r#"
        CreateBucket {"Bucket":"logs"}
        GetBucketTagging {"Bucket":"logs"}
        PutBucketTagging {"Bucket":"logs","Tagging":{"TagSet":[{"Key":"a","Value":"1"}]}}
        GetBucketTagging {"Bucket":"logs"}
        DeleteBucketTagging {"Bucket":"logs"}
        GetBucketTagging {"Bucket":"logs"}
        PutPublicAccessBlock {"Bucket":"logs","PublicAccessBlockConfiguration":{"BlockPublicAcls":true}}
        GetPublicAccessBlock {"Bucket":"logs"}
        DeletePublicAccessBlock {"Bucket":"logs"}
        GetPublicAccessBlock {"Bucket":"logs"}
        PutBucketOwnershipControls {"Bucket":"logs","OwnershipControls":{"Rules":[{"ObjectOwnership":"ObjectWriter"}]}}
        GetBucketOwnershipControls {"Bucket":"logs"}
        DeleteBucketOwnershipControls {"Bucket":"logs"}
        GetBucketOwnershipControls {"Bucket":"logs"}
        GetBucketEncryption {"Bucket":"logs"}
        PutBucketEncryption {"Bucket":"logs","ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BucketKeyEnabled":true}]}}
        GetBucketEncryption {"Bucket":"logs"}
        PutBucketEncryption {"Bucket":"logs","ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]}}
        DeleteBucketEncryption {"Bucket":"logs"}
        GetBucketEncryption {"Bucket":"logs"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"logs"}
              {"Location":"/logs","BucketArn":"arn:aws:s3:::logs"}
            GetBucketTagging {"Bucket":"logs"}
              404 NoSuchTagSet: The TagSet does not exist {"BucketName":"logs"}
            PutBucketTagging {"Bucket":"logs","Tagging":{"TagSet":[{"Key":"a","Value":"1"}]}}
              {}
            GetBucketTagging {"Bucket":"logs"}
              {"TagSet":[{"Key":"a","Value":"1"}]}
            DeleteBucketTagging {"Bucket":"logs"}
              {}
            GetBucketTagging {"Bucket":"logs"}
              404 NoSuchTagSet: The TagSet does not exist {"BucketName":"logs"}
            PutPublicAccessBlock {"Bucket":"logs","PublicAccessBlockConfiguration":{"BlockPublicAcls":true}}
              {}
            GetPublicAccessBlock {"Bucket":"logs"}
              {"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":false,"BlockPublicPolicy":false,"RestrictPublicBuckets":false}}
            DeletePublicAccessBlock {"Bucket":"logs"}
              {}
            GetPublicAccessBlock {"Bucket":"logs"}
              404 NoSuchPublicAccessBlockConfiguration: The public access block configuration was not found {"BucketName":"logs"}
            PutBucketOwnershipControls {"Bucket":"logs","OwnershipControls":{"Rules":[{"ObjectOwnership":"ObjectWriter"}]}}
              {}
            GetBucketOwnershipControls {"Bucket":"logs"}
              {"OwnershipControls":{"Rules":[{"ObjectOwnership":"ObjectWriter"}]}}
            DeleteBucketOwnershipControls {"Bucket":"logs"}
              {}
            GetBucketOwnershipControls {"Bucket":"logs"}
              404 OwnershipControlsNotFoundError: The bucket ownership controls were not found {"BucketName":"logs"}
            GetBucketEncryption {"Bucket":"logs"}
              {"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BucketKeyEnabled":false}]}}
            PutBucketEncryption {"Bucket":"logs","ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BucketKeyEnabled":true}]}}
              {}
            GetBucketEncryption {"Bucket":"logs"}
              {"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BucketKeyEnabled":true}]}}
            PutBucketEncryption {"Bucket":"logs","ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]}}
              501 NotImplemented: This endpoint does not implement encryption with aws:kms.
            DeleteBucketEncryption {"Bucket":"logs"}
              {}
            GetBucketEncryption {"Bucket":"logs"}
              {"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BucketKeyEnabled":false}]}}
        "#]],
    );
}

#[test]
fn a_buckets_acl_is_its_owners() {
    check(
        r#"
        CreateBucket {"Bucket":"logs","ObjectOwnership":"ObjectWriter"}
        PutBucketAcl {"Bucket":"logs","ACL":"private"}
        PutBucketAcl {"Bucket":"logs","ACL":"public-read"}
        PutBucketAcl {"Bucket":"logs","ACL":"authenticated-read"}
        PutBucketAcl {"Bucket":"logs","AccessControlPolicy":{"Grants":[{"Grantee":{"ID":"$111122223333","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]}}
        PutBucketAcl {"Bucket":"logs","AccessControlPolicy":{"Grants":[{"Grantee":{"ID":"$444455556666","Type":"CanonicalUser"},"Permission":"READ"}]}}
        PutBucketAcl {"Bucket":"logs","GrantRead":"id=1"}
        PutBucketAcl {"Bucket":"logs"}
        PutBucketOwnershipControls {"Bucket":"logs","OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}}
        PutBucketAcl {"Bucket":"logs","ACL":"private"}
        GetBucketAcl {"Bucket":"logs"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"logs","ObjectOwnership":"ObjectWriter"}
              {"Location":"/logs","BucketArn":"arn:aws:s3:::logs"}
            PutBucketAcl {"Bucket":"logs","ACL":"private"}
              {}
            PutBucketAcl {"Bucket":"logs","ACL":"public-read"}
              403 AccessDenied: Access Denied
            PutBucketAcl {"Bucket":"logs","ACL":"authenticated-read"}
              501 NotImplemented: This endpoint does not implement the ACL authenticated-read.
            PutBucketAcl {"Bucket":"logs","AccessControlPolicy":{"Grants":[{"Grantee":{"ID":"$111122223333","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]}}
              {}
            PutBucketAcl {"Bucket":"logs","AccessControlPolicy":{"Grants":[{"Grantee":{"ID":"$444455556666","Type":"CanonicalUser"},"Permission":"READ"}]}}
              501 NotImplemented: This endpoint does not implement grants to others in an ACL.
            PutBucketAcl {"Bucket":"logs","GrantRead":"id=1"}
              501 NotImplemented: A header you provided implies functionality that is not implemented {"Header":"x-amz-grant-read"}
            PutBucketAcl {"Bucket":"logs"}
              400 MissingSecurityHeader: Your request was missing a required header {"MissingHeaderName":"x-amz-acl"}
            PutBucketOwnershipControls {"Bucket":"logs","OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}}
              {}
            PutBucketAcl {"Bucket":"logs","ACL":"private"}
              400 AccessControlListNotSupported: The bucket does not allow ACLs
            GetBucketAcl {"Bucket":"logs"}
              {"Owner":{"ID":"$111122223333"},"Grants":[{"Grantee":{"ID":"$111122223333","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]}
        "#]],
    );
}

#[test]
fn what_nothing_would_act_on_is_refused() {
    check(
        r#"
        CreateBucket {"Bucket":"logs"}
        GetBucketLifecycleConfiguration {"Bucket":"logs"}
        PutBucketLifecycleConfiguration {"Bucket":"logs","LifecycleConfiguration":{"Rules":[{"ID":"gone in a day","Status":"Enabled","Filter":{"Prefix":""},"Expiration":{"Days":1}}]}}
        DeleteBucketLifecycle {"Bucket":"logs"}
        GetBucketLogging {"Bucket":"logs"}
        PutBucketLogging {"Bucket":"logs","BucketLoggingStatus":{}}
        PutBucketLogging {"Bucket":"logs","BucketLoggingStatus":{"LoggingEnabled":{"TargetBucket":"logs","TargetPrefix":""}}}
        GetBucketNotificationConfiguration {"Bucket":"logs"}
        PutBucketNotificationConfiguration {"Bucket":"logs","NotificationConfiguration":{}}
        PutBucketNotificationConfiguration {"Bucket":"logs","NotificationConfiguration":{"EventBridgeConfiguration":{}}}
        GetBucketRequestPayment {"Bucket":"logs"}
        PutBucketRequestPayment {"Bucket":"logs","RequestPaymentConfiguration":{"Payer":"BucketOwner"}}
        PutBucketRequestPayment {"Bucket":"logs","RequestPaymentConfiguration":{"Payer":"Requester"}}
        GetBucketAccelerateConfiguration {"Bucket":"logs"}
        GetBucketCors {"Bucket":"logs"}
        GetBucketWebsite {"Bucket":"logs"}
        GetBucketReplication {"Bucket":"logs"}
        PutBucketLifecycleConfiguration {"Bucket":"gone","LifecycleConfiguration":{"Rules":[]}}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"logs"}
              {"Location":"/logs","BucketArn":"arn:aws:s3:::logs"}
            GetBucketLifecycleConfiguration {"Bucket":"logs"}
              404 NoSuchLifecycleConfiguration: The lifecycle configuration does not exist {"BucketName":"logs"}
            PutBucketLifecycleConfiguration {"Bucket":"logs","LifecycleConfiguration":{"Rules":[{"ID":"gone in a day","Status":"Enabled","Filter":{"Prefix":""},"Expiration":{"Days":1}}]}}
              501 NotImplemented: This endpoint does not implement lifecycle rules: it never deletes an object by itself.
            DeleteBucketLifecycle {"Bucket":"logs"}
              {}
            GetBucketLogging {"Bucket":"logs"}
              {}
            PutBucketLogging {"Bucket":"logs","BucketLoggingStatus":{}}
              {}
            PutBucketLogging {"Bucket":"logs","BucketLoggingStatus":{"LoggingEnabled":{"TargetBucket":"logs","TargetPrefix":""}}}
              501 NotImplemented: This endpoint does not implement server access logs.
            GetBucketNotificationConfiguration {"Bucket":"logs"}
              {}
            PutBucketNotificationConfiguration {"Bucket":"logs","NotificationConfiguration":{}}
              {}
            PutBucketNotificationConfiguration {"Bucket":"logs","NotificationConfiguration":{"EventBridgeConfiguration":{}}}
              501 NotImplemented: This endpoint does not implement event notifications.
            GetBucketRequestPayment {"Bucket":"logs"}
              {"Payer":"BucketOwner"}
            PutBucketRequestPayment {"Bucket":"logs","RequestPaymentConfiguration":{"Payer":"BucketOwner"}}
              {}
            PutBucketRequestPayment {"Bucket":"logs","RequestPaymentConfiguration":{"Payer":"Requester"}}
              501 NotImplemented: This endpoint does not implement requester pays.
            GetBucketAccelerateConfiguration {"Bucket":"logs"}
              {}
            GetBucketCors {"Bucket":"logs"}
              404 NoSuchCORSConfiguration: The CORS configuration does not exist {"BucketName":"logs"}
            GetBucketWebsite {"Bucket":"logs"}
              404 NoSuchWebsiteConfiguration: The specified bucket does not have a website configuration {"BucketName":"logs"}
            GetBucketReplication {"Bucket":"logs"}
              404 ReplicationConfigurationNotFoundError: The replication configuration was not found {"BucketName":"logs"}
            PutBucketLifecycleConfiguration {"Bucket":"gone","LifecycleConfiguration":{"Rules":[]}}
              404 NoSuchBucket: The specified bucket does not exist {"BucketName":"gone"}
        "#]],
    );
}
