//! Notifications: into our own topics within the frame of their files, elsewhere one by one.

use jiff::{SignedDuration, Timestamp};
use trail::{Delivery as What, Failure, Notice, Trail};
use wire::Fault;

use super::{Deliverer, Delivery, Undelivered};
use crate::around::may_publish;
use crate::commit::Draft;
use crate::gateway::Gateway;
use crate::state::{Change, State};

/// How long a notification is tried.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(1);

impl Deliverer {
    /// Sends what waits for topics elsewhere, oldest first.
    pub(super) async fn send_notices(&self, number: u64) -> Result<(), Undelivered> {
        while let Some(trail) = self.trail(number).await {
            let Some(notice) = trail.notices.first() else { break };
            let sent = self.send(notice).await;
            let at = self.gateway.world.now();
            let region = notice.region.clone();
            let Err(undelivered) = sent else {
                self.tell(number, What::Notified { region, waited: 1, at }).await?;
                continue;
            };
            let is_old = |notice: &&Notice| at.duration_since(notice.since) >= GIVE_UP;
            let waited = trail.notices.iter().take_while(is_old).count();
            let failure = Failure { region, error: undelivered.code.clone(), at };
            self.tell(number, What::NotificationFailed { failure, waited }).await?;
            return Err(undelivered);
        }
        Ok(())
    }

    async fn send(&self, notice: &Notice) -> Result<(), Undelivered> {
        let topics = &self.gateway.delivery.topics;
        let gone = || Undelivered {
            code: "NotFound".to_owned(),
            words: format!("no endpoint is set for {}", notice.topic_arn),
        };
        let topic = topics.of(&notice.topic_arn).ok_or_else(gone)?;
        let wall = self.gateway.world.wall();
        let sent = topic.publish(&notice.topic_arn, &notice.message, wall).await;
        sent.map_err(|cause| Undelivered { code: cause.code, words: cause.words })
    }
}

impl Gateway {
    /// Adds a notification in a topic of ours to a frame, and returns what came of it.
    pub(super) fn notify(
        &self,
        state: &State,
        trail: &Trail,
        region: &str,
        message: &str,
        draft: &mut Draft,
    ) -> What {
        let (region, at) = (region.to_owned(), self.world.now());
        let topic = trail.sns_topic_arn.as_deref().unwrap_or_default();
        let failed = |error: &str| {
            let failure = Failure { region: region.clone(), error: error.to_owned(), at };
            What::NotificationFailed { failure, waited: 0 }
        };
        if !may_publish(state, topic, &trail.arn) {
            return failed("AuthorizationError");
        }
        let mut random = || self.world.random();
        match self.delivery.publish(state, topic, message, at, &mut random) {
            Ok(changes) => {
                draft.changes.extend(changes);
                What::Notified { region, waited: 0, at }
            }
            Err(fault) => failed(&fault.code),
        }
    }
}

impl Delivery {
    /// Returns what publishes a message as CloudTrail; nothing for topics elsewhere.
    ///
    /// # Errors
    /// `NotFound`
    pub(crate) fn publish(
        &self,
        state: &State,
        topic_arn: &str,
        message: &str,
        now: Timestamp,
        random: &mut dyn FnMut() -> u64,
    ) -> Result<Vec<Change>, Fault> {
        if self.is_topic_elsewhere(topic_arn) {
            return Ok(Vec::new());
        }
        let changes = self.messages.publish(&state.messaging, topic_arn, message, now, random)?;
        Ok(changes.into_iter().map(Change::from).collect())
    }
}
