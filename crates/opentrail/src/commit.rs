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

    /// Judges on the state and makes what comes of it one frame under the id `id`.
    ///
    /// The answer may leave only when the ticket is durable.
    ///
    /// # Errors
    /// The journal refuses; nothing has changed then.
    pub(crate) fn commit<T>(
        &self,
        id: &str,
        judge: impl FnOnce(&State) -> (Draft, T),
    ) -> Result<(T, Ticket), journal::Error> {
        let mut kept = self.state.write().unwrap_or_else(|_| end());
        let (draft, result) = judge(&kept.state);
        let frame = Frame::new(id, kept.last, draft.changes, draft.events);
        // expecting: after frames that found no room, nothing may be judged on what they had done
        let ticket = self.journal.append_expecting(Sequence::new(kept.last), frame.to_bytes())?;
        kept.last = ticket.sequence().get();
        for change in &frame.changes {
            kept.state.apply(change);
        }
        self.world.set_offset_ms(kept.state.clock_offset_ms);
        Ok((result, ticket))
    }

    /// Returns the sequence of the last frame that the state holds.
    pub(crate) fn last(&self) -> u64 {
        self.read().last
    }

    /// Returns the sequence of the last frame that is on disk: nothing later was answered.
    pub(crate) fn durable(&self) -> u64 {
        self.journal.durable().get()
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
