//! Where appends wait for the writer, and what all threads share.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use crate::disk::Disk;
use crate::frame::{frame_bytes, wide};
use crate::index::Index;
use crate::live::Live;
use crate::mark::Mark;
use crate::segment;
use crate::spare::Spare;
use crate::{Error, Head, Options, Sequence};

/// How long a full disk is left alone before it is asked again.
const FULL_RECHECK: Duration = Duration::from_secs(1);

/// Everything the callers, the writer and the maker of spare segments have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) folder: PathBuf,
    pub(crate) options: Options,
    pub(crate) disk: Disk,
    pub(crate) live: Live,
    pub(crate) index: RwLock<Index>,
    pub(crate) mark: Mutex<Mark>,
    pub(crate) status: watch::Sender<Status>,
    queue: Mutex<Queue>,
    /// The writer waits here for work.
    work: Condvar,
    /// Appends wait here for a place.
    room: Condvar,
    /// The maker of spares waits here until one is wanted.
    wanted: Condvar,
}

/// How far the journal is durable, and whether it will ever get further.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub(crate) head: Head,
    pub(crate) end: Option<End>,
}

/// Why nothing more will become durable.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Closed,
    Poisoned(Arc<io::Error>),
}

impl End {
    pub(crate) fn error(&self) -> Error {
        match self {
            Self::Closed => Error::Closed,
            Self::Poisoned(cause) => Error::Poisoned { cause: Arc::clone(cause) },
        }
    }
}

/// What a waiting append is told.
pub(crate) type Answer = Result<(), Refusal>;

/// Why an accepted append is not durable.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    Poisoned(Arc<io::Error>),
    Full,
}

impl Refusal {
    pub(crate) fn error(self) -> Error {
        match self {
            Self::Poisoned(cause) => Error::Poisoned { cause },
            Self::Full => Error::Full,
        }
    }
}

/// One append that waits.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) payload: Vec<u8>,
    pub(crate) done: oneshot::Sender<Answer>,
    /// The new segment that begins with this frame, where one does.
    pub(crate) into: Option<Spare>,
}

/// Frames get their sequence and their place when they are queued: what is accepted has room.
#[derive(Debug)]
struct Queue {
    waiting: Vec<Entry>,
    waiting_bytes: usize,
    /// The sequence of the next frame.
    next: u64,
    /// Where it will stand, and how long the segment there is.
    place: Place,
    spare: Option<Spare>,
    /// The disk had no room for a spare when last asked.
    full: bool,
    end: Option<End>,
}

/// A place in the segment that is last once everything queued is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) segment_bytes: u64,
}

impl Shared {
    pub(crate) fn new(
        folder: PathBuf,
        options: Options,
        disk: Disk,
        live: Live,
        index: Index,
        mark: Mark,
    ) -> Self {
        let head = mark.last;
        let queue = Queue {
            waiting: Vec::new(),
            waiting_bytes: 0,
            next: head.sequence.next().get(),
            place: index.place(),
            spare: None,
            full: false,
            end: None,
        };
        Self {
            folder,
            options,
            disk,
            live,
            index: RwLock::new(index),
            mark: Mutex::new(mark),
            status: watch::Sender::new(Status { head, end: None }),
            queue: Mutex::new(queue),
            work: Condvar::new(),
            room: Condvar::new(),
            wanted: Condvar::new(),
        }
    }

    /// Queues a payload behind all others, if `expected` is the last frame queued before it.
    pub(crate) fn enqueue(
        &self,
        payload: Vec<u8>,
        expected: Option<Sequence>,
    ) -> Result<(Sequence, oneshot::Receiver<Answer>), Error> {
        let (bytes, limit) = (payload.len(), self.options.payload_bytes_max);
        if bytes > limit {
            return Err(Error::TooLarge { bytes, limit });
        }
        let frame_bytes = frame_bytes(bytes);
        let (done, answer) = oneshot::channel();
        let mut queue = lock(&self.queue);
        let into = loop {
            queue.admit(bytes, expected, self.options.queue_bytes_max)?;
            if queue.place.offset + frame_bytes <= queue.place.segment_bytes {
                break None;
            }
            if let Some(spare) = queue.spare.take() {
                queue.place = Place { offset: segment::HEADER_BYTES, segment_bytes: spare.bytes };
                self.wanted.notify_one();
                break Some(spare);
            }
            if queue.full {
                return Err(Error::Full);
            }
            queue = self.room.wait(queue).unwrap_or_else(PoisonError::into_inner);
        };
        let sequence = queue.push(Entry { payload, done, into }, frame_bytes);
        if queue.waiting.len() == 1 {
            self.work.notify_one();
        }
        Ok((sequence, answer))
    }

    /// Takes all that waits, in exchange for an empty list; `false` when nothing more will come.
    pub(crate) fn take_waiting(&self, taken: &mut Vec<Entry>) -> bool {
        let mut queue = lock(&self.queue);
        while queue.waiting.is_empty() {
            if queue.end.is_some() {
                return false;
            }
            queue = self.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.waiting_bytes = 0;
        std::mem::swap(&mut queue.waiting, taken);
        true
    }

    /// Ends the journal for good after a failed write, and tells everyone who waits. Returns the
    /// first failure of all.
    pub(crate) fn poison(&self, cause: io::Error) -> Arc<io::Error> {
        let mut queue = lock(&self.queue);
        let cause = match queue.end.take() {
            Some(End::Poisoned(first)) => first,
            _ => Arc::new(cause),
        };
        let end = End::Poisoned(Arc::clone(&cause));
        queue.end = Some(end.clone());
        let waiting = std::mem::take(&mut queue.waiting);
        drop(queue);
        self.status.send_modify(|status| status.end = Some(end));
        self.wake_all();
        refuse(waiting, &Refusal::Poisoned(Arc::clone(&cause)));
        cause
    }

    /// Returns the failure that ended the journal, if one did.
    pub(crate) fn poisoned(&self) -> Option<Arc<io::Error>> {
        match &lock(&self.queue).end {
            Some(End::Poisoned(cause)) => Some(Arc::clone(cause)),
            _ => None,
        }
    }

    /// Refuses all that waits because the disk is full, and goes on right behind `head`.
    ///
    /// Nothing can be queued between, so that the refused sequences are given out again in order.
    pub(crate) fn refuse_waiting(&self, head: Head, place: Place, in_hand: Vec<Entry>) {
        let mut refused = in_hand;
        {
            let mut queue = lock(&self.queue);
            refused.append(&mut queue.waiting);
            queue.waiting_bytes = 0;
            queue.next = head.sequence.next().get();
            queue.place = place;
            let mut spares = refused.iter_mut().filter_map(|entry| entry.into.take());
            if queue.spare.is_none() {
                queue.spare = spares.next();
            }
            // one that cannot be removed is swept up when the journal is opened again
            spares.for_each(|spare| drop(spare.discard(&self.disk)));
        }
        refuse(refused, &Refusal::Full);
    }

    /// Accepts nothing more; what waits is still written.
    pub(crate) fn close(&self) {
        lock(&self.queue).end.get_or_insert(End::Closed);
        self.wake_all();
    }

    fn wake_all(&self) {
        self.work.notify_all();
        self.room.notify_all();
        self.wanted.notify_all();
    }

    /// Waits until a spare segment is wanted and returns its size, `None` at the journal's end.
    pub(crate) fn wait_for_spare_wanted(&self) -> Option<u64> {
        let mut queue = lock(&self.queue);
        loop {
            if queue.end.is_some() {
                return None;
            }
            if queue.spare.is_none() && !queue.full {
                return Some(self.options.following_bytes(queue.place.segment_bytes));
            }
            queue = if queue.full { self.rest(queue) } else { self.idle(queue) };
        }
    }

    fn idle<'a>(&'a self, queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        self.wanted.wait(queue).unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a full disk alone for a while, then has it asked again.
    fn rest<'a>(&'a self, queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        let rested = self.wanted.wait_timeout(queue, FULL_RECHECK);
        let (queue, _) = rested.unwrap_or_else(PoisonError::into_inner);
        if queue.end.is_some() {
            return queue;
        }
        let bytes = self.options.following_bytes(queue.place.segment_bytes);
        drop(queue);
        let least = bytes.saturating_add(self.options.reserve_bytes);
        let room = self.disk.free_bytes(&self.folder).is_ok_and(|free| free >= least);
        let mut queue = lock(&self.queue);
        queue.full = !room;
        queue
    }

    /// Takes a spare segment, or the news that there is no room for one.
    pub(crate) fn offer(&self, spare: Option<Spare>) {
        let mut queue = lock(&self.queue);
        queue.full = spare.is_none();
        queue.spare = spare;
        drop(queue);
        self.room.notify_all();
    }

    /// Returns how many appends wait and whether the disk is known to be full.
    pub(crate) fn pressure(&self) -> (u64, bool) {
        let queue = lock(&self.queue);
        (wide(queue.waiting.len()), queue.full)
    }
}

impl Queue {
    /// Refuses what must not be queued now.
    fn admit(&self, bytes: usize, expected: Option<Sequence>, limit: usize) -> Result<(), Error> {
        if let Some(end) = &self.end {
            return Err(end.error());
        }
        let last = Sequence::new(self.next - 1);
        if let Some(expected) = expected.filter(|expected| *expected != last) {
            return Err(Error::Conflict { expected, last });
        }
        if self.waiting_bytes > 0 && self.waiting_bytes + bytes > limit {
            return Err(Error::Busy { queued_bytes: self.waiting_bytes });
        }
        Ok(())
    }

    fn push(&mut self, entry: Entry, frame_bytes: u64) -> Sequence {
        let sequence = Sequence::new(self.next);
        self.next += 1;
        self.place.offset += frame_bytes;
        self.waiting_bytes += entry.payload.len();
        self.waiting.push(entry);
        sequence
    }
}

/// Tells appends that they are not durable. Who no longer waits is not told.
pub(crate) fn refuse(entries: impl IntoIterator<Item = Entry>, refusal: &Refusal) {
    for entry in entries {
        answer(entry.done, Err(refusal.clone()));
    }
}

/// Answers one append; a caller that has gone away is no failure.
pub(crate) fn answer(done: oneshot::Sender<Answer>, answer: Answer) {
    drop(done.send(answer));
}

/// Locks. A panic elsewhere leaves these values whole: every change to them is a single step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
