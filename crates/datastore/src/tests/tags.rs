//! Tags of event data stores, channels and dashboards.

use expect_test::expect;

use super::check;
use super::world::World;
use crate::is_of_the_lake;

#[test]
fn tags_are_added_overwritten_and_removed() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "audit", "TerminationProtectionEnabled": false, "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"audit","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ActivityAuditLog"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        {"ChannelArn":"ARN:channel/<3>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}]}
        > CreateDashboard {"Name": "board", "TagsList": [{"Key": "a", "Value": "0"}]}
        {"DashboardArn":"ARN:dashboard/board","Name":"board","Type":"CUSTOM","Widgets":[],"TagsList":[{"Key":"a","Value":"0"}],"TerminationProtectionEnabled":false}
        > AddTags {"ResourceId": "ARN:eventdatastore/<1>", "TagsList": [{"Key": "a"}, {"Key": "b", "Value": "2"}]}
        {}
        > AddTags {"ResourceId": "ARN:channel/<3>", "TagsList": [{"Key": "a", "Value": "3"}]}
        {}
        > AddTags {"ResourceId": "ARN:dashboard/board", "TagsList": [{"Key": "a", "Value": "4"}]}
        {}
        > RemoveTags {"ResourceId": "ARN:eventdatastore/<1>", "TagsList": [{"Key": "a"}, {"Key": "other"}]}
        {}
        > ListTags {"ResourceIdList": ["ARN:dashboard/board", "ARN:eventdatastore/<1>", "ARN:channel/<3>"]}
        {"ResourceTagList":[{"ResourceId":"ARN:dashboard/board","TagsList":[{"Key":"a","Value":"4"}]},{"ResourceId":"ARN:eventdatastore/<1>","TagsList":[{"Key":"b","Value":"2"}]},{"ResourceId":"ARN:channel/<3>","TagsList":[{"Key":"a","Value":"3"}]}]}
    "#]]);
}

#[test]
fn tags_are_checked() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "audit", "TerminationProtectionEnabled": false, "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"audit","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ActivityAuditLog"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > AddTags {"ResourceId": "ARN:eventdatastore/<1>", "TagsList": [{"Key": "a"}, {"Key": "a"}]}
        InvalidTagParameterException: Tag key a is given more than once.
        > AddTags {"ResourceId": "ARN:eventdatastore/<1>", "TagsList": [{"Key": "AWS:a"}]}
        InvalidTagParameterException: Tag keys that begin with aws: are reserved.
        > AddTags {"ResourceId": "<1>", "TagsList": []}
        CloudTrailARNInvalidException: <1> is not an ARN of CloudTrail's.
        > AddTags {"ResourceId": "ARN:eventdatastore/one", "TagsList": []}
        EventDataStoreARNInvalidException: ARN:eventdatastore/one is neither the ARN nor the id of an event data store.
        > AddTags {"ResourceId": "ARN:eventdatastore/<9>", "TagsList": []}
        EventDataStoreNotFoundException: Event data store ARN:eventdatastore/<9> does not exist.
        > AddTags {"ResourceId": "ARN:channel/<9>", "TagsList": []}
        ChannelNotFoundException: Channel ARN:channel/<9> does not exist.
        > AddTags {"ResourceId": "ARN:channel/one", "TagsList": []}
        ChannelARNInvalidException: ARN:channel/one is neither the ARN nor the id of a channel.
        > AddTags {"ResourceId": "ARN:dashboard/one", "TagsList": []}
        ResourceNotFoundException: Dashboard ARN:dashboard/one does not exist.
        > AddTags {"ResourceId": "ARN:trail/one", "TagsList": []}
        ResourceTypeNotSupportedException: Resources of the type trail have no tags here.
        > ListTags {"ResourceIdList": ["ARN:channel/<9>"]}
        ResourceNotFoundException: Channel ARN:channel/<9> does not exist.
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > AddTags {"ResourceId": "ARN:eventdatastore/<1>", "TagsList": []}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
    "#]]);
}

#[test]
fn shared_operations_are_told_apart() {
    let world = World::new();
    for (operation, input, expected) in [
        ("AddTags", r#"{"ResourceId": "ARN:trail/x", "TagsList": []}"#, false),
        ("AddTags", r#"{"ResourceId": "ARN:channel/x", "TagsList": []}"#, true),
        ("RemoveTags", r#"{"ResourceId": "ARN:dashboard/x", "TagsList": []}"#, true),
        ("ListTags", r#"{"ResourceIdList": ["ARN:trail/x"]}"#, false),
        ("ListTags", r#"{"ResourceIdList": ["ARN:trail/x", "ARN:eventdatastore/x"]}"#, true),
        ("GetInsightSelectors", r#"{"TrailName": "x"}"#, false),
        ("GetInsightSelectors", r#"{"EventDataStore": "x"}"#, true),
        ("GetEventConfiguration", r#"{"EventDataStore": "x", "TrailName": "x"}"#, false),
        ("GetEventConfiguration", "{}", false),
        ("GetResourcePolicy", r#"{"ResourceArn": "x"}"#, true),
        ("StartQuery", "{}", false),
    ] {
        let input = world.decoded(operation, &super::world::long(input));
        assert_eq!(is_of_the_lake(operation, &input), expected, "{operation}");
    }
}
