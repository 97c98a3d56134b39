//! A generation of event history: the events of some frames, found by their facts.
//!
//! An index in memory; records stay in the journal and are read back from it, so an event costs some
//! two hundred bytes here however large it is. A generation is dropped when the lake has its events.
//!
//! ```text
//!   journal ──frame──▶ apply ──▶ (account, Region) ──▶ time-ordered entries
//!   lookup | find ──▶ positions, newest first ──▶ record (read from the journal)
//! ```
//!
//! Invariants
//! - Only durable frames are applied, in order and once.
//! - A record is returned byte for byte as it stands in its frame.

mod entry;
mod filter;
mod pattern;

use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::RwLock;

use event::{Facts, FactsError};

pub(crate) use entry::{Entry, Position, Symbol, Symbols};
pub(crate) use filter::{Attribute, Column, Filter, InvalidFilter};

use crate::frame::{Frame, FrameError, FrameEvent};

/// How many entries one call looks at before it answers what it has and a token to go on.
const SCAN_MAX: usize = 500_000;

/// How many of the latest events a live view can fall behind before it misses some.
const RECENT_MAX: usize = 10_000;

/// So many events of one id are answered; imported ones may share an id without bound.
pub(crate) const TWINS_MAX: usize = 100;

/// The index of the events after some frame.
#[derive(Default)]
pub(crate) struct History {
    after: u64,
    index: RwLock<Index>,
}

#[derive(Default)]
struct Index {
    symbols: Symbols,
    partitions: BTreeMap<(Symbol, Symbol), BTreeMap<Position, Entry>>,
    by_id: HashMap<Id, Known>,
    twins: HashMap<Id, Vec<Known>>,
    recent: VecDeque<(Position, (Symbol, Symbol))>,
    reached: u64,
    count: u64,
}

/// An event id in sixteen bytes: a UUID's own, or a digest of anything else.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Id([u8; 16]);

/// An event of some id, and what tells it from another of this id.
#[derive(Clone, Copy)]
struct Known {
    at: Position,
    partition: (Symbol, Symbol),
    digest: u128,
}

/// One page of an answer: where the events are, and whether there may be more.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// The events, newest first.
    pub events: Vec<Position>,
    /// Where the next page begins; absent at the end.
    pub next: Option<Position>,
}

/// Which part of history a question is about.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Whose events: one account, or every account.
    pub account: Option<String>,
    /// Of which Region: one, or every Region.
    pub region: Option<String>,
    /// Only events up to this sequence, so that new ones do not shift the pages.
    pub until: u64,
    /// Only events older than this one: the last of the page before.
    pub below: Option<Position>,
    /// How many at most.
    pub limit: usize,
}

/// Why a frame cannot be indexed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HistoryError {
    /// The frame is not understood.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A record in it is not.
    #[error("frame {sequence}: record {nth} cannot be indexed")]
    Record {
        /// The frame.
        sequence: u64,
        /// The place of the event in the frame.
        nth: u32,
        /// What is wrong.
        source: FactsError,
    },
}

impl History {
    /// Returns an index for the frames after this one.
    pub(crate) fn after(sequence: u64) -> Self {
        let index = Index { reached: sequence, ..Index::default() };
        Self { after: sequence, index: RwLock::new(index) }
    }

    /// Returns the frame after which it begins.
    pub(crate) fn after_frame(&self) -> u64 {
        self.after
    }

    /// Indexes the events of frame `sequence`.
    pub(crate) fn apply(&self, sequence: u64, frame: &Frame<'_>) -> Result<(), HistoryError> {
        let facts = frame
            .events
            .iter()
            .zip(0_u32..)
            .map(|(event, nth)| {
                Facts::read(event.record.get()).map_err(|source| HistoryError::Record {
                    sequence,
                    nth,
                    source,
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut index = self.index.write().expect("indexing does not panic while locked");
        for ((event, facts), nth) in frame.events.iter().zip(&facts).zip(0_u32..) {
            let at = Position { second: facts.event_time.as_second(), sequence, nth };
            index.insert(at, event, facts);
        }
        index.reached = sequence;
        Ok(())
    }

    /// Returns the sequence up to which events are found.
    pub(crate) fn reached(&self) -> u64 {
        self.read().reached
    }

    /// Returns how many events there are.
    pub(crate) fn count(&self) -> u64 {
        self.read().count
    }

    /// Returns the events within `scope` that `filter` lets pass, newest first.
    pub(crate) fn find(&self, scope: &Scope, filter: &Filter) -> Page {
        let index = self.read();
        if let Some(id) = filter.event_id() {
            return index.find_id(id, scope, filter);
        }
        let partitions = index.partitions_of(scope);
        let Some(compiled) = filter.compile(&index.symbols) else { return Page::default() };
        let mut page = Page::default();
        let mut scanned = 0;
        for (at, entry) in Newest::new(partitions, scope, filter) {
            scanned += 1;
            let matches = at.sequence <= scope.until && compiled.matches(entry);
            if matches && page.events.len() == scope.limit {
                page.next = page.events.last().copied();
                return page;
            }
            if matches {
                page.events.push(*at);
            }
            if scanned == SCAN_MAX {
                page.next = Some(*at);
                return page;
            }
        }
        page
    }

    /// Returns the positions of the events with this id, in any account and Region.
    pub(crate) fn by_id(&self, event_id: &str) -> Vec<(Position, String, String)> {
        let index = self.read();
        index
            .known(event_id)
            .map(|known| {
                let (account, region) = known.partition;
                let name = |symbol| index.symbols.text(symbol).to_owned();
                (known.at, name(account), name(region))
            })
            .collect()
    }

    /// Returns whether this very record is there already.
    pub(crate) fn holds(&self, event_id: &str, record: &str) -> bool {
        let digest = digest(record);
        let index = self.read();
        let id = Id::of(Some(event_id), record);
        index.known_as(id).any(|known| known.digest == digest)
    }

    /// Returns the events that came after frame `sequence` and pass, in the order of the journal:
    /// the live view. Of very many at once only the latest ten thousand are looked at.
    pub(crate) fn since(&self, sequence: u64, scope: &Scope, filter: &Filter) -> Vec<Position> {
        let index = self.read();
        let Some(compiled) = filter.compile(&index.symbols) else { return Vec::new() };
        let fresh = index.recent.partition_point(|(at, _)| at.sequence <= sequence);
        index
            .recent
            .range(fresh..)
            .filter(|(at, partition)| {
                let entry = index.partitions.get(partition).and_then(|entries| entries.get(at));
                index.in_scope(*partition, scope) && entry.is_some_and(|e| compiled.matches(e))
            })
            .map(|(at, _)| *at)
            .take_while(|at| at.sequence <= scope.until)
            .scan((0, 0), |(count, sequence), at| {
                // never end within a frame: who goes on from a frame has seen all of it
                let ended = *count >= scope.limit && at.sequence != *sequence;
                (*count, *sequence) = (*count + 1, at.sequence);
                (!ended).then_some(at)
            })
            .collect()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Index> {
        self.index.read().expect("indexing does not panic while locked")
    }
}

impl Id {
    /// Returns the id of a record; one without an id is told by its own text.
    fn of(event_id: Option<&str>, record: &str) -> Self {
        let Some(text) = event_id.filter(|id| !id.is_empty()) else { return Self(sha256(record)) };
        let parsed = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
        parsed.map_or_else(|| Self(sha256(text)), |uuid| Self(uuid.into_bytes()))
    }
}

impl Index {
    fn insert(&mut self, at: Position, event: &FrameEvent<'_>, facts: &Facts<'_>) {
        let account = event.account.as_deref().or(facts.account_id.as_deref()).unwrap_or_default();
        let partition = (self.symbols.intern(account), self.symbols.intern(&facts.aws_region));
        let entry = Entry::new(&mut self.symbols, event, facts);
        let id = Id::of(facts.event_id.as_deref(), event.record.get());
        let known = Known { at, partition, digest: digest(event.record.get()) };
        if let Some(twin) = self.by_id.insert(id, known) {
            self.twins.entry(id).or_default().push(twin);
        }
        self.partitions.entry(partition).or_default().insert(at, entry);
        if self.recent.len() == RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back((at, partition));
        self.count += 1;
    }

    /// Returns the events of this id; nearly always one.
    fn known(&self, event_id: &str) -> impl Iterator<Item = &Known> {
        self.known_as(Id::of(Some(event_id), ""))
    }

    fn known_as(&self, id: Id) -> impl Iterator<Item = &Known> {
        self.by_id.get(&id).into_iter().chain(self.twins.get(&id).into_iter().flatten())
    }

    /// Answers a question that names one id, from the ids alone.
    fn find_id(&self, event_id: &str, scope: &Scope, filter: &Filter) -> Page {
        let Some(compiled) = filter.compile(&self.symbols) else { return Page::default() };
        let mut events: Vec<_> = self
            .known(event_id)
            .filter(|known| self.in_scope(known.partition, scope))
            .filter(|known| known.at.sequence <= scope.until && filter.in_time(known.at.second))
            .filter(|known| scope.below.is_none_or(|below| known.at < below))
            .filter(|known| {
                let entries = self.partitions.get(&known.partition);
                entries
                    .and_then(|entries| entries.get(&known.at))
                    .is_some_and(|e| compiled.matches(e))
            })
            .map(|known| known.at)
            .collect();
        events.sort_by(|one, other| other.cmp(one));
        let next = (events.len() > scope.limit).then(|| events.get(scope.limit - 1).copied());
        events.truncate(scope.limit);
        Page { events, next: next.flatten() }
    }

    fn partitions_of(&self, scope: &Scope) -> Vec<&BTreeMap<Position, Entry>> {
        self.partitions
            .iter()
            .filter(|(partition, _)| self.in_scope(**partition, scope))
            .map(|(_, entries)| entries)
            .collect()
    }

    fn in_scope(&self, (account, region): (Symbol, Symbol), scope: &Scope) -> bool {
        let wanted = |symbol: Symbol, name: &Option<String>| match name {
            Some(name) => self.symbols.text(symbol) == name,
            None => true,
        };
        wanted(account, &scope.account) && wanted(region, &scope.region)
    }
}

/// Returns the entries of one partition inside the question's time and page, newest first.
fn within<'a>(
    entries: &'a BTreeMap<Position, Entry>,
    scope: &Scope,
    filter: &Filter,
) -> impl Iterator<Item = (&'a Position, &'a Entry)> + use<'a> {
    let end = match filter.end_second {
        Some(second) => Bound::Included(Position { second, sequence: u64::MAX, nth: u32::MAX }),
        None => Bound::Unbounded,
    };
    let end = match (scope.below, end) {
        (Some(below), Bound::Included(end)) if end < below => Bound::Included(end),
        (Some(below), _) => Bound::Excluded(below),
        (None, end) => end,
    };
    let start = filter.start_second.map(|second| Position { second, sequence: 0, nth: 0 });
    // an empty range where the start lies behind the end: `range` would panic on it
    let empty = match (start, end) {
        (Some(start), Bound::Included(end) | Bound::Excluded(end)) => start > end,
        _ => false,
    };
    let start = start.map_or(Bound::Unbounded, Bound::Included);
    let (start, end) = if empty { (Bound::Unbounded, Bound::Unbounded) } else { (start, end) };
    entries.range((start, end)).rev().filter(move |_| !empty)
}

/// The entries of several partitions as one list, newest first.
struct Newest<'a, I: Iterator<Item = (&'a Position, &'a Entry)>> {
    lists: Vec<std::iter::Peekable<I>>,
    /// The newest of each list, with the list's place.
    heads: BinaryHeap<(Position, usize)>,
}

impl<'a> Newest<'a, std::iter::Empty<(&'a Position, &'a Entry)>> {
    fn new(
        partitions: Vec<&'a BTreeMap<Position, Entry>>,
        scope: &Scope,
        filter: &Filter,
    ) -> Newest<'a, impl Iterator<Item = (&'a Position, &'a Entry)>> {
        let mut lists: Vec<_> = partitions
            .into_iter()
            .map(|entries| within(entries, scope, filter).peekable())
            .collect();
        let heads = lists
            .iter_mut()
            .enumerate()
            .filter_map(|(place, list)| list.peek().map(|(at, _)| (**at, place)))
            .collect();
        Newest { lists, heads }
    }
}

impl<'a, I: Iterator<Item = (&'a Position, &'a Entry)>> Iterator for Newest<'a, I> {
    type Item = (&'a Position, &'a Entry);

    fn next(&mut self) -> Option<Self::Item> {
        let (_, place) = self.heads.pop()?;
        let list = self.lists.get_mut(place)?;
        let entry = list.next();
        if let Some((at, _)) = list.peek() {
            self.heads.push((**at, place));
        }
        entry
    }
}

/// Tells records apart that carry the same id.
fn digest(record: &str) -> u128 {
    u128::from_le_bytes(sha256(record))
}

/// Returns the first half of a text's SHA-256.
fn sha256(text: &str) -> [u8; 16] {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    *hash.as_ref().first_chunk().expect("a SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests;
