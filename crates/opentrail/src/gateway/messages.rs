//! Calls of SNS and SQS.

use std::time::Duration;

use identity::{Policy, Purpose};
use messaging::{Entry, Request};
use wire::{Call, Fault, Members};

use super::perform::{context, into};
use super::permit::Need;
use super::{Gateway, Judged, Outcome};
use crate::messages::may_send;
use crate::state::State;
use crate::story::Story;

/// How often a queue that is waited at is looked at when nothing tells of news.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

impl Gateway {
    /// Performs a call of SNS or SQS.
    pub(super) async fn perform_message(
        &self,
        entry: &'static Entry,
        judged: &Judged<'_>,
        story: &Story<'_>,
    ) -> Outcome {
        if let Err(fault) = self.check_subscriber(entry, &judged.input) {
            return self.commit(story, Vec::new(), |_, _, _| Err(fault)).await;
        }
        if entry.operation == "ReceiveMessage" {
            self.await_message(judged, story).await;
        }
        let caller_id = story.caller.principal_id();
        let messages = &self.delivery.messages;
        self.commit(story, Vec::new(), |state, _, call| {
            permit(entry, judged, story, state, call)?;
            judged.validity.clone()?;
            let mut request = Request {
                state: &state.messaging,
                input: &judged.input,
                call,
                caller_id: &caller_id,
                settings: &messages.settings,
                sign: &|_, text| messages.notary.sign(text),
                may_send: &may_send,
                check_policy: &check_policy,
            };
            (entry.run)(&mut request).map(into)
        })
        .await
    }

    /// Refuses subscribers at addresses to which nothing is ever posted.
    fn check_subscriber(&self, entry: &Entry, input: &Members) -> Result<(), Fault> {
        let (protocol, url) = (input.string("Protocol"), input.string("Endpoint"));
        if entry.operation != "Subscribe" || !matches!(protocol, Some("http" | "https")) {
            return Ok(());
        }
        self.posts.check(url.unwrap_or_default()).map_err(|cause| {
            let text = format!("Invalid parameter: Endpoint: {cause}");
            Fault::new("InvalidParameterException", text)
        })
    }

    /// Waits, as long as a receiver asks for, until its queue has a message that it could get.
    async fn await_message(&self, judged: &Judged<'_>, story: &Story<'_>) {
        let asked = self.commits.look(|state| {
            let mut random = || self.world.random();
            let call = self.call(story, &mut random);
            messaging::wait_seconds(&state.messaging, &judged.input, &call)
        });
        let Some(wait) = asked else { return };
        let until = self.world.elapsed() + Duration::from_secs(wait.seconds.into());
        loop {
            let left = until.saturating_sub(self.world.elapsed());
            let (is_there, last) = self.commits.look_at(|state, last| {
                (state.messaging.has_visible(&wait.queue_arn, self.world.now()), last)
            });
            if is_there || left.is_zero() || self.progress.is_ended() {
                return;
            }
            self.progress.beyond(last, left.min(LOOK_AGAIN)).await;
        }
    }
}

/// Reads a policy that somebody wants to set on a topic or a queue.
fn check_policy(text: &str) -> Result<(), String> {
    Policy::parse(text, Purpose::Resource).map(|_| ()).map_err(|malformed| malformed.to_string())
}

fn permit(
    entry: &Entry,
    judged: &Judged<'_>,
    story: &Story<'_>,
    state: &State,
    call: &Call<'_>,
) -> Result<(), Fault> {
    let context = context(story, call.now);
    for need in (entry.needs)(&state.messaging, &judged.input, call) {
        let need = Need {
            action: &need.action,
            resource: &need.resource,
            owner: need.owner.as_deref(),
            policy: need.policy.as_deref(),
            conditions: need.conditions.iter().map(|(key, value)| (*key, value.as_str())).collect(),
        };
        Gateway::permit(state, story, &context, &need)?;
    }
    Ok(())
}
