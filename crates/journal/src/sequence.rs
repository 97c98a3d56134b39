//! The place of a frame in the journal.

use std::fmt;

/// Names one frame: opaque to callers but for its order and the step to the next.
///
/// The first frame of a journal is 1; [`Sequence::START`] stands before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(u64);

impl Sequence {
    /// The place before the first frame: what an empty journal is durable up to.
    pub const START: Self = Self(0);

    /// Takes back a number that [`Sequence::get`] gave, as a cursor or a snapshot stored it.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number to store.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the place right behind this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A SHA-256 of the chain over all frames.
pub type Hash = [u8; 32];

/// The end of the durable journal: its last frame and the chain's hash over everything up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last durable frame, [`Sequence::START`] when there is none yet.
    pub sequence: Sequence,
    /// SHA-256 of that frame (its header holds the hash of the one before, and so on to the first).
    pub hash: Hash,
}
