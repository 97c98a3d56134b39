//! Where a call becomes durable: judged on the state, put into the journal, folded in, in one step.
//!
//! ```text
//!   lock ─▶ judge on the state ─▶ frame ─▶ journal.append ─▶ fold changes in ─▶ unlock
//!                                               │
//!                                    answer only when the frame is durable
//! ```
//!
//! Because every frame is appended under the lock that its changes were judged under, the order of
//! the journal is the order of the state, and folding the journal again gives the same state.

use std::sync::{Arc, RwLock, RwLockReadGuard};

use journal::{Journal, Sequence, Ticket};

use crate::frame::{Frame, FrameEvent};
use crate::state::{Change, State};
use crate::takers;
use crate::world::World;

/// The state and the journal behind it.
pub(crate) struct Commits {
    state: RwLock<Kept>,
    journal: Arc<Journal>,
    world: Arc<World>,
}

struct Kept {
    state: State,
    last: u64,
}

/// What a judgement asks to be made durable.
#[derive(Default)]
pub(crate) struct Draft {
    /// The changes, to be applied in this order.
    pub changes: Vec<Change>,
    /// The events.
    pub events: Vec<FrameEvent<'static>>,
}

/// What a commit left in the journal.
pub(crate) enum Written {
    /// One frame.
    Frame(Ticket),
    /// Nothing, judged on the state after this frame.
    Nothing {
        /// The frame.
        on: u64,
    },
}

impl Draft {
    fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.events.is_empty()
    }
}

impl Commits {
    /// Returns the keeper of a state that was folded from the journal up to frame `last`.
    pub(crate) fn new(state: State, last: u64, journal: Arc<Journal>, world: Arc<World>) -> Self {
        world.set_offset_ms(state.clock_offset_ms);
        Self { state: RwLock::new(Kept { state, last }), journal, world }
    }

    /// Looks at the state without changing it.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.read().state)
    }

    /// Looks at the state and at the sequence of the last frame in it.
    pub(crate) fn look_at<T>(&self, look: impl FnOnce(&State, u64) -> T) -> T {
        let kept = self.read();
        look(&kept.state, kept.last)
    }

    /// Judges on the state, knowing the last frame in it, and makes what comes of it one frame
    /// under the id `id`.
    ///
    /// The answer may leave only when the ticket is durable. What neither changed nor told anything
    /// makes no frame: then there is no ticket, and the answer may leave once the last frame of the
    /// state that it was judged on is durable.
    ///
    /// # Errors
    /// The journal refuses; nothing has changed then.
    pub(crate) fn commit<T>(
        &self,
        id: &str,
        judge: impl FnOnce(&State, u64) -> (Draft, T),
    ) -> Result<(T, Written), journal::Error> {
        let mut kept = self.state.write().unwrap_or_else(|_| end());
        let (mut draft, result) = judge(&kept.state, kept.last);
        takers::mark(&kept.state, &mut draft);
        if draft.is_empty() {
            return Ok((result, Written::Nothing { on: kept.last }));
        }
        let frame = Frame::new(id, kept.last, draft.changes, draft.events);
        // expecting: after frames that found no room, nothing may be judged on what they had done
        let ticket = self.journal.append_expecting(Sequence::new(kept.last), frame.to_bytes())?;
        kept.last = ticket.sequence().get();
        for change in &frame.changes {
            kept.state.apply(change);
        }
        self.world.set_offset_ms(kept.state.clock_offset_ms);
        Ok((result, Written::Frame(ticket)))
    }

    /// Returns the sequence of the last frame that the state holds.
    pub(crate) fn last(&self) -> u64 {
        self.read().last
    }

    /// Returns the sequence of the last frame that is on disk: nothing later was answered.
    pub(crate) fn durable(&self) -> u64 {
        self.journal.durable().get()
    }

    /// Waits until frame `sequence` is on disk.
    ///
    /// # Errors
    /// The journal's: it will never be.
    pub(crate) async fn wait_durable(&self, sequence: u64) -> Result<(), journal::Error> {
        if self.durable() >= sequence {
            return Ok(());
        }
        self.journal.wait_durable(Sequence::new(sequence)).await.map(|_| ())
    }

    /// Returns the state as JSON with the sequence of the last frame in it, for a snapshot.
    ///
    /// # Panics
    /// Never: the state has only string keys.
    pub(crate) fn snapshot(&self) -> (Sequence, Vec<u8>) {
        let kept = self.read();
        let bytes = serde_json::to_vec(&kept.state).expect("the state is plain JSON");
        (Sequence::new(kept.last), bytes)
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.state.read().unwrap_or_else(|_| end())
    }
}

/// Ends the program: a judgement panicked, so nobody knows what the state is. The journal knows,
/// and the next start folds it again.
fn end() -> ! {
    tracing::error!("a call panicked while it was judged; the server ends");
    std::process::abort()
}
