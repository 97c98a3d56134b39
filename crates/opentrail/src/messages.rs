//! What topics and queues need of the server: an address, a signature, and policies asked.

use std::sync::Arc;

use jiff::Timestamp;
use messaging::{Publisher, QueueSend, Settings};
use wire::model::{Kind, Protocol};
use wire::route::Route;
use wire::{Fault, Members, Value};

use crate::around;
use crate::notary::Notary;
use identity::Context;

/// The server's part in SNS and SQS.
pub(crate) struct Messages {
    /// Addresses and limits.
    pub settings: Settings,
    /// What signs messages.
    pub notary: Arc<Notary>,
}

impl Messages {
    /// Makes the key that signs, in a thread of its own: later, a call would wait for it that holds
    /// the state.
    pub(crate) async fn make_key(&self) {
        if self.notary.has_key() {
            return;
        }
        let notary = Arc::clone(&self.notary);
        if let Err(cause) = tokio::task::spawn_blocking(move || notary.make_key()).await {
            tracing::error!(%cause, "no notification key was made");
        }
    }

    /// Returns what publishes a message as the service CloudTrail.
    ///
    /// # Errors
    /// `NotFound`
    pub(crate) fn publish(
        &self,
        state: &messaging::State,
        topic_arn: &str,
        message: &str,
        now: Timestamp,
        random: &mut dyn FnMut() -> u64,
    ) -> Result<Vec<messaging::Change>, Fault> {
        let (settings, sign) = (&self.settings, &|_, text: &str| self.notary.sign(text));
        let mut publisher = Publisher { settings, sign, may_send: &may_send, now, random };
        messaging::publish(state, topic_arn, message, &mut publisher)
    }

    /// Says in an input which queue is meant, where only the path does: clients of the query
    /// protocol send their forms to the queue's own URL.
    pub(crate) fn name_queue(&self, route: &Route<'_>, path: &str, input: &mut Members) {
        const QUEUE_URL: &str = "QueueUrl";
        let shape = route.operation.input.map(|input| &route.service.shape(input).kind);
        let takes_url = match shape {
            Some(Kind::Structure { members, .. }) => {
                members.iter().any(|member| member.name == QUEUE_URL)
            }
            _ => false,
        };
        let is_form = route.protocol == Protocol::AwsQuery;
        if is_form && takes_url && path != "/" && input.get(QUEUE_URL).is_none() {
            input.push(QUEUE_URL, Value::from(format!("{}{path}", self.settings.endpoint)));
        }
    }
}

/// Returns whether a queue's policy lets a topic send to it.
pub(crate) fn may_send(send: &QueueSend<'_>) -> bool {
    let account = send.topic_arn.split(':').nth(4).unwrap_or_default();
    let context =
        Context::default().with("aws:SourceArn", send.topic_arn).with("aws:SourceAccount", account);
    let (queue, action) = (send.queue_arn, "sqs:SendMessage");
    around::allows(send.policy, "sns.amazonaws.com", action, queue, &context)
}
