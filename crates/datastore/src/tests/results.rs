//! The answers of queries: reported by the one who runs them, shown in pages.

use expect_test::expect;

use super::world::{World, long};
use crate::{
    Change, DeliveryStatus, QueryChange, QueryEnd, QueryStatistics, QueryStatus, RowsWanted,
    rows_wanted, with_rows,
};

/// A world with a store, and a query on it that runs.
fn running() -> World {
    let mut world = World::new();
    world.call("CreateEventDataStore", r#"{"Name": "one"}"#);
    let query = r#"{"QueryStatement": "SELECT a FROM <1>", "DeliveryS3Uri": "s3://bucket"}"#;
    world.step(&format!("StartQuery {query}"));
    let at = world.now;
    world.apply(&[QueryChange::Started { id: long("<3>"), at }.into()]);
    world
}

fn end(status: QueryStatus, results: u64, error: Option<&str>) -> QueryEnd {
    let statistics = QueryStatistics {
        events_matched: 12,
        events_scanned: 1_200,
        bytes_scanned: 9_000,
        execution_millis: 15,
        results,
    };
    let columns = vec!["eventname".to_owned(), "_col1".to_owned()];
    QueryEnd { status, statistics, columns, error: error.map(str::to_owned) }
}

fn ended(world: &World, status: QueryStatus, results: u64, error: Option<&str>) -> Change {
    let end = end(status, results, error);
    QueryChange::Ended { id: long("<3>"), at: world.now, end }.into()
}

#[test]
fn a_query_runs_and_finishes() {
    let mut world = running();
    world.check_steps(&expect![[r#"
        > DescribeQuery {"QueryId": "<3>"}
        {"QueryId":"<3>","QueryString":"SELECT a FROM <1>","QueryStatus":"RUNNING","QueryStatistics":{"EventsMatched":0,"EventsScanned":0,"BytesScanned":0,"ExecutionTimeInMillis":0,"CreationTime":1795161600.125},"DeliveryS3Uri":"s3://bucket","DeliveryStatus":"PENDING"}
        > GetQueryResults {"QueryId": "<3>"}
        {"QueryStatus":"RUNNING","QueryStatistics":{"ResultsCount":0,"TotalResultsCount":0,"BytesScanned":0}}
    "#]]);
    let change = ended(&world, QueryStatus::Finished, 3, None);
    world.apply(&[change]);
    world.check_steps(&expect![[r#"
        > DescribeQuery {"QueryId": "<3>"}
        {"QueryId":"<3>","QueryString":"SELECT a FROM <1>","QueryStatus":"FINISHED","QueryStatistics":{"EventsMatched":12,"EventsScanned":1200,"BytesScanned":9000,"ExecutionTimeInMillis":15,"CreationTime":1795161600.125},"DeliveryS3Uri":"s3://bucket","DeliveryStatus":"PENDING"}
        > GetQueryResults {"QueryId": "<3>"}
        {"QueryStatus":"FINISHED","QueryStatistics":{"ResultsCount":3,"TotalResultsCount":3,"BytesScanned":9000}}
        > CancelQuery {"QueryId": "<3>"}
        InactiveQueryException: Query <3> is FINISHED already.
    "#]]);
    let status = DeliveryStatus::FailedSigningFile;
    world.apply(&[QueryChange::Delivered { id: long("<3>"), status }.into()]);
    // a second report changes nothing
    let change = ended(&world, QueryStatus::Failed, 0, Some("Query exhausted resources"));
    world.apply(&[change]);
    world.check_steps(&expect![[r#"
        > DescribeQuery {"QueryId": "<3>"}
        {"QueryId":"<3>","QueryString":"SELECT a FROM <1>","QueryStatus":"FINISHED","QueryStatistics":{"EventsMatched":12,"EventsScanned":1200,"BytesScanned":9000,"ExecutionTimeInMillis":15,"CreationTime":1795161600.125},"DeliveryS3Uri":"s3://bucket","DeliveryStatus":"FAILED_SIGNING_FILE"}
    "#]]);
}

#[test]
fn a_query_fails_or_is_cut_short() {
    let mut world = running();
    let change = ended(&world, QueryStatus::Failed, 0, Some("Query response is too large"));
    world.apply(&[change]);
    world.check_steps(&expect![[r#"
        > DescribeQuery {"QueryId": "<3>"}
        {"QueryId":"<3>","QueryString":"SELECT a FROM <1>","QueryStatus":"FAILED","QueryStatistics":{"EventsMatched":12,"EventsScanned":1200,"BytesScanned":9000,"ExecutionTimeInMillis":15,"CreationTime":1795161600.125},"ErrorMessage":"Query response is too large","DeliveryS3Uri":"s3://bucket","DeliveryStatus":"FAILED"}
        > GetQueryResults {"QueryId": "<3>"}
        {"QueryStatus":"FAILED","QueryStatistics":{"ResultsCount":0,"TotalResultsCount":0,"BytesScanned":9000},"ErrorMessage":"Query response is too large"}
    "#]]);
    let mut world = running();
    let change = ended(&world, QueryStatus::TimedOut, 2, None);
    world.apply(&[change]);
    world.check_steps(&expect![[r#"
        > DescribeQuery {"QueryId": "<3>"}
        {"QueryId":"<3>","QueryString":"SELECT a FROM <1>","QueryStatus":"TIMED_OUT","QueryStatistics":{"EventsMatched":12,"EventsScanned":1200,"BytesScanned":9000,"ExecutionTimeInMillis":15,"CreationTime":1795161600.125},"DeliveryS3Uri":"s3://bucket","DeliveryStatus":"FAILED"}
        > GetQueryResults {"QueryId": "<3>"}
        {"QueryStatus":"TIMED_OUT","QueryStatistics":{"ResultsCount":2,"TotalResultsCount":2,"BytesScanned":9000}}
    "#]]);
}

#[test]
fn rows_come_in_pages_and_each_once() {
    let mut world = running();
    let change = ended(&world, QueryStatus::Finished, 7, None);
    world.apply(&[change]);
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let text = long(&format!(r#"{{"QueryId": "<3>", "MaxQueryResults": 3{token}}}"#));
        let input = world.decoded("GetQueryResults", &text);
        let RowsWanted { query_id, skip, count } =
            world.with_request(&input, |request| rows_wanted(request)).unwrap();
        assert_eq!(query_id, long("<3>"));
        seen.extend(skip..skip + count);
        let page: serde_json::Value =
            serde_json::from_str(&world.call("GetQueryResults", &text)).unwrap();
        assert_eq!(page["QueryStatistics"]["ResultsCount"], count);
        assert_eq!(page["QueryStatistics"]["TotalResultsCount"], 7);
        let Some(next) = page["NextToken"].as_str() else { break };
        token = format!(r#", "NextToken": "{next}""#);
    }
    assert_eq!(seen, (0..7).collect::<Vec<_>>());
    let other = long(&format!(r#"{{"QueryId": "<1>"{token}}}"#));
    assert!(world.call("GetQueryResults", &other).starts_with("QueryIdNotFoundException"));
    let junk = long(r#"{"QueryId": "<3>", "NextToken": "junk"}"#);
    assert!(world.call("GetQueryResults", &junk).starts_with("InvalidNextTokenException"));
}

#[test]
fn rows_are_lists_of_columns_in_order() {
    let row = |values: [Option<&str>; 2]| {
        let names = ["eventname", "eventname"].map(str::to_owned);
        let values = values.map(|value| value.map(str::to_owned));
        names.into_iter().zip(values).collect::<Vec<_>>()
    };
    let output = with_rows(
        wire::Members::new(),
        vec![row([Some("PutObject"), Some("2")]), row([None, Some("")])],
    );
    assert_eq!(
        World::new().shown("GetQueryResults", &output),
        r#"{"QueryResultRows":[[{"eventname":"PutObject"},{"eventname":"2"}],[{"eventname":""},{"eventname":""}]]}"#
    );
}

#[test]
fn what_was_interrupted_waits_again() {
    let mut world = running();
    assert!(world.state.queries_to_run().is_empty());
    let changes = world.state.interrupted_queries();
    world.apply(&changes);
    assert_eq!(world.state.queries_to_run().len(), 1);
    assert_eq!(world.state.interrupted_queries(), []);
    // and what was cancelled in between does not
    world.step(r#"CancelQuery {"QueryId": "<3>"}"#);
    world.apply(&[QueryChange::Started { id: long("<3>"), at: world.now }.into()]);
    assert_eq!(world.state.interrupted_queries(), []);
    assert!(world.state.queries_to_run().is_empty());
    world.assert_folds_twice();
}
