//! Lookups, beside the same questions to a plain list.

use jiff::Timestamp;
use uuid::Uuid;

use super::events::{ACCOUNTS, Dice, NAMES, REGIONS, SOURCES, USERS, records, row, rows};
use crate::{Attribute, Goal, Page, Position, Question, Row, Store};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// A store of several files whose times overlap, and its rows in order, newest first.
async fn store(folder: &std::path::Path, batches: &[Vec<String>]) -> Store {
    let store = Store::open(folder, "events", Uuid::nil(), NOW).await.unwrap();
    let mut first = 1;
    for (batch, number) in batches.iter().zip(0..) {
        let written =
            store.write(&format!("events-{number}.parquet"), &rows(batch, first)).unwrap();
        assert!(store.add(&[written], None, NOW).await.unwrap());
        first += batch.len() as u64;
    }
    store
}

fn question(dice: &mut Dice, all: &[Row<'_>]) -> Question<'static> {
    let mut question =
        Question { limit: usize::try_from(1 + dice.below(9)).unwrap(), ..Question::default() };
    for _ in 0..dice.below(3) {
        let term = match dice.below(9) {
            0 => (Attribute::EventName, dice.of(NAMES).to_owned()),
            1 => (Attribute::EventSource, dice.of(SOURCES).to_owned()),
            2 => {
                (Attribute::Username, dice.of(USERS).replace("\\u00e9", "é").replace("\\\"", "\""))
            }
            3 => (Attribute::AccessKeyId, format!("AKIA{}", dice.below(6))),
            4 => (Attribute::ReadOnly, dice.of(&["true", "false"]).to_owned()),
            5 => (
                Attribute::ResourceName,
                dice.of(&["arn:x", "user-1", "arn:aws:s3:::logs"]).to_owned(),
            ),
            6 => (
                Attribute::ResourceType,
                dice.of(&["AWS::S3::Bucket", "AWS::IAM::User"]).to_owned(),
            ),
            7 => (Attribute::Account, dice.of(ACCOUNTS).to_owned()),
            _ => (Attribute::Category, dice.of(&["Management", "Data", "Insight"]).to_owned()),
        };
        question.terms.push(term);
    }
    question.terms.push((Attribute::Region, dice.of(REGIONS).to_owned()));
    let mut second =
        || all[usize::try_from(dice.below(all.len() as u64)).unwrap()].position().second;
    (question.start_second, question.end_second) = (Some(second()), Some(second()));
    if dice.below(3) == 0 {
        question.start_second = None;
    }
    if dice.below(20) == 0 {
        let row = &all[usize::try_from(dice.below(all.len() as u64)).unwrap()];
        question.event_id = row.event_id().map(str::to_owned);
    }
    if dice.below(4) == 0 {
        question.until = Some(dice.below(all.len() as u64));
    }
    question
}

/// What a plain list answers.
fn plainly(all: &[Row<'_>], question: &Question<'_>) -> Vec<Position> {
    let fits = |row: &&Row<'_>| {
        let at = row.position();
        question.start_second.is_none_or(|start| start <= at.second)
            && question.end_second.is_none_or(|end| at.second <= end)
            && question.until.is_none_or(|until| at.sequence <= until)
            && question.holds(row)
    };
    let mut positions: Vec<_> = all.iter().filter(fits).map(Row::position).collect();
    positions.sort_unstable_by(|one, other| other.cmp(one));
    positions
}

fn all_pages(store: &Store, mut question: Question<'_>) -> Vec<Position> {
    let mut positions = Vec::new();
    loop {
        let Page { events, next } = store.find(&question).unwrap();
        assert!(events.len() <= question.limit);
        positions.extend(events.iter().map(|hit| hit.at));
        match next {
            Some(next) => question.below = Some(next),
            None => return positions,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_gets_the_answer_of_a_plain_list() {
    let mut dice = Dice::new(7);
    let batches: Vec<_> = [700, 1, 1300, 600].map(|count| records(&mut dice, count)).into();
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &batches).await;
    let records = batches.concat();
    let all = rows(&records, 1);
    let mut answered = 0;
    for turn in 0..600 {
        if turn == 300 {
            let goal = Goal { rows_enough: 1000, rows_max: 1400, files_min: 2 };
            assert_eq!(store.compact(&goal, NOW).await.unwrap(), 3);
        }
        let question = question(&mut dice, &all);
        let expected = plainly(&all, &question);
        answered += expected.len();
        assert_eq!(all_pages(&store, question), expected);
    }
    assert!(answered > 1000, "{answered} rows were asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_checked_row_by_row_is_paged_too() {
    let mut dice = Dice::new(8);
    let batches = vec![records(&mut dice, 500)];
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &batches).await;
    let check = |row: &Row<'_>| row.record.contains("AccessDenied");
    let question = Question { limit: 7, check: Some(&check), ..Question::default() };
    let expected = batches[0].iter().filter(|record| record.contains("AccessDenied")).count();
    assert_eq!(all_pages(&store, question).len(), expected);
    assert!(expected > 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_and_what_stands_beside_them_come_back_to_the_byte() {
    let mut dice = Dice::new(9);
    let batches = vec![records(&mut dice, 200)];
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), &batches).await;
    let page = store.find(&Question { limit: 1000, ..Question::default() }).unwrap();
    assert_eq!(page.events.len(), 200);
    for hit in page.events {
        let record = &batches[0][usize::try_from(hit.at.sequence - 1).unwrap()];
        assert_eq!(&hit.record, record);
        let row = row(record, hit.at.sequence);
        assert_eq!((hit.extra, hit.account.as_str()), (row.extra, row.account.as_ref()));
    }
}
