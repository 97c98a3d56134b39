//! Reads a whole journal and judges it, without changing a byte.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::on;
use crate::mark::Mark;
use crate::scan::{Scan, Step};
use crate::segment::{self, Header, Listing, Page, Segment};
use crate::{Error, Hash, Head, Sequence};

/// What a journal holds, and what has to be done before it may go on.
pub(crate) struct Survey {
    pub(crate) mark: Mark,
    /// In order, with the places of all good frames; empty only before the very first start.
    pub(crate) segments: Vec<Segment>,
    /// The last good frame.
    pub(crate) head: Head,
    /// Where the group commit of the last good frame begins in the last segment.
    pub(crate) last_commit: u64,
    /// A torn tail: from the first byte that is not a good frame to the last that is not zero.
    pub(crate) torn: Option<(u64, u64)>,
    /// Files that interrupted work left behind.
    pub(crate) leftovers: Vec<PathBuf>,
}

/// Reads and judges the journal in `folder`.
pub(crate) fn survey(folder: &Path) -> Result<Survey, Error> {
    let Listing { segments: listed, leftovers } = segment::list(folder)?;
    let Some(mark) = Mark::read(folder)? else { return unmarked(folder, &listed, leftovers) };
    let mut survey = Survey {
        mark,
        segments: Vec::new(),
        head: Mark::fresh().last,
        last_commit: segment::HEADER_BYTES,
        torn: None,
        leftovers,
    };
    for (at, (first, path)) in listed.iter().enumerate() {
        let following = listed.get(at + 1).map(|(first, _)| *first);
        let segment = survey.open(*first, path)?;
        survey.walk(segment, following)?;
    }
    survey.complete(folder)?;
    Ok(survey)
}

/// A folder without a mark is a new one, or has lost it.
fn unmarked(
    folder: &Path,
    listed: &[(u64, PathBuf)],
    leftovers: Vec<PathBuf>,
) -> Result<Survey, Error> {
    if let Some((first, _)) = listed.first() {
        return Err(missing(folder, *first, "the mark beside the segments is missing"));
    }
    let mark = Mark::fresh();
    let last_commit = segment::HEADER_BYTES;
    Ok(Survey { mark, segments: vec![], head: mark.last, last_commit, torn: None, leftovers })
}

impl Survey {
    /// Opens a segment and holds its header against the frames before it.
    fn open(&mut self, first: u64, path: &Path) -> Result<Segment, Error> {
        let segment = open_segment(path)?;
        let fail = |detail| Err(corrupt(path, 0, first, detail));
        let Opened { segment, whole } = segment;
        let length = segment.file.metadata().map_err(on("look at", path))?.len();
        if !whole || segment.header.first != first {
            return fail("segment header checksum");
        }
        if length != segment.header.bytes {
            return fail("segment is not as long as it was made");
        }
        if self.segments.is_empty() {
            let before = Sequence::new(first.saturating_sub(1));
            self.head = Head { sequence: before, hash: segment.header.chain };
        } else if segment.header.chain != self.head.hash {
            return fail("segment not linked to the one before");
        }
        Ok(segment)
    }

    /// Goes through the frames of a segment; `following` is the first of the next one, if any.
    fn walk(&mut self, mut segment: Segment, following: Option<u64>) -> Result<(), Error> {
        let mut scan = Scan::new(&segment);
        let (mut batch_first, mut commit) = (0, segment::HEADER_BYTES);
        let path = segment.path.clone();
        let detail = loop {
            match scan.step().map_err(on("read", &path))? {
                Step::Frame(found) => {
                    segment.push(found.header.frame_bytes());
                    if found.header.batch_first != batch_first {
                        (batch_first, commit) = (found.header.batch_first, found.offset);
                    }
                    self.take(found.header.sequence, found.hash, &segment)?;
                }
                Step::End => break "frame is missing",
                Step::Bad(detail) => break detail,
            }
        };
        self.last_commit = commit;
        self.segments.push(segment);
        match following {
            Some(first) => inner_end(&mut scan, &path, first, detail),
            None => self.tail(&mut scan, &path, detail),
        }
    }

    /// Takes a good frame for the last so far; it must be the one that was marked, if it was.
    fn take(&mut self, sequence: u64, hash: Hash, segment: &Segment) -> Result<(), Error> {
        self.head = Head { sequence: Sequence::new(sequence), hash };
        let marked = self.mark.last;
        if self.head.sequence == marked.sequence && hash != marked.hash {
            let detail = "frame is not the one that was marked";
            return Err(corrupt(&segment.path, segment.end, sequence, detail));
        }
        Ok(())
    }

    /// Judges what stands behind the last good frame of the last segment.
    fn tail(&mut self, scan: &mut Scan, path: &Path, detail: &'static str) -> Result<(), Error> {
        match judge(scan, self.mark.last.sequence.get()).map_err(on("read", path))? {
            Tail::Clean => Ok(()),
            Tail::Torn { end } => {
                self.torn = Some((scan.offset, end));
                Ok(())
            }
            Tail::Lost => Err(corrupt(path, scan.offset, scan.expected, detail)),
        }
    }

    /// Holds the segments as a whole against the mark.
    fn complete(&mut self, folder: &Path) -> Result<(), Error> {
        let first = self.segments.first().map_or(1, |segment| segment.header.first);
        if first > self.mark.first || (self.segments.is_empty() && self.mark.first > 1) {
            return Err(missing(folder, self.mark.first, "the first segment is missing"));
        }
        if self.head.sequence < self.mark.last.sequence {
            let next = self.head.sequence.next().get();
            return Err(missing(folder, next, "frames known to be durable are missing"));
        }
        Ok(())
    }
}

/// What stands behind the last good frame.
pub(crate) enum Tail {
    /// Nothing.
    Clean,
    /// What a commit cut short leaves; never acknowledged.
    Torn {
        /// Behind its last byte.
        end: u64,
    },
    /// What was a durable frame.
    Lost,
}

/// Judges the end of the last segment, as the front page explains.
pub(crate) fn judge(scan: &mut Scan, marked: u64) -> std::io::Result<Tail> {
    if scan.expected <= marked {
        return Ok(Tail::Lost);
    }
    match scan.last_written()? {
        None => Ok(Tail::Clean),
        Some(end) if !scan.later_commit_behind()? && scan.may_be_torn()? => Ok(Tail::Torn { end }),
        Some(_) => Ok(Tail::Lost),
    }
}

/// A segment that others follow was synced to its end: all its frames must be there, then zeros.
fn inner_end(scan: &mut Scan, path: &Path, next: u64, detail: &'static str) -> Result<(), Error> {
    if scan.expected != next {
        return Err(corrupt(path, scan.offset, scan.expected, detail));
    }
    match scan.last_written().map_err(on("read", path))? {
        None => Ok(()),
        Some(_) => Err(corrupt(path, scan.offset, next, "bytes behind the segment's last frame")),
    }
}

/// A segment whose header could be read.
pub(crate) struct Opened {
    pub(crate) segment: Segment,
    /// Whether its header page is intact to the bit.
    pub(crate) whole: bool,
}

/// Opens a segment file and reads its header.
pub(crate) fn open_segment(path: &Path) -> Result<Opened, Error> {
    let file = File::open(path).map_err(on("open", path))?;
    let mut page = vec![0; usize::try_from(segment::HEADER_BYTES).unwrap_or_default()];
    if file.read_exact_at(&mut page, 0).is_err() {
        return Err(corrupt(path, 0, 0, "segment header is cut off"));
    }
    let (header, whole) = match Header::decode(&page) {
        Page::Whole(header) => (header, true),
        Page::Damaged(header) => (header, false),
        Page::TooNew(min_reader) => {
            return Err(Error::TooNew { path: path.to_path_buf(), min_reader });
        }
        Page::Lost => return Err(corrupt(path, 0, 0, "segment header checksum")),
    };
    let segment = Segment::empty(path.to_path_buf(), header, Arc::new(file));
    Ok(Opened { segment, whole })
}

fn missing(folder: &Path, sequence: u64, detail: &'static str) -> Error {
    corrupt(folder, 0, sequence, detail)
}

/// Names damage.
pub(crate) fn corrupt(path: &Path, offset: u64, sequence: u64, detail: &'static str) -> Error {
    let sequence = Sequence::new(sequence);
    Error::Corrupt { segment: path.to_path_buf(), offset, sequence, detail }
}
