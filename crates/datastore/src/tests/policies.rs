//! Resource policies, and what they open to other accounts.

use expect_test::expect;

use super::check;

#[test]
fn policies_are_put_and_taken_away() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "audit", "TerminationProtectionEnabled": false, "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"audit","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ActivityAuditLog"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        {"ChannelArn":"ARN:channel/<3>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}]}
        > CreateDashboard {"Name": "board"}
        {"DashboardArn":"ARN:dashboard/board","Name":"board","Type":"CUSTOM","Widgets":[],"TerminationProtectionEnabled":false}
        > GetResourcePolicy {"ResourceArn": "ARN:channel/<3>"}
        ResourcePolicyNotFoundException: Resource ARN:channel/<3> has no resource policy.
        > PutResourcePolicy {"ResourceArn": "ARN:channel/<3>", "ResourcePolicy": "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"222233334444\"}, \"Action\": \"cloudtrail-data:PutAuditEvents\", \"Resource\": \"ARN:channel/<3>\"}}"}
        {"ResourceArn":"ARN:channel/<3>","ResourcePolicy":"{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"222233334444\"}, \"Action\": \"cloudtrail-data:PutAuditEvents\", \"Resource\": \"ARN:channel/<3>\"}}"}
        > GetResourcePolicy {"ResourceArn": "ARN:channel/<3>"}
        {"ResourceArn":"ARN:channel/<3>","ResourcePolicy":"{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"222233334444\"}, \"Action\": \"cloudtrail-data:PutAuditEvents\", \"Resource\": \"ARN:channel/<3>\"}}"}
        > PutResourcePolicy {"ResourceArn": "ARN:eventdatastore/<1>", "ResourcePolicy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"cloudtrail.amazonaws.com\"}, \"Action\": [\"cloudtrail:StartQuery\"], \"Resource\": \"ARN:eventdatastore/<1>\"}]}"}
        {"ResourceArn":"ARN:eventdatastore/<1>","ResourcePolicy":"{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"cloudtrail.amazonaws.com\"}, \"Action\": [\"cloudtrail:StartQuery\"], \"Resource\": \"ARN:eventdatastore/<1>\"}]}"}
        > PutResourcePolicy {"ResourceArn": "ARN:dashboard/board", "ResourcePolicy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": [\"cloudtrail:StartDashboardRefresh\"], \"Resource\": \"ARN:dashboard/board\"}]}"}
        {"ResourceArn":"ARN:dashboard/board","ResourcePolicy":"{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": [\"cloudtrail:StartDashboardRefresh\"], \"Resource\": \"ARN:dashboard/board\"}]}"}
        > DeleteResourcePolicy {"ResourceArn": "ARN:channel/<3>"}
        {}
        > DeleteResourcePolicy {"ResourceArn": "ARN:channel/<3>"}
        ResourcePolicyNotFoundException: Resource ARN:channel/<3> has no resource policy.
    "#]]);
}

#[test]
fn policies_are_checked() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "audit", "TerminationProtectionEnabled": false, "MultiRegionEnabled": false, "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"audit","Status":"CREATED","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ActivityAuditLog"]}]}],"MultiRegionEnabled":false,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > CreateChannel {"Name": "badges", "Source": "Custom", "Destinations": [{"Type": "EVENT_DATA_STORE", "Location": "<1>"}]}
        {"ChannelArn":"ARN:channel/<3>","Name":"badges","Source":"Custom","Destinations":[{"Type":"EVENT_DATA_STORE","Location":"ARN:eventdatastore/<1>"}]}
        > PutResourcePolicy {"ResourceArn": "channel", "ResourcePolicy": "{}"}
        ResourceARNNotValidException: channel is not the ARN of an event data store, a channel or a dashboard.
        > PutResourcePolicy {"ResourceArn": "ARN:channel/badges", "ResourcePolicy": "{}"}
        ResourceARNNotValidException: ARN:channel/badges is not the ARN of an event data store, a channel or a dashboard.
        > PutResourcePolicy {"ResourceArn": "ARN:trail/badges", "ResourcePolicy": "{}"}
        ResourceTypeNotSupportedException: Resources of the type trail have no resource policies.
        > PutResourcePolicy {"ResourceArn": "ARN:channel/<9>", "ResourcePolicy": "{}"}
        ResourceNotFoundException: Resource ARN:channel/<9> does not exist.
        > PutResourcePolicy {"ResourceArn": "ARN:channel/<3>", "ResourcePolicy": "{"}
        ResourcePolicyNotValidException: The resource policy is not valid: it is no JSON object: EOF while parsing an object at line 1 column 1.
        > PutResourcePolicy {"ResourceArn": "ARN:channel/<3>", "ResourcePolicy": "{}"}
        ResourcePolicyNotValidException: The resource policy is not valid: it must have 1 to 20 statements.
        > PutResourcePolicy {"ResourceArn": "ARN:channel/<3>", "ResourcePolicy": "{\"Statement\": {\"Action\": \"cloudtrail-data:PutAuditEvents\", \"Resource\": \"ARN:channel/<3>\"}}"}
        ResourcePolicyNotValidException: The resource policy is not valid: a statement must have 1 to 50 principals.
        > PutResourcePolicy {"ResourceArn": "ARN:channel/<3>", "ResourcePolicy": "{\"Statement\": {\"Principal\": \"*\", \"Action\": \"cloudtrail:StartQuery\", \"Resource\": \"ARN:channel/<3>\"}}"}
        ResourcePolicyNotValidException: The resource policy is not valid: the actions of a statement must be of cloudtrail-data:PutAuditEvents.
        > PutResourcePolicy {"ResourceArn": "ARN:channel/<3>", "ResourcePolicy": "{\"Statement\": {\"Principal\": \"*\", \"Action\": \"cloudtrail-data:PutAuditEvents\", \"Resource\": \"*\"}}"}
        ResourcePolicyNotValidException: The resource policy is not valid: the resource of a statement must be ARN:channel/<3>.
        > PutResourcePolicy {"ResourceArn": "ARN:channel/<3>", "ResourcePolicy": "{\"Statement\": {\"Effect\": \"Perhaps\", \"Principal\": \"*\", \"Action\": \"cloudtrail-data:PutAuditEvents\", \"Resource\": \"ARN:channel/<3>\"}}"}
        ResourcePolicyNotValidException: The resource policy is not valid: there is no Effect Perhaps.
        > as 222233334444
        > GetResourcePolicy {"ResourceArn": "ARN:channel/<3>"}
        ResourceNotFoundException: Resource ARN:channel/<3> does not exist.
    "#]]);
}

#[test]
fn a_store_with_a_policy_is_seen_by_others() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > as 222233334444
        > StartQuery {"QueryStatement": "SELECT a FROM <1>", "EventDataStoreOwnerAccountId": "111122223333"}
        EventDataStoreNotFoundException: Event data store <1> does not exist.
        > as 111122223333
        > PutResourcePolicy {"ResourceArn": "ARN:eventdatastore/<1>", "ResourcePolicy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": [\"cloudtrail:StartQuery\"], \"Resource\": \"ARN:eventdatastore/<1>\"}]}"}
        {"ResourceArn":"ARN:eventdatastore/<1>","ResourcePolicy":"{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": [\"cloudtrail:StartQuery\"], \"Resource\": \"ARN:eventdatastore/<1>\"}]}"}
        > as 222233334444
        > StartQuery {"QueryStatement": "SELECT a FROM <1>", "EventDataStoreOwnerAccountId": "111122223333"}
        {"QueryId":"<3>","EventDataStoreOwnerAccountId":"111122223333"}
        > DescribeQuery {"QueryId": "<3>", "EventDataStoreOwnerAccountId": "111122223333"}
        {"QueryId":"<3>","QueryString":"SELECT a FROM <1>","QueryStatus":"QUEUED","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795161600.125},"EventDataStoreOwnerAccountId":"111122223333"}
        > DescribeQuery {"QueryId": "<3>", "EventDataStoreOwnerAccountId": "222233334444"}
        QueryIdNotFoundException: Query <3> does not exist.
        > ListEventDataStores {}
        {"EventDataStores":[]}
        > as 111122223333
        > DescribeQuery {"QueryId": "<3>"}
        {"QueryId":"<3>","QueryString":"SELECT a FROM <1>","QueryStatus":"QUEUED","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795161600.125}}
    "#]]);
}
