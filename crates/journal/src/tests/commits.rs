//! What the writer asks of the disk, and in which order, before it answers.

use std::sync::Arc;
use std::thread;

use super::{append_each, expected, payload, payloads, read_all, sequence, small};
use crate::disk::plan::{Fault, Strike};
use crate::disk::{Deed, Disk};
use crate::{Journal, Kind, Options, Sequence};

const EIO: i32 = 5;
/// A commit: the frames, their sync, then how far it is durable, for other processes.
const COMMIT: [Deed; 3] = [Deed::Frames, Deed::Commit, Deed::Write];
/// A new segment before its first commit: header, content, name, folder.
const NEW_SEGMENT: [Deed; 4] = [Deed::Write, Deed::Sync, Deed::Rename, Deed::Sync];

fn wide_open() -> Options {
    Options { segment_bytes: 1 << 20, first_segment_bytes: 1 << 20, ..small() }
}

/// Has so many threads append while the disk is held back, then lets it go and waits for all;
/// returns what the writer did.
fn appended_at_once(disk: &Disk, journal: &Arc<Journal>, callers: usize) -> Vec<Deed> {
    drop(disk.plan.written());
    let hold = disk.plan.hold();
    let before = journal.durable();
    let waiting: Vec<_> = (0..callers)
        .map(|_| {
            let journal = Arc::clone(journal);
            thread::spawn(move || journal.append(vec![b'x'; 100]).unwrap())
        })
        .collect();
    let tickets: Vec<_> = waiting.into_iter().map(|caller| caller.join().unwrap()).collect();
    assert_eq!(journal.durable(), before, "nothing is durable while the disk does nothing");
    drop(hold);
    for ticket in tickets {
        ticket.wait().unwrap();
    }
    disk.plan.written()
}

fn count(deeds: &[Deed], wanted: Deed) -> usize {
    deeds.iter().filter(|deed| **deed == wanted).count()
}

#[test]
fn w2_what_arrives_during_a_sync_shares_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::new(true);
    let (journal, _) = Journal::open_on(disk.clone(), dir.path(), wide_open()).unwrap();
    let journal = Arc::new(journal);
    for round in 1..=10 {
        let deeds = appended_at_once(&disk, &journal, 64);
        // one for those that the writer had taken when the disk stopped, one for all the others
        assert!((1..=2).contains(&count(&deeds, Deed::Commit)), "{deeds:?}");
        assert_eq!(count(&deeds, Deed::Frames), count(&deeds, Deed::Commit));
        assert_eq!(journal.durable(), sequence(round * 64));
    }
    assert_eq!(journal.read_from(Sequence::START).count(), 640);
}

#[test]
fn w2_a_batch_is_closed_at_its_limit() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::new(true);
    let options = Options { batch_bytes_max: 1000, ..wide_open() };
    let (journal, _) = Journal::open_on(disk.clone(), dir.path(), options).unwrap();
    let deeds = appended_at_once(&disk, &Arc::new(journal), 60);
    // frames of 176 bytes: the sixth closes a batch
    assert!((10..=11).contains(&count(&deeds, Deed::Commit)), "{deeds:?}");
}

#[test]
fn w2_a_frame_is_written_and_synced_once_before_its_answer() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::new(true);
    let (journal, _) = Journal::open_on(disk.clone(), dir.path(), wide_open()).unwrap();
    drop(disk.plan.written());
    for number in 1..=20 {
        append_each(&journal, number..=number, 100);
        assert_eq!(disk.plan.written(), COMMIT);
    }
}

#[test]
fn w3_a_new_segment_is_durable_under_its_name_before_its_first_frame() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::new(true);
    let (journal, _) = Journal::open_on(disk.clone(), dir.path(), small()).unwrap();
    drop(disk.plan.written());
    let mut segments = journal.figures().segments;
    let first = segments;
    for number in 1..=30 {
        append_each(&journal, number..=number, 700);
        let deeds = disk.plan.written();
        let before = std::mem::replace(&mut segments, journal.figures().segments);
        if segments == before {
            assert_eq!(deeds, COMMIT, "frame {number}");
        } else {
            assert_eq!(deeds, [&NEW_SEGMENT[..], &COMMIT].concat(), "frame {number}");
        }
    }
    assert!(segments >= first + 4, "{segments} segments");
}

#[test]
fn w3_no_frame_is_acknowledged_in_a_segment_without_a_name() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::new(true);
    let (journal, _) = Journal::open_on(disk.clone(), dir.path(), small()).unwrap();
    let (nth, deed, fault) = (1, Some(Deed::Rename), Fault::Error(EIO));
    disk.plan.set(Some(Strike { nth, deed, fault, lasting: false }));
    let mut acknowledged = 0;
    let refused = loop {
        let ticket = journal.append(payload(acknowledged + 1, 700)).unwrap();
        match ticket.wait() {
            Ok(sequence) => acknowledged = sequence.get(),
            Err(error) => break error,
        }
    };
    assert_eq!(refused.kind(), Kind::Poisoned);
    assert_eq!(journal.figures().segments, 1);
    assert!(acknowledged > 1);
    drop(journal);
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    journal.close().unwrap();
    assert_eq!(payloads(read_all(dir.path())), expected(1..=acknowledged, 700));
}
