//! What time alone brings about: change sets that reach their next stage.

use wire::Fault;

use super::Gateway;
use super::perform::unavailable;
use crate::commit::Draft;
use crate::state::Change;
use crate::story::service_event;

impl Gateway {
    /// Brings about what is due before a call of `service` looks at it.
    pub(super) async fn settle(&self, service: &str) -> Result<(), Fault> {
        if service == "marketplace-catalog" {
            self.bring_due().await?;
        }
        Ok(())
    }

    /// Brings about what is due after a call that is answered in any case; what fails is tried
    /// again by the ticker.
    pub(crate) async fn bring_due_soon(&self) {
        if let Err(fault) = self.bring_due().await {
            tracing::error!(%fault, "what is due could not be recorded");
        }
    }

    /// Brings about everything that is due by the sandbox's clock; harmless to ask twice.
    pub(crate) async fn bring_due(&self) -> Result<(), Fault> {
        let settings = &self.config.sandbox;
        loop {
            let now = self.world.now();
            let nothing =
                self.commits.look(|state| sandbox::due(&state.sandbox, now, settings).is_empty());
            if nothing {
                return Ok(());
            }
            let committed = self.commits.commit(&self.world.uuid(), |state, _| {
                let (now, mut draft) = (self.world.now(), Draft::default());
                for due in sandbox::due(&state.sandbox, now, settings) {
                    draft.events.push(service_event(&due, now, &self.world));
                    draft.changes.extend(due.changes.into_iter().map(Change::from));
                }
                (draft, ())
            });
            let ((), written) = committed.map_err(|cause| unavailable(&cause))?;
            self.durable(written).await?;
        }
    }
}
