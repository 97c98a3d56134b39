//! Append, wait, read, reopen, release, refuse.

use std::sync::Arc;
use std::thread;

use super::{append_each, copy, expected, payload, payloads, read_all, segments, sequence, small};
use crate::{Error, Journal, Kind, Options, Reader, Sequence};

#[test]
fn comes_back_after_an_orderly_end() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, recovery) = Journal::open(dir.path(), small()).unwrap();
    assert_eq!((recovery.epoch, recovery.head.sequence), (1, Sequence::START));
    append_each(&journal, 1..=40, 300);
    let head = journal.head();
    journal.close().unwrap();
    drop(journal);
    let (journal, recovery) = Journal::open(dir.path(), small()).unwrap();
    assert_eq!((recovery.epoch, recovery.head, recovery.cut), (2, head, None));
    assert_eq!(payloads(journal.read_from(Sequence::START)), expected(1..=40, 300));
    append_each(&journal, 41..=50, 300);
    assert_eq!(payloads(journal.read_from(sequence(21))), expected(21..=50, 300));
    assert_eq!(journal.read(sequence(7)).unwrap().payload, payload(7, 300));
    assert!(matches!(journal.read(sequence(51)), Err(Error::NotDurable { .. })));
}

#[test]
fn p2_comes_back_after_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    append_each(&journal, 1..=25, 500);
    let killed = copy(dir.path());
    let (again, recovery) = Journal::open(killed.path(), small()).unwrap();
    assert_eq!((recovery.head, recovery.cut), (journal.head(), None));
    append_each(&again, 26..=30, 500);
    assert_eq!(payloads(again.read_from(Sequence::START)), expected(1..=30, 500));
}

#[test]
fn w10_tickets_are_answered_in_order_and_only_when_readable() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { segment_bytes: 64 << 10, ..small() };
    let journal = Arc::new(Journal::open(dir.path(), options).unwrap().0);
    let callers = (0..16).map(|_| {
        let journal = Arc::clone(&journal);
        thread::spawn(move || {
            for _ in 0..50 {
                let ticket = journal.append(vec![b'x'; 100]).unwrap();
                let wanted = ticket.sequence();
                assert_eq!(ticket.wait().unwrap(), wanted);
                assert!(journal.durable() >= wanted);
                assert_eq!(journal.read(wanted).unwrap().sequence, wanted);
            }
        })
    });
    callers.collect::<Vec<_>>().into_iter().for_each(|caller| caller.join().unwrap());
    assert_eq!(journal.durable(), sequence(800));
}

#[test]
fn followers_are_woken() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Arc::new(Journal::open(dir.path(), small()).unwrap().0);
    let follower = {
        let journal = Arc::clone(&journal);
        thread::spawn(move || journal.wait_durable_blocking(sequence(10)))
    };
    append_each(&journal, 1..=10, 10);
    assert!(follower.join().unwrap().unwrap() >= sequence(10));
    let waiting = {
        let journal = Arc::clone(&journal);
        thread::spawn(move || journal.wait_durable_blocking(sequence(11)))
    };
    journal.close().unwrap();
    assert!(matches!(waiting.join().unwrap(), Err(Error::Closed)));
    assert!(matches!(journal.append(vec![]), Err(Error::Closed)));
}

#[test]
fn w1_a_second_writer_is_told_who_to_stop() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    let error = Journal::open(dir.path(), small()).unwrap_err();
    assert_eq!(error.kind(), Kind::Misuse);
    let text = error.to_string();
    assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
    drop(journal);
    assert_eq!(Journal::open(dir.path(), small()).unwrap().1.epoch, 2);
}

#[test]
fn expectations_are_held() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    let first = journal.append_expecting(Sequence::START, vec![1]).unwrap().sequence();
    let rival = journal.append_expecting(Sequence::START, vec![2]).unwrap_err();
    assert_eq!(rival.kind(), Kind::Retry);
    assert!(matches!(rival, Error::Conflict { last, .. } if last == first));
    journal.append_expecting(first, vec![3]).unwrap().wait().unwrap();
}

#[test]
fn limits_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { queue_bytes_max: 2000, ..small() };
    let (journal, _) = Journal::open(dir.path(), options).unwrap();
    journal.append(vec![b'x'; 2000]).unwrap().wait().unwrap();
    let over = journal.append(vec![b'x'; 2001]).unwrap_err();
    assert!(matches!(over, Error::TooLarge { bytes: 2001, limit: 2000 }));
    let contradiction = Options { payload_bytes_max: 8192, ..small() };
    let other = tempfile::tempdir().unwrap();
    assert!(matches!(Journal::open(other.path(), contradiction), Err(Error::Options(_))));
}

#[test]
fn release_drops_whole_segments_only() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    append_each(&journal, 1..=40, 500);
    let before = segments(dir.path());
    let kept = journal.release(sequence(20)).unwrap();
    assert!(kept > sequence(1) && kept <= sequence(21), "{kept}");
    assert!(segments(dir.path()).len() < before.len());
    assert!(
        matches!(journal.read(sequence(1)), Err(Error::Released { first, .. }) if first == kept)
    );
    assert_eq!(journal.read_from(Sequence::START).next().unwrap().unwrap().sequence, kept);
    assert_eq!(journal.figures().first, kept);
    assert_eq!(journal.release(sequence(5)).unwrap(), kept);
    journal.close().unwrap();
    drop(journal);
    let (journal, recovery) = Journal::open(dir.path(), small()).unwrap();
    assert_eq!((recovery.first, recovery.head.sequence), (kept, sequence(40)));
    assert_eq!(payloads(read_all(dir.path())), expected(kept.get()..=40, 500));
    journal.release(sequence(1000)).unwrap();
    assert_eq!(journal.figures().segments, 1);
    append_each(&journal, 41..=60, 500);
}

#[test]
fn an_interrupted_release_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    append_each(&journal, 1..=40, 500);
    let whole = copy(dir.path());
    let kept = journal.release(sequence(20)).unwrap();
    std::fs::copy(dir.path().join("journal/mark"), whole.path().join("journal/mark")).unwrap();
    let (again, recovery) = Journal::open(whole.path(), small()).unwrap();
    assert_eq!((recovery.first, again.figures().first), (kept, kept));
    assert_eq!(segments(whole.path()).len(), segments(dir.path()).len());
}

#[test]
fn a_reader_beside_a_writer_sees_what_is_durable() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    append_each(&journal, 1..=30, 400);
    let reader = Reader::open(dir.path()).unwrap();
    append_each(&journal, 31..=60, 400);
    journal.release(sequence(50)).unwrap();
    assert_eq!(payloads(reader), expected(1..=30, 400));
    let kept = journal.figures().first.get();
    assert_eq!(payloads(read_all(dir.path())), expected(kept..=60, 400));
    let late = Reader::open(dir.path()).unwrap().starting_at(sequence(58));
    assert_eq!(payloads(late), expected(58..=60, 400));
}

#[test]
fn a_segment_grows_to_its_full_size_step_by_step() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { segment_bytes: 64 << 10, payload_bytes_max: 30_000, ..small() };
    let (journal, _) = Journal::open(dir.path(), options).unwrap();
    // longer than the first segment, while that one is still empty
    append_each(&journal, 1..=20, 20_000);
    let sizes = segments(dir.path()).into_iter().map(|path| path.metadata().unwrap().len());
    assert_eq!(sizes.clone().next(), Some(36_864));
    assert_eq!(sizes.clone().next_back(), Some(64 << 10));
    journal.close().unwrap();
    drop(journal);
    assert_eq!(payloads(read_all(dir.path())), expected(1..=20, 20_000));
}
