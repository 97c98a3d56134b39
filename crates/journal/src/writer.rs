//! The one thread that writes: takes all that waits, one write, one sync, then answers.

use std::fs::File;
use std::io;
use std::iter::Peekable;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::vec::Drain;

use tokio::sync::oneshot;

use crate::Head;
use crate::error::is_full;
use crate::frame::{Stamp, frame_bytes, wide, write_frame};
use crate::index::Index;
use crate::queue::{Answer, End, Entry, Place, Refusal, Shared, answer, lock, refuse};
use crate::segment::Header;
use crate::spare::{Spare, zero};

/// The writer's own state: where it stands, and the commit it is putting together.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    file: Arc<File>,
    place: Place,
    seed: u32,
    epoch: u32,
    /// The last durable frame.
    head: Head,
    commit: Commit,
}

/// A group commit in the making; its memory is used again for the next one.
#[derive(Default)]
struct Commit {
    bytes: Vec<u8>,
    frames_bytes: Vec<u64>,
    done: Vec<oneshot::Sender<Answer>>,
    /// The last frame in it.
    head: Option<Head>,
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let mark = *lock(&shared.mark);
        let (file, place, seed) = {
            let index = shared.index.read().unwrap_or_else(PoisonError::into_inner);
            let segment = index.last().expect("recovery leaves at least one segment");
            (Arc::clone(&segment.file), index.place(), segment.header.seed())
        };
        let commit = Commit::default();
        Self { shared, file, place, seed, epoch: mark.epoch, head: mark.last, commit }
    }

    /// Writes until the journal ends.
    pub(crate) fn run(mut self) {
        let _guard = Guard(Arc::clone(&self.shared));
        let mut taken = Vec::new();
        while self.shared.take_waiting(&mut taken) {
            let mut entries = taken.drain(..).peekable();
            if let Err(failure) = self.write(&mut entries) {
                self.fail(failure, entries.collect());
            }
        }
        self.finish();
    }

    /// Writes all entries in as few commits as the limits allow.
    fn write(&mut self, entries: &mut Peekable<Drain<'_, Entry>>) -> Result<(), Failure> {
        while let Some(next) = entries.peek() {
            if next.into.is_some() || self.commit.bytes.len() >= self.batch_bytes_max() {
                self.commit()?;
            }
            let Some(mut entry) = entries.next() else { break };
            if let Some(spare) = entry.into.take()
                && let Err(cause) = self.turn_to(spare)
            {
                self.commit.done.push(entry.done);
                return Err(Failure::Broken(cause));
            }
            self.add(entry);
        }
        self.commit()
    }

    fn batch_bytes_max(&self) -> usize {
        self.shared.options.batch_bytes_max
    }

    fn add(&mut self, entry: Entry) {
        let before = self.commit.head.unwrap_or(self.head);
        let sequence = before.sequence.next();
        let stamp = Stamp {
            batch_first: self.head.sequence.next().get(),
            epoch: self.epoch,
            seed: self.seed,
        };
        let (bytes, payload) = (&mut self.commit.bytes, &entry.payload);
        let hash = write_frame(bytes, stamp, sequence.get(), before.hash, payload);
        self.commit.head = Some(Head { sequence, hash });
        self.commit.frames_bytes.push(frame_bytes(payload.len()));
        self.commit.done.push(entry.done);
    }

    /// Makes the commit durable and answers it: the index first, then those who follow, then those
    /// who wait for their own frame, in order.
    fn commit(&mut self) -> Result<(), Failure> {
        let Some(head) = self.commit.head else { return Ok(()) };
        let (shared, commit) = (&self.shared, &mut self.commit);
        let written = shared.disk.write_frames(&self.file, &commit.bytes, self.place.offset);
        written.map_err(Failure::of_write)?;
        shared.disk.sync_frames(&self.file).map_err(Failure::Broken)?;
        shared.live.tell(&shared.disk, head.sequence.get()).map_err(Failure::Broken)?;
        write_index(shared, |index| index.extend(&commit.frames_bytes));
        shared.status.send_modify(|status| status.head = head);
        self.place.offset += wide(commit.bytes.len());
        self.head = head;
        commit.end(&Ok(()));
        Ok(())
    }

    /// Goes on in a new segment. All frames before it are durable by now, which is what a reader
    /// concludes from its being there.
    fn turn_to(&mut self, spare: Spare) -> io::Result<()> {
        let Head { sequence, hash } = self.head;
        let (first, bytes) = (sequence.next().get(), spare.bytes);
        let header = Header { first, epoch: self.epoch, bytes, chain: hash };
        let segment = spare.name(&self.shared.disk, &self.shared.folder, header)?;
        self.file = Arc::clone(&segment.file);
        self.seed = header.seed();
        self.place = Place { offset: segment.end, segment_bytes: bytes };
        write_index(&self.shared, |index| index.push(segment));
        Ok(())
    }

    /// Refuses what could not be written: for now if the disk is full, for good otherwise.
    fn fail(&mut self, failure: Failure, rest: Vec<Entry>) {
        let cause = match failure {
            Failure::Full => match self.wipe() {
                Ok(()) => {
                    self.shared.refuse_waiting(self.head, self.place, rest);
                    return self.commit.end(&Err(Refusal::Full));
                }
                Err(cause) => cause,
            },
            Failure::Broken(cause) => cause,
        };
        let refusal = Refusal::Poisoned(self.shared.poison(cause));
        self.commit.end(&Err(refusal.clone()));
        refuse(rest, &refusal);
    }

    /// Takes back what a commit wrote before the disk was full.
    fn wipe(&self) -> io::Result<()> {
        let end = self.place.offset + wide(self.commit.bytes.len());
        zero(&self.shared.disk, &self.file, self.place.offset, end)
    }

    /// Marks the journal's end when it was closed in order.
    fn finish(self) {
        let shared = &self.shared;
        if shared.poisoned().is_some() {
            return;
        }
        let mut mark = lock(&shared.mark);
        mark.last = self.head;
        if let Err(cause) = mark.write(&shared.disk, &shared.folder) {
            drop(mark);
            shared.poison(cause);
            return;
        }
        shared.status.send_modify(|status| status.end = Some(End::Closed));
    }
}

impl Commit {
    /// Answers everyone in the commit and empties it.
    fn end(&mut self, outcome: &Answer) {
        self.head = None;
        self.bytes.clear();
        self.frames_bytes.clear();
        for done in self.done.drain(..) {
            answer(done, outcome.clone());
        }
    }
}

/// What a commit failed of.
enum Failure {
    /// No room, and nothing lost but what was being written.
    Full,
    /// The file can no longer be trusted.
    Broken(io::Error),
}

impl Failure {
    fn of_write(error: io::Error) -> Self {
        if is_full(&error) { Self::Full } else { Self::Broken(error) }
    }
}

fn write_index(shared: &Shared, change: impl FnOnce(&mut Index)) {
    change(&mut shared.index.write().unwrap_or_else(PoisonError::into_inner));
}

/// Lets nobody wait for a writer that has come to grief.
struct Guard(Arc<Shared>);

impl Drop for Guard {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.poison(io::Error::other("the writer thread panicked"));
        }
    }
}
