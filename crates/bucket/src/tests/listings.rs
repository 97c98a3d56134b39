//! Listings of objects, by marker and by token.

use expect_test::expect;

use super::script::Script;

fn with_objects() -> Script {
    let mut script = Script::new();
    script.setup(r#"CreateBucket {"Bucket":"logs"}"#);
    for key in ["a", "b/1", "b/2", "c d+e", "f"] {
        script.setup(&format!(r#"PutObject {{"Bucket":"logs","Key":"{key}"}} <<{key}"#));
    }
    script
}

#[test]
fn the_first_version_goes_by_markers() {
    with_objects().check(
        r#"
        ListObjects {"Bucket":"logs","Prefix":"b/"}
        ListObjects {"Bucket":"logs","MaxKeys":2,"Delimiter":"/"}
        ListObjects {"Bucket":"logs","MaxKeys":2,"Delimiter":"/","Marker":"b/"}
        ListObjects {"Bucket":"logs","MaxKeys":1}
        ListObjects {"Bucket":"logs","MaxKeys":0}
        ListObjects {"Bucket":"logs","Marker":"c d+e"}
        ListObjects {"Bucket":"logs","Prefix":"c","EncodingType":"url","Delimiter":" "}
        ListObjects {"Bucket":"logs","EncodingType":"morse"}
        ListObjects {"Bucket":"logs","MaxKeys":-1}
        ListObjects {"Bucket":"gone"}
        "#,
        &expect![[r#"
            ListObjects {"Bucket":"logs","Prefix":"b/"}
              {"IsTruncated":false,"Name":"logs","Prefix":"b/","MaxKeys":1000,"Marker":"","Contents":[{"Key":"b/1","LastModified":"2026-11-20T08:00:00Z","ETag":"\"46bc882b88120fd4dc12076ba56c7dd4\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":3,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}},{"Key":"b/2","LastModified":"2026-11-20T08:00:00Z","ETag":"\"83725edea4c6f6a7dae4d7f884b59894\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":3,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}]}
            ListObjects {"Bucket":"logs","MaxKeys":2,"Delimiter":"/"}
              {"IsTruncated":true,"Name":"logs","Prefix":"","Delimiter":"/","MaxKeys":2,"CommonPrefixes":[{"Prefix":"b/"}],"Marker":"","NextMarker":"b/","Contents":[{"Key":"a","LastModified":"2026-11-20T08:00:00Z","ETag":"\"0cc175b9c0f1b6a831c399e269772661\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}]}
            ListObjects {"Bucket":"logs","MaxKeys":2,"Delimiter":"/","Marker":"b/"}
              {"IsTruncated":false,"Name":"logs","Prefix":"","Delimiter":"/","MaxKeys":2,"Marker":"b/","Contents":[{"Key":"c d+e","LastModified":"2026-11-20T08:00:00Z","ETag":"\"afca5d3d4af38bf6dee26d2d7cddf75f\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":5,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}},{"Key":"f","LastModified":"2026-11-20T08:00:00Z","ETag":"\"8fa14cdd754f91cc6554c9e71929cce7\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}]}
            ListObjects {"Bucket":"logs","MaxKeys":1}
              {"IsTruncated":true,"Name":"logs","Prefix":"","MaxKeys":1,"Marker":"","Contents":[{"Key":"a","LastModified":"2026-11-20T08:00:00Z","ETag":"\"0cc175b9c0f1b6a831c399e269772661\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}]}
            ListObjects {"Bucket":"logs","MaxKeys":0}
              {"IsTruncated":false,"Name":"logs","Prefix":"","MaxKeys":0,"Marker":""}
            ListObjects {"Bucket":"logs","Marker":"c d+e"}
              {"IsTruncated":false,"Name":"logs","Prefix":"","MaxKeys":1000,"Marker":"c d+e","Contents":[{"Key":"f","LastModified":"2026-11-20T08:00:00Z","ETag":"\"8fa14cdd754f91cc6554c9e71929cce7\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}]}
            ListObjects {"Bucket":"logs","Prefix":"c","EncodingType":"url","Delimiter":" "}
              {"IsTruncated":false,"Name":"logs","Prefix":"c","Delimiter":"%20","MaxKeys":1000,"CommonPrefixes":[{"Prefix":"c%20"}],"EncodingType":"url","Marker":""}
            ListObjects {"Bucket":"logs","EncodingType":"morse"}
              400 InvalidArgument: Invalid Encoding Method specified in Request {"ArgumentName":"encoding-type","ArgumentValue":"morse"}
            ListObjects {"Bucket":"logs","MaxKeys":-1}
              400 InvalidArgument: Argument maxKeys must be an integer between 0 and 2147483647 {"ArgumentName":"maxKeys","ArgumentValue":"-1"}
            ListObjects {"Bucket":"gone"}
              404 NoSuchBucket: The specified bucket does not exist {"BucketName":"gone"}
        "#]],
    );
}

#[test]
fn the_second_version_goes_by_tokens() {
    with_objects().check(
        r#"
        ListObjectsV2 {"Bucket":"logs","MaxKeys":2,"Delimiter":"/"}
        ListObjectsV2 {"Bucket":"logs","MaxKeys":2,"Delimiter":"/","ContinuationToken":"$t1"}
        ListObjectsV2 {"Bucket":"logs","StartAfter":"c","FetchOwner":true,"EncodingType":"url"}
        ListObjectsV2 {"Bucket":"logs","MaxKeys":0}
        "#,
        &expect![[r#"
            ListObjectsV2 {"Bucket":"logs","MaxKeys":2,"Delimiter":"/"}
              {"IsTruncated":true,"Name":"logs","Prefix":"","Delimiter":"/","MaxKeys":2,"CommonPrefixes":[{"Prefix":"b/"}],"KeyCount":2,"NextContinuationToken":"$t1","Contents":[{"Key":"a","LastModified":"2026-11-20T08:00:00Z","ETag":"\"0cc175b9c0f1b6a831c399e269772661\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD"}]}
            ListObjectsV2 {"Bucket":"logs","MaxKeys":2,"Delimiter":"/","ContinuationToken":"$t1"}
              {"IsTruncated":false,"Name":"logs","Prefix":"","Delimiter":"/","MaxKeys":2,"KeyCount":2,"ContinuationToken":"$t1","Contents":[{"Key":"c d+e","LastModified":"2026-11-20T08:00:00Z","ETag":"\"afca5d3d4af38bf6dee26d2d7cddf75f\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":5,"StorageClass":"STANDARD"},{"Key":"f","LastModified":"2026-11-20T08:00:00Z","ETag":"\"8fa14cdd754f91cc6554c9e71929cce7\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD"}]}
            ListObjectsV2 {"Bucket":"logs","StartAfter":"c","FetchOwner":true,"EncodingType":"url"}
              {"IsTruncated":false,"Name":"logs","Prefix":"","MaxKeys":1000,"EncodingType":"url","KeyCount":2,"StartAfter":"c","Contents":[{"Key":"c%20d%2Be","LastModified":"2026-11-20T08:00:00Z","ETag":"\"afca5d3d4af38bf6dee26d2d7cddf75f\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":5,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}},{"Key":"f","LastModified":"2026-11-20T08:00:00Z","ETag":"\"8fa14cdd754f91cc6554c9e71929cce7\"","ChecksumAlgorithm":["CRC32"],"ChecksumType":"FULL_OBJECT","Size":1,"StorageClass":"STANDARD","Owner":{"ID":"$111122223333"}}]}
            ListObjectsV2 {"Bucket":"logs","MaxKeys":0}
              {"IsTruncated":false,"Name":"logs","Prefix":"","MaxKeys":0,"KeyCount":0}
        "#]],
    );
}

#[test]
fn a_token_is_good_for_its_own_listing_only() {
    let mut script = with_objects();
    script.setup(
        r#"
        CreateBucket {"Bucket":"other"}
        ListObjectsV2 {"Bucket":"logs","MaxKeys":1,"Prefix":"b"}
        "#,
    );
    let token = |script: &mut Script, rest: &str| {
        script.run_line(&format!(r#"ListObjectsV2 {{"ContinuationToken":"$t1",{rest}}}"#))
    };
    assert!(token(&mut script, r#""Bucket":"logs","Prefix":"b""#).starts_with('{'));
    for rest in [
        r#""Bucket":"other","Prefix":"b""#,
        r#""Bucket":"logs""#,
        r#""Bucket":"logs","Prefix":"b/""#,
        r#""Bucket":"logs","Prefix":"b","Delimiter":"/""#,
    ] {
        let told = token(&mut script, rest);
        assert!(told.starts_with("400 InvalidArgument: The continuation token"), "{rest}: {told}");
    }
    let told = script.run_line(r#"ListBuckets {"ContinuationToken":"$t1"}"#);
    assert!(told.starts_with("400 InvalidArgument"), "{told}");
    let told = script.run_line(r#"ListObjectsV2 {"Bucket":"logs","ContinuationToken":"!"}"#);
    assert!(told.starts_with("400 InvalidArgument"), "{told}");
}

#[test]
fn following_pages_shows_every_key_once() {
    let mut script = Script::new();
    script.setup(r#"CreateBucket {"Bucket":"logs"}"#);
    let mut keys = Vec::new();
    for at in 0..1003 {
        let key = format!("k{at:04}");
        script.setup(&format!(r#"PutObject {{"Bucket":"logs","Key":"{key}"}} <<"#));
        keys.push(key);
    }
    let (mut seen, mut token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let told = script.run_line(&format!(r#"ListObjectsV2 {{"Bucket":"logs"{token}}}"#));
        let page: serde_json::Value = serde_json::from_str(&told).unwrap();
        let contents = page["Contents"].as_array().unwrap();
        seen.extend(contents.iter().map(|row| row["Key"].as_str().unwrap().to_owned()));
        pages += 1;
        let Some(next) = page["NextContinuationToken"].as_str() else { break };
        token = format!(r#","ContinuationToken":"{next}""#);
    }
    assert_eq!((seen, pages), (keys, 2));
}
