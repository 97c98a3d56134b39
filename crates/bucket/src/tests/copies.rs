//! Copies: of objects, and of stretches into parts.

use expect_test::expect;

use super::script::{Script, check};

#[test]
fn a_copy_outlives_its_source() {
    check(
        r#"
        CreateBucket {"Bucket":"from"}
        CreateBucket {"Bucket":"into"}
        PutObject {"Bucket":"from","Key":"a b","ContentType":"text/plain","Metadata":{"m":"1"},"Tagging":"t=1","StorageClass":"STANDARD_IA"} <<hello
        CopyObject {"Bucket":"into","Key":"copy","CopySource":"from/a%20b"}
        HeadObject {"Bucket":"into","Key":"copy"}
        CopyObject {"Bucket":"into","Key":"other","CopySource":"/from/a b","MetadataDirective":"REPLACE","TaggingDirective":"REPLACE","ContentType":"text/html","Tagging":"u=2&w=3","StorageClass":"GLACIER_IR"}
        HeadObject {"Bucket":"into","Key":"other"}
        GetObjectTagging {"Bucket":"into","Key":"other"}
        DeleteObject {"Bucket":"from","Key":"a b"}
        GetObject {"Bucket":"into","Key":"copy"}
        DeleteObject {"Bucket":"into","Key":"copy"}
        GetObject {"Bucket":"into","Key":"other"}
        DeleteObject {"Bucket":"into","Key":"other"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"from"}
              {"Location":"/from","BucketArn":"arn:aws:s3:::from"}
            CreateBucket {"Bucket":"into"}
              {"Location":"/into","BucketArn":"arn:aws:s3:::into"}
            PutObject {"Bucket":"from","Key":"a b","ContentType":"text/plain","Metadata":{"m":"1"},"Tagging":"t=1","StorageClass":"STANDARD_IA"} <<hello
              {"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ServerSideEncryption":"AES256","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"}
            CopyObject {"Bucket":"into","Key":"copy","CopySource":"from/a%20b"}
              {"CopyObjectResult":{"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","LastModified":"2026-11-20T08:00:00Z","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"},"ServerSideEncryption":"AES256"}
            HeadObject {"Bucket":"into","Key":"copy"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":5,"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ContentType":"text/plain","ServerSideEncryption":"AES256","Metadata":{"m":"1"},"TagCount":1}
            CopyObject {"Bucket":"into","Key":"other","CopySource":"/from/a b","MetadataDirective":"REPLACE","TaggingDirective":"REPLACE","ContentType":"text/html","Tagging":"u=2&w=3","StorageClass":"GLACIER_IR"}
              {"CopyObjectResult":{"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","LastModified":"2026-11-20T08:00:00Z","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"},"ServerSideEncryption":"AES256"}
            HeadObject {"Bucket":"into","Key":"other"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":5,"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ContentType":"text/html","ServerSideEncryption":"AES256","Metadata":{},"StorageClass":"GLACIER_IR","TagCount":2}
            GetObjectTagging {"Bucket":"into","Key":"other"}
              {"TagSet":[{"Key":"u","Value":"2"},{"Key":"w","Value":"3"}]}
            DeleteObject {"Bucket":"from","Key":"a b"}
              {}
            GetObject {"Bucket":"into","Key":"copy"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":5,"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ContentType":"text/plain","ServerSideEncryption":"AES256","Metadata":{"m":"1"},"TagCount":1} >>hello
            DeleteObject {"Bucket":"into","Key":"copy"}
              {}
            GetObject {"Bucket":"into","Key":"other"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":5,"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ContentType":"text/html","ServerSideEncryption":"AES256","Metadata":{},"StorageClass":"GLACIER_IR","TagCount":2} >>hello
            DeleteObject {"Bucket":"into","Key":"other"}
              {}
        "#]],
    );
}

#[test]
fn a_copy_is_refused_where_it_makes_no_sense() {
    check(
        r#"
        CreateBucket {"Bucket":"near"}
        PutObject {"Bucket":"near","Key":"k"} <<hello
        CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k"}
        CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k","MetadataDirective":"REPLACE"}
        CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k","StorageClass":"STANDARD_IA"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/gone"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"gone/k"}
        CopyObject {"Bucket":"gone","Key":"c","CopySource":"near/k"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k?versionId=x"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","MetadataDirective":"MERGE"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","ChecksumAlgorithm":"SHA256"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","ExpectedSourceBucketOwner":"444455556666"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","CopySourceIfMatch":"x"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","CopySourceIfNoneMatch":"\"5d41402abc4b2a76b9719d911017c592\""}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","CopySourceIfModifiedSince":"2026-11-20T08:00:00Z"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","CopySourceIfUnmodifiedSince":"2026-11-20T07:00:00Z"}
        CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k","IfNoneMatch":"*","MetadataDirective":"REPLACE"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","IfNoneMatch":"*"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"near"}
              {"Location":"/near","BucketArn":"arn:aws:s3:::near"}
            PutObject {"Bucket":"near","Key":"k"} <<hello
              {"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ServerSideEncryption":"AES256","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"}
            CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k"}
              400 InvalidRequest: This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.
            CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k","MetadataDirective":"REPLACE"}
              {"CopyObjectResult":{"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","LastModified":"2026-11-20T08:00:00Z","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"},"ServerSideEncryption":"AES256"}
            CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k","StorageClass":"STANDARD_IA"}
              {"CopyObjectResult":{"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","LastModified":"2026-11-20T08:00:00Z","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"},"ServerSideEncryption":"AES256"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/gone"}
              404 NoSuchKey: The specified key does not exist. {"Key":"gone"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"gone/k"}
              404 NoSuchBucket: The specified bucket does not exist {"BucketName":"gone"}
            CopyObject {"Bucket":"gone","Key":"c","CopySource":"near/k"}
              404 NoSuchBucket: The specified bucket does not exist {"BucketName":"gone"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k?versionId=x"}
              404 NoSuchVersion: The specified version does not exist. {"Key":"k","VersionId":"x"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","MetadataDirective":"MERGE"}
              400 InvalidArgument: Unknown metadata directive. {"ArgumentName":"MetadataDirective","ArgumentValue":"MERGE"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","ChecksumAlgorithm":"SHA256"}
              501 NotImplemented: A header you provided implies functionality that is not implemented {"Header":"x-amz-checksum-algorithm"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","ExpectedSourceBucketOwner":"444455556666"}
              403 AccessDenied: Access Denied
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","CopySourceIfMatch":"x"}
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"x-amz-copy-source-If-Match"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","CopySourceIfNoneMatch":"\"5d41402abc4b2a76b9719d911017c592\""}
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"x-amz-copy-source-If-None-Match"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","CopySourceIfModifiedSince":"2026-11-20T08:00:00Z"}
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"x-amz-copy-source-If-Modified-Since"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","CopySourceIfUnmodifiedSince":"2026-11-20T07:00:00Z"}
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"x-amz-copy-source-If-Unmodified-Since"}
            CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k","IfNoneMatch":"*","MetadataDirective":"REPLACE"}
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"If-None-Match"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k","IfNoneMatch":"*"}
              {"CopyObjectResult":{"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","LastModified":"2026-11-20T08:00:00Z","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"},"ServerSideEncryption":"AES256"}
        "#]],
    );
}

#[test]
fn an_old_version_is_brought_back_by_copying_it() {
    check(
        r#"
        CreateBucket {"Bucket":"near"}
        PutBucketVersioning {"Bucket":"near","VersioningConfiguration":{"Status":"Enabled"}}
        PutObject {"Bucket":"near","Key":"k"} <<old
        PutObject {"Bucket":"near","Key":"k"} <<new
        CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k?versionId=$v1"}
        DeleteObject {"Bucket":"near","Key":"k","VersionId":"$v1"}
        GetObject {"Bucket":"near","Key":"k"}
        DeleteObject {"Bucket":"near","Key":"k"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k"}
        CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k?versionId=$v4"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"near"}
              {"Location":"/near","BucketArn":"arn:aws:s3:::near"}
            PutBucketVersioning {"Bucket":"near","VersioningConfiguration":{"Status":"Enabled"}}
              {}
            PutObject {"Bucket":"near","Key":"k"} <<old
              {"ETag":"\"149603e6c03516362a8da23f624db945\"","ServerSideEncryption":"AES256","VersionId":"$v1","ChecksumCRC32":"P13U5Q==","ChecksumType":"FULL_OBJECT"}
            PutObject {"Bucket":"near","Key":"k"} <<new
              {"ETag":"\"22af645d1859cb5ca6da0c484f1f37ea\"","ServerSideEncryption":"AES256","VersionId":"$v2","ChecksumCRC32":"a+NERQ==","ChecksumType":"FULL_OBJECT"}
            CopyObject {"Bucket":"near","Key":"k","CopySource":"near/k?versionId=$v1"}
              {"CopyObjectResult":{"ETag":"\"149603e6c03516362a8da23f624db945\"","LastModified":"2026-11-20T08:00:00Z","ChecksumCRC32":"P13U5Q==","ChecksumType":"FULL_OBJECT"},"CopySourceVersionId":"$v1","VersionId":"$v3","ServerSideEncryption":"AES256"}
            DeleteObject {"Bucket":"near","Key":"k","VersionId":"$v1"}
              {"VersionId":"$v1"}
            GetObject {"Bucket":"near","Key":"k"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":3,"ETag":"\"149603e6c03516362a8da23f624db945\"","VersionId":"$v3","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>old
            DeleteObject {"Bucket":"near","Key":"k"}
              {"DeleteMarker":true,"VersionId":"$v4"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k"}
              404 NoSuchKey: The specified key does not exist. {"Key":"k"}
            CopyObject {"Bucket":"near","Key":"c","CopySource":"near/k?versionId=$v4"}
              400 InvalidRequest: The source of a copy request may not specifically refer to a delete marker by version id.
        "#]],
    );
}

#[test]
fn a_part_is_copied_from_an_object() {
    let mut script = Script::new();
    script.setup(
        r#"
        CreateBucket {"Bucket":"near"}
        PutObject {"Bucket":"near","Key":"source"} <<0123456789
        CreateMultipartUpload {"Bucket":"near","Key":"k"}
        "#,
    );
    script.check(
        r#"
        UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"$u1","PartNumber":1,"CopySource":"near/source","CopySourceRange":"bytes=2-4"}
        UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"$u1","PartNumber":2,"CopySource":"near/source","CopySourceRange":"bytes=2-10"}
        UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"$u1","PartNumber":2,"CopySource":"near/gone"}
        UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"$u1","PartNumber":2,"CopySource":"near/source","CopySourceIfMatch":"x"}
        UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"gone","PartNumber":2,"CopySource":"near/source"}
        CompleteMultipartUpload {"Bucket":"near","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"\"289dff07669d7a23de0ef88d2f7129e7\""}]}}
        DeleteObject {"Bucket":"near","Key":"source"}
        GetObject {"Bucket":"near","Key":"k"}
        "#,
        &expect![[r#"
            UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"$u1","PartNumber":1,"CopySource":"near/source","CopySourceRange":"bytes=2-4"}
              {"CopyPartResult":{"ETag":"\"289dff07669d7a23de0ef88d2f7129e7\"","LastModified":"2026-11-20T08:00:00Z","ChecksumCRC32":"DXF5aQ=="},"ServerSideEncryption":"AES256"}
            UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"$u1","PartNumber":2,"CopySource":"near/source","CopySourceRange":"bytes=2-10"}
              400 InvalidArgument: Range specified is not valid for source object of size: 10 {"ArgumentName":"x-amz-copy-source-range","ArgumentValue":"bytes=2-10"}
            UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"$u1","PartNumber":2,"CopySource":"near/gone"}
              404 NoSuchKey: The specified key does not exist. {"Key":"gone"}
            UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"$u1","PartNumber":2,"CopySource":"near/source","CopySourceIfMatch":"x"}
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"x-amz-copy-source-If-Match"}
            UploadPartCopy {"Bucket":"near","Key":"k","UploadId":"gone","PartNumber":2,"CopySource":"near/source"}
              404 NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed. {"UploadId":"gone"}
            CompleteMultipartUpload {"Bucket":"near","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"\"289dff07669d7a23de0ef88d2f7129e7\""}]}}
              {"Location":"/near/k","Bucket":"near","Key":"k","ETag":"\"c3e200f77f6a19357dfb6f77cf8451d0-1\"","ServerSideEncryption":"AES256","ChecksumCRC32":"DXF5aQ==","ChecksumType":"FULL_OBJECT"}
            DeleteObject {"Bucket":"near","Key":"source"}
              {}
            GetObject {"Bucket":"near","Key":"k"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":3,"ETag":"\"c3e200f77f6a19357dfb6f77cf8451d0-1\"","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>234
        "#]],
    );
}

#[test]
fn what_was_copied_for_a_part_must_be_the_source_as_it_is() {
    let mut script = Script::new();
    script.setup(
        r#"
        CreateBucket {"Bucket":"near"}
        PutObject {"Bucket":"near","Key":"source"} <<0123456789
        CreateMultipartUpload {"Bucket":"near","Key":"k"}
        "#,
    );
    let upload =
        script.world.state.bucket("near").unwrap().uploads["k"].keys().next().unwrap().clone();
    let input = script.world.input(
        "UploadPartCopy",
        &serde_json::json!({"Bucket": "near", "Key": "k", "UploadId": upload, "PartNumber": 1,
            "CopySource": "near/source"}),
    );
    let blob = script.store(b"012345678");
    let fault = script.world.call("UploadPartCopy", &input, Some(blob)).unwrap_err();
    assert_eq!((fault.code.as_ref(), fault.status), ("OperationAborted", 409));
}
