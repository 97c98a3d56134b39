//! `AddTags`, `RemoveTags` and `ListTags`.

use expect_test::expect;

use super::check;
use super::world::World;

#[test]
fn tags_are_added_overwritten_and_removed() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "TagsList": [{"Key": "b", "Value": "1"}]}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": [{"Key": "a"}, {"Key": "b", "Value": "2"}, {"Key": "c"}]}
        {}
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"], "NextToken": "junk"}
        {"ResourceTagList":[{"ResourceId":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","TagsList":[{"Key":"a"},{"Key":"b","Value":"2"},{"Key":"c"}]}]}
        > RemoveTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": [{"Key": "b", "Value": "other"}, {"Key": "c"}, {"Key": "unknown"}]}
        {}
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"]}
        {"ResourceTagList":[{"ResourceId":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","TagsList":[{"Key":"a"}]}]}
    "#]]);
}

#[test]
fn tags_are_checked() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket"}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": [{"Key": ""}]}
        InvalidTagParameterException: A tag key has 1 to 128 characters.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": [{"Key": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}
        InvalidTagParameterException: A tag key has 1 to 128 characters.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": [{"Key": "a", "Value": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}
        InvalidTagParameterException: A tag value has at most 256 characters.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": [{"Key": "AWS:a"}]}
        InvalidTagParameterException: Tag keys that begin with aws: are reserved.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": [{"Key": "a"}, {"Key": "a"}]}
        InvalidTagParameterException: Tag key a is given more than once.
        > RemoveTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "TagsList": [{"Key": ""}]}
        InvalidTagParameterException: A tag key has 1 to 128 characters.
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"]}
        {"ResourceTagList":[{"ResourceId":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","TagsList":[]}]}
    "#]]);
}

#[test]
fn only_trails_at_home_have_tags() {
    check(expect![[r#"
        > CreateTrail {"Name": "logs", "S3BucketName": "bucket", "IsMultiRegionTrail": true}
        {"Name":"logs","S3BucketName":"bucket","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:us-east-1:111122223333:trail/logs","LogFileValidationEnabled":false,"IsOrganizationTrail":false,"RecursiveLogging":true}
        > AddTags {"ResourceId": "logs", "TagsList": []}
        CloudTrailARNInvalidException: logs is not the ARN of a trail, which looks like arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail.
        > AddTags {"ResourceId": "arn:aws:s3:::bucket", "TagsList": []}
        CloudTrailARNInvalidException: arn:aws:s3:::bucket is not the ARN of a trail, which looks like arn:aws:cloudtrail:us-east-1:111122223333:trail/MyTrail.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/l!gs", "TagsList": []}
        InvalidTrailNameException: Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/other", "TagsList": []}
        ResourceNotFoundException: Resource arn:aws:cloudtrail:us-east-1:111122223333:trail/other does not exist in us-east-1.
        > RemoveTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/other", "TagsList": []}
        ResourceNotFoundException: Resource arn:aws:cloudtrail:us-east-1:111122223333:trail/other does not exist in us-east-1.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012", "TagsList": []}
        EventDataStoreNotFoundException: arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012 does not exist.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/store", "TagsList": []}
        EventDataStoreARNInvalidException: arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/store is not valid.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:channel/12345678-1234-1234-1234-123456789012", "TagsList": []}
        ResourceNotFoundException: arn:aws:cloudtrail:us-east-1:111122223333:channel/12345678-1234-1234-1234-123456789012 does not exist.
        > AddTags {"ResourceId": "arn:aws:cloudtrail:us-east-1:111122223333:channel/channel", "TagsList": []}
        ChannelARNInvalidException: arn:aws:cloudtrail:us-east-1:111122223333:channel/channel is not valid.
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:dashboard/board"]}
        ResourceNotFoundException: arn:aws:cloudtrail:us-east-1:111122223333:dashboard/board does not exist.
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:other/thing"]}
        ResourceTypeNotSupportedException: Resources of the type other have no tags.
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/logs", "arn:aws:cloudtrail:us-east-1:111122223333:trail/other"]}
        ResourceNotFoundException: Resource arn:aws:cloudtrail:us-east-1:111122223333:trail/other does not exist in us-east-1.
        > in eu-west-1
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"]}
        ResourceNotFoundException: Resource arn:aws:cloudtrail:us-east-1:111122223333:trail/logs does not exist in eu-west-1.
        > as 444455556666
        > in us-east-1
        > ListTags {"ResourceIdList": ["arn:aws:cloudtrail:us-east-1:111122223333:trail/logs"]}
        ResourceNotFoundException: Resource arn:aws:cloudtrail:us-east-1:111122223333:trail/logs does not exist in us-east-1.
    "#]]);
}

#[test]
fn a_trail_has_50_tags() {
    let mut world = World::new();
    world.call("CreateTrail", r#"{"Name": "logs", "S3BucketName": "bucket"}"#);
    let arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/logs";
    let mut add = |keys: std::ops::Range<u32>| {
        let tags: Vec<_> = keys.map(|key| format!(r#"{{"Key": "k{key}"}}"#)).collect();
        let tags = tags.join(",");
        world.call("AddTags", &format!(r#"{{"ResourceId": "{arn}", "TagsList": [{tags}]}}"#))
    };
    assert_eq!(add(0..49), "{}");
    let refused = "TagsLimitExceededException: A trail can have at most 50 tags.";
    assert_eq!(add(40..51), refused);
    assert_eq!(add(0..50), "{}");
    assert_eq!(add(0..50), "{}");
    assert_eq!(add(50..51), refused);
}

#[test]
fn twenty_trails_are_listed_at_once() {
    let mut world = World::new();
    world.call("CreateTrail", r#"{"Name": "logs", "S3BucketName": "bucket"}"#);
    let mut list = |count| {
        let arn = r#""arn:aws:cloudtrail:us-east-1:111122223333:trail/logs""#;
        let input = format!(r#"{{"ResourceIdList": [{}]}}"#, vec![arn; count].join(","));
        world.call("ListTags", &input)
    };
    assert_eq!(list(20).matches("ResourceId\"").count(), 20);
    assert!(list(21).starts_with("ValidationException: "));
}
