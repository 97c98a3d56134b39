//! What an append leaves in the caller's hand.

use std::io;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::queue::{Answer, Refusal};
use crate::{Error, Sequence};

/// An append that is queued; wait for it before you tell anybody of the frame.
///
/// Dropping it does not take the append back.
#[derive(Debug)]
#[must_use = "an append is not durable before its ticket says so"]
pub struct Ticket {
    sequence: Sequence,
    answer: oneshot::Receiver<Answer>,
}

impl Ticket {
    pub(crate) fn new(sequence: Sequence, answer: oneshot::Receiver<Answer>) -> Self {
        Self { sequence, answer }
    }

    /// Returns the place the frame will have once it is durable; in the order of the appends.
    pub fn sequence(&self) -> Sequence {
        self.sequence
    }

    /// Waits until the frame, and every frame before it, is durable.
    ///
    /// [`Error::Poisoned`] says that the frame was not acknowledged and nothing will be any more
    /// (it may be there when the journal is opened again). [`Error::Full`] says that neither it nor
    /// any frame queued behind it was written: their sequences are given out again.
    pub async fn durable(self) -> Result<Sequence, Error> {
        said(self.sequence, self.answer.await)
    }

    /// As [`Ticket::durable`], for threads outside an asynchronous runtime.
    pub fn wait(self) -> Result<Sequence, Error> {
        said(self.sequence, self.answer.blocking_recv())
    }
}

fn said(
    sequence: Sequence,
    answer: Result<Answer, oneshot::error::RecvError>,
) -> Result<Sequence, Error> {
    let gone = |_| Err(Refusal::Poisoned(Arc::new(io::Error::other("the writer is gone"))));
    answer.unwrap_or_else(gone).map(|()| sequence).map_err(Refusal::error)
}
