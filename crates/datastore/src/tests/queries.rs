//! Queries: started, looked at, listed and ended.

use expect_test::expect;

use super::check;
use super::world::{World, long};

#[test]
fn a_query_is_started_and_cancelled() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > StartQuery {"QueryStatement": "SELECT a FROM <1>"}
        {"QueryId":"<3>"}
        > wait 1
        > StartQuery {"QueryStatement": "SELECT b FROM \"<1>\"", "EventDataStoreOwnerAccountId": "111122223333", "DeliveryS3Uri": "s3://bucket/some/prefix"}
        {"QueryId":"<5>","EventDataStoreOwnerAccountId":"111122223333"}
        > DescribeQuery {"QueryId": "<3>"}
        {"QueryId":"<3>","QueryString":"SELECT a FROM <1>","QueryStatus":"QUEUED","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795161600.125}}
        > DescribeQuery {"QueryId": "<5>", "EventDataStoreOwnerAccountId": "111122223333"}
        {"QueryId":"<5>","QueryString":"SELECT b FROM \"<1>\"","QueryStatus":"QUEUED","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795161601.125},"DeliveryS3Uri":"s3://bucket/some/prefix","DeliveryStatus":"PENDING","EventDataStoreOwnerAccountId":"111122223333"}
        > GetQueryResults {"QueryId": "<3>", "EventDataStore": "<1>"}
        {"QueryStatus":"QUEUED","QueryStatistics":{"ResultsCount":0,"TotalResultsCount":0,"BytesScanned":0}}
        > ListQueries {"EventDataStore": "<1>"}
        {"Queries":[{"QueryId":"<5>","QueryStatus":"QUEUED","CreationTime":1795161601.125},{"QueryId":"<3>","QueryStatus":"QUEUED","CreationTime":1795161600.125}]}
        > ListQueries {"EventDataStore": "<1>", "QueryStatus": "FINISHED"}
        {"Queries":[]}
        > ListQueries {"EventDataStore": "<1>", "EndTime": 1795161600.125}
        {"Queries":[{"QueryId":"<3>","QueryStatus":"QUEUED","CreationTime":1795161600.125}]}
        > CancelQuery {"QueryId": "<5>"}
        {"QueryId":"<5>","QueryStatus":"CANCELLED"}
        > CancelQuery {"QueryId": "<5>"}
        InactiveQueryException: Query <5> is CANCELLED already.
        > DescribeQuery {"QueryId": "<5>"}
        {"QueryId":"<5>","QueryString":"SELECT b FROM \"<1>\"","QueryStatus":"CANCELLED","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795161601.125},"DeliveryS3Uri":"s3://bucket/some/prefix","DeliveryStatus":"CANCELLED"}
        > wait 604800
        > DescribeQuery {"QueryId": "<5>"}
        QueryIdNotFoundException: Query <5> does not exist.
        > ListQueries {"EventDataStore": "<1>"}
        {"Queries":[{"QueryId":"<3>","QueryStatus":"TIMED_OUT","CreationTime":1795161600.125}]}
    "#]]);
}

#[test]
fn what_is_wrong_with_a_query() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one", "TerminationProtectionEnabled": false}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":false,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > StartQuery {}
        InvalidParameterException: Specify QueryStatement, or QueryAlias of a dashboard.
        > StartQuery {"QueryStatement": "SELECT 1", "QueryAlias": "a"}
        InvalidParameterException: Specify QueryStatement or QueryAlias, but not both.
        > StartQuery {"QueryStatement": "SELECT 1", "QueryParameters": ["a"]}
        InvalidParameterException: You can specify QueryParameters only with QueryAlias.
        > StartQuery {"QueryAlias": "a"}
        InvalidParameterException: No dashboard has a query with the alias a.
        > StartQuery {"QueryStatement": "SELECT WRONG FROM <1>"}
        InvalidQueryStatementException: line 1:8: column 'wrong' cannot be resolved
        > StartQuery {"QueryStatement": "SELECT a FROM <5>"}
        EventDataStoreNotFoundException: Event data store <5> does not exist.
        > StartQuery {"QueryStatement": "SELECT a FROM <1>", "EventDataStoreOwnerAccountId": "222233334444"}
        EventDataStoreNotFoundException: Event data store <1> does not exist.
        > StartQuery {"QueryStatement": "SELECT a FROM <1>", "DeliveryS3Uri": "s3://nowhere"}
        S3BucketDoesNotExistException: S3 bucket nowhere does not exist!
        > StartQuery {"QueryStatement": "SELECT a FROM <1>", "DeliveryS3Uri": "s3://closed/x"}
        InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: closed
        > StartQuery {"QueryStatement": "SELECT a FROM <1>", "DeliveryS3Uri": "s3://silent"}
        InsufficientS3BucketPolicyException: The store that holds the bucket silent does not answer.
        > StartQuery {"QueryStatement": "SELECT a FROM <1>", "DeliveryS3Uri": "s3://a..b"}
        InvalidS3BucketNameException: s3://a..b names no S3 bucket, as in s3://bucket/prefix.
        > StartQuery {"QueryStatement": "SELECT a FROM <1>", "DeliveryS3Uri": "s3://bucket/{odd}"}
        InvalidS3PrefixException: The S3 prefix is not valid: it has at most 200 characters, none of which may be unsafe in keys.
        > DescribeQuery {}
        InvalidParameterException: Specify QueryId or QueryAlias.
        > DescribeQuery {"QueryId": "<3>", "QueryAlias": "a"}
        InvalidParameterException: Specify QueryId or QueryAlias, but not both.
        > DescribeQuery {"QueryId": "<3>"}
        QueryIdNotFoundException: Query <3> does not exist.
        > DescribeQuery {"QueryAlias": "a"}
        QueryIdNotFoundException: Query a does not exist.
        > DescribeQuery {"QueryId": "<3>", "EventDataStore": "<5>"}
        EventDataStoreNotFoundException: Event data store <5> does not exist.
        > CancelQuery {"QueryId": "<3>"}
        QueryIdNotFoundException: Query <3> does not exist.
        > GetQueryResults {"QueryId": "<3>"}
        QueryIdNotFoundException: Query <3> does not exist.
        > ListQueries {"EventDataStore": "<5>"}
        EventDataStoreNotFoundException: Event data store <5> does not exist.
        > ListQueries {"EventDataStore": "<1>", "StartTime": 1795161600, "EndTime": 1795161599}
        InvalidDateRangeException: StartTime must not be after EndTime.
        > ListQueries {"EventDataStore": "<1>", "StartTime": 1794470400}
        InvalidDateRangeException: Queries of the last 7 days only can be listed.
        > ListQueries {"EventDataStore": "<1>", "NextToken": "junk"}
        InvalidNextTokenException: Invalid token: ask again without NextToken.
        > GenerateQuery {"EventDataStores": ["<1>"], "Prompt": "who was it"}
        GenerateResponseException: Queries are not generated here: SearchSampleQueries finds written ones by the same words.
        > GenerateQuery {"EventDataStores": ["<3>"], "Prompt": "who was it"}
        EventDataStoreNotFoundException: Event data store <3> does not exist.
        > DeleteEventDataStore {"EventDataStore": "<1>"}
        {}
        > StartQuery {"QueryStatement": "SELECT a FROM <1>"}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
        > ListQueries {"EventDataStore": "<1>"}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
        > GenerateQuery {"EventDataStores": ["<1>"], "Prompt": "who was it"}
        InactiveEventDataStoreException: Event data store ARN:eventdatastore/<1> is pending deletion.
    "#]]);
}

#[test]
fn queries_are_their_callers() {
    check(expect![[r#"
        > CreateEventDataStore {"Name": "one"}
        {"EventDataStoreArn":"ARN:eventdatastore/<1>","Name":"one","Status":"CREATED","AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}],"MultiRegionEnabled":true,"OrganizationEnabled":false,"RetentionPeriod":366,"TerminationProtectionEnabled":true,"CreatedTimestamp":1795161600.125,"UpdatedTimestamp":1795161600.125,"BillingMode":"EXTENDABLE_RETENTION_PRICING"}
        > StartQuery {"QueryStatement": "SELECT a FROM <1>"}
        {"QueryId":"<3>"}
        > as 222233334444
        > DescribeQuery {"QueryId": "<3>"}
        QueryIdNotFoundException: Query <3> does not exist.
        > CancelQuery {"QueryId": "<3>"}
        QueryIdNotFoundException: Query <3> does not exist.
        > GetQueryResults {"QueryId": "<3>"}
        QueryIdNotFoundException: Query <3> does not exist.
        > StartQuery {"QueryStatement": "SELECT a FROM <1>"}
        EventDataStoreNotFoundException: Event data store <1> does not exist.
        > StartQuery {"QueryStatement": "SELECT a FROM events"}
        {"QueryId":"<5>"}
        > as 111122223333
        > DescribeQuery {"QueryId": "<5>"}
        QueryIdNotFoundException: Query <5> does not exist.
        > in eu-west-1
        > DescribeQuery {"QueryId": "<3>"}
        QueryIdNotFoundException: Query <3> does not exist.
    "#]]);
}

#[test]
fn ten_queries_at_once() {
    let mut world = World::new();
    world.call("CreateEventDataStore", r#"{"Name": "one"}"#);
    let start = long(r#"{"QueryStatement": "SELECT a FROM <1> JOIN <1>"}"#);
    for _ in 0..10 {
        assert!(world.call("StartQuery", &start).starts_with('{'));
    }
    let full = "MaxConcurrentQueriesException: You are already running the maximum number of \
                concurrent queries: 10.";
    assert_eq!(world.call("StartQuery", &start), full);
    assert_eq!(world.state.queries_to_run().len(), 10);
    assert!(world.state.queries.values().all(|query| query.stores == [0]));
    // an hour later none of them runs any more
    world.wait(3_600);
    assert_eq!(world.state.queries_to_run().len(), 0);
    assert!(world.call("StartQuery", &start).starts_with('{'));
    world.assert_folds_twice();
}

/// Policies are asked about the ids in the text: a table that is none of them is never read.
#[test]
fn what_is_read_is_what_policies_were_asked_about() {
    let mut world = World::new();
    world.call("CreateEventDataStore", r#"{"Name": "one"}"#);
    let input = world.decoded("StartQuery", &long(r#"{"QueryStatement": "SELECT 1 FROM <1>"}"#));
    let entry = crate::operations().iter().find(|entry| entry.operation == "StartQuery").unwrap();
    let resources = world.with_request(&input, |request| {
        (entry.resources)(request.state, request.call, request.input)
    });
    assert_eq!(resources, [long("ARN:eventdatastore/<1>")]);
    // as if the reader of SQL saw a table where the text has none
    let hidden = r#"{"QueryStatement": "SELECT '\n FROM <1> '"}"#;
    let refused = "InvalidQueryStatementException: table <1> must be named by its id";
    assert_eq!(world.step(&format!("StartQuery {hidden}")).as_deref(), Some(refused));
}
