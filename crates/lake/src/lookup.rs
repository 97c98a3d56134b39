//! Lookups: the newest rows that fit a question, from many files, each asked only when its turn comes.
//!
//! ```text
//!   files, newest end first ─▶ heap of each open file's newest fitting row ─▶ the newest of all
//!                 a file is opened when no open one has a row as new as its end
//! ```

use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::data::{DataError, DataFile, Found};
use crate::index::{Index, IndexError, POSITIONS, Ranks};
use crate::question::{CHECKED_MAX, Question};
use crate::row::{Extra, Position, Row};

/// A row that fits a question, and its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands in history.
    pub at: Position,
    /// The record, byte for byte.
    pub record: String,
    /// The account in whose history it is.
    pub account: String,
    /// What history needs beside the record.
    pub extra: Extra<'static>,
}

/// One page of an answer.
#[derive(Debug, Default)]
pub struct Page {
    /// The events, newest first.
    pub events: Vec<Hit>,
    /// Whether there may be more, older than this one.
    pub next: Option<Position>,
}

/// Rows of one file that fit, newest first.
struct Run {
    file: Arc<DataFile>,
    ranks: Remaining,
    /// The block of positions that was read last.
    block: Option<(usize, Vec<Position>)>,
}

/// The ranks that are still to come; the highest first.
enum Remaining {
    All { below: u32, from: u32 },
    Some(RoaringBitmap),
}

/// A row's place in the answer's order, and how to fetch it.
struct Candidate {
    at: Position,
    file: usize,
    rank: u32,
}

/// Answers a question from these files, which stand newest end first.
pub(crate) fn find(files: &[Arc<DataFile>], question: &Question<'_>) -> Result<Page, DataError> {
    let mut candidates = Candidates::new(files, question);
    let mut page = Page::default();
    let mut looked_at = 0;
    loop {
        let missing = (question.limit + 1).saturating_sub(page.events.len());
        let some = candidates.take(missing)?;
        let is_end = some.len() < missing;
        looked_at += some.len();
        let last = some.last().map(|candidate| candidate.at);
        page.events.extend(candidates.fetch(&some, question)?);
        if page.events.len() > question.limit {
            page.events.truncate(question.limit);
            page.next = page.events.last().map(|hit| hit.at);
            return Ok(page);
        }
        if is_end {
            return Ok(page);
        }
        if looked_at >= CHECKED_MAX {
            page.next = last;
            return Ok(page);
        }
    }
}

/// The rows that fit as far as the indexes tell, newest first.
struct Candidates<'q, 'a> {
    question: &'q Question<'a>,
    /// The files that can hold an answer, and the runs of those that were opened.
    files: Vec<Arc<DataFile>>,
    runs: Vec<Run>,
    /// The newest of each run, with the run's place.
    heads: BinaryHeap<(Position, usize, u32)>,
}

impl<'q, 'a> Candidates<'q, 'a> {
    fn new(files: &[Arc<DataFile>], question: &'q Question<'a>) -> Self {
        let files =
            files.iter().filter(|file| question.meets(file.times)).map(Arc::clone).collect();
        Self { question, files, runs: Vec::new(), heads: BinaryHeap::new() }
    }

    /// Returns the next candidates; fewer than asked for only at the end.
    fn take(&mut self, count: usize) -> Result<Vec<Candidate>, DataError> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            self.open()?;
            let Some((at, file, rank)) = self.heads.pop() else { break };
            self.advance(file)?;
            if self.question.until.is_none_or(|until| at.sequence <= until) {
                taken.push(Candidate { at, file, rank });
            }
        }
        Ok(taken)
    }

    /// Opens the files whose newest row may be newer than the newest one known.
    fn open(&mut self) -> Result<(), DataError> {
        while let Some(file) = self.files.get(self.runs.len()) {
            let newest = file.times.1.div_euclid(1_000_000);
            if self.heads.peek().is_some_and(|(at, ..)| at.second > newest) {
                return Ok(());
            }
            let run = Run::open(Arc::clone(file), self.question)?;
            self.runs.push(run);
            self.advance(self.runs.len() - 1)?;
        }
        Ok(())
    }

    fn advance(&mut self, place: usize) -> Result<(), DataError> {
        let run = self.runs.get_mut(place).expect("runs are never taken away");
        if let Some((at, rank)) = run.next()? {
            self.heads.push((at, place, rank));
        }
        Ok(())
    }

    /// Reads candidates back, in their order, without those that only looked alike.
    fn fetch(
        &self,
        candidates: &[Candidate],
        question: &Question<'_>,
    ) -> Result<Vec<Hit>, DataError> {
        let mut found: BTreeMap<Position, Found> = BTreeMap::new();
        for (place, run) in self.runs.iter().enumerate() {
            let mine = candidates.iter().filter(|candidate| candidate.file == place);
            let rows: Result<Vec<u32>, _> =
                mine.map(|candidate| run.file.index().row(candidate.rank)).collect();
            let mut rows = rows.map_err(|cause| run.file.broken(cause))?;
            if rows.is_empty() {
                continue;
            }
            rows.sort_unstable();
            for row in run.file.rows(&rows)? {
                if let Some((at, row)) = judged(&run.file, row, question)? {
                    found.insert(at, row);
                }
            }
        }
        let ordered = candidates.iter().filter_map(|candidate| {
            found.remove(&candidate.at).map(|found| hit(candidate.at, found))
        });
        Ok(ordered.collect())
    }
}

/// Returns a row with its position, when it is what was asked for.
fn judged(
    file: &DataFile,
    found: Found,
    question: &Question<'_>,
) -> Result<Option<(Position, Found)>, DataError> {
    let extra = extra(found.extra.as_deref());
    let row = Row::read(&found.record, found.sequence, found.nth, extra)
        .map_err(|cause| file.unreadable(cause))?;
    let (at, fits) = (row.position(), question.holds(&row));
    Ok(fits.then_some((at, found)))
}

fn hit(at: Position, found: Found) -> Hit {
    let extra = extra(found.extra.as_deref()).into_owned();
    Hit { at, record: found.record, account: found.account, extra }
}

/// Reads what stands beside a record; it was written by [`Extra::text`].
pub(crate) fn extra(text: Option<&str>) -> Extra<'_> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

impl Run {
    fn open(file: Arc<DataFile>, question: &Question<'_>) -> Result<Self, DataError> {
        let ranks = ranks(file.index(), question).map_err(|cause| file.broken(cause))?;
        Ok(Self { file, ranks, block: None })
    }

    fn next(&mut self) -> Result<Option<(Position, u32)>, DataError> {
        let rank = match &mut self.ranks {
            Remaining::All { below, from } if *below > *from => {
                *below -= 1;
                *below
            }
            Remaining::All { .. } => return Ok(None),
            Remaining::Some(ranks) => match ranks.max() {
                Some(rank) => {
                    ranks.remove(rank);
                    rank
                }
                None => return Ok(None),
            },
        };
        self.position(rank).map(|at| Some((at, rank))).map_err(|cause| self.file.broken(cause))
    }

    fn position(&mut self, rank: u32) -> Result<Position, IndexError> {
        let wanted = (rank / POSITIONS) as usize;
        let is_read = self.block.as_ref().is_some_and(|(block, _)| *block == wanted);
        if !is_read {
            self.block = Some((wanted, self.file.index().block(wanted)?));
        }
        let block = self.block.as_ref().map(|(_, positions)| positions.as_slice());
        let place = (rank % POSITIONS) as usize;
        block.and_then(|block| block.get(place)).copied().ok_or(IndexError::Damaged)
    }
}

/// Returns the rows of a file that fit, as far as its index tells.
fn ranks(index: &Index, question: &Question<'_>) -> Result<Remaining, IndexError> {
    let from = match question.start_second {
        Some(second) => index.older(Position { second, sequence: 0, nth: 0 })?,
        None => 0,
    };
    let below = below(index, question)?;
    let mut fitting = match &question.event_id {
        Some(id) => Ranks::Some(index.id(id)?.into_iter().collect()),
        None => Ranks::All,
    };
    for (attribute, value) in &question.terms {
        if fitting.is_empty() {
            break;
        }
        fitting = fitting.and(index.ranks(*attribute, value)?);
    }
    Ok(match fitting {
        Ranks::All => Remaining::All { below, from },
        Ranks::Some(mut ranks) => {
            ranks.remove_range(..from);
            ranks.remove_range(below..);
            Remaining::Some(ranks)
        }
    })
}

/// Returns the first rank that is too new.
fn below(index: &Index, question: &Question<'_>) -> Result<u32, IndexError> {
    let mut below = index.rows();
    if let Some(second) = question.end_second.and_then(|second| second.checked_add(1)) {
        below = below.min(index.older(Position { second, sequence: 0, nth: 0 })?);
    }
    if let Some(position) = question.below {
        below = below.min(index.older(position)?);
    }
    Ok(below)
}
