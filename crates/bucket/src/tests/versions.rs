//! Versions: kept while versioning is on, marked when deleted, listed by key and age.

use expect_test::expect;

use super::script::check;

#[test]
fn versions_stay_and_deletions_are_marked() {
    check(
        r#"
        CreateBucket {"Bucket":"logs"}
        GetBucketVersioning {"Bucket":"logs"}
        PutObject {"Bucket":"logs","Key":"k"} <<before
        PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Enabled"}}
        PutObject {"Bucket":"logs","Key":"k"} <<one
        wait 60
        PutObject {"Bucket":"logs","Key":"k"} <<two
        DeleteObject {"Bucket":"logs","Key":"k"}
        GetObject {"Bucket":"logs","Key":"k"}
        GetObject {"Bucket":"logs","Key":"k","VersionId":"$v1"}
        GetObject {"Bucket":"logs","Key":"k","VersionId":"null"}
        GetObject {"Bucket":"logs","Key":"k","VersionId":"$v3"}
        ListObjectVersions {"Bucket":"logs"}
        ListObjectsV2 {"Bucket":"logs"}
        DeleteObject {"Bucket":"logs","Key":"k","VersionId":"$v3"}
        GetObject {"Bucket":"logs","Key":"k"}
        DeleteObject {"Bucket":"logs","Key":"k","VersionId":"$v2"}
        GetObject {"Bucket":"logs","Key":"k"}
        DeleteObject {"Bucket":"logs","Key":"k","VersionId":"gone"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"logs"}
              {"Location":"/logs","BucketArn":"arn:aws:s3:::logs"}
            GetBucketVersioning {"Bucket":"logs"}
              {}
            PutObject {"Bucket":"logs","Key":"k"} <<before
              {"ETag":"\"2f44417567bc123bd7c60de8c2a2b444\"","ServerSideEncryption":"AES256","ChecksumCRC32":"2Dtdrg==","ChecksumType":"FULL_OBJECT"}
            PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Enabled"}}
              {}
            PutObject {"Bucket":"logs","Key":"k"} <<one
              {"ETag":"\"f97c5d29941bfb1b2fdab0874906ab82\"","ServerSideEncryption":"AES256","VersionId":"$v1","ChecksumCRC32":"emyG8Q==","ChecksumType":"FULL_OBJECT"}
            wait 60
            PutObject {"Bucket":"logs","Key":"k"} <<two
              {"ETag":"\"b8a9f715dbb64fd5c56e7783c6820a61\"","ServerSideEncryption":"AES256","VersionId":"$v2","ChecksumCRC32":"EcqKZg==","ChecksumType":"FULL_OBJECT"}
            DeleteObject {"Bucket":"logs","Key":"k"}
              {"DeleteMarker":true,"VersionId":"$v3"}
            GetObject {"Bucket":"logs","Key":"k"}
              404 NoSuchKey: The specified key does not exist. {"Key":"k","DeleteMarker":"true","MarkerVersionId":"$v3"}
            GetObject {"Bucket":"logs","Key":"k","VersionId":"$v1"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":3,"ETag":"\"f97c5d29941bfb1b2fdab0874906ab82\"","VersionId":"$v1","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>one
            GetObject {"Bucket":"logs","Key":"k","VersionId":"null"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":6,"ETag":"\"2f44417567bc123bd7c60de8c2a2b444\"","VersionId":"null","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>before
            GetObject {"Bucket":"logs","Key":"k","VersionId":"$v3"}
              405 MethodNotAllowed: The specified method is not allowed against this resource. {"Method":"GET","ResourceType":"DeleteMarker","Allow":"DELETE","LastModified":"2026-11-20T08:01:00Z","DeleteMarker":"true","MarkerVersionId":"$v3"}
            ListObjectVersions {"Bucket":"logs"}
              {"IsTruncated":false,"KeyMarker":"","VersionIdMarker":"","Versions":[{"Key":"k","VersionId":"$v2","IsLatest":false,"LastModified":"2026-11-20T08:01:00Z","ETag":"\"b8a9f715dbb64fd5c56e7783c6820a61\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":3,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}},{"Key":"k","VersionId":"$v1","IsLatest":false,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"f97c5d29941bfb1b2fdab0874906ab82\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":3,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}},{"Key":"k","VersionId":"null","IsLatest":false,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"2f44417567bc123bd7c60de8c2a2b444\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":6,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}],"DeleteMarkers":[{"Key":"k","VersionId":"$v3","IsLatest":true,"LastModified":"2026-11-20T08:01:00Z","Owner":{"ID":"$111122223333"}}],"Name":"logs","Prefix":"","MaxKeys":1000}
            ListObjectsV2 {"Bucket":"logs"}
              {"IsTruncated":false,"Name":"logs","Prefix":"","MaxKeys":1000,"KeyCount":0}
            DeleteObject {"Bucket":"logs","Key":"k","VersionId":"$v3"}
              {"DeleteMarker":true,"VersionId":"$v3"}
            GetObject {"Bucket":"logs","Key":"k"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:01:00Z","ContentLength":3,"ETag":"\"b8a9f715dbb64fd5c56e7783c6820a61\"","VersionId":"$v2","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>two
            DeleteObject {"Bucket":"logs","Key":"k","VersionId":"$v2"}
              {"VersionId":"$v2"}
            GetObject {"Bucket":"logs","Key":"k"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":3,"ETag":"\"f97c5d29941bfb1b2fdab0874906ab82\"","VersionId":"$v1","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>one
            DeleteObject {"Bucket":"logs","Key":"k","VersionId":"gone"}
              {"VersionId":"$v4"}
        "#]],
    );
}

#[test]
fn while_suspended_the_null_version_is_overwritten() {
    check(
        r#"
        CreateBucket {"Bucket":"logs"}
        PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Enabled"}}
        PutObject {"Bucket":"logs","Key":"k"} <<kept
        PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Suspended"}}
        GetBucketVersioning {"Bucket":"logs"}
        PutObject {"Bucket":"logs","Key":"k"} <<null one
        PutObject {"Bucket":"logs","Key":"k"} <<null two
        GetObject {"Bucket":"logs","Key":"k"}
        DeleteObject {"Bucket":"logs","Key":"k"}
        DeleteObject {"Bucket":"logs","Key":"k"}
        ListObjectVersions {"Bucket":"logs"}
        GetObject {"Bucket":"logs","Key":"k","VersionId":"$v1"}
        DeleteObject {"Bucket":"logs","Key":"k","VersionId":"null"}
        GetObject {"Bucket":"logs","Key":"k"}
        PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{}}
        PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Enabled","MFADelete":"Enabled"}}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"logs"}
              {"Location":"/logs","BucketArn":"arn:aws:s3:::logs"}
            PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Enabled"}}
              {}
            PutObject {"Bucket":"logs","Key":"k"} <<kept
              {"ETag":"\"4d8b6084f3d167b76cac66a22a91be02\"","ServerSideEncryption":"AES256","VersionId":"$v1","ChecksumCRC32":"+yhqBg==","ChecksumType":"FULL_OBJECT"}
            PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Suspended"}}
              {}
            GetBucketVersioning {"Bucket":"logs"}
              {"Status":"Suspended"}
            PutObject {"Bucket":"logs","Key":"k"} <<null one
              {"ETag":"\"33c57c68d139ab13818648d1257ed7ea\"","ServerSideEncryption":"AES256","VersionId":"null","ChecksumCRC32":"GPg33A==","ChecksumType":"FULL_OBJECT"}
            PutObject {"Bucket":"logs","Key":"k"} <<null two
              {"ETag":"\"39991a0526bf5924802f22b1ae006edf\"","ServerSideEncryption":"AES256","VersionId":"null","ChecksumCRC32":"c147Sw==","ChecksumType":"FULL_OBJECT"}
            GetObject {"Bucket":"logs","Key":"k"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":8,"ETag":"\"39991a0526bf5924802f22b1ae006edf\"","VersionId":"null","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>null two
            DeleteObject {"Bucket":"logs","Key":"k"}
              {"DeleteMarker":true,"VersionId":"null"}
            DeleteObject {"Bucket":"logs","Key":"k"}
              {"DeleteMarker":true,"VersionId":"null"}
            ListObjectVersions {"Bucket":"logs"}
              {"IsTruncated":false,"KeyMarker":"","VersionIdMarker":"","Versions":[{"Key":"k","VersionId":"$v1","IsLatest":false,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"4d8b6084f3d167b76cac66a22a91be02\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":4,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}],"DeleteMarkers":[{"Key":"k","VersionId":"null","IsLatest":true,"LastModified":"2026-11-20T08:00:00Z","Owner":{"ID":"$111122223333"}}],"Name":"logs","Prefix":"","MaxKeys":1000}
            GetObject {"Bucket":"logs","Key":"k","VersionId":"$v1"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":4,"ETag":"\"4d8b6084f3d167b76cac66a22a91be02\"","VersionId":"$v1","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>kept
            DeleteObject {"Bucket":"logs","Key":"k","VersionId":"null"}
              {"DeleteMarker":true,"VersionId":"null"}
            GetObject {"Bucket":"logs","Key":"k"}
              {"AcceptRanges":"bytes","LastModified":"2026-11-20T08:00:00Z","ContentLength":4,"ETag":"\"4d8b6084f3d167b76cac66a22a91be02\"","VersionId":"$v1","ContentType":"binary/octet-stream","ServerSideEncryption":"AES256","Metadata":{}} >>kept
            PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{}}
              400 IllegalVersioningConfigurationException: The Versioning element must be specified
            PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Enabled","MFADelete":"Enabled"}}
              501 NotImplemented: This endpoint does not implement MFA delete.
        "#]],
    );
}

#[test]
fn versions_are_listed_in_pages_that_go_on_where_they_ended() {
    check(
        r#"
        CreateBucket {"Bucket":"logs"}
        PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Enabled"}}
        PutObject {"Bucket":"logs","Key":"a"} <<1
        PutObject {"Bucket":"logs","Key":"a"} <<2
        PutObject {"Bucket":"logs","Key":"a"} <<3
        PutObject {"Bucket":"logs","Key":"d/e"} <<4
        DeleteObject {"Bucket":"logs","Key":"b"}
        ListObjectVersions {"Bucket":"logs","MaxKeys":2,"Delimiter":"/"}
        ListObjectVersions {"Bucket":"logs","MaxKeys":2,"Delimiter":"/","KeyMarker":"a","VersionIdMarker":"$v2"}
        ListObjectVersions {"Bucket":"logs","MaxKeys":2,"Delimiter":"/","KeyMarker":"b","VersionIdMarker":"$v5"}
        ListObjectVersions {"Bucket":"logs","KeyMarker":"b"}
        ListObjectVersions {"Bucket":"logs","VersionIdMarker":"$v2"}
        DeleteObjects {"Bucket":"logs","Delete":{"Objects":[{"Key":"a","VersionId":"$v3"},{"Key":"a","VersionId":"$v2"}]}}
        ListObjectVersions {"Bucket":"logs","MaxKeys":2,"KeyMarker":"a","VersionIdMarker":"$v2"}
        DeleteObjects {"Bucket":"logs","Delete":{"Objects":[{"Key":"a"},{"Key":"a"},{"Key":"b","VersionId":"$v5"}]}}
        ListObjectVersions {"Bucket":"logs"}
        "#,
        &expect![[r#"
            CreateBucket {"Bucket":"logs"}
              {"Location":"/logs","BucketArn":"arn:aws:s3:::logs"}
            PutBucketVersioning {"Bucket":"logs","VersioningConfiguration":{"Status":"Enabled"}}
              {}
            PutObject {"Bucket":"logs","Key":"a"} <<1
              {"ETag":"\"c4ca4238a0b923820dcc509a6f75849b\"","ServerSideEncryption":"AES256","VersionId":"$v1","ChecksumCRC32":"g9zvtw==","ChecksumType":"FULL_OBJECT"}
            PutObject {"Bucket":"logs","Key":"a"} <<2
              {"ETag":"\"c81e728d9d4c2f636f067f89cc14862c\"","ServerSideEncryption":"AES256","VersionId":"$v2","ChecksumCRC32":"GtW+DQ==","ChecksumType":"FULL_OBJECT"}
            PutObject {"Bucket":"logs","Key":"a"} <<3
              {"ETag":"\"eccbc87e4b5ce2fe28308fd9f2a7baf3\"","ServerSideEncryption":"AES256","VersionId":"$v3","ChecksumCRC32":"bdKOmw==","ChecksumType":"FULL_OBJECT"}
            PutObject {"Bucket":"logs","Key":"d/e"} <<4
              {"ETag":"\"a87ff679a2f3e71d9181a67b7542122c\"","ServerSideEncryption":"AES256","VersionId":"$v4","ChecksumCRC32":"87YbOA==","ChecksumType":"FULL_OBJECT"}
            DeleteObject {"Bucket":"logs","Key":"b"}
              {"DeleteMarker":true,"VersionId":"$v5"}
            ListObjectVersions {"Bucket":"logs","MaxKeys":2,"Delimiter":"/"}
              {"IsTruncated":true,"KeyMarker":"","VersionIdMarker":"","NextKeyMarker":"a","NextVersionIdMarker":"$v2","Versions":[{"Key":"a","VersionId":"$v3","IsLatest":true,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"eccbc87e4b5ce2fe28308fd9f2a7baf3\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}},{"Key":"a","VersionId":"$v2","IsLatest":false,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"c81e728d9d4c2f636f067f89cc14862c\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}],"Name":"logs","Prefix":"","Delimiter":"/","MaxKeys":2}
            ListObjectVersions {"Bucket":"logs","MaxKeys":2,"Delimiter":"/","KeyMarker":"a","VersionIdMarker":"$v2"}
              {"IsTruncated":true,"KeyMarker":"a","VersionIdMarker":"$v2","NextKeyMarker":"b","NextVersionIdMarker":"$v5","Versions":[{"Key":"a","VersionId":"$v1","IsLatest":false,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"c4ca4238a0b923820dcc509a6f75849b\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}],"DeleteMarkers":[{"Key":"b","VersionId":"$v5","IsLatest":true,"LastModified":"2026-11-20T08:00:00Z","Owner":{"ID":"$111122223333"}}],"Name":"logs","Prefix":"","Delimiter":"/","MaxKeys":2}
            ListObjectVersions {"Bucket":"logs","MaxKeys":2,"Delimiter":"/","KeyMarker":"b","VersionIdMarker":"$v5"}
              {"IsTruncated":false,"KeyMarker":"b","VersionIdMarker":"$v5","Name":"logs","Prefix":"","Delimiter":"/","MaxKeys":2,"CommonPrefixes":[{"Prefix":"d/"}]}
            ListObjectVersions {"Bucket":"logs","KeyMarker":"b"}
              {"IsTruncated":false,"KeyMarker":"b","VersionIdMarker":"","Versions":[{"Key":"d/e","VersionId":"$v4","IsLatest":true,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"a87ff679a2f3e71d9181a67b7542122c\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}],"Name":"logs","Prefix":"","MaxKeys":1000}
            ListObjectVersions {"Bucket":"logs","VersionIdMarker":"$v2"}
              400 InvalidArgument: A version-id marker cannot be specified without a key marker. {"ArgumentName":"version-id-marker","ArgumentValue":"$v2"}
            DeleteObjects {"Bucket":"logs","Delete":{"Objects":[{"Key":"a","VersionId":"$v3"},{"Key":"a","VersionId":"$v2"}]}}
              {"Deleted":[{"Key":"a","VersionId":"$v3"},{"Key":"a","VersionId":"$v2"}]}
            ListObjectVersions {"Bucket":"logs","MaxKeys":2,"KeyMarker":"a","VersionIdMarker":"$v2"}
              {"IsTruncated":true,"KeyMarker":"a","VersionIdMarker":"$v2","NextKeyMarker":"b","NextVersionIdMarker":"$v5","Versions":[{"Key":"a","VersionId":"$v1","IsLatest":true,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"c4ca4238a0b923820dcc509a6f75849b\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}],"DeleteMarkers":[{"Key":"b","VersionId":"$v5","IsLatest":true,"LastModified":"2026-11-20T08:00:00Z","Owner":{"ID":"$111122223333"}}],"Name":"logs","Prefix":"","MaxKeys":2}
            DeleteObjects {"Bucket":"logs","Delete":{"Objects":[{"Key":"a"},{"Key":"a"},{"Key":"b","VersionId":"$v5"}]}}
              {"Deleted":[{"Key":"a","DeleteMarker":true,"DeleteMarkerVersionId":"$v6"},{"Key":"a","DeleteMarker":true,"DeleteMarkerVersionId":"$v7"},{"Key":"b","VersionId":"$v5","DeleteMarker":true,"DeleteMarkerVersionId":"$v5"}]}
            ListObjectVersions {"Bucket":"logs"}
              {"IsTruncated":false,"KeyMarker":"","VersionIdMarker":"","Versions":[{"Key":"a","VersionId":"$v1","IsLatest":false,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"c4ca4238a0b923820dcc509a6f75849b\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}},{"Key":"d/e","VersionId":"$v4","IsLatest":true,"LastModified":"2026-11-20T08:00:00Z","ETag":"\"a87ff679a2f3e71d9181a67b7542122c\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}],"DeleteMarkers":[{"Key":"a","VersionId":"$v7","IsLatest":true,"LastModified":"2026-11-20T08:00:00Z","Owner":{"ID":"$111122223333"}},{"Key":"a","VersionId":"$v6","IsLatest":false,"LastModified":"2026-11-20T08:00:00Z","Owner":{"ID":"$111122223333"}}],"Name":"logs","Prefix":"","MaxKeys":1000}
        "#]],
    );
}
