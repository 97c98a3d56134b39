//! Calls of SNS and SQS.

use std::time::Duration;

use identity::{Policy, Principal, Purpose};
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
        story: &mut Story<'_>,
    ) -> Outcome {
        let refused = self.check_subscriber(entry, &judged.input);
        if let Err(fault) = refused.and_then(|()| self.admit_by_link(entry, judged, story)) {
            return self.commit(story, Vec::new(), |_, _, _| Err(fault)).await;
        }
        if entry.service == "sns" && !entry.read_only {
            self.delivery.messages.make_key().await;
        }
        if entry.operation == "ReceiveMessage" {
            self.await_message(judged, story).await;
        }
        self.commit(story, Vec::new(), |state, _, call| {
            self.run_message(entry, judged, story, state, call)
        })
        .await
    }

    fn run_message(
        &self,
        entry: &Entry,
        judged: &Judged<'_>,
        story: &Story<'_>,
        state: &State,
        call: &mut Call<'_>,
    ) -> Outcome {
        if is_by_link(entry, story) {
            // the history that it is in does not make it a call of that account
            call.account = "";
        } else {
            permit(self, entry, judged, story, state, call)?;
        }
        judged.validity.clone()?;
        let messages = &self.delivery.messages;
        let mut request = Request {
            state: &state.messaging,
            input: &judged.input,
            call,
            caller_id: &story.caller.principal_id(),
            settings: &messages.settings,
            sign: &|_, text| messages.notary.sign(text),
            may_send: &may_send,
            check_policy: &check_policy,
        };
        (entry.run)(&mut request).map(into)
    }

    /// Judges a call that came by a link: what the link holds is its only proof, and whoever has a
    /// wrong one is a stranger. A right one is in the history of the topic's owner.
    fn admit_by_link(
        &self,
        entry: &Entry,
        judged: &Judged<'_>,
        story: &mut Story<'_>,
    ) -> Result<(), Fault> {
        if !is_by_link(entry, story) {
            return Ok(());
        }
        let judgement = self.commits.look(|state| {
            place(story, &judged.input, state);
            let mut random = || self.world.random();
            let mut call = self.call(story, &mut random);
            self.run_message(entry, judged, story, state, &mut call).map(|_| ())
        });
        judgement.map_err(|fault| self.count_stranger(fault, story))
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

/// Returns whether a call is the plain GET of a link in a notification.
fn is_by_link(entry: &Entry, story: &Story<'_>) -> bool {
    entry.unsigned && matches!(story.caller.principal, Principal::Unknown)
}

/// Places a call that came by a link where its topic is.
fn place(story: &mut Story<'_>, input: &Members, state: &State) {
    let of_subscription = || Some(input.string("SubscriptionArn")?.rsplit_once(':')?.0);
    let Some(topic) = input.string("TopicArn").or_else(of_subscription) else { return };
    let (owner, region) = (state.messaging.topic_owner(topic), topic.split(':').nth(3));
    if let Some((owner, region)) = owner.zip(region) {
        owner.clone_into(&mut story.fallback_account);
        region.clone_into(&mut story.region);
    }
}

/// Reads a policy that somebody wants to set on a topic or a queue.
fn check_policy(text: &str) -> Result<(), String> {
    Policy::parse(text, Purpose::Resource).map(|_| ()).map_err(|malformed| malformed.to_string())
}

fn permit(
    gateway: &Gateway,
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
        gateway.permit(state, story, &context, &need)?;
    }
    Ok(())
}
