//! Tells calls that their frames are on disk.
//!
//! The journal's own thread could wake every call by itself, but each such wake crosses from one
//! thread to another and costs a system call. Here one task waits for the frames in their order;
//! the journal wakes it once a batch, and it wakes the calls within the runtime.

use journal::{Error, Ticket};
use tokio::sync::{mpsc, oneshot};

/// Where calls leave their tickets.
pub(crate) struct Acknowledge(mpsc::UnboundedSender<Waiting>);

struct Waiting {
    ticket: Ticket,
    done: oneshot::Sender<Result<(), Error>>,
}

impl Acknowledge {
    /// Starts the task; it ends when this is dropped.
    pub(crate) fn start() -> Self {
        let (tickets, mut waiting) = mpsc::unbounded_channel::<Waiting>();
        tokio::spawn(async move {
            while let Some(Waiting { ticket, done }) = waiting.recv().await {
                let durable = ticket.durable().await.map(|_| ());
                // the state holds what the journal gave up, and the journal would go on: it must be
                // folded anew, before anything else is acknowledged
                if let Err(cause @ Error::Full) = &durable {
                    tracing::error!(%cause, "an accepted frame found no room; the server ends");
                    std::process::abort();
                }
                // a client that has gone needs no answer
                drop(done.send(durable));
            }
        });
        Self(tickets)
    }

    /// Waits until a frame is on disk.
    ///
    /// # Errors
    /// The journal's; `Closed` when the server is ending.
    pub(crate) async fn durable(&self, ticket: Ticket) -> Result<(), Error> {
        let (done, durable) = oneshot::channel();
        self.0.send(Waiting { ticket, done }).map_err(|_| Error::Closed)?;
        durable.await.map_err(|_| Error::Closed)?
    }
}
