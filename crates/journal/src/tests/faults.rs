//! Writes and syncs that fail, at every place where one can.

use super::{append_each, expected, payload, payloads, sequence, small};
use crate::disk::Deed;
use crate::disk::Disk;
use crate::disk::plan::{Fault, Strike};
use crate::{Error, Journal, Kind, Options, Sequence, Snapshots};

const EINTR: i32 = 4;
const EIO: i32 = 5;
const ENOSPC: i32 = 28;

fn once(deed: Deed, number: i32) -> Option<Strike> {
    Some(Strike { nth: 1, deed: Some(deed), fault: Fault::Error(number), lasting: false })
}

#[test]
fn w4_a_failed_sync_ends_all_acknowledging() {
    for deed in [Deed::Commit, Deed::Frames] {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::new(true);
        let (journal, _) = Journal::open_on(disk.clone(), dir.path(), small()).unwrap();
        append_each(&journal, 1..=3, 100);
        disk.plan.set(once(deed, EIO));
        let ticket = journal.append(payload(4, 100)).unwrap();
        let error = ticket.wait().unwrap_err();
        assert_eq!(error.kind(), Kind::Poisoned);
        assert_eq!(disk.plan.counts(), (1, 1), "nothing is tried a second time");
        assert_eq!(journal.append(payload(5, 100)).unwrap_err().kind(), Kind::Poisoned);
        assert_eq!(journal.wait_durable_blocking(sequence(4)).unwrap_err().kind(), Kind::Poisoned);
        assert_eq!(journal.close().unwrap_err().kind(), Kind::Poisoned);
        assert_eq!(payloads(journal.read_from(Sequence::START)), expected(1..=3, 100));
        drop(journal);
        let (journal, recovery) = Journal::open(dir.path(), small()).unwrap();
        let next = recovery.head.sequence.next().get();
        assert!(next >= 4);
        append_each(&journal, next..=8, 100);
        assert_eq!(payloads(journal.read_from(Sequence::START)), expected(1..=8, 100));
    }
}

#[test]
fn w4_no_room_for_a_commit_refuses_it_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::new(true);
    let (journal, _) = Journal::open_on(disk.clone(), dir.path(), small()).unwrap();
    append_each(&journal, 1..=3, 700);
    let head = journal.head();
    disk.plan.set(once(Deed::Frames, ENOSPC));
    let error = journal.append(payload(4, 700)).unwrap().wait().unwrap_err();
    assert_eq!(error.kind(), Kind::Full);
    assert_eq!(journal.head(), head);
    append_each(&journal, 4..=20, 700);
    assert_eq!(payloads(journal.read_from(Sequence::START)), expected(1..=20, 700));
}

#[test]
fn p5_a_full_disk_is_refused_before_anything_is_done_and_recovers() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::new(true);
    let (journal, _) = Journal::open_on(disk.clone(), dir.path(), small()).unwrap();
    disk.plan.set_free_bytes(Some(0));
    let refused = (1..=100).find(|number| match journal.append(payload(*number, 700)) {
        Ok(ticket) => ticket.wait().is_err(),
        Err(error) => error.kind() == Kind::Full,
    });
    let refused = refused.unwrap();
    assert!(journal.figures().full);
    assert_eq!(payloads(journal.read_from(Sequence::START)), expected(1..=refused - 1, 700));
    disk.plan.set_free_bytes(None);
    let ticket = loop {
        match journal.append(payload(refused, 700)) {
            Err(Error::Full) => std::thread::yield_now(),
            other => break other.unwrap(),
        }
    };
    assert_eq!(ticket.wait().unwrap(), sequence(refused));
    append_each(&journal, refused + 1..=refused + 20, 700);
}

/// What one life of the journal came to under a plan of faults.
#[derive(Default)]
struct Life {
    acknowledged: Vec<Vec<u8>>,
    refused: Vec<Vec<u8>>,
}

fn live(disk: &Disk, dir: &std::path::Path) -> Life {
    let mut life = Life::default();
    let Ok((journal, _)) = Journal::open_on(disk.clone(), dir, small()) else { return life };
    let mut poisoned = false;
    for number in 1..=14 {
        let bytes = payload(number, 700);
        match journal.append(bytes.clone()).and_then(crate::Ticket::wait) {
            Ok(_) => {
                assert!(!poisoned, "acknowledged after a failure");
                life.acknowledged.push(bytes);
            }
            Err(error) => {
                poisoned |= error.kind() == Kind::Poisoned;
                life.refused.push(bytes);
            }
        }
    }
    drop(journal.close());
    life
}

#[test]
fn r_c6_whichever_deed_fails_a_restart_has_all_that_was_acknowledged() {
    let faults = [
        (Fault::Error(EIO), false),
        (Fault::Error(EIO), true),
        (Fault::Error(ENOSPC), false),
        (Fault::Error(EINTR), false),
        (Fault::Short, false),
    ];
    for (fault, lasting) in faults {
        for nth in 1.. {
            let dir = tempfile::tempdir().unwrap();
            // what fails here fails before the platter is asked
            let disk = Disk::new(false);
            disk.plan.set(Some(Strike { nth, deed: None, fault, lasting }));
            let life = live(&disk, dir.path());
            let (_, struck) = disk.plan.counts();
            let again = Options { sync: false, ..small() };
            let (journal, _) = Journal::open(dir.path(), again).unwrap();
            let left = payloads(journal.read_from(Sequence::START));
            let (kept, more) = left.split_at(life.acknowledged.len().min(left.len()));
            assert_eq!(kept, life.acknowledged, "{fault:?} at deed {nth}");
            assert!(more.iter().all(|frame| life.refused.contains(frame)), "{fault:?} at {nth}");
            if struck == 0 {
                assert_eq!(life.acknowledged, expected(1..=14, 700));
                break;
            }
        }
    }
}

#[test]
fn a_snapshot_that_cannot_be_written_leaves_the_older_ones() {
    for nth in 1.. {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::new(true);
        let snapshots = Snapshots::open_on(disk.clone(), dir.path()).unwrap();
        snapshots.write(sequence(3), b"three").unwrap();
        disk.plan.set(Some(Strike { nth, deed: None, fault: Fault::Error(EIO), lasting: true }));
        let written = snapshots.write(sequence(9), b"nine");
        let (_, struck) = disk.plan.counts();
        disk.plan.set(None);
        let found = snapshots.newest().unwrap();
        assert!(found.broken.is_empty());
        let newest = found.newest.unwrap();
        assert!([&b"three"[..], b"nine"].contains(&newest.bytes.as_slice()));
        if struck == 0 {
            written.unwrap();
            assert_eq!(newest.sequence, sequence(9));
            break;
        }
        assert!(written.is_err());
    }
}
