//! Objects: put, read in whole and in part, deleted.

use expect_test::expect;

use super::script::{Script, check};

fn with_bucket() -> Script {
    let mut script = Script::new();
    script.setup(r#"CreateBucket {"Bucket":"logs"}"#);
    script
}

#[test]
fn an_object_is_given_back_as_it_came() {
    with_bucket().check(
        r#"
        PutObject {"Bucket":"logs","Key":"a/ä key"} <<hello
        GetObject {"Bucket":"logs","Key":"a/ä key"}
        GetObject {"Bucket":"logs","Key":"a/ä key","ChecksumMode":"ENABLED"}
        PutObject {"Bucket":"logs","Key":"k","ContentType":"application/json","ContentEncoding":"gzip,aws-chunked","ContentDisposition":"inline","ContentLanguage":"de","CacheControl":"no-cache","Expires":"Fri, 20 Nov 2026 08:00:00 GMT","StorageClass":"STANDARD_IA","ServerSideEncryption":"AES256","Metadata":{"Signature":"00ff","signature-algorithm":"SHA256withRSA"},"Tagging":"team=audit&x=1","ACL":"bucket-owner-full-control"} <<log
        HeadObject {"Bucket":"logs","Key":"k"}
        GetObject {"Bucket":"logs","Key":"k","ResponseContentType":"text/plain","ResponseExpires":"2026-11-21T00:00:00Z","ResponseCacheControl":"private","ResponseContentDisposition":"attachment","ResponseContentEncoding":"identity","ResponseContentLanguage":"en"}
        PutObject {"Bucket":"logs","Key":"k"} <<
        GetObject {"Bucket":"logs","Key":"k"}
        "#,
        &expect![[r#"
            PutObject {"Bucket":"logs","Key":"a/ä key"} <<hello
              {"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ServerSideEncryption":"AES256","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"}
            GetObject {"Bucket":"logs","Key":"a/ä key"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":5,"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>hello
            GetObject {"Bucket":"logs","Key":"a/ä key","ChecksumMode":"ENABLED"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":5,"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{},"ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"} >>hello
            PutObject {"Bucket":"logs","Key":"k","ContentType":"application/json","ContentEncoding":"gzip,aws-chunked","ContentDisposition":"inline","ContentLanguage":"de","CacheControl":"no-cache","Expires":"Fri, 20 Nov 2026 08:00:00 GMT","StorageClass":"STANDARD_IA","ServerSideEncryption":"AES256","Metadata":{"Signature":"00ff","signature-algorithm":"SHA256withRSA"},"Tagging":"team=audit&x=1","ACL":"bucket-owner-full-control"} <<log
              {"ETag":"\"dc1d71bbb5c4d2a5e936db79ef10c19f\"","ServerSideEncryption":"AES256","ChecksumCRC32":"jz9oxQ==","ChecksumType":"FULL_OBJECT"}
            HeadObject {"Bucket":"logs","Key":"k"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":3,"ETag":"\"dc1d71bbb5c4d2a5e936db79ef10c19f\"","CacheControl":"no-cache","ContentDisposition":"inline","ContentEncoding":"gzip","ContentLanguage":"de","ContentType":"application/json","Expires":"Fri, 20 Nov 2026 08:00:00 GMT","ServerSideEncryption":"AES256","Metadata":{"signature":"00ff","signature-algorithm":"SHA256withRSA"},"StorageClass":"STANDARD_IA","TagCount":2}
            GetObject {"Bucket":"logs","Key":"k","ResponseContentType":"text/plain","ResponseExpires":"2026-11-21T00:00:00Z","ResponseCacheControl":"private","ResponseContentDisposition":"attachment","ResponseContentEncoding":"identity","ResponseContentLanguage":"en"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":3,"ETag":"\"dc1d71bbb5c4d2a5e936db79ef10c19f\"","CacheControl":"private","ContentDisposition":"attachment","ContentEncoding":"identity","ContentLanguage":"en","ContentType":"text/plain","Expires":"Sat, 21 Nov 2026 00:00:00 GMT","ServerSideEncryption":"AES256","Metadata":{"signature":"00ff","signature-algorithm":"SHA256withRSA"},"StorageClass":"STANDARD_IA","TagCount":2} >>log
            PutObject {"Bucket":"logs","Key":"k"} <<
              {"ETag":"\"d41d8cd98f00b204e9800998ecf8427e\"","ServerSideEncryption":"AES256","ChecksumCRC32":"AAAAAA==","ChecksumType":"FULL_OBJECT"}
            GetObject {"Bucket":"logs","Key":"k"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":0,"ETag":"\"d41d8cd98f00b204e9800998ecf8427e\"","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>
        "#]],
    );
}

#[test]
fn an_answers_headers_cannot_be_broken_by_a_query() {
    let mut script = with_bucket();
    script.setup(r#"PutObject {"Bucket":"logs","Key":"k"} <<hello"#);
    for member in ["CacheControl", "ContentDisposition", "ContentType"] {
        for value in [r"a\r\nb: c", r"\u0000", "ä"] {
            let line =
                format!(r#"GetObject {{"Bucket":"logs","Key":"k","Response{member}":"{value}"}}"#);
            let told = script.run_line(&line);
            assert!(told.starts_with("400 InvalidArgument: Header value"), "{line}: {told}");
        }
    }
}

#[test]
fn what_is_not_there_is_named() {
    with_bucket().check(
        r#"
        GetObject {"Bucket":"gone","Key":"k"}
        GetObject {"Bucket":"logs","Key":"k"}
        HeadObject {"Bucket":"logs","Key":"k"}
        GetObject {"Bucket":"logs","Key":"k","VersionId":"v"}
        GetObject {"Bucket":"logs","Key":"k","VersionId":""}
        PutObject {"Bucket":"gone","Key":"k"} <<x
        DeleteObject {"Bucket":"gone","Key":"k"}
        DeleteObject {"Bucket":"logs","Key":"k"}
        "#,
        &expect![[r#"
            GetObject {"Bucket":"gone","Key":"k"}
              404 NoSuchBucket: The specified bucket does not exist {"BucketName":"gone"}
            GetObject {"Bucket":"logs","Key":"k"}
              404 NoSuchKey: The specified key does not exist. {"Key":"k"}
            HeadObject {"Bucket":"logs","Key":"k"}
              404 NoSuchKey: The specified key does not exist. {"Key":"k"}
            GetObject {"Bucket":"logs","Key":"k","VersionId":"v"}
              404 NoSuchVersion: The specified version does not exist. {"Key":"k","VersionId":"v"}
            GetObject {"Bucket":"logs","Key":"k","VersionId":""}
              400 InvalidArgument: Version id cannot be the empty string {"ArgumentName":"versionId","ArgumentValue":""}
            PutObject {"Bucket":"gone","Key":"k"} <<x
              404 NoSuchBucket: The specified bucket does not exist {"BucketName":"gone"}
            DeleteObject {"Bucket":"gone","Key":"k"}
              404 NoSuchBucket: The specified bucket does not exist {"BucketName":"gone"}
            DeleteObject {"Bucket":"logs","Key":"k"}
              {}
        "#]],
    );
}

#[test]
fn stretches_and_parts_are_read() {
    let mut script = with_bucket();
    script.setup(r#"PutObject {"Bucket":"logs","Key":"k"} <<0123456789"#);
    script.setup(r#"PutObject {"Bucket":"logs","Key":"empty"} <<"#);
    script.check(
        r#"
        GetObject {"Bucket":"logs","Key":"k","Range":"bytes=2-4","ChecksumMode":"ENABLED"}
        GetObject {"Bucket":"logs","Key":"k","Range":"bytes=-3"}
        HeadObject {"Bucket":"logs","Key":"k","Range":"bytes=8-"}
        GetObject {"Bucket":"logs","Key":"k","Range":"bytes=0-1,3-4"}
        GetObject {"Bucket":"logs","Key":"k","Range":"bytes=10-"}
        GetObject {"Bucket":"logs","Key":"empty","Range":"bytes=0-"}
        GetObject {"Bucket":"logs","Key":"k","PartNumber":1,"ChecksumMode":"ENABLED"}
        GetObject {"Bucket":"logs","Key":"empty","PartNumber":1}
        GetObject {"Bucket":"logs","Key":"k","PartNumber":2}
        GetObject {"Bucket":"logs","Key":"k","PartNumber":1,"Range":"bytes=0-1"}
        "#,
        &expect![[r#"
            GetObject {"Bucket":"logs","Key":"k","Range":"bytes=2-4","ChecksumMode":"ENABLED"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":3,"ETag":"\"781e5e245d69b566979b86e28d23f2c7\"","ContentRange":"bytes 2-4/10","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>234
            GetObject {"Bucket":"logs","Key":"k","Range":"bytes=-3"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":3,"ETag":"\"781e5e245d69b566979b86e28d23f2c7\"","ContentRange":"bytes 7-9/10","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>789
            HeadObject {"Bucket":"logs","Key":"k","Range":"bytes=8-"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":2,"ETag":"\"781e5e245d69b566979b86e28d23f2c7\"","ContentRange":"bytes 8-9/10","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}}
            GetObject {"Bucket":"logs","Key":"k","Range":"bytes=0-1,3-4"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":10,"ETag":"\"781e5e245d69b566979b86e28d23f2c7\"","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>0123456789
            GetObject {"Bucket":"logs","Key":"k","Range":"bytes=10-"}
              416 InvalidRange: The requested range is not satisfiable {"ActualObjectSize":"10","RangeRequested":"bytes=10-"}
            GetObject {"Bucket":"logs","Key":"empty","Range":"bytes=0-"}
              416 InvalidRange: The requested range is not satisfiable {"ActualObjectSize":"0","RangeRequested":"bytes=0-"}
            GetObject {"Bucket":"logs","Key":"k","PartNumber":1,"ChecksumMode":"ENABLED"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":10,"ETag":"\"781e5e245d69b566979b86e28d23f2c7\"","ContentRange":"bytes 0-9/10","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{},"ChecksumCRC32":"poTHxg==","ChecksumType":"FULL_OBJECT"} >>0123456789
            GetObject {"Bucket":"logs","Key":"empty","PartNumber":1}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":0,"ETag":"\"d41d8cd98f00b204e9800998ecf8427e\"","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>
            GetObject {"Bucket":"logs","Key":"k","PartNumber":2}
              416 InvalidPartNumber: The requested partnumber is not satisfiable {"ActualPartCount":"1","PartNumberRequested":"2"}
            GetObject {"Bucket":"logs","Key":"k","PartNumber":1,"Range":"bytes=0-1"}
              400 InvalidRequest: Cannot specify both Range header and partNumber query parameter
        "#]],
    );
}

#[test]
fn reads_may_be_meant_for_a_certain_state() {
    let mut script = with_bucket();
    script.setup(r#"PutObject {"Bucket":"logs","Key":"k"} <<hello"#);
    let etag = "5d41402abc4b2a76b9719d911017c592";
    let with = |condition: &str| format!(r#"HeadObject {{"Bucket":"logs","Key":"k",{condition}}}"#);
    let before = "2026-11-20T07:59:59Z";
    let same = "2026-11-20T08:00:00Z";
    for (condition, code) in [
        (format!(r#""IfMatch":"\"{etag}\"""#), ""),
        (r#""IfMatch":"*""#.to_owned(), ""),
        (r#""IfMatch":"\"x\"""#.to_owned(), "412 PreconditionFailed"),
        (format!(r#""IfNoneMatch":"{etag}""#), "304 NotModified"),
        (r#""IfNoneMatch":"x""#.to_owned(), ""),
        (format!(r#""IfModifiedSince":"{same}""#), "304 NotModified"),
        (format!(r#""IfModifiedSince":"{before}""#), ""),
        (format!(r#""IfUnmodifiedSince":"{same}""#), ""),
        (format!(r#""IfUnmodifiedSince":"{before}""#), "412 PreconditionFailed"),
        (format!(r#""IfMatch":"{etag}","IfUnmodifiedSince":"{before}""#), ""),
        (format!(r#""IfNoneMatch":"x","IfModifiedSince":"{same}""#), ""),
        (format!(r#""IfMatch":"{etag}","IfNoneMatch":"{etag}""#), "304 NotModified"),
    ] {
        let told = script.run_line(&with(&condition));
        let judged = if code.is_empty() { told.starts_with('{') } else { told.starts_with(code) };
        assert!(judged, "{condition}: {told}");
    }
    let told = script.run_line(&with(&format!(r#""IfNoneMatch":"{etag}""#)));
    assert!(told.contains(&format!(r#""ETag":"\"{etag}\"""#)), "{told}");
}

#[test]
fn writes_may_be_meant_for_a_certain_state() {
    with_bucket().check(
        r#"
        PutObject {"Bucket":"logs","Key":"k","IfMatch":"\"x\""} <<0
        PutObject {"Bucket":"logs","Key":"k","IfNoneMatch":"*"} <<1
        PutObject {"Bucket":"logs","Key":"k","IfNoneMatch":"*"} <<2
        PutObject {"Bucket":"logs","Key":"k","IfNoneMatch":"\"x\""} <<3
        PutObject {"Bucket":"logs","Key":"k","IfMatch":"\"x\""} <<4
        PutObject {"Bucket":"logs","Key":"k","IfMatch":"\"c4ca4238a0b923820dcc509a6f75849b\""} <<5
        DeleteObject {"Bucket":"logs","Key":"k","IfMatch":"\"x\""}
        DeleteObject {"Bucket":"logs","Key":"gone","IfMatch":"*"}
        DeleteObject {"Bucket":"logs","Key":"k","IfMatch":"*"}
        GetObject {"Bucket":"logs","Key":"k"}
        "#,
        &expect![[r#"
            PutObject {"Bucket":"logs","Key":"k","IfMatch":"\"x\""} <<0
              404 NoSuchKey: The specified key does not exist. {"Key":"k"}
            PutObject {"Bucket":"logs","Key":"k","IfNoneMatch":"*"} <<1
              {"ETag":"\"c4ca4238a0b923820dcc509a6f75849b\"","ServerSideEncryption":"AES256","ChecksumCRC32":"g9zvtw==","ChecksumType":"FULL_OBJECT"}
            PutObject {"Bucket":"logs","Key":"k","IfNoneMatch":"*"} <<2
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"If-None-Match"}
            PutObject {"Bucket":"logs","Key":"k","IfNoneMatch":"\"x\""} <<3
              501 NotImplemented: A header you provided implies functionality that is not implemented {"Header":"If-None-Match"}
            PutObject {"Bucket":"logs","Key":"k","IfMatch":"\"x\""} <<4
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"If-Match"}
            PutObject {"Bucket":"logs","Key":"k","IfMatch":"\"c4ca4238a0b923820dcc509a6f75849b\""} <<5
              {"ETag":"\"e4da3b7fbbce2345d7772b0674a318d5\"","ServerSideEncryption":"AES256","ChecksumCRC32":"hLErrg==","ChecksumType":"FULL_OBJECT"}
            DeleteObject {"Bucket":"logs","Key":"k","IfMatch":"\"x\""}
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"If-Match"}
            DeleteObject {"Bucket":"logs","Key":"gone","IfMatch":"*"}
              412 PreconditionFailed: At least one of the pre-conditions you specified did not hold {"Condition":"If-Match"}
            DeleteObject {"Bucket":"logs","Key":"k","IfMatch":"*"}
              {}
            GetObject {"Bucket":"logs","Key":"k"}
              404 NoSuchKey: The specified key does not exist. {"Key":"k"}
        "#]],
    );
}

#[test]
fn bytes_must_be_what_they_are_said_to_be() {
    with_bucket().check(
        r#"
        PutObject {"Bucket":"logs","Key":"k","ContentMD5":"XUFAKrxLKna5cZ2REBfFkg=="} <<hello
        PutObject {"Bucket":"logs","Key":"k","ContentMD5":"XUFAKrxLKna5cZ2REBfFkg=="} <<hellO
        PutObject {"Bucket":"logs","Key":"k","ChecksumCRC32":"NhCmhg=="} <<hello
        PutObject {"Bucket":"logs","Key":"k","ChecksumCRC32":"NhCmhg=="} <<hellO
        PutObject {"Bucket":"logs","Key":"k","ChecksumXXHASH64":"AAAA"} <<hello
        "#,
        &expect![[r#"
            PutObject {"Bucket":"logs","Key":"k","ContentMD5":"XUFAKrxLKna5cZ2REBfFkg=="} <<hello
              {"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ServerSideEncryption":"AES256","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"}
            PutObject {"Bucket":"logs","Key":"k","ContentMD5":"XUFAKrxLKna5cZ2REBfFkg=="} <<hellO
              400 BadDigest: The Content-MD5 you specified did not match what we received.
            PutObject {"Bucket":"logs","Key":"k","ChecksumCRC32":"NhCmhg=="} <<hello
              {"ETag":"\"5d41402abc4b2a76b9719d911017c592\"","ServerSideEncryption":"AES256","ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"}
            PutObject {"Bucket":"logs","Key":"k","ChecksumCRC32":"NhCmhg=="} <<hellO
              400 BadDigest: The CRC32 you specified did not match the calculated checksum.
            PutObject {"Bucket":"logs","Key":"k","ChecksumXXHASH64":"AAAA"} <<hello
              501 NotImplemented: This endpoint does not implement the checksum XXHASH64.
        "#]],
    );
}

#[test]
fn what_this_endpoint_has_not_is_refused() {
    let mut script = with_bucket();
    for extra in [
        r#""ServerSideEncryption":"aws:kms""#,
        r#""SSEKMSKeyId":"k""#,
        r#""SSECustomerAlgorithm":"AES256""#,
        r#""BucketKeyEnabled":true"#,
        r#""WebsiteRedirectLocation":"/x""#,
        r#""WriteOffsetBytes":1"#,
        r#""GrantRead":"id=1""#,
        r#""StorageClass":"GLACIER""#,
        r#""StorageClass":"DEEP_ARCHIVE""#,
    ] {
        let told =
            script.run_line(&format!(r#"PutObject {{"Bucket":"logs","Key":"k",{extra}}} <<x"#));
        assert!(told.starts_with("501 NotImplemented"), "{extra}: {told}");
    }
    for (extra, expected) in [
        (r#""StorageClass":"BRONZE""#, "400 InvalidStorageClass"),
        (r#""ACL":"public-read""#, "400 AccessControlListNotSupported"),
        (r#""ACL":"private""#, "400 AccessControlListNotSupported"),
        (r#""Tagging":"a=1&a=2""#, "400 InvalidTag"),
        (r#""ObjectLockMode":"GOVERNANCE""#, "400 InvalidRequest"),
    ] {
        let told =
            script.run_line(&format!(r#"PutObject {{"Bucket":"logs","Key":"k",{extra}}} <<x"#));
        assert!(told.starts_with(expected), "{extra}: {told}");
    }
    let key = "k".repeat(1025);
    let told = script.run_line(&format!(r#"PutObject {{"Bucket":"logs","Key":"{key}"}} <<x"#));
    assert!(told.starts_with("400 KeyTooLongError"), "{told}");
}

#[test]
fn several_objects_are_deleted_at_once() {
    let mut script = with_bucket();
    for key in ["a", "b", "c"] {
        script.setup(&format!(r#"PutObject {{"Bucket":"logs","Key":"{key}"}} <<{key}"#));
    }
    script.check(
        r#"
        DeleteObjects {"Bucket":"logs","Delete":{"Objects":[{"Key":"a"},{"Key":"gone"},{"Key":"b","ETag":"\"x\""},{"Key":"b","Size":1},{"Key":"a"}]}}
        DeleteObjects {"Bucket":"logs","Delete":{"Quiet":true,"Objects":[{"Key":"b"},{"Key":"c","ETag":"\"x\""}]}}
        DeleteObjects {"Bucket":"logs","Delete":{"Objects":[]}}
        ListObjectsV2 {"Bucket":"logs"}
        "#,
        &expect![[r#"
            DeleteObjects {"Bucket":"logs","Delete":{"Objects":[{"Key":"a"},{"Key":"gone"},{"Key":"b","ETag":"\"x\""},{"Key":"b","Size":1},{"Key":"a"}]}}
              {"Deleted":[{"Key":"a"},{"Key":"gone"},{"Key":"a"}],"Errors":[{"Key":"b","Code":"PreconditionFailed","Message":"At least one of the pre-conditions you specified did not hold"},{"Key":"b","Code":"NotImplemented","Message":"This endpoint does not implement deletions by time or size."}]}
            DeleteObjects {"Bucket":"logs","Delete":{"Quiet":true,"Objects":[{"Key":"b"},{"Key":"c","ETag":"\"x\""}]}}
              {"Errors":[{"Key":"c","Code":"PreconditionFailed","Message":"At least one of the pre-conditions you specified did not hold"}]}
            DeleteObjects {"Bucket":"logs","Delete":{"Objects":[]}}
              400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
            ListObjectsV2 {"Bucket":"logs"}
              {"IsTruncated":false,"Name":"logs","Prefix":"","MaxKeys":1000,"KeyCount":1,"Contents":[{"Key":"c","LastModified":"2026-11-20T08:00:00Z","ETag":"\"4a8a08f09d37b73795649038408b5f33\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD"}]}
        "#]],
    );
    let objects: Vec<_> = (0..1001).map(|at| format!(r#"{{"Key":"{at}"}}"#)).collect();
    let objects = objects.join(",");
    let line = format!(r#"DeleteObjects {{"Bucket":"logs","Delete":{{"Objects":[{objects}]}}}}"#);
    assert!(script.run_line(&line).starts_with("400 MalformedXML"));
}

#[test]
fn attributes_are_told_as_far_as_they_are_asked_for() {
    let mut script = with_bucket();
    script.setup(r#"PutObject {"Bucket":"logs","Key":"k"} <<hello"#);
    script.check(
        r#"
        GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["ETag","Checksum","ObjectParts","StorageClass","ObjectSize"]}
        GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["ETag","ObjectSize"]}
        GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["Colour"]}
        GetObjectAttributes {"Bucket":"logs","Key":"gone","ObjectAttributes":["ETag"]}
        "#,
        &expect![[r#"
            GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["ETag","Checksum","ObjectParts","StorageClass","ObjectSize"]}
              {"LastModified":"2026-11-20T08:00:00Z","ETag":"5d41402abc4b2a76b9719d911017c592","Checksum":{"ChecksumCRC32":"NhCmhg==","ChecksumType":"FULL_OBJECT"},"StorageClass":"STANDARD","ObjectSize":5}
            GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["ETag","ObjectSize"]}
              {"LastModified":"2026-11-20T08:00:00Z","ETag":"5d41402abc4b2a76b9719d911017c592","ObjectSize":5}
            GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["Colour"]}
              400 InvalidArgument: Invalid attribute name specified. {"ArgumentName":"x-amz-object-attributes","ArgumentValue":"Colour"}
            GetObjectAttributes {"Bucket":"logs","Key":"gone","ObjectAttributes":["ETag"]}
              404 NoSuchKey: The specified key does not exist. {"Key":"gone"}
        "#]],
    );
}

#[test]
fn tags_come_and_go() {
    check(
        r#"
        CreateBucket {"Bucket":"logs"}
        PutObject {"Bucket":"logs","Key":"k","Tagging":"a=1"} <<x
        GetObjectTagging {"Bucket":"logs","Key":"k"}
        PutObjectTagging {"Bucket":"logs","Key":"k","Tagging":{"TagSet":[{"Key":"b","Value":"2"},{"Key":"c","Value":""}]}}
        GetObjectTagging {"Bucket":"logs","Key":"k"}
        PutObjectTagging {"Bucket":"logs","Key":"k","Tagging":{"TagSet":[{"Key":"b","Value":"2"},{"Key":"b","Value":"3"}]}}
        DeleteObjectTagging {"Bucket":"logs","Key":"k"}
        GetObjectTagging {"Bucket":"logs","Key":"k"}
        PutObjectTagging {"Bucket":"logs","Key":"gone","Tagging":{"TagSet":[]}}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"logs"}
              {"Location":"/logs","BucketArn":"arn:aws:s3:::logs"}
            PutObject {"Bucket":"logs","Key":"k","Tagging":"a=1"} <<x
              {"ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ServerSideEncryption":"AES256","ChecksumCRC32":"jNwWgw==","ChecksumType":"FULL_OBJECT"}
            GetObjectTagging {"Bucket":"logs","Key":"k"}
              {"TagSet":[{"Key":"a","Value":"1"}]}
            PutObjectTagging {"Bucket":"logs","Key":"k","Tagging":{"TagSet":[{"Key":"b","Value":"2"},{"Key":"c","Value":""}]}}
              {}
            GetObjectTagging {"Bucket":"logs","Key":"k"}
              {"TagSet":[{"Key":"b","Value":"2"},{"Key":"c","Value":""}]}
            PutObjectTagging {"Bucket":"logs","Key":"k","Tagging":{"TagSet":[{"Key":"b","Value":"2"},{"Key":"b","Value":"3"}]}}
              400 InvalidTag: Cannot provide multiple Tags with the same key
            DeleteObjectTagging {"Bucket":"logs","Key":"k"}
              {}
            GetObjectTagging {"Bucket":"logs","Key":"k"}
              {"TagSet":[]}
            PutObjectTagging {"Bucket":"logs","Key":"gone","Tagging":{"TagSet":[]}}
              404 NoSuchKey: The specified key does not exist. {"Key":"gone"}
        "#]],
    );
}

#[test]
fn acls_say_who_owns_what() {
    check(
        r#"
        CreateBucket {"Bucket":"shared","ObjectOwnership":"ObjectWriter"}
        as 444455556666
        PutObject {"Bucket":"shared","Key":"theirs"} <<x
        PutObject {"Bucket":"shared","Key":"both","ACL":"bucket-owner-full-control"} <<x
        GetObjectAcl {"Bucket":"shared","Key":"theirs"}
        GetObjectAcl {"Bucket":"shared","Key":"both"}
        PutObjectAcl {"Bucket":"shared","Key":"theirs","ACL":"bucket-owner-full-control"}
        GetObjectAcl {"Bucket":"shared","Key":"theirs"}
        PutObjectAcl {"Bucket":"shared","Key":"theirs","ACL":"public-read"}
        PutObjectAcl {"Bucket":"shared","Key":"theirs","ACL":"authenticated-read"}
        PutObjectAcl {"Bucket":"shared","Key":"theirs"}
        as 111122223333
        PutBucketOwnershipControls {"Bucket":"shared","OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerPreferred"}]}}
        as 444455556666
        PutObject {"Bucket":"shared","Key":"handed","ACL":"bucket-owner-full-control"} <<x
        GetObjectAcl {"Bucket":"shared","Key":"handed"}
        PutObject {"Bucket":"shared","Key":"own"} <<x
        GetObjectAcl {"Bucket":"shared","Key":"own"}
        as 111122223333
        PutBucketOwnershipControls {"Bucket":"shared","OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}}
        as 444455556666
        PutObject {"Bucket":"shared","Key":"enforced"} <<x
        GetObjectAcl {"Bucket":"shared","Key":"enforced"}
        PutObjectAcl {"Bucket":"shared","Key":"enforced","ACL":"private"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"shared","ObjectOwnership":"ObjectWriter"}
              {"Location":"/shared","BucketArn":"arn:aws:s3:::shared"}
            as 444455556666
            PutObject {"Bucket":"shared","Key":"theirs"} <<x
              {"ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ServerSideEncryption":"AES256","ChecksumCRC32":"jNwWgw==","ChecksumType":"FULL_OBJECT"} owned by 111122223333
            PutObject {"Bucket":"shared","Key":"both","ACL":"bucket-owner-full-control"} <<x
              {"ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ServerSideEncryption":"AES256","ChecksumCRC32":"jNwWgw==","ChecksumType":"FULL_OBJECT"} owned by 111122223333
            GetObjectAcl {"Bucket":"shared","Key":"theirs"}
              {"Owner":{"ID":"$444455556666"},"Grants":[{"Grantee":{"ID":"$444455556666","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]} owned by 111122223333
            GetObjectAcl {"Bucket":"shared","Key":"both"}
              {"Owner":{"ID":"$444455556666"},"Grants":[{"Grantee":{"ID":"$444455556666","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"},{"Grantee":{"ID":"$111122223333","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]} owned by 111122223333
            PutObjectAcl {"Bucket":"shared","Key":"theirs","ACL":"bucket-owner-full-control"}
              {} owned by 111122223333
            GetObjectAcl {"Bucket":"shared","Key":"theirs"}
              {"Owner":{"ID":"$444455556666"},"Grants":[{"Grantee":{"ID":"$444455556666","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"},{"Grantee":{"ID":"$111122223333","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]} owned by 111122223333
            PutObjectAcl {"Bucket":"shared","Key":"theirs","ACL":"public-read"}
              403 AccessDenied: Access Denied
            PutObjectAcl {"Bucket":"shared","Key":"theirs","ACL":"authenticated-read"}
              501 NotImplemented: This endpoint does not implement the ACL authenticated-read.
            PutObjectAcl {"Bucket":"shared","Key":"theirs"}
              400 MissingSecurityHeader: Your request was missing a required header {"MissingHeaderName":"x-amz-acl"}
            as 111122223333
            PutBucketOwnershipControls {"Bucket":"shared","OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerPreferred"}]}}
              {}
            as 444455556666
            PutObject {"Bucket":"shared","Key":"handed","ACL":"bucket-owner-full-control"} <<x
              {"ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ServerSideEncryption":"AES256","ChecksumCRC32":"jNwWgw==","ChecksumType":"FULL_OBJECT"} owned by 111122223333
            GetObjectAcl {"Bucket":"shared","Key":"handed"}
              {"Owner":{"ID":"$111122223333"},"Grants":[{"Grantee":{"ID":"$111122223333","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]} owned by 111122223333
            PutObject {"Bucket":"shared","Key":"own"} <<x
              {"ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ServerSideEncryption":"AES256","ChecksumCRC32":"jNwWgw==","ChecksumType":"FULL_OBJECT"} owned by 111122223333
            GetObjectAcl {"Bucket":"shared","Key":"own"}
              {"Owner":{"ID":"$444455556666"},"Grants":[{"Grantee":{"ID":"$444455556666","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]} owned by 111122223333
            as 111122223333
            PutBucketOwnershipControls {"Bucket":"shared","OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}}
              {}
            as 444455556666
            PutObject {"Bucket":"shared","Key":"enforced"} <<x
              {"ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ServerSideEncryption":"AES256","ChecksumCRC32":"jNwWgw==","ChecksumType":"FULL_OBJECT"} owned by 111122223333
            GetObjectAcl {"Bucket":"shared","Key":"enforced"}
              {"Owner":{"ID":"$111122223333"},"Grants":[{"Grantee":{"ID":"$111122223333","Type":"CanonicalUser"},"Permission":"FULL_CONTROL"}]} owned by 111122223333
            PutObjectAcl {"Bucket":"shared","Key":"enforced","ACL":"private"}
              400 AccessControlListNotSupported: The bucket does not allow ACLs
        "#]],
    );
}
