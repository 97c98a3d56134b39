//! Single damaged bits, missing files, cut files: named, never lost in silence.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::{append_each, copy, expected, payload, payloads, read_all, segments, sequence, small};
use crate::frame::{Stamp, write_frame};
use crate::survey::survey;
use crate::{Error, Head, Journal, Kind, Sequence, Snapshots};

/// A journal of three segments as a kill leaves it, and where its last segment's frames end.
fn killed() -> (tempfile::TempDir, Head, usize) {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    append_each(&journal, 1..=9, 900);
    append_each(&journal, 10..=11, 20);
    let end = journal.shared.index.read().unwrap().place().offset;
    (copy(dir.path()), journal.head(), usize::try_from(end).unwrap())
}

/// Flips a bit, looks, and flips it back.
fn flipped<T>(path: &Path, bit: usize, look: impl FnOnce() -> T) -> T {
    let file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    let (mut byte, at) = ([0], bit as u64 / 8);
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1 << (bit % 8)], at).unwrap();
    let seen = look();
    file.write_all_at(&byte, at).unwrap();
    seen
}

/// Every bit of a range where something is written, one of each byte elsewhere.
fn bits(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    (0..bytes.len() * 8).filter(|bit| bytes[bit / 8] != 0 || bit % 8 == bit / 8 % 8)
}

#[test]
fn r_t1_every_flipped_bit_of_a_killed_journal_is_seen() {
    let (dir, head, end) = killed();
    let folder = dir.path().join("journal");
    let paths = segments(dir.path());
    assert_eq!(paths.len(), 3);
    for path in &paths {
        let bytes = fs::read(path).unwrap();
        let last = path == paths.last().unwrap();
        for bit in bits(&bytes) {
            match flipped(path, bit, || survey(&folder)) {
                Err(error) => assert_eq!(error.kind(), Kind::Corrupt, "bit {bit}"),
                Ok(survey) => {
                    assert!(last && bit / 8 >= end, "bit {bit} of {} unseen", path.display());
                    assert!(survey.torn.is_some() && survey.head == head, "bit {bit}");
                }
            }
        }
    }
    let mark = folder.join("mark");
    for bit in 0..fs::read(&mark).unwrap().len() * 8 {
        let seen = flipped(&mark, bit, || survey(&folder).map(|_| ()).unwrap_err());
        assert_eq!(seen.kind(), Kind::Corrupt);
    }
}

#[test]
fn w5_damage_is_named_nothing_is_changed_and_the_rest_stays_readable() {
    let (dir, _, _) = killed();
    let path = segments(dir.path())[1].clone();
    let bit = (4096 + 100) * 8;
    let mut bytes = fs::read(&path).unwrap();
    bytes[bit / 8] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let error = Journal::open(dir.path(), small()).unwrap_err();
    let named = sequence(5);
    assert!(
        matches!(&error, Error::Corrupt { segment, offset: 4096, sequence, .. }
            if *segment == path && *sequence == named),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let (gaps, frames): (Vec<_>, Vec<_>) =
        read_all(dir.path()).into_iter().partition(Result::is_err);
    assert!(
        matches!(gaps.as_slice(), [Err(Error::Corrupt { sequence, .. })] if *sequence == named)
    );
    let mut left = expected(1..=9, 900);
    left.remove(4);
    left.extend(expected(10..=11, 20));
    assert_eq!(payloads(frames), left);
}

#[test]
fn r_t2_what_is_missing_is_named() {
    let (whole, head, end) = killed();
    let names = segments(whole.path());
    for (at, name) in names.iter().enumerate() {
        let dir = copy(whole.path());
        fs::remove_file(dir.path().join("journal").join(name.file_name().unwrap())).unwrap();
        let opened = survey(&dir.path().join("journal"));
        if at == names.len() - 1 {
            // only the mark knows, and it is as old as the last start: reopen to renew it
            drop(Journal::open(whole.path(), small()).unwrap());
            let mark = whole.path().join("journal/mark");
            fs::copy(mark, dir.path().join("journal/mark")).unwrap();
            let error = survey(&dir.path().join("journal")).map(|_| ()).unwrap_err();
            assert_eq!(error.kind(), Kind::Corrupt);
            continue;
        }
        assert_eq!(opened.map(|_| ()).unwrap_err().kind(), Kind::Corrupt, "segment {at}");
        assert!(read_all(dir.path()).iter().any(Result::is_err), "segment {at}");
    }
    let dir = copy(whole.path());
    let last = segments(dir.path()).pop().unwrap();
    let bytes = fs::read(&last).unwrap();
    let file = OpenOptions::new().write(true).open(&last).unwrap();
    for len in (0..bytes.len()).rev() {
        file.set_len(len as u64).unwrap();
        let error = survey(&dir.path().join("journal")).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), Kind::Corrupt, "cut at {len}");
    }
    // a marked journal whose last frame is wiped, file length kept
    let mut wiped = bytes.clone();
    wiped[end - 96..].fill(0);
    fs::write(&last, &wiped).unwrap();
    let error = Journal::open(dir.path(), small()).unwrap_err();
    assert!(matches!(error, Error::Corrupt { sequence, .. } if sequence <= head.sequence));
}

#[test]
fn a_commit_that_came_through_out_of_order_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    append_each(&journal, 1..=2, 50);
    let place = journal.shared.index.read().unwrap().place().offset;
    let seed = journal.shared.index.read().unwrap().last().unwrap().header.seed();
    let head = journal.head();
    let killed = copy(dir.path());
    drop(journal);
    let (mut bytes, mut previous) = (Vec::new(), head.hash);
    for number in 3..=5 {
        let stamp = Stamp { batch_first: 3, epoch: 1, seed };
        let bytes = &mut bytes;
        previous = write_frame(bytes, stamp, number, previous, &payload(number, 900));
    }
    // the sectors of frame 4 did not come through, those of 3 and 5 did
    let path = segments(killed.path()).pop().unwrap();
    let mut file = fs::read(&path).unwrap();
    let from = usize::try_from(place).unwrap();
    file[from..from + bytes.len()].copy_from_slice(&bytes);
    let begin = from + 984 + (512 - (from + 984) % 512);
    file[begin..begin + 512].fill(0);
    fs::write(&path, file).unwrap();
    let (journal, recovery) = Journal::open(killed.path(), small()).unwrap();
    let cut = recovery.cut.unwrap();
    assert_eq!((recovery.head.sequence, cut.sequence), (sequence(3), sequence(4)));
    append_each(&journal, 4..=12, 900);
    drop(journal);
    let (journal, recovery) = Journal::open(killed.path(), small()).unwrap();
    assert_eq!(recovery.cut, None);
    assert_eq!(payloads(journal.read_from(Sequence::START)).len(), 12);
}

#[test]
fn a_sector_lost_from_a_synced_frame_is_damage_and_from_the_last_one_a_torn_tail() {
    for (number, damage) in [(1, true), (3, false)] {
        let dir = tempfile::tempdir().unwrap();
        let (journal, _) = Journal::open(dir.path(), small()).unwrap();
        append_each(&journal, 1..=3, 1200);
        let located = journal.shared.index.read().unwrap().locate(number).unwrap();
        let killed = copy(dir.path());
        let path = segments(killed.path()).pop().unwrap();
        let sector = located.begin.next_multiple_of(512);
        let file = OpenOptions::new().write(true).open(path).unwrap();
        file.write_all_at(&[0; 512], sector).unwrap();
        let opened = Journal::open(killed.path(), small());
        if damage {
            assert_eq!(opened.unwrap_err().kind(), Kind::Corrupt);
        } else {
            // a disk that lied about its sync: nothing on it tells this from a cut
            assert_eq!(opened.unwrap().1.cut.unwrap().sequence, sequence(3));
        }
    }
}

#[test]
fn a_forged_frame_breaks_the_chain_though_its_checksums_hold() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    append_each(&journal, 1..=3, 100);
    let killed = copy(dir.path());
    let located = journal.shared.index.read().unwrap().locate(2).unwrap();
    let stamp = Stamp { batch_first: 2, epoch: 1, seed: located.seed };
    let previous = journal.read(sequence(1)).unwrap().hash;
    let mut bytes = Vec::new();
    write_frame(&mut bytes, stamp, 2, previous, &payload(7, 100));
    assert_eq!(bytes.len() as u64, located.end - located.begin);
    let path = segments(killed.path()).pop().unwrap();
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(&bytes, located.begin).unwrap();
    let error = Journal::open(killed.path(), small()).unwrap_err();
    assert!(matches!(error, Error::Corrupt { sequence: at, .. } if at == sequence(3)), "{error}");
}

#[test]
fn a_marked_journal_without_segments_is_not_taken_for_a_new_one() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), small()).unwrap();
    append_each(&journal, 1..=3, 100);
    journal.close().unwrap();
    drop(journal);
    for path in segments(dir.path()) {
        fs::remove_file(path).unwrap();
    }
    assert_eq!(Journal::open(dir.path(), small()).unwrap_err().kind(), Kind::Corrupt);
}

#[test]
fn a_newer_format_is_refused_by_name() {
    let (dir, _, _) = killed();
    let path = segments(dir.path()).pop().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    for copy in [0, 2048] {
        bytes[copy + 10] = 9;
        let crc = crc32c::crc32c(&bytes[copy..copy + 64]);
        bytes[copy + 64..copy + 68].copy_from_slice(&crc.to_le_bytes());
    }
    fs::write(&path, bytes).unwrap();
    let error = Journal::open(dir.path(), small()).unwrap_err();
    assert!(matches!(error, Error::TooNew { min_reader: 9, .. }), "{error}");
}

#[test]
fn snapshots_come_back_and_broken_ones_are_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let snapshots = Snapshots::open(dir.path()).unwrap();
    assert!(snapshots.newest().unwrap().newest.is_none());
    for number in [3, 7, 11] {
        snapshots.write(sequence(number), format!("state {number}").as_bytes()).unwrap();
    }
    assert_eq!(fs::read_dir(dir.path().join("snapshots")).unwrap().count(), 2);
    assert_eq!(snapshots.newest().unwrap().newest.unwrap().bytes, b"state 11");
    let path = dir.path().join("snapshots/snapshot-00000000000000000011");
    for bit in 0..fs::read(&path).unwrap().len() * 8 {
        let found = flipped(&path, bit, || snapshots.newest().unwrap());
        assert_eq!((found.newest.unwrap().sequence, found.broken.len()), (sequence(7), 1));
    }
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    for len in (0..fs::read(&path).unwrap().len()).rev() {
        file.set_len(len as u64).unwrap();
        assert_eq!(snapshots.newest().unwrap().newest.unwrap().sequence, sequence(7));
    }
}
