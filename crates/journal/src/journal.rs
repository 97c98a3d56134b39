//! The journal as its users see it.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::block::block_on;
use crate::disk::Disk;
use crate::error::on;
use crate::index::{Index, Located};
use crate::live::Live;
use crate::lock::Lock;
use crate::mark::Mark;
use crate::queue::{Shared, lock};
use crate::recover::recover;
use crate::spare;
use crate::survey::corrupt;
use crate::writer::Writer;
use crate::{Error, Frame, Head, Options, Recovery, Sequence, Ticket};

/// The folder within the data folder.
pub(crate) const FOLDER: &str = "journal";

/// A journal open for writing. Share it by `Arc`; dropping it closes it.
#[derive(Debug)]
pub struct Journal {
    pub(crate) shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    _lock: Lock,
}

/// Figures for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Segment files.
    pub segments: u64,
    /// What they take on disk, in bytes, room not used yet included.
    pub bytes: u64,
    /// Durable frames kept.
    pub frames: u64,
    /// The first of them.
    pub first: Sequence,
    /// The last of them.
    pub durable: Sequence,
    /// Appends that wait for the writer.
    pub waiting: u64,
    /// Whether the disk is full up to the reserve.
    pub full: bool,
    /// Whether a failed write has ended acknowledging for the life of the process.
    pub stopped: bool,
}

impl Journal {
    /// Opens the journal below `dir`, or makes one, and repairs what a crash left.
    ///
    /// Fails with [`Error::Locked`] while another process has it, and with [`Error::Corrupt`],
    /// without having changed a byte, where durable frames are damaged.
    pub fn open(dir: &Path, options: Options) -> Result<(Self, Recovery), Error> {
        let disk = Disk::new(options.sync);
        Self::open_on(disk, dir, options)
    }

    pub(crate) fn open_on(
        disk: Disk,
        dir: &Path,
        options: Options,
    ) -> Result<(Self, Recovery), Error> {
        options.check()?;
        let folder = dir.join(FOLDER);
        fs::create_dir_all(&folder).map_err(on("make", &folder))?;
        let lock = Lock::take(&folder)?;
        for name in [&folder, dir, dir.parent().unwrap_or(dir)] {
            disk.sync_folder(named(name)).map_err(on("sync", name))?;
        }
        let (segments, mark, recovery) = recover(&folder, &options, &disk)?;
        let live = Live::start(&folder, mark.last.sequence.get())?;
        let index = Index::new(segments);
        let shared = Arc::new(Shared::new(folder, options, disk, live, index, mark));
        let journal = Self { shared, threads: Mutex::default(), _lock: lock };
        journal.start()?;
        Ok((journal, recovery))
    }

    fn start(&self) -> Result<(), Error> {
        let folder = &self.shared.folder;
        let spares = Arc::clone(&self.shared);
        let writer = Writer::new(Arc::clone(&self.shared));
        let mut threads = lock(&self.threads);
        let named = |name: &str| thread::Builder::new().name(name.to_owned());
        let thread = named("journal-spare").spawn(move || spare::run(&spares));
        threads.push(thread.map_err(on("start a thread for", folder))?);
        let thread = named("journal-write").spawn(move || writer.run());
        threads.push(thread.map_err(on("start a thread for", folder))?);
        Ok(())
    }

    /// Queues a frame behind all others and returns at once.
    ///
    /// It waits only where the disk is still making room for it. What was accepted here has its
    /// place on disk: a full disk is answered here, with [`Error::Full`], before anything is done.
    pub fn append(&self, payload: Vec<u8>) -> Result<Ticket, Error> {
        let (sequence, answer) = self.shared.enqueue(payload, None)?;
        Ok(Ticket::new(sequence, answer))
    }

    /// As [`Journal::append`], if `expected` is the last frame queued; [`Error::Conflict`] if not.
    pub fn append_expecting(&self, expected: Sequence, payload: Vec<u8>) -> Result<Ticket, Error> {
        let (sequence, answer) = self.shared.enqueue(payload, Some(expected))?;
        Ok(Ticket::new(sequence, answer))
    }

    /// Returns the last durable frame: everything up to it can be read.
    pub fn durable(&self) -> Sequence {
        self.head().sequence
    }

    /// Returns the last durable frame with the chain's hash.
    pub fn head(&self) -> Head {
        self.shared.status.borrow().head
    }

    /// Waits until `sequence` is durable and returns how far it goes by then. Fails when the journal
    /// ended before.
    pub async fn wait_durable(&self, sequence: Sequence) -> Result<Sequence, Error> {
        let mut status = self.shared.status.subscribe();
        let there = |head: Head| head.sequence >= sequence;
        let seen = status.wait_for(|status| there(status.head) || status.end.is_some()).await;
        let Ok(seen) = seen else { return Err(Error::Closed) };
        match &seen.end {
            Some(end) if !there(seen.head) => Err(end.error()),
            _ => Ok(seen.head.sequence),
        }
    }

    /// As [`Journal::wait_durable`], for threads outside an asynchronous runtime.
    pub fn wait_durable_blocking(&self, sequence: Sequence) -> Result<Sequence, Error> {
        block_on(self.wait_durable(sequence))
    }

    /// Reads one durable frame.
    pub fn read(&self, sequence: Sequence) -> Result<Frame, Error> {
        let located = {
            let index = self.shared.index.read().unwrap_or_else(PoisonError::into_inner);
            let first = Sequence::new(index.first());
            if sequence < first {
                return Err(Error::Released { sequence, first });
            }
            index.locate(sequence.get())
        };
        let durable = self.durable();
        located.ok_or(Error::NotDurable { sequence, durable })?.read(sequence)
    }

    /// Reads durable frames in order, from `sequence` (or the first kept, if that is later) to the
    /// last that is durable when the iterator gets there.
    pub fn read_from(&self, sequence: Sequence) -> Frames<'_> {
        let first = self.figures().first;
        Frames { journal: self, next: sequence.max(first) }
    }

    /// Drops every whole segment that holds no frame behind `up_to`.
    ///
    /// Call it only when all that is derived from those frames has been read back. Returns the first
    /// frame still kept.
    pub fn release(&self, up_to: Sequence) -> Result<Sequence, Error> {
        let shared = &self.shared;
        let mut mark = lock(&shared.mark);
        let first = {
            let index = shared.index.read().unwrap_or_else(PoisonError::into_inner);
            index.first_after_release(up_to.get())
        };
        if first > mark.first {
            // written before it is believed: a second try must not skip the writing
            let moved = Mark { first, ..*mark };
            moved.write(&shared.disk, &shared.folder).map_err(on("mark", &shared.folder))?;
            *mark = moved;
        }
        loop {
            let mut index = shared.index.write().unwrap_or_else(PoisonError::into_inner);
            let Some(segment) = index.pop_before(mark.first) else { break };
            drop(index);
            shared.disk.remove(&segment.path).map_err(on("remove", &segment.path))?;
            shared.disk.sync_folder(&shared.folder).map_err(on("sync", &shared.folder))?;
        }
        Ok(Sequence::new(mark.first))
    }

    /// Returns figures for metrics.
    pub fn figures(&self) -> Figures {
        let (waiting, full) = self.shared.pressure();
        let index = self.shared.index.read().unwrap_or_else(PoisonError::into_inner);
        let (segments, bytes, frames) = index.figures();
        let first = Sequence::new(index.first());
        let (durable, stopped) = (self.durable(), self.shared.poisoned().is_some());
        Figures { segments, bytes, frames, first, durable, waiting, full, stopped }
    }

    /// Accepts nothing more, writes what waits, and ends. Blocks until that is done.
    pub fn close(&self) -> Result<(), Error> {
        self.shared.close();
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
        match self.shared.poisoned() {
            Some(cause) => Err(Error::Poisoned { cause }),
            None => Ok(()),
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.shared.close();
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            drop(thread.join());
        }
    }
}

impl Located {
    /// Reads the frame from its place. It was good when it was written or recovered.
    fn read(&self, sequence: Sequence) -> Result<Frame, Error> {
        let mut bytes = vec![0; usize::try_from(self.end - self.begin).unwrap_or_default()];
        self.file.read_exact_at(&mut bytes, self.begin).map_err(on("read", &self.path))?;
        let frame = Frame::decode(&bytes, self.seed).filter(|frame| frame.sequence == sequence);
        let spoilt = || corrupt(&self.path, self.begin, sequence.get(), "frame checksum");
        frame.ok_or_else(spoilt)
    }
}

/// Durable frames in order; see [`Journal::read_from`].
#[derive(Debug)]
pub struct Frames<'a> {
    journal: &'a Journal,
    next: Sequence,
}

impl Iterator for Frames<'_> {
    type Item = Result<Frame, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let sequence = self.next;
        if sequence > self.journal.durable() {
            return None;
        }
        self.next = sequence.next();
        Some(self.journal.read(sequence))
    }
}

/// The current folder has an empty name.
fn named(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}
