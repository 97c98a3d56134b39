//! S3: buckets, objects, and who learns of what.

use expect_test::expect;
use wire::sigv4::Place;
use wire::{Members, Value};

use super::{Asked, BUYER, state};

fn on(bucket: &'static str) -> Members {
    Members::new().with("Bucket", Value::from(bucket))
}

fn key(bucket: &'static str, key: &'static str) -> Members {
    on(bucket).with("Key", Value::from(key))
}

#[test]
fn a_bucket_is_made_where_it_is_to_be() {
    let constraint = Members::new().with("LocationConstraint", Value::from("eu-central-1"));
    let input = on("new")
        .with("ACL", Value::from("private"))
        .with("CreateBucketConfiguration", Value::from(constraint));
    Asked { body_bytes: 120, ..Asked::new("s3", "CreateBucket", input) }.done(
        &state(),
        &Members::new().with("Location", Value::from("/new")),
        &expect![[r#"
            {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"CreateBucket","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","requestParameters":{"bucketName":"new","Host":"opentrail.example","x-amz-acl":"private","CreateBucketConfiguration":{"LocationConstraint":"eu-central-1"}},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":120,"bytesTransferredOut":0,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::new"}],"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
              in history: AWS::S3::Bucket new
        "#]],
    );
}

#[test]
fn a_policy_is_shown_parsed_and_its_bucket_listed() {
    let policy = r#"{ "Version": "2012-10-17",
        "Statement": [] }"#;
    let input = on("logs").with("Policy", Value::from(policy));
    Asked::new("s3", "PutBucketPolicy", input).done(&state(), &Members::new(), &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"PutBucketPolicy","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","requestParameters":{"bucketName":"logs","Host":"opentrail.example","policy":"","bucketPolicy":{"Version":"2012-10-17","Statement":[]}},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":0,"bytesTransferredOut":0,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"}],"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
          in history: AWS::S3::Bucket logs
    "#]]);
}

#[test]
fn a_bucket_that_is_not_there_has_no_owner() {
    Asked::new("s3", "HeadBucket", on("nowhere")).refused(&state(), "NoSuchBucket", &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"HeadBucket","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","errorCode":"NoSuchBucket","errorMessage":"No.","requestParameters":{"bucketName":"nowhere","Host":"opentrail.example"},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":0,"bytesTransferredOut":0,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":true,"resources":[{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::nowhere"}],"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
          in history: AWS::S3::Bucket nowhere
    "#]]);
}

#[test]
fn an_object_is_written_without_its_bytes() {
    let metadata: Members = [("color".into(), Value::from("blue"))].into_iter().collect();
    let input = key("logs", "a/b c")
        .with("ACL", Value::from("bucket-owner-full-control"))
        .with("Body", Value::Blob(b"the bytes".to_vec()))
        .with("ContentType", Value::from("text/plain"))
        .with("SSECustomerKey", Value::from("the key"))
        .with("Metadata", Value::from(metadata));
    let output = Members::new()
        .with("ETag", Value::from("\"e\""))
        .with("ServerSideEncryption", Value::from("AES256"))
        .with("VersionId", Value::from("v1"));
    Asked { body_bytes: 9, ..Asked::new("s3", "PutObject", input) }.done(
        &state(),
        &output,
        &expect![[r#"
            {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","requestParameters":{"bucketName":"logs","Host":"opentrail.example","key":"a/b c","x-amz-acl":"bucket-owner-full-control","x-amz-meta-color":"blue"},"responseElements":{"x-amz-server-side-encryption":"AES256","x-amz-version-id":"v1"},"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":9,"bytesTransferredOut":0,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI=","SSEApplied":"Default_SSE_S3"},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::logs/a/b c"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
        "#]],
    );
}

#[test]
fn a_presigned_read_says_so_and_shows_no_signature() {
    let asked = Asked {
        query: Some(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F1&X-Amz-Date=20261120T080000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0a",
        ),
        place: Place::Query { expires_secs: 60 },
        ..Asked::new("s3", "GetObject", key("logs", "k"))
    };
    let output = Members::new()
        .with("ContentLength", Value::from(4_000))
        .with("ServerSideEncryption", Value::from("AES256"));
    asked.done(&state(), &output, &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","requestParameters":{"bucketName":"logs","Host":"opentrail.example","key":"k","X-Amz-Algorithm":"AWS4-HMAC-SHA256","X-Amz-Date":"20261120T080000Z","X-Amz-Expires":"60","X-Amz-SignedHeaders":"host"},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"QueryString","bytesTransferredIn":0,"bytesTransferredOut":4000,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":true,"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::logs/k"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}

#[test]
fn both_accounts_learn_of_a_refusal_and_the_caller_not_whose_bucket_it_is() {
    let asked = Asked::new("s3", "GetObject", key("logs", "secret")).by(BUYER);
    asked.refused(&state(), "AccessDenied", &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::444455556666:user/anna","accountId":"444455556666","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","errorCode":"AccessDenied","errorMessage":"No.","requestParameters":{"bucketName":"logs","Host":"opentrail.example","key":"secret"},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":0,"bytesTransferredOut":253,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":true,"resources":[{"accountId":"HIDDEN_DUE_TO_SECURITY_REASONS","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::logs/secret"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"444455556666","sharedEventID":"…","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
        {"eventVersion":"1.11","userIdentity":{"type":"AWSAccount","principalId":"AIDAEXAMPLE0000000001","accountId":"444455556666"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","errorCode":"AccessDenied","errorMessage":"No.","requestParameters":{"bucketName":"logs","Host":"opentrail.example","key":"secret"},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":0,"bytesTransferredOut":253,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":true,"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::logs/secret"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","sharedEventID":"…","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}

#[test]
fn a_listing_looks_at_every_key() {
    let input = on("logs")
        .with("Prefix", Value::from(""))
        .with("MaxKeys", Value::from(2))
        .with("EncodingType", Value::from("url"));
    Asked::new("s3", "ListObjectsV2", input).done(&state(), &Members::new(), &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"ListObjects","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","requestParameters":{"bucketName":"logs","Host":"opentrail.example","list-type":"2","encoding-type":"url","max-keys":"2","prefix":""},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":0,"bytesTransferredOut":124,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":true,"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"},{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::logs/"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}

#[test]
fn a_copy_touches_both_objects_and_tells_both_owners() {
    let input = key("shop", "to").with("CopySource", Value::from("logs/from?versionId=v"));
    Asked::new("s3", "CopyObject", input).done(&state(), &Members::new(), &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"CopyObject","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","requestParameters":{"bucketName":"shop","Host":"opentrail.example","key":"to","x-amz-copy-source":"logs/from?versionId=v"},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":0,"bytesTransferredOut":124,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"444455556666","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::shop"},{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::logs/from"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::shop/to"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","sharedEventID":"…","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
        {"eventVersion":"1.11","userIdentity":{"type":"AWSAccount","principalId":"AIDAEXAMPLE0000000001","accountId":"111122223333"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"CopyObject","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","requestParameters":{"bucketName":"shop","Host":"opentrail.example","key":"to","x-amz-copy-source":"logs/from?versionId=v"},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":0,"bytesTransferredOut":124,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"444455556666","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::shop"},{"accountId":"HIDDEN_DUE_TO_SECURITY_REASONS","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::logs/from"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::shop/to"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"444455556666","sharedEventID":"…","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}

#[test]
fn every_deleted_object_is_named() {
    let object = |key: &str| Members::new().with("Key", Value::from(key));
    let delete = Members::new()
        .with("Objects", Value::from(vec![object("a"), object("b")]))
        .with("Quiet", Value::from(true));
    let input = on("logs").with("Delete", Value::from(delete)).with("MFA", Value::from("1 123456"));
    Asked::new("s3", "DeleteObjects", input).done(&state(), &Members::new(), &expect![[r#"
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE0000000001","arn":"arn:aws:iam::111122223333:user/anna","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE000000001","userName":"anna"},"eventTime":"2026-11-20T08:00:00Z","eventSource":"s3.amazonaws.com","eventName":"DeleteObjects","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"[aws-cli/2]","requestParameters":{"bucketName":"logs","Host":"opentrail.example","delete":"","Delete":{"Object":[{"Key":"a"},{"Key":"b"}],"Quiet":true},"x-amz-mfa":"HIDDEN_DUE_TO_SECURITY_REASONS"},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","AuthenticationMethod":"AuthHeader","bytesTransferredIn":0,"bytesTransferredOut":116,"x-amz-id-2":"zRvRVFJ6FAGgGjjVzeW9zn1Xbk+BDQJmMB0H9Al9KKKWQSdgvbQfGjKoHu7wFNqefkHCbKeFoFI="},"requestID":"0b6f4c30-5b5f-4c9e-9f63-0d6f2e3b1a77","eventID":"…","readOnly":false,"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::logs/a"},{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::logs/b"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data","tlsDetails":{"clientProvidedHostHeader":"opentrail.example"}}
    "#]]);
}
