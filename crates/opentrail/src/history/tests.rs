use serde_json::value::RawValue;

use super::*;

fn record(id: usize, time: &str, name: &str, region: &str) -> FrameEvent<'static> {
    let text = format!(
        r#"{{"eventID":"id-{id}","eventTime":"{time}","eventName":"{name}","eventSource":"s.amazonaws.com","awsRegion":"{region}","recipientAccountId":"111122223333","readOnly":true,"userIdentity":{{"type":"Root"}}}}"#
    );
    FrameEvent::new(RawValue::from_string(text).unwrap())
}

fn history(events: Vec<FrameEvent<'static>>) -> History {
    let history = History::default();
    for (event, sequence) in events.into_iter().zip(1..) {
        history.apply(sequence, &Frame::new("f", 0, vec![], vec![event])).unwrap();
    }
    history
}

fn scope(limit: usize) -> Scope {
    Scope {
        account: Some("111122223333".to_owned()),
        region: Some("us-east-1".to_owned()),
        until: u64::MAX,
        below: None,
        limit,
    }
}

fn all_pages(history: &History, mut scope: Scope, filter: &Filter) -> Vec<u64> {
    let mut sequences = Vec::new();
    loop {
        let page = history.find(&scope, filter);
        sequences.extend(page.events.iter().map(|at| at.sequence));
        match page.next {
            Some(next) => scope.below = Some(next),
            None => return sequences,
        }
    }
}

#[test]
fn pages_hold_every_event_once_and_newest_first() {
    let events = (0..25)
        .map(|n| record(n, &format!("2026-11-20T08:00:{:02}Z", n / 3), "A", "us-east-1"))
        .collect();
    let history = history(events);
    let found = all_pages(&history, scope(4), &Filter::default());
    assert_eq!(found, (1..=25).rev().collect::<Vec<_>>());
    let mut pinned = scope(4);
    pinned.until = 10;
    assert_eq!(all_pages(&history, pinned, &Filter::default()).len(), 10);
}

#[test]
fn a_range_includes_both_ends_and_an_odd_one_is_empty() {
    let events = (0..10)
        .map(|n| record(n, &format!("2026-11-20T08:00:{n:02}Z"), "A", "us-east-1"))
        .collect();
    let history = history(events);
    let second = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    let mut filter = Filter {
        start_second: Some(second("2026-11-20T08:00:03Z")),
        end_second: Some(second("2026-11-20T08:00:05Z")),
        ..Filter::default()
    };
    assert_eq!(all_pages(&history, scope(2), &filter), [6, 5, 4]);
    filter.end_second = filter.start_second.map(|start| start - 10);
    assert_eq!(all_pages(&history, scope(2), &filter), [] as [u64; 0]);
}

#[test]
fn regions_stay_apart_unless_all_are_asked_for() {
    let history = history(vec![
        record(1, "2026-11-20T08:00:01Z", "A", "us-east-1"),
        record(2, "2026-11-20T08:00:03Z", "A", "eu-west-1"),
        record(3, "2026-11-20T08:00:02Z", "B", "us-east-1"),
    ]);
    assert_eq!(all_pages(&history, scope(9), &Filter::default()), [3, 1]);
    let mut everywhere = scope(2);
    everywhere.region = None;
    assert_eq!(all_pages(&history, everywhere.clone(), &Filter::default()), [2, 3, 1]);
    let mut filter = Filter::default();
    filter.pattern(Column::EventName, "event", Some("a*")).unwrap();
    assert_eq!(all_pages(&history, everywhere, &filter), [2, 1]);
    let never =
        Filter { attributes: vec![Attribute::EventName("Never".to_owned())], ..Filter::default() };
    assert_eq!(history.find(&scope(9), &never), Page::default());
}

#[test]
fn the_same_id_with_other_content_is_another_event() {
    let history = history(vec![record(1, "2026-11-20T08:00:01Z", "A", "us-east-1")]);
    let same = record(1, "2026-11-20T08:00:01Z", "A", "us-east-1");
    let other = record(1, "2026-11-20T08:00:01Z", "B", "us-east-1");
    assert!(history.holds("id-1", same.record.get()));
    assert!(!history.holds("id-1", other.record.get()));
    assert_eq!(history.by_id("id-1").len(), 1);
    assert!(history.by_id("id-2").is_empty());
}

#[test]
fn the_live_view_follows_the_journal_and_not_the_clock() {
    let history = history(vec![
        record(1, "2026-11-20T08:00:05Z", "A", "us-east-1"),
        record(2, "2026-11-20T08:00:03Z", "A", "us-east-1"),
        record(3, "2026-11-20T08:00:04Z", "B", "eu-west-1"),
    ]);
    let fresh = |after, scope: &Scope| {
        let found = history.since(after, scope, &Filter::default());
        found.iter().map(|at| at.sequence).collect::<Vec<_>>()
    };
    assert_eq!(fresh(0, &scope(9)), [1, 2]);
    let mut everywhere = scope(9);
    everywhere.region = None;
    assert_eq!(fresh(1, &everywhere), [2, 3]);
    assert_eq!(fresh(3, &everywhere), [] as [u64; 0]);
}
