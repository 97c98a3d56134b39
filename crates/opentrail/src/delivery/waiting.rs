//! Follows the journal for what trails have taken and nobody has cut yet.

use std::collections::{BTreeMap, VecDeque};

use event::Facts;
use jiff::Timestamp;
use journal::{Journal, Sequence};
use trail::{Change as TrailChange, Delivery as What, Trail, Waiting};

use super::Backlog;
use crate::archive::ArchiveError;
use crate::commit::Draft;
use crate::frame::Frame;
use crate::gateway::Gateway;
use crate::state::{Change, State};

/// What waits, by the trail's number, up to a frame of the journal.
///
/// A trail's events wait in portions, none much larger than a file may be, so that a long backlog
/// is not one cut.
pub(super) struct Follower {
    reached: u64,
    bytes_max: u64,
    waiting: BTreeMap<u64, VecDeque<Waiting>>,
}

impl Follower {
    /// Begins where the first trail still has something to cut.
    pub(super) fn new(gateway: &Gateway) -> Self {
        let reached = gateway.commits.look_at(|state, last| {
            // a stop cuts with its own frame: only trails that log have something uncut
            let logging = state.trail.deliverers().filter(|trail| trail.is_logging);
            logging.map(|trail| trail.cut_to).min().unwrap_or(last)
        });
        let bytes_max = gateway.delivery.pace.bytes_max;
        Self { reached, bytes_max, waiting: BTreeMap::new() }
    }

    /// Takes in what has become durable.
    pub(super) fn catch_up(
        &mut self,
        journal: &Journal,
        gateway: &Gateway,
    ) -> Result<(), ArchiveError> {
        let durable = journal.durable().get();
        if durable <= self.reached {
            return Ok(());
        }
        // after that: a trail whose making is durable is among them, and what it has taken counts
        let cut_to: BTreeMap<_, _> = gateway.commits.look(|state| {
            state.trail.deliverers().map(|trail| (trail.number, trail.cut_to)).collect()
        });
        for frame in journal.read_from(Sequence::new(self.reached + 1)) {
            let frame = frame.map_err(|cause| ArchiveError::Journal(self.reached + 1, cause))?;
            let sequence = frame.sequence.get();
            if sequence > durable {
                break;
            }
            self.take(sequence, &frame.payload, &cut_to)?;
            self.reached = sequence;
        }
        Ok(())
    }

    fn take(
        &mut self,
        sequence: u64,
        payload: &[u8],
        cut_to: &BTreeMap<u64, u64>,
    ) -> Result<(), ArchiveError> {
        let frame = Frame::read(sequence, payload)?;
        for event in &frame.events {
            let takers = event.trails.iter();
            let takers: Vec<_> = takers
                .filter(|number| cut_to.get(number).is_some_and(|cut_to| sequence > *cut_to))
                .collect();
            if takers.is_empty() {
                continue;
            }
            let record = event.record.get();
            let since = Facts::read(record).map_or(Timestamp::UNIX_EPOCH, |facts| facts.event_time);
            for number in takers {
                self.add(*number, sequence, since, record.len() as u64);
            }
        }
        Ok(())
    }

    fn add(&mut self, number: u64, sequence: u64, since: Timestamp, bytes: u64) {
        let portions = self.waiting.entry(number).or_default();
        // a frame is never in two portions: a cut ends with a frame
        let has_room = |last: &Waiting| last.bytes < self.bytes_max || last.to == sequence;
        if !portions.back().is_some_and(has_room) {
            portions.push_back(Waiting { since, to: sequence, events: 0, bytes: 0 });
        }
        if let Some(last) = portions.back_mut() {
            last.to = sequence;
            last.events += 1;
            last.bytes += bytes;
        }
    }

    /// Cuts what is due of one trail.
    pub(super) async fn cut(&mut self, number: u64, gateway: &Gateway) {
        while let Some(to) = self.due(number, gateway) {
            let cut = gateway.record(|state, _| {
                let trail = state.trail.numbered(number).filter(|trail| trail.cut_to < to);
                let at = gateway.world.now();
                let cut =
                    |number| TrailChange::Delivery { trail: number, what: What::Cut { to, at } };
                // a call may have cut it meanwhile
                let change = trail.map(|trail| Change::Trail(cut(trail.number)));
                Draft { changes: change.into_iter().collect(), events: Vec::new() }
            });
            if cut.await.is_err() {
                return;
            }
        }
    }

    /// Returns the last frame of the first portion, when that is to be cut now.
    fn due(&mut self, number: u64, gateway: &Gateway) -> Option<u64> {
        let trail = gateway.commits.look(|state| state.trail.numbered(number).cloned())?;
        let portions = self.waiting.get_mut(&number)?;
        while portions.front().is_some_and(|first| first.to <= trail.cut_to) {
            portions.pop_front();
        }
        let (first, now) = (portions.front()?, gateway.world.now());
        let is_due = portions.len() > 1 || first.is_due(&trail, &gateway.delivery.pace, now);
        is_due.then_some(first.to)
    }

    /// Shows what waits to those who want to see it.
    pub(super) fn show(&self, gateway: &Gateway) {
        let backlogs = gateway.commits.look(|state| {
            let backlog = |trail: &Trail, is_deleted| {
                Backlog::of(trail, is_deleted, self.waiting.get(&trail.number))
            };
            let trails = state.trail.trails.values().map(|trail| backlog(trail, false));
            trails.chain(state.trail.ending.values().map(|trail| backlog(trail, true))).collect()
        });
        gateway.delivery.board.put(backlogs);
    }
}

/// Returns what cuts all that trails have taken up to frame `to`: in the frame that moves the sandbox
/// clock, so that what was recorded before is delivered as of before.
pub(crate) fn cut_all(state: &State, to: u64, at: Timestamp) -> Vec<Change> {
    let cut = |trail: &Trail| {
        let what = What::Cut { to, at };
        Change::Trail(TrailChange::Delivery { trail: trail.number, what })
    };
    state.trail.deliverers().filter(|trail| trail.is_logging).map(cut).collect()
}
