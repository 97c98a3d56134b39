//! Uploads in parts.

use expect_test::expect;

use super::script::Script;

fn with_upload(extra: &str) -> Script {
    let mut script = Script::new();
    script.setup(r#"CreateBucket {"Bucket":"logs"}"#);
    script.setup(&format!(r#"CreateMultipartUpload {{"Bucket":"logs","Key":"k"{extra}}}"#));
    script
}

#[test]
fn parts_become_an_object() {
    let mut script = with_upload(
        r#","ContentType":"text/plain","Metadata":{"a":"b"},"Tagging":"t=1","ChecksumAlgorithm":"CRC32""#,
    );
    script.check(
        r#"
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":2} <<5MiB
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":5} <<tail
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":2} <<6MiB
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":9} <<not chosen
        ListParts {"Bucket":"logs","Key":"k","UploadId":"$u1"}
        ListParts {"Bucket":"logs","Key":"k","UploadId":"$u1","MaxParts":1,"PartNumberMarker":2}
        GetObject {"Bucket":"logs","Key":"k"}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","ChecksumType":"FULL_OBJECT","MultipartUpload":{"Parts":[{"PartNumber":5,"ETag":"7aea2552dfe7eb84b9443b6fc9ba6e01"}]}}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":2,"ETag":"\"a22dc2577fc0f9770576b53ffc4f613c\""},{"PartNumber":5,"ETag":"7aea2552dfe7eb84b9443b6fc9ba6e01"}]}}
        HeadObject {"Bucket":"logs","Key":"k","ChecksumMode":"ENABLED"}
        GetObject {"Bucket":"logs","Key":"k","PartNumber":2,"ChecksumMode":"ENABLED"}
        GetObject {"Bucket":"logs","Key":"k","Range":"bytes=-6"}
        GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["Checksum","ObjectParts","ObjectSize"]}
        GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["ObjectParts"],"MaxParts":1}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[]}}
        ListParts {"Bucket":"logs","Key":"k","UploadId":"$u1"}
        AbortMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1"}
        "#,
        &expect![[r#"
            UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":2} <<5MiB
              {"ServerSideEncryption":"AES256","ETag":"\"1b135c3a566b346482dc467b56f0442d\"","ChecksumCRC32":"sh45Tg=="}
            UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":5} <<tail
              {"ServerSideEncryption":"AES256","ETag":"\"7aea2552dfe7eb84b9443b6fc9ba6e01\"","ChecksumCRC32":"fDe0XQ=="}
            UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":2} <<6MiB
              {"ServerSideEncryption":"AES256","ETag":"\"a22dc2577fc0f9770576b53ffc4f613c\"","ChecksumCRC32":"oKuWoA=="}
            UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":9} <<not chosen
              {"ServerSideEncryption":"AES256","ETag":"\"3713fe53cea32a2cdb3e3866353923e4\"","ChecksumCRC32":"6IkXrw=="}
            ListParts {"Bucket":"logs","Key":"k","UploadId":"$u1"}
              {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumberMarker":0,"NextPartNumberMarker":9,"MaxParts":1000,"IsTruncated":false,"Parts":[{"PartNumber":2,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"a22dc2577fc0f9770576b53ffc4f613c\"","Size":6291456,"ChecksumCRC32":"oKuWoA=="},{"PartNumber":5,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"7aea2552dfe7eb84b9443b6fc9ba6e01\"","Size":4,"ChecksumCRC32":"fDe0XQ=="},{"PartNumber":9,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"3713fe53cea32a2cdb3e3866353923e4\"","Size":10,"ChecksumCRC32":"6IkXrw=="}],"Initiator":{"ID":"$111122223333"},"Owner":{"ID":"$111122223333"},"StorageClass":"STANDARD","ChecksumAlgorithm":"CRC32","ChecksumType":"COMPOSITE"}
            ListParts {"Bucket":"logs","Key":"k","UploadId":"$u1","MaxParts":1,"PartNumberMarker":2}
              {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumberMarker":2,"NextPartNumberMarker":5,"MaxParts":1,"IsTruncated":true,"Parts":[{"PartNumber":5,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"7aea2552dfe7eb84b9443b6fc9ba6e01\"","Size":4,"ChecksumCRC32":"fDe0XQ=="}],"Initiator":{"ID":"$111122223333"},"Owner":{"ID":"$111122223333"},"StorageClass":"STANDARD","ChecksumAlgorithm":"CRC32","ChecksumType":"COMPOSITE"}
            GetObject {"Bucket":"logs","Key":"k"}
              404 NoSuchKey: The specified key does not exist. {"Key":"k"}
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","ChecksumType":"FULL_OBJECT","MultipartUpload":{"Parts":[{"PartNumber":5,"ETag":"7aea2552dfe7eb84b9443b6fc9ba6e01"}]}}
              400 InvalidRequest: The upload was created with the checksum type COMPOSITE, and is to be completed with it.
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":2,"ETag":"\"a22dc2577fc0f9770576b53ffc4f613c\""},{"PartNumber":5,"ETag":"7aea2552dfe7eb84b9443b6fc9ba6e01"}]}}
              {"Location":"/logs/k","Bucket":"logs","Key":"k","ETag":"\"305a3b85ae9fc874eff26faf6d8590e6-2\"","ServerSideEncryption":"AES256","ChecksumCRC32":"pGV/fQ==-2","ChecksumType":"COMPOSITE"}
            HeadObject {"Bucket":"logs","Key":"k","ChecksumMode":"ENABLED"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":6291460,"ETag":"\"305a3b85ae9fc874eff26faf6d8590e6-2\"","ContentType":"text/plain","ServerSideEncryption":"AES256","Metadata":{"a":"b"},"TagCount":1,"ChecksumCRC32":"pGV/fQ==-2","ChecksumType":"COMPOSITE"}
            GetObject {"Bucket":"logs","Key":"k","PartNumber":2,"ChecksumMode":"ENABLED"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":4,"ETag":"\"305a3b85ae9fc874eff26faf6d8590e6-2\"","ContentRange":"bytes 6291456-6291459/6291460","PartsCount":2,"ContentType":"text/plain","ServerSideEncryption":"AES256","Metadata":{"a":"b"},"TagCount":1,"ChecksumCRC32":"fDe0XQ==","ChecksumType":"COMPOSITE"} >>tail
            GetObject {"Bucket":"logs","Key":"k","Range":"bytes=-6"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":6,"ETag":"\"305a3b85ae9fc874eff26faf6d8590e6-2\"","ContentRange":"bytes 6291454-6291459/6291460","ContentType":"text/plain","ServerSideEncryption":"AES256","Metadata":{"a":"b"},"TagCount":1} >>tail
            GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["Checksum","ObjectParts","ObjectSize"]}
              {"LastModified":"2026-11-20T08:00:00Z","Checksum":{"ChecksumCRC32":"pGV/fQ==-2","ChecksumType":"COMPOSITE"},"ObjectParts":{"TotalPartsCount":2,"PartNumberMarker":0,"NextPartNumberMarker":2,"MaxParts":1000,"IsTruncated":false,"Parts":[{"PartNumber":1,"Size":6291456,"ChecksumCRC32":"oKuWoA=="},{"PartNumber":2,"Size":4,"ChecksumCRC32":"fDe0XQ=="}]},"ObjectSize":6291460}
            GetObjectAttributes {"Bucket":"logs","Key":"k","ObjectAttributes":["ObjectParts"],"MaxParts":1}
              {"LastModified":"2026-11-20T08:00:00Z","ObjectParts":{"TotalPartsCount":2,"PartNumberMarker":0,"NextPartNumberMarker":1,"MaxParts":1,"IsTruncated":true,"Parts":[{"PartNumber":1,"Size":6291456,"ChecksumCRC32":"oKuWoA=="}]}}
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[]}}
              {"Location":"/logs/k","Bucket":"logs","Key":"k","ETag":"\"305a3b85ae9fc874eff26faf6d8590e6-2\"","ServerSideEncryption":"AES256","ChecksumCRC32":"pGV/fQ==-2","ChecksumType":"COMPOSITE"}
            ListParts {"Bucket":"logs","Key":"k","UploadId":"$u1"}
              404 NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed. {"UploadId":"$u1"}
            AbortMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1"}
              404 NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed. {"UploadId":"$u1"}
        "#]],
    );
}

#[test]
fn the_list_of_parts_must_be_right() {
    let mut script = with_upload("");
    script.setup(
        r#"
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":1} <<small
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":2} <<5MiB
        "#,
    );
    script.check(
        r#"
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":0} <<x
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":10001} <<x
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"gone","PartNumber":1} <<x
        UploadPart {"Bucket":"logs","Key":"other","UploadId":"$u1","PartNumber":1} <<x
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1"}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":3,"ETag":"x"}]}}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"x"}]}}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":2,"ETag":"1b135c3a566b346482dc467b56f0442d"},{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"},{"PartNumber":2,"ETag":"1b135c3a566b346482dc467b56f0442d"}]}}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MpuObjectSize":1,"MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","ChecksumCRC32":"AAAAAA==","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b","ChecksumCRC32":"AAAAAA=="}]}}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","IfMatch":"\"x\"","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
        CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","IfNoneMatch":"*","MpuObjectSize":5,"MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
        GetObject {"Bucket":"logs","Key":"k"}
        "#,
        &expect![[r#"
            UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":0} <<x
              400 InvalidArgument: Part number must be an integer between 1 and 10000, inclusive {"ArgumentName":"partNumber","ArgumentValue":"0"}
            UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u1","PartNumber":10001} <<x
              400 InvalidArgument: Part number must be an integer between 1 and 10000, inclusive {"ArgumentName":"partNumber","ArgumentValue":"10001"}
            UploadPart {"Bucket":"logs","Key":"k","UploadId":"gone","PartNumber":1} <<x
              404 NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed. {"UploadId":"gone"}
            UploadPart {"Bucket":"logs","Key":"other","UploadId":"$u1","PartNumber":1} <<x
              404 NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed. {"UploadId":"$u1"}
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1"}
              400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":3,"ETag":"x"}]}}
              400 InvalidPart: One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag. {"UploadId":"$u1","PartNumber":"3"}
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"x"}]}}
              400 InvalidPart: One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag. {"UploadId":"$u1","PartNumber":"1"}
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":2,"ETag":"1b135c3a566b346482dc467b56f0442d"},{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
              400 InvalidPartOrder: The list of parts was not in ascending order. Parts must be ordered by part number. {"UploadId":"$u1"}
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"},{"PartNumber":2,"ETag":"1b135c3a566b346482dc467b56f0442d"}]}}
              400 EntityTooSmall: Your proposed upload is smaller than the minimum allowed size {"MinSizeAllowed":"5242880","PartNumber":"1","ProposedSize":"5"}
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MpuObjectSize":1,"MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
              400 InvalidRequest: The provided 'x-amz-mp-object-size' header value 1 does not match what was computed: 5
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","ChecksumCRC32":"AAAAAA==","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
              400 BadDigest: The CRC32 you specified did not match the calculated checksum.
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b","ChecksumCRC32":"AAAAAA=="}]}}
              400 InvalidPart: One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag. {"UploadId":"$u1","PartNumber":"1"}
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","IfMatch":"\"x\"","MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
              404 NoSuchKey: The specified key does not exist. {"Key":"k"}
            CompleteMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u1","IfNoneMatch":"*","MpuObjectSize":5,"MultipartUpload":{"Parts":[{"PartNumber":1,"ETag":"eb5c1399a871211c7e7ed732d15e3a8b"}]}}
              {"Location":"/logs/k","Bucket":"logs","Key":"k","ETag":"\"a07b3b905264c4f7a78bd531afee70b6-1\"","ServerSideEncryption":"AES256","ChecksumCRC32":"dUXqEw==","ChecksumType":"FULL_OBJECT"}
            GetObject {"Bucket":"logs","Key":"k"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":5,"ETag":"\"a07b3b905264c4f7a78bd531afee70b6-1\"","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>small
        "#]],
    );
}

#[test]
fn uploads_are_listed_and_given_up() {
    let mut script = with_upload("");
    script.check(
        r#"
        wait 1
        CreateMultipartUpload {"Bucket":"logs","Key":"k"}
        CreateMultipartUpload {"Bucket":"logs","Key":"d/e","StorageClass":"STANDARD_IA"}
        UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u2","PartNumber":1} <<x
        ListMultipartUploads {"Bucket":"logs","Delimiter":"/"}
        ListMultipartUploads {"Bucket":"logs","MaxUploads":2}
        ListMultipartUploads {"Bucket":"logs","MaxUploads":2,"KeyMarker":"k","UploadIdMarker":"$u1"}
        ListMultipartUploads {"Bucket":"logs","KeyMarker":"d/e"}
        AbortMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u2"}
        AbortMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u2"}
        ListMultipartUploads {"Bucket":"logs","Prefix":"k"}
        "#,
        &expect![[r#"
            wait 1
            CreateMultipartUpload {"Bucket":"logs","Key":"k"}
              {"Bucket":"logs","Key":"k","UploadId":"$u2","ServerSideEncryption":"AES256"}
            CreateMultipartUpload {"Bucket":"logs","Key":"d/e","StorageClass":"STANDARD_IA"}
              {"Bucket":"logs","Key":"d/e","UploadId":"$u3","ServerSideEncryption":"AES256"}
            UploadPart {"Bucket":"logs","Key":"k","UploadId":"$u2","PartNumber":1} <<x
              {"ServerSideEncryption":"AES256","ETag":"\"9dd4e461268c8034f5c8564e155c67a6\"","ChecksumCRC32":"jNwWgw=="}
            ListMultipartUploads {"Bucket":"logs","Delimiter":"/"}
              {"Bucket":"logs","KeyMarker":"","UploadIdMarker":"","Prefix":"","Delimiter":"/","MaxUploads":1000,"IsTruncated":false,"Uploads":[{"UploadId":"$u1","Key":"k","Initiated":"2026-11-20T08:00:00Z","StorageClass":"STANDARD","Owner":{"ID":"$111122223333"},"Initiator":{"ID":"$111122223333"}},{"UploadId":"$u2","Key":"k","Initiated":"2026-11-20T08:00:01Z","StorageClass":"STANDARD","Owner":{"ID":"$111122223333"},"Initiator":{"ID":"$111122223333"}}],"CommonPrefixes":[{"Prefix":"d/"}]}
            ListMultipartUploads {"Bucket":"logs","MaxUploads":2}
              {"Bucket":"logs","KeyMarker":"","UploadIdMarker":"","NextKeyMarker":"k","Prefix":"","NextUploadIdMarker":"$u1","MaxUploads":2,"IsTruncated":true,"Uploads":[{"UploadId":"$u3","Key":"d/e","Initiated":"2026-11-20T08:00:01Z","StorageClass":"STANDARD_IA","Owner":{"ID":"$111122223333"},"Initiator":{"ID":"$111122223333"}},{"UploadId":"$u1","Key":"k","Initiated":"2026-11-20T08:00:00Z","StorageClass":"STANDARD","Owner":{"ID":"$111122223333"},"Initiator":{"ID":"$111122223333"}}]}
            ListMultipartUploads {"Bucket":"logs","MaxUploads":2,"KeyMarker":"k","UploadIdMarker":"$u1"}
              {"Bucket":"logs","KeyMarker":"k","UploadIdMarker":"$u1","Prefix":"","MaxUploads":2,"IsTruncated":false,"Uploads":[{"UploadId":"$u2","Key":"k","Initiated":"2026-11-20T08:00:01Z","StorageClass":"STANDARD","Owner":{"ID":"$111122223333"},"Initiator":{"ID":"$111122223333"}}]}
            ListMultipartUploads {"Bucket":"logs","KeyMarker":"d/e"}
              {"Bucket":"logs","KeyMarker":"d/e","UploadIdMarker":"","Prefix":"","MaxUploads":1000,"IsTruncated":false,"Uploads":[{"UploadId":"$u1","Key":"k","Initiated":"2026-11-20T08:00:00Z","StorageClass":"STANDARD","Owner":{"ID":"$111122223333"},"Initiator":{"ID":"$111122223333"}},{"UploadId":"$u2","Key":"k","Initiated":"2026-11-20T08:00:01Z","StorageClass":"STANDARD","Owner":{"ID":"$111122223333"},"Initiator":{"ID":"$111122223333"}}]}
            AbortMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u2"}
              {}
            AbortMultipartUpload {"Bucket":"logs","Key":"k","UploadId":"$u2"}
              404 NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed. {"UploadId":"$u2"}
            ListMultipartUploads {"Bucket":"logs","Prefix":"k"}
              {"Bucket":"logs","KeyMarker":"","UploadIdMarker":"","Prefix":"k","MaxUploads":1000,"IsTruncated":false,"Uploads":[{"UploadId":"$u1","Key":"k","Initiated":"2026-11-20T08:00:00Z","StorageClass":"STANDARD","Owner":{"ID":"$111122223333"},"Initiator":{"ID":"$111122223333"}}]}
        "#]],
    );
}

#[test]
fn sums_of_uploads_are_of_a_kind_that_can_be_made() {
    let mut script = with_upload("");
    for (extra, expected) in [
        (r#""ChecksumAlgorithm":"CRC64NVME""#, r#""ChecksumType":"FULL_OBJECT""#),
        (r#""ChecksumAlgorithm":"CRC32""#, r#""ChecksumType":"COMPOSITE""#),
        (r#""ChecksumAlgorithm":"CRC32","ChecksumType":"FULL_OBJECT""#, "FULL_OBJECT"),
        (r#""ChecksumAlgorithm":"SHA256""#, "COMPOSITE"),
        (r#""ChecksumAlgorithm":"SHA256","ChecksumType":"FULL_OBJECT""#, "400 InvalidRequest"),
        (r#""ChecksumAlgorithm":"CRC64NVME","ChecksumType":"COMPOSITE""#, "400 InvalidRequest"),
        (r#""ChecksumType":"COMPOSITE""#, "400 InvalidRequest"),
        (r#""ChecksumAlgorithm":"XXHASH64""#, "501 NotImplemented"),
    ] {
        let line = format!(r#"CreateMultipartUpload {{"Bucket":"logs","Key":"k",{extra}}}"#);
        let told = script.run_line(&line);
        assert!(told.contains(expected), "{extra}: {told}");
    }
}
