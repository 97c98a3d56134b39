//! The events with their records: the latest in memory and in the journal, all the rest in the lake.
//!
//! ```text
//!   journal ─▶ generations in memory, oldest first ─┬▶ find, by id, live view
//!                  └─ flush ─▶ lake ────────────────┘
//! ```
//!
//! An event may be in both for a while; it is told by its position, and answered once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use lake::{DataError, Hit};

use crate::frame::{Frame, FrameError, FrameEvent};
use crate::history::{self, Filter, History, HistoryError, Position, Scope};

/// Where frames are read back from: a running journal or a folder at rest.
pub(crate) type ReadFrame = Box<dyn Fn(u64) -> Result<Vec<u8>, journal::Error> + Send + Sync>;

/// So many of the latest events stay in memory for live views, though the lake has them.
const RECENT_EVENTS: u64 = 10_000;

/// History and the means to read what it points at.
pub(crate) struct Archive {
    /// Oldest first; the last one takes what comes.
    generations: RwLock<VecDeque<Arc<History>>>,
    /// The events that are no longer in memory.
    lake: Option<Arc<lake::Store>>,
    /// The last frame that the lake has.
    flushed: AtomicU64,
    read_frame: ReadFrame,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredEvent {
    /// Its frame.
    pub sequence: u64,
    /// The record, byte for byte.
    pub record: String,
    /// Types and names of what history lists as touched.
    pub resources: Vec<(String, String)>,
    /// The account in whose history an imported record without one was put.
    pub account: Option<String>,
    /// Whether it came from outside, and nobody here witnessed it.
    pub(crate) imported: bool,
    /// Request and response in full, when they are too large for the record; read on request.
    pub whole: Option<String>,
}

/// One page of an answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// The events, newest first.
    pub events: Vec<Spot>,
    /// Where the next page begins; absent at the end.
    pub next: Option<Position>,
}

/// Where an event is, and the event where it was at hand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Where it is.
    pub at: Position,
    stored: Option<StoredEvent>,
}

/// Why an event cannot be read back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// The journal does not give the frame.
    #[error("frame {0} cannot be read back")]
    Journal(u64, #[source] journal::Error),
    /// The frame is not understood.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The frame cannot be indexed.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The index points at an event that the frame does not have.
    #[error("frame {0} has no event {1}")]
    Missing(u64, u32),
    /// The lake cannot be read.
    #[error("the lake cannot be read")]
    Lake(#[from] DataError),
}

impl Archive {
    /// Returns an archive of what the lake has, up to frame `flushed`; later frames are read back by
    /// `read_frame`.
    pub(crate) fn new(read_frame: ReadFrame, lake: Option<Arc<lake::Store>>, flushed: u64) -> Self {
        let first = Arc::new(History::after(flushed));
        Self {
            generations: RwLock::new([first].into()),
            lake,
            flushed: AtomicU64::new(flushed),
            read_frame,
        }
    }

    /// Indexes frame `sequence`, whose bytes are at hand.
    pub(crate) fn index(&self, sequence: u64, bytes: &[u8]) -> Result<(), ArchiveError> {
        let frame = Frame::read(sequence, bytes)?;
        self.apply(sequence, &frame)
    }

    /// Indexes frame `sequence`.
    pub(crate) fn apply(&self, sequence: u64, frame: &Frame<'_>) -> Result<(), ArchiveError> {
        Ok(self.latest().apply(sequence, frame)?)
    }

    /// Returns the sequence up to which events are found.
    pub(crate) fn reached(&self) -> u64 {
        self.latest().reached()
    }

    /// Returns how many events there are.
    pub(crate) fn count(&self) -> u64 {
        let flushed = self.flushed.load(Ordering::Acquire);
        let in_lake = self.lake.as_ref().map_or(0, |lake| lake.count());
        let hot = self.all().into_iter().filter(|generation| generation.after_frame() >= flushed);
        in_lake + hot.map(|generation| generation.count()).sum::<u64>()
    }

    /// Returns the events within `scope` that `filter` lets pass, newest first.
    pub(crate) fn find(&self, scope: &Scope, filter: &Filter) -> Result<Page, ArchiveError> {
        // memory first: what is flushed meanwhile is then in the lake, and nothing is missed
        let mut pages: Vec<Page> = self
            .all()
            .iter()
            .map(|generation| Page::from(generation.find(scope, filter)))
            .collect();
        if let Some(lake) = &self.lake {
            let oldest = pages.iter().filter_map(|page| page.next).max();
            pages.push(cold(lake, scope, filter, oldest)?);
        }
        Ok(merged(pages, scope.limit))
    }

    /// Returns the events with this id, in any account and Region, with the account of each.
    pub(crate) fn by_id(&self, event_id: &str) -> Result<Vec<(String, StoredEvent)>, ArchiveError> {
        let mut found = BTreeMap::new();
        for (at, account, _) in self.all().iter().flat_map(|generation| generation.by_id(event_id))
        {
            found.insert(at, (account, self.event(at)?));
        }
        for hit in self.in_lake(event_id)? {
            found.insert(position(hit.at), (hit.account.clone(), StoredEvent::from(hit)));
        }
        Ok(found.into_values().collect())
    }

    /// Returns whether this very record is there already.
    pub(crate) fn holds(&self, event_id: &str, record: &str) -> Result<bool, ArchiveError> {
        if self.all().iter().any(|generation| generation.holds(event_id, record)) {
            return Ok(true);
        }
        // what has no id is told by its text
        let key = if event_id.is_empty() { record } else { event_id };
        Ok(self.in_lake(key)?.iter().any(|hit| hit.record == record))
    }

    /// Returns the events that came after frame `sequence` and pass, in the order of the journal:
    /// the live view. Of very many at once only the latest are looked at.
    pub(crate) fn since(&self, sequence: u64, scope: &Scope, filter: &Filter) -> Vec<Position> {
        let mut found = Vec::new();
        for generation in self.all() {
            let scope = Scope { limit: scope.limit.saturating_sub(found.len()), ..scope.clone() };
            if scope.limit == 0 {
                break;
            }
            found.extend(generation.since(sequence, &scope, filter));
        }
        found
    }

    /// Reads the events of a page, until their records hold `bytes_max` bytes; the first one comes
    /// in any case. Returns them with the place where the next page begins.
    pub(crate) fn read(
        &self,
        page: Page,
        bytes_max: usize,
    ) -> Result<(Vec<StoredEvent>, Option<Position>), ArchiveError> {
        let (mut events, mut bytes, mut last) = (Vec::with_capacity(page.events.len()), 0, None);
        for spot in page.events {
            let event = match spot.stored {
                Some(stored) => stored,
                None => self.event(spot.at)?,
            };
            bytes += event.record.len();
            if bytes > bytes_max && !events.is_empty() {
                return Ok((events, last));
            }
            last = Some(spot.at);
            events.push(event);
        }
        Ok((events, page.next))
    }

    /// Reads one event back from the journal, with what was too large for its record.
    fn event(&self, at: Position) -> Result<StoredEvent, ArchiveError> {
        let bytes = self.frame(at.sequence)?;
        let frame = Frame::read(at.sequence, &bytes)?;
        let event = event_of(&frame, at)?;
        Ok(stored(at.sequence, event))
    }

    /// Reads several events back from the journal, in their order.
    pub(crate) fn events(&self, positions: &[Position]) -> Result<Vec<StoredEvent>, ArchiveError> {
        let mut events = Vec::with_capacity(positions.len());
        // events of one frame mostly stand together: it is read and parsed once for all of them
        for run in positions.chunk_by(|one, other| one.sequence == other.sequence) {
            let Some(sequence) = run.first().map(|at| at.sequence) else { continue };
            let payload = self.frame(sequence)?;
            let frame = Frame::read(sequence, &payload)?;
            for at in run {
                events.push(stored(sequence, event_of(&frame, *at)?));
            }
        }
        Ok(events)
    }

    /// Returns the lake, where there is one.
    pub(crate) fn lake(&self) -> Option<&Arc<lake::Store>> {
        self.lake.as_ref()
    }

    /// Returns the last frame that the lake has.
    pub(crate) fn flushed(&self) -> u64 {
        self.flushed.load(Ordering::Acquire)
    }

    /// Returns how many events wait for the lake.
    pub(crate) fn waiting(&self) -> u64 {
        let flushed = self.flushed();
        let hot = self.all().into_iter().filter(|generation| generation.after_frame() >= flushed);
        hot.map(|generation| generation.count()).sum()
    }

    /// Begins a new generation, so that the last one can leave; returns the last frame before it.
    pub(crate) fn turn(&self) -> u64 {
        let mut generations = self.generations.write().expect("nothing panics while locked");
        let reached = generations.back().map_or(0, |latest| latest.reached());
        generations.push_back(Arc::new(History::after(reached)));
        reached
    }

    /// Tells that the lake has every frame up to `sequence`; forgets what live views do not need.
    pub(crate) fn left(&self, sequence: u64) {
        self.flushed.store(sequence, Ordering::Release);
        let mut generations = self.generations.write().expect("nothing panics while locked");
        while let Some(oldest) = generations.front() {
            let later: u64 = generations.iter().skip(1).map(|later| later.count()).sum();
            let is_kept = oldest.reached() > sequence || later < RECENT_EVENTS;
            if is_kept || generations.len() == 1 {
                return;
            }
            generations.pop_front();
        }
    }

    fn in_lake(&self, event_id: &str) -> Result<Vec<Hit>, ArchiveError> {
        let Some(lake) = &self.lake else { return Ok(Vec::new()) };
        let question = lake::Question {
            event_id: Some(event_id.to_owned()),
            limit: history::TWINS_MAX,
            ..lake::Question::default()
        };
        Ok(lake.find(&question)?.events)
    }

    fn all(&self) -> Vec<Arc<History>> {
        let generations = self.generations.read().expect("nothing panics while locked");
        generations.iter().map(Arc::clone).collect()
    }

    fn latest(&self) -> Arc<History> {
        let generations = self.generations.read().expect("nothing panics while locked");
        Arc::clone(generations.back().expect("there is always one"))
    }

    fn frame(&self, sequence: u64) -> Result<Vec<u8>, ArchiveError> {
        (self.read_frame)(sequence).map_err(|cause| ArchiveError::Journal(sequence, cause))
    }
}

/// Asks the lake; nothing before `oldest` would be answered.
fn cold(
    lake: &lake::Store,
    scope: &Scope,
    filter: &Filter,
    oldest: Option<Position>,
) -> Result<Page, ArchiveError> {
    let check = |row: &lake::Row<'_>| filter.passes(row.facts(), &row.account, &mut row.listed());
    let mut question = filter.question(scope);
    question.start_second = question.start_second.max(oldest.map(|oldest| oldest.second));
    question.check = filter.has_patterns().then_some(&check);
    let page = lake.find(&question)?;
    let spot = |hit: Hit| Spot { at: position(hit.at), stored: Some(StoredEvent::from(hit)) };
    Ok(Page { events: page.events.into_iter().map(spot).collect(), next: page.next.map(position) })
}

/// Puts pages of several sources together. A source that has more than its page tells nothing of
/// what is older than the page, so nothing older is answered.
fn merged(pages: Vec<Page>, limit: usize) -> Page {
    let complete_to = pages.iter().filter_map(|page| page.next).max();
    let mut all: BTreeMap<Position, Spot> = BTreeMap::new();
    for spot in pages.into_iter().flat_map(|page| page.events) {
        if complete_to.is_none_or(|oldest| spot.at >= oldest) {
            all.insert(spot.at, spot);
        }
    }
    let is_cut = all.len() > limit;
    let events: Vec<Spot> = all.into_values().rev().take(limit).collect();
    let last = events.last().map(|spot| spot.at);
    Page { next: if is_cut { last } else { complete_to }, events }
}

fn position(at: lake::Position) -> Position {
    Position { second: at.second, sequence: at.sequence, nth: at.nth }
}

fn event_of<'f, 'a>(
    frame: &'f Frame<'a>,
    at: Position,
) -> Result<&'f FrameEvent<'a>, ArchiveError> {
    let missing = ArchiveError::Missing(at.sequence, at.nth);
    frame.events.get(at.nth as usize).ok_or(missing)
}

fn stored(sequence: u64, event: &FrameEvent<'_>) -> StoredEvent {
    StoredEvent {
        sequence,
        record: event.record.get().to_owned(),
        resources: owned(&event.resources),
        account: event.account.as_deref().map(str::to_owned),
        imported: event.imported,
        whole: event.whole.as_deref().map(str::to_owned),
    }
}

impl From<Hit> for StoredEvent {
    fn from(hit: Hit) -> Self {
        Self {
            sequence: hit.at.sequence,
            record: hit.record,
            resources: owned(&hit.extra.resources),
            account: hit.extra.account.map(String::from),
            imported: hit.extra.imported,
            whole: hit.extra.whole.map(String::from),
        }
    }
}

fn owned(
    resources: &[(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)],
) -> Vec<(String, String)> {
    let own = |text: &std::borrow::Cow<'_, str>| text.clone().into_owned();
    resources.iter().map(|(kind, name)| (own(kind), own(name))).collect()
}

impl From<history::Page> for Page {
    fn from(page: history::Page) -> Self {
        let spot = |at| Spot { at, stored: None };
        Self { events: page.events.into_iter().map(spot).collect(), next: page.next }
    }
}
