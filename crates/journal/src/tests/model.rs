//! Random lives of a journal, held against a `Vec`.

use std::fs;
use std::path::Path;

use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;

use super::{copy, payloads, read_all, segments, sequence, small};
use crate::disk::plan::{Fault, Strike};
use crate::disk::{Deed, Disk};
use crate::{Journal, Kind, Sequence, Ticket};

#[derive(Clone, Debug)]
enum Action {
    /// Appends payloads of these lengths at once, waits for all.
    Append(Vec<usize>),
    /// Closes and opens.
    Reopen,
    /// Ends without a word and opens.
    Kill,
    /// Writes payloads whose sync never returns; of each sector the disk keeps what it likes.
    PowerCut(Vec<usize>, u64),
    /// Damages a bit of a durable frame, in a copy.
    Flip(usize),
    /// Drops what lies before.
    Release(usize),
}

fn action() -> impl Strategy<Value = Action> {
    let lengths = || proptest::collection::vec(0..1500_usize, 1..6);
    prop_oneof![
        4 => lengths().prop_map(Action::Append),
        1 => Just(Action::Reopen),
        1 => Just(Action::Kill),
        3 => (lengths(), any::<u64>()).prop_map(|(lengths, kept)| Action::PowerCut(lengths, kept)),
        1 => any::<usize>().prop_map(Action::Flip),
        1 => any::<usize>().prop_map(Action::Release),
    ]
}

struct Model {
    dir: tempfile::TempDir,
    disk: Disk,
    journal: Option<Journal>,
    /// All frames that have to be there, from the first ever.
    frames: Vec<Vec<u8>>,
    /// How many of them were released at most.
    released: usize,
}

impl Model {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let disk = Disk::new(true);
        let journal = Journal::open_on(disk.clone(), dir.path(), small()).unwrap().0;
        Self { dir, disk, journal: Some(journal), frames: Vec::new(), released: 0 }
    }

    fn journal(&self) -> &Journal {
        self.journal.as_ref().unwrap()
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Append(lengths) => {
                let payloads = self.payloads(lengths);
                for ticket in self.append(&payloads) {
                    ticket.wait().unwrap();
                }
                self.frames.extend(payloads);
            }
            Action::Reopen => {
                self.journal().close().unwrap();
                self.open(&[]);
            }
            Action::Kill => {
                self.dir = copy(self.dir.path());
                self.open(&[]);
            }
            Action::PowerCut(lengths, kept) => self.power_cut(lengths, *kept),
            Action::Flip(bit) => self.flip(*bit),
            Action::Release(share) => {
                let up_to = self.released + share % (self.frames.len() - self.released + 1);
                let first = self.journal().release(sequence(up_to as u64)).unwrap();
                self.released = usize::try_from(first.get()).unwrap() - 1;
                assert!(self.released <= up_to);
            }
        }
        self.check();
    }

    /// Payloads without zero bytes, none like another.
    fn payloads(&self, lengths: &[usize]) -> Vec<Vec<u8>> {
        let number = |at: usize| (self.frames.len() + at) as u64;
        lengths.iter().enumerate().map(|(at, len)| super::payload(number(at), *len)).collect()
    }

    fn append(&self, payloads: &[Vec<u8>]) -> Vec<Ticket> {
        payloads.iter().map(|payload| self.journal().append(payload.clone()).unwrap()).collect()
    }

    /// Opens anew; of `unanswered` any number from the front may be there.
    fn open(&mut self, unanswered: &[Vec<u8>]) {
        self.journal = None;
        self.disk.plan.set(None);
        let opened = Journal::open_on(self.disk.clone(), self.dir.path(), small());
        let (journal, recovery) = opened.unwrap();
        let head = usize::try_from(recovery.head.sequence.get()).unwrap();
        assert!(head >= self.frames.len(), "acknowledged frames are lost");
        let more = head - self.frames.len();
        self.frames.extend_from_slice(&unanswered[..more]);
        self.journal = Some(journal);
    }

    fn power_cut(&mut self, lengths: &[usize], kept: u64) {
        let payloads = self.payloads(lengths);
        let strike =
            Strike { nth: 1, deed: Some(Deed::Commit), fault: Fault::Error(5), lasting: true };
        self.disk.plan.set(Some(strike));
        let appended: Vec<_> =
            payloads.iter().map(|payload| self.journal().append(payload.clone())).collect();
        for outcome in appended.into_iter().map(|ticket| ticket.and_then(Ticket::wait)) {
            assert_eq!(outcome.unwrap_err().kind(), Kind::Poisoned);
        }
        let (path, from) = {
            let index = self.journal().shared.index.read().unwrap();
            (index.last().unwrap().path.clone(), index.place().offset)
        };
        self.journal = None;
        tear(&path, usize::try_from(from).unwrap(), kept);
        self.open(&payloads);
    }

    fn flip(&self, bit: usize) {
        let dir = copy(self.dir.path());
        let kept = self.frames.len() - self.released;
        let frames = self.journal().shared.index.read().unwrap().figures().2;
        assert_eq!(frames, kept as u64);
        if kept == 0 {
            return;
        }
        let number = (self.released + bit % kept + 1) as u64;
        let located = self.journal().shared.index.read().unwrap().locate(number).unwrap();
        let length = usize::try_from(located.end - located.begin).unwrap() * 8;
        let at = usize::try_from(located.begin).unwrap() * 8 + bit / kept % length;
        let path = dir.path().join("journal").join(located.path.file_name().unwrap());
        let mut bytes = fs::read(&path).unwrap();
        bytes[at / 8] ^= 1 << (at % 8);
        fs::write(&path, bytes).unwrap();
        let error = Journal::open(dir.path(), small()).unwrap_err();
        assert_eq!(error.kind(), Kind::Corrupt, "{error}");
        let left = read_all(dir.path()).into_iter().filter_map(Result::ok);
        let left: Vec<_> = left.map(|frame| frame.payload).collect();
        let mut expected = self.frames[self.released..].to_vec();
        expected.remove(usize::try_from(number).unwrap() - 1 - self.released);
        assert_eq!(left, expected);
    }

    fn check(&self) {
        let frames = &self.frames[self.released..];
        assert_eq!(payloads(self.journal().read_from(Sequence::START)), frames);
        assert_eq!(payloads(read_all(self.dir.path())), frames);
        assert_eq!(self.journal().durable(), sequence(self.frames.len() as u64));
    }
}

/// Takes away the sectors that the disk did not keep of what was never synced.
fn tear(path: &Path, from: usize, kept: u64) {
    let mut bytes = fs::read(path).unwrap();
    let mut at = from;
    while at < bytes.len() {
        let to = bytes.len().min((at / 512 + 1) * 512);
        if kept >> (at / 512 % 64) & 1 == 0 {
            bytes[at..to].fill(0);
        }
        at = to;
    }
    fs::write(path, bytes).unwrap();
}

proptest! {
    #![proptest_config(Config { cases: 48, failure_persistence: None, ..Config::default() })]

    #[test]
    fn lives_are_like_the_model(actions in proptest::collection::vec(action(), 1..14)) {
        let mut model = Model::new();
        for action in &actions {
            model.act(action);
        }
        assert!(!segments(model.dir.path()).is_empty());
    }
}
