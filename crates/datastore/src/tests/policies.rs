//! Resource policies, and what they open to other accounts.

use expect_test::expect;

use super::check;
use super::world::{World, long, short};

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

/// Dashboards are refreshed without anybody's asking: they read their own account's stores only.
#[test]
fn no_dashboard_reads_what_a_policy_opens() {
    let mut world = World::new();
    let policy = r#""{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": [\"cloudtrail:StartQuery\"], \"Resource\": \"ARN:eventdatastore/<1>\"}]}""#;
    let put = format!(r#"{{"ResourceArn": "ARN:eventdatastore/<1>", "ResourcePolicy": {policy}}}"#);
    world.step(r#"CreateEventDataStore {"Name": "one"}"#);
    assert!(world.step(&format!("PutResourcePolicy {put}")).unwrap().starts_with('{'));
    world.step("as 222233334444");
    let widget = r#"{"QueryStatement": "SELECT a FROM <1>", "ViewProperties": {}}"#;
    let refused =
        world.step(&format!(r#"CreateDashboard {{"Name": "board", "Widgets": [{widget}]}}"#));
    assert!(refused.unwrap().starts_with("EventDataStoreNotFoundException"));
}

/// Returns the ARNs that policies are asked about.
fn resources(world: &World, operation: &str, input: &str) -> String {
    let entry = crate::operations().iter().find(|entry| entry.operation == operation).unwrap();
    let input = world.decoded(operation, &long(input));
    let arns = world.with_request(&input, |request| {
        (entry.resources)(request.state, request.call, request.input)
    });
    short(&arns.join(" "))
}

#[test]
fn policies_are_asked_about_what_a_call_names() {
    let mut world = World::new();
    let source = r#""ImportSource": {"S3": {"S3LocationUri": "s3://bucket", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": "arn:aws:iam::111122223333:role/x"}}"#;
    for step in [
        r#"CreateEventDataStore {"Name": "one"}"#,
        r#"StartQuery {"QueryStatement": "SELECT a FROM <1>"}"#,
        &format!(r#"StartImport {{"Destinations": ["<1>"], {source}}}"#),
    ] {
        assert!(world.step(step).unwrap().starts_with('{'));
    }
    let store = "ARN:eventdatastore/<1>";
    for (operation, input, expected) in [
        ("CreateEventDataStore", r#"{"Name": "two"}"#, "*"),
        ("GetEventDataStore", r#"{"EventDataStore": "<1>"}"#, store),
        ("GetEventDataStore", r#"{"EventDataStore": "ARN:eventdatastore/<1>"}"#, store),
        ("StartQuery", r#"{"QueryStatement": "SELECT '<7>' FROM <1>"}"#, store),
        (
            "StartQuery",
            r#"{"QueryStatement": "SELECT 1 FROM <1> JOIN <7>"}"#,
            "ARN:eventdatastore/<1> ARN:eventdatastore/<7>",
        ),
        ("StartQuery", r#"{"QueryStatement": "SELECT 1 FROM events"}"#, "*"),
        ("DescribeQuery", r#"{"QueryId": "<3>"}"#, store),
        ("GetQueryResults", r#"{"QueryId": "<9>"}"#, "*"),
        ("GenerateQuery", r#"{"EventDataStores": ["<1>"], "Prompt": "who"}"#, store),
        ("StartImport", r#"{"Destinations": ["<1>"]}"#, store),
        ("StartImport", r#"{"ImportId": "<5>"}"#, store),
        ("GetImport", r#"{"ImportId": "<5>"}"#, store),
        ("GetChannel", r#"{"Channel": "<7>"}"#, "ARN:channel/<7>"),
        ("CreateDashboard", r#"{"Name": "board"}"#, "ARN:dashboard/board"),
        ("StartDashboardRefresh", r#"{"DashboardId": "board"}"#, "ARN:dashboard/board"),
        ("ListTags", r#"{"ResourceIdList": ["ARN:channel/<7>"]}"#, "ARN:channel/<7>"),
        ("GetResourcePolicy", r#"{"ResourceArn": "ARN:channel/<7>"}"#, "ARN:channel/<7>"),
    ] {
        assert_eq!(resources(&world, operation, input), expected, "{operation} {input}");
    }
    // what belongs to others and is open to nobody is not told by its ARN
    world.step("as 222233334444");
    let own = "arn:aws:cloudtrail:us-east-1:222233334444:eventdatastore/<1>";
    for (operation, input, expected) in [
        ("GetEventDataStore", r#"{"EventDataStore": "<1>"}"#, own),
        ("DescribeQuery", r#"{"QueryId": "<3>"}"#, "*"),
        ("GetImport", r#"{"ImportId": "<5>"}"#, "*"),
    ] {
        assert_eq!(resources(&world, operation, input), expected, "{operation} {input}");
    }
}
