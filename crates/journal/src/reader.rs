//! Reads a journal from outside the process that writes it.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::on;
use crate::journal::FOLDER;
use crate::live::durable_of_writer;
use crate::mark::Mark;
use crate::scan::{Found, Scan, Step};
use crate::segment::{self, Segment};
use crate::survey::{Tail, corrupt, judge, open_segment};
use crate::{Error, Frame, Hash, Sequence};

/// The frames of a journal that were durable when it was opened, in order.
///
/// It takes no lock, changes nothing and runs beside a writer. Where frames are damaged or missing
/// it says so once, with [`Error::Corrupt`] naming the first of them, and goes on behind the gap.
pub struct Reader {
    segments: VecDeque<Segment>,
    walk: Option<Walk>,
    /// Read already, to be handed out first.
    ready: VecDeque<Result<Frame, Error>>,
    /// The last frame known to have been durable: by the mark, or by a living writer.
    known: u64,
    /// How far to go beside a living writer.
    limit: u64,
    /// The next frame, `None` before the first segment.
    next: Option<u64>,
    /// The chain's hash before it, `None` behind a gap.
    chain: Option<Hash>,
    from: Sequence,
}

struct Walk {
    path: PathBuf,
    scan: Scan,
}

impl Reader {
    /// Opens the journal below `dir`.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let folder = dir.join(FOLDER);
        // the limit first: every frame up to it is in the segments listed afterwards
        let limit = durable_of_writer(&folder)?;
        let mut ready = VecDeque::new();
        let last = match Mark::read(&folder) {
            Ok(mark) => mark.map_or(0, |mark| mark.last.sequence.get()),
            Err(error) => {
                ready.push_back(Err(error));
                0
            }
        };
        let segments = open_segments(&folder, &mut ready)?;
        // the first frame last: a release moves it before it takes a segment away
        let next = Mark::read(&folder).ok().flatten().map(|mark| mark.first);
        Ok(Self {
            segments,
            walk: None,
            ready,
            known: limit.unwrap_or_default().max(last),
            limit: limit.unwrap_or(u64::MAX),
            next,
            chain: None,
            from: Sequence::START,
        })
    }

    /// Passes over the frames before `sequence`, whole segments of them unread.
    #[must_use]
    pub fn starting_at(mut self, sequence: Sequence) -> Self {
        while self.segments.get(1).is_some_and(|second| second.header.first <= sequence.get()) {
            self.segments.pop_front();
            self.next = None;
        }
        self.from = sequence;
        self
    }

    /// Reads on until there is something to hand out; `false` at the end.
    fn advance(&mut self) -> Result<bool, Error> {
        let Some(mut walk) = self.walk.take() else { return Ok(self.enter()) };
        if walk.scan.expected > self.limit {
            return Ok(false);
        }
        match walk.scan.step().map_err(on("read", &walk.path))? {
            Step::Frame(found) => self.hand_out(&mut walk, found)?,
            Step::End => return self.gap_or_end(walk, "frame is missing"),
            Step::Bad(detail) => return self.gap_or_end(walk, detail),
        }
        self.walk = Some(walk);
        Ok(true)
    }

    /// Goes on with the next segment, if there is one.
    fn enter(&mut self) -> bool {
        let Some(segment) = self.segments.pop_front() else { return false };
        let first = segment.header.first;
        let mut missing = |detail| {
            let missed = self.next.unwrap_or(first);
            self.ready.push_back(Err(corrupt(&segment.path, 0, missed, detail)));
        };
        if self.next.is_some_and(|next| next < first) {
            missing("the frames before this segment are missing");
        } else if self.chain.is_some_and(|chain| chain != segment.header.chain) {
            missing("segment not linked to the one before");
        }
        self.walk = Some(Walk { scan: Scan::new(&segment), path: segment.path });
        true
    }

    fn hand_out(&mut self, walk: &mut Walk, found: Found) -> Result<(), Error> {
        (self.next, self.chain) = (Some(walk.scan.expected), walk.scan.chain);
        if found.header.sequence < self.from.get() || found.header.sequence > self.limit {
            return Ok(());
        }
        let payload = walk.scan.payload(&found).map_err(on("read", &walk.path))?.to_vec();
        self.ready.push_back(Ok(Frame {
            sequence: Sequence::new(found.header.sequence),
            epoch: found.header.epoch,
            previous: found.header.previous,
            hash: found.hash,
            payload,
        }));
        Ok(())
    }

    /// Tells the end of the segment, or of the journal, from a gap, and goes on behind it.
    fn gap_or_end(&mut self, mut walk: Walk, detail: &'static str) -> Result<bool, Error> {
        let following = self.segments.front().map(|segment| segment.header.first);
        if following == Some(walk.scan.expected) {
            return Ok(true);
        }
        if following.is_none() && self.ends_here(&mut walk).map_err(on("read", &walk.path))? {
            return Ok(false);
        }
        let (offset, missing) = (walk.scan.offset, walk.scan.expected);
        self.ready.push_back(Err(corrupt(&walk.path, offset, missing, detail)));
        (self.next, self.chain) = (following, None);
        if let Some(found) = walk.scan.skip_to_good().map_err(on("read", &walk.path))? {
            self.hand_out(&mut walk, found)?;
            self.walk = Some(walk);
        }
        Ok(true)
    }

    fn ends_here(&self, walk: &mut Walk) -> io::Result<bool> {
        Ok(!matches!(judge(&mut walk.scan, self.known)?, Tail::Lost))
    }
}

/// Opens all segments at once, so that a release beside the reader takes nothing from it.
fn open_segments(
    folder: &Path,
    ready: &mut VecDeque<Result<Frame, Error>>,
) -> Result<VecDeque<Segment>, Error> {
    let listed = segment::list(folder)?.segments;
    let mut segments = VecDeque::new();
    for (first, path) in listed {
        match open_segment(&path) {
            Ok(opened) => {
                if !opened.whole || opened.segment.header.first != first {
                    let error = corrupt(&path, 0, first, "segment header checksum");
                    ready.push_back(Err(error));
                }
                segments.push_back(opened.segment);
            }
            Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            Err(error) => ready.push_back(Err(error)),
        }
    }
    Ok(segments)
}

impl Iterator for Reader {
    type Item = Result<Frame, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => {
                    self.segments.clear();
                    return None;
                }
                Err(error) => {
                    self.walk = None;
                    self.segments.clear();
                    return Some(Err(error));
                }
            }
        }
    }
}
