//! What the server does by itself becomes durable like a call.

use wire::Fault;

use super::Gateway;
use super::perform::unavailable;
use crate::commit::Draft;
use crate::state::State;

/// Why something was not recorded.
#[derive(Debug)]
pub(crate) enum Unrecorded<E> {
    /// Nothing has changed, and nothing will have.
    Refused(E),
    /// The journal has it and cannot say whether it is on disk: a restart may find it done.
    Unknown(E),
}

impl<E> Unrecorded<E> {
    /// Returns why.
    pub(crate) fn cause(self) -> E {
        let (Self::Refused(cause) | Self::Unknown(cause)) = self;
        cause
    }
}

impl Gateway {
    /// Makes one frame of what is judged on the state and the last frame in it, and waits until it
    /// is on disk.
    ///
    /// # Errors
    /// `ServiceUnavailable`: the journal does not take it.
    pub(crate) async fn record(
        &self,
        judge: impl FnOnce(&State, u64) -> Draft,
    ) -> Result<(), Fault> {
        let recorded = self.record_or(|state, last| Ok::<_, Fault>(judge(state, last))).await;
        recorded.map_err(Unrecorded::cause)
    }

    /// As [`Self::record`], where judging may come to nothing.
    ///
    /// # Errors
    /// The judgement's, and the journal's.
    pub(crate) async fn record_or<E: From<Fault>>(
        &self,
        judge: impl FnOnce(&State, u64) -> Result<Draft, E>,
    ) -> Result<(), Unrecorded<E>> {
        let committed =
            self.commits.commit(&self.world.uuid(), |state, last| match judge(state, last) {
                Ok(draft) => (draft, Ok(())),
                Err(cause) => (Draft::default(), Err(cause)),
            });
        let (judged, written) =
            committed.map_err(|cause| Unrecorded::Refused(E::from(unavailable(&cause))))?;
        judged.map_err(Unrecorded::Refused)?;
        self.durable(written).await.map_err(|fault| Unrecorded::Unknown(E::from(fault)))
    }
}
