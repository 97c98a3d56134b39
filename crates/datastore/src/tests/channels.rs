//! Channels: made, changed, listed and deleted.

use expect_test::expect;

use super::check;
use super::world::{World, long};

#[test]
fn a_channel_lives() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "audit", "TerminationProtectionEnabled": false, "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"audit","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ActivityAuditLog"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}], "Tags": [{"Key": "a", "Value": "1"}]}
        {"ChannelArn":"ARN:channel/<3>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}],"Tags":[{"Key":"a","Value":"1"}]}
        > GetChannel {"Channel": "<3>"}
        {"ChannelArn":"ARN:channel/<3>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}]}
        > GetChannel {"Channel": "ARN:channel/<3>"}
        {"ChannelArn":"ARN:channel/<3>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}]}
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        ChannelExistsForEDSException: Channel ARN:channel/<3> leads to event data store ARN:eventdatastore/<1>.
        > CreateEventDataStore {"Name": "other", "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<5>","Name":"other","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ActivityAuditLog"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > UpdateChannel {"Channel": "<3>", "Name": "doors", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "ARN:eventdatastore/<5>"}]}
        {"ChannelArn":"ARN:channel/<3>","Name":"doors","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<5>"}]}
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > ListChannels {}
        {"Channels":[{"ChannelArn":"ARN:channel/<3>","Name":"doors"}]}
        > UpdateChannel {"Channel": "<3>", "Name": "gates"}
        {"ChannelArn":"ARN:channel/<3>","Name":"gates","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<5>"}]}
        > DeleteChannel {"Channel": "<3>"}
        {}
        > DeleteChannel {"Channel": "<3>"}
        ChannelNotFoundException: Channel <3> does not exist.
        > ListChannels {}
        {"Channels":[]}
    "#]]);
}

#[test]
fn what_is_wrong_with_a_channel() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "audit", "TerminationProtectionEnabled": false, "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"audit","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ActivityAuditLog"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateEventDataStore {"Name": "management"}
        {"EventDataStoreArn":"ARN:eventdatastore/<3>","Name":"management","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateChannel {"Name": "badges", "Source": "<odd>", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        InvalidSourceException: <odd> is no source: give Custom, or the name of a partner.
        > CreateChannel {"Name": "badges", "Source": "ec2.amazonaws.com", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        InvalidSourceException: ec2.amazonaws.com is no source: give Custom, or the name of a partner.
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "AWS_SERVICE", "Location": "<1>"}]}
        InvalidParameterException: A destination must be of the type EVENT_DATA_STORE, not AWS_SERVICE.
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "store"}]}
        EventDataStoreARNInvalidException: store is neither the ARN nor the id of an event data store.
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<9>"}]}
        EventDataStoreNotFoundException: Event data store <9> does not exist.
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<3>"}]}
        InvalidEventDataStoreCategoryException: Event data store ARN:eventdatastore/<3> cannot be the destination of a channel: it must be of the channel's account and take ActivityAuditLog events.
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}, {"Type": "EVENT_DATA_STORE", "Location": "ARN:eventdatastore/<1>"}]}
        InvalidParameterException: Destination ARN:eventdatastore/<1> is given more than once.
        > CreateChannel {"Name": "badges", "Source": "Custom", "Tags": [{"Key": "aws:a"}], "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        InvalidTagParameterException: Tag keys that begin with aws: are reserved.
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        {"ChannelArn":"ARN:channel/<5>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}]}
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        ChannelAlreadyExistsException: Channel badges already exists for customer: 111122223333
        > CreateChannel {"Name": "partner-1", "Source": "Partner One", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        {"ChannelArn":"ARN:channel/<7>","Name":"partner-1","Source":"Partner One","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}]}
        > CreateChannel {"Name": "partner-2", "Source": "Partner One", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        ChannelAlreadyExistsException: Channel partner-1 is for the source Partner One already.
        > UpdateChannel {"Channel": "<5>"}
        InvalidParameterException: Specify Name or Destinations.
        > UpdateChannel {"Channel": "<5>", "Name": "partner-1"}
        ChannelAlreadyExistsException: Channel partner-1 already exists for customer: 111122223333
        > UpdateChannel {"Channel": "<9>", "Name": "partner-3"}
        ChannelNotFoundException: Channel <9> does not exist.
        > GetChannel {"Channel": "badges"}
        ChannelARNInvalidException: badges is neither the ARN nor the id of a channel.
        > ListChannels {"NextToken": "junk"}
        InvalidNextTokenException: Invalid token: ask again without NextToken.
        > in eu-west-1
        > GetChannel {"Channel": "ARN:channel/<5>"}
        ChannelNotFoundException: Channel ARN:channel/<5> does not exist.
    "#]]);
}

#[test]
fn there_is_room_for_so_many_channels() {
    let mut world = World::new();
    world.settings.channels_max = 2;
    world.step(r#"CreateEventDataStore {"Name": "audit", "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}"#);
    let create = |name: &str| {
        let to = r#"[{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]"#;
        long(&format!(r#"{{"Name": "{name}", "Source": "Custom", "Destinations": {to}}}"#))
    };
    assert!(world.call("CreateChannel", &create("one")).starts_with('{'));
    assert!(world.call("CreateChannel", &create("two")).starts_with('{'));
    let full = "ChannelMaxLimitExceededException: User: 111122223333 already has 2 channels in \
                us-east-1.";
    assert_eq!(world.call("CreateChannel", &create("three")), full);
}
