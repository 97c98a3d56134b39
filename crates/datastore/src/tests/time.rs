//! What time alone brings about.

use super::world::{World, long};
use crate::{
    Change, DashboardChange, QueryChange, QueryEnd, QueryStatus, StoreChange, StoreStatus,
};

#[test]
fn a_store_is_ready_at_once_and_gone_after_a_week() {
    let mut world = World::new();
    let unprotected = r#"{"Name": "one", "TerminationProtectionEnabled": false}"#;
    world.call("CreateEventDataStore", unprotected);
    assert_eq!(world.due(), [StoreChange::Ready { arn: long("ARN:eventdatastore/<1>") }.into()]);
    world.wait(0);
    assert_eq!(world.state.numbered(0).unwrap().status, StoreStatus::Enabled);
    world.step(r#"DeleteEventDataStore {"EventDataStore": "<1>"}"#);
    world.wait(7 * 86_400 - 1);
    assert!(world.state.numbered(0).is_some());
    world.now += jiff::SignedDuration::from_secs(1);
    let arn = long("ARN:eventdatastore/<1>");
    assert_eq!(world.due(), [StoreChange::Gone { arn, number: 0 }.into()]);
}

#[test]
fn a_query_times_out_after_an_hour_of_running_or_waiting() {
    let mut world = World::new();
    world.call("StartQuery", r#"{"QueryStatement": "SELECT 1"}"#);
    world.call("StartQuery", r#"{"QueryStatement": "SELECT 2"}"#);
    world.wait(1_800);
    world.apply(&[QueryChange::Started { id: long("<3>"), at: world.now }.into()]);
    world.wait(1_799);
    assert_eq!(world.due(), []);
    world.wait(1);
    let status = |world: &World, id| world.state.queries[&long(id)].status;
    assert_eq!(status(&world, "<1>"), QueryStatus::TimedOut);
    assert_eq!(status(&world, "<3>"), QueryStatus::Running);
    world.wait(1_800);
    assert_eq!(status(&world, "<3>"), QueryStatus::TimedOut);
    world.wait(7 * 86_400);
    assert!(world.state.queries.is_empty());
}

#[test]
fn the_oldest_ended_queries_make_room() {
    let mut world = World::new();
    world.settings.kept_queries_max = 2;
    for _ in 0..4 {
        world.call("StartQuery", r#"{"QueryStatement": "SELECT 1"}"#);
        world.wait(1);
    }
    let end = QueryEnd::without_answer(QueryStatus::Finished, None);
    for id in ["<1>", "<3>", "<7>"] {
        let change = QueryChange::Ended { id: long(id), at: world.now, end: end.clone() };
        world.apply(&[change.into()]);
    }
    assert_eq!(world.due(), [QueryChange::Gone { id: long("<1>") }.into()]);
    world.wait(0);
    assert_eq!(world.state.queries.len(), 3, "the one that waits is not counted");
}

#[test]
fn a_dashboard_is_refreshed_on_its_hour() {
    let mut world = World::new();
    let widget = r#"{"QueryStatement": "SELECT a FROM events WHERE t > '?'", "QueryParameters": ["$StartTime$"], "ViewProperties": {}}"#;
    let schedule = r#"{"Frequency": {"Unit": "HOURS", "Value": 1}, "TimeOfDay": "00:10"}"#;
    let board =
        format!(r#"{{"Name": "board", "Widgets": [{widget}], "RefreshSchedule": {schedule}}}"#);
    world.call("CreateDashboard", &board);
    world.wait(599);
    assert_eq!(world.due(), []);
    world.wait(1);
    let statements = |world: &World| {
        let waiting = world.state.queries_to_run();
        waiting.iter().map(|query| query.statement.clone()).collect::<Vec<_>>()
    };
    assert_eq!(statements(&world), ["SELECT a FROM events WHERE t > '2026-11-19 08:10:00'"]);
    let first = world.state.dashboards.values().next().unwrap().last_refresh_id.clone();
    // while the query waits, the next refresh is left out; it times out at the same moment, and is
    // there for another hour
    world.settings.query_seconds_max = 7_000;
    world.now += jiff::SignedDuration::from_secs(3_600);
    let due = world.due();
    assert!(
        matches!(due.as_slice(), [Change::Dashboard(DashboardChange::Skipped { .. })]),
        "{due:?}"
    );
    world.wait(0);
    let board = world.state.dashboards.values().next().unwrap();
    assert_eq!(board.last_refresh_id, first);
    assert_eq!(board.next_refresh, Some("2026-11-20T10:10:00Z".parse().unwrap()));
    world.settings.query_seconds_max = 60;
    world.wait(60);
    world.wait(3_540);
    assert_eq!(statements(&world), ["SELECT a FROM events WHERE t > '2026-11-19 10:10:00'"]);
    world.assert_folds_twice();
}
