//! Dead letters: which queue takes the messages that nobody could work off, and from whom.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wire::Fault;

use super::refusal::bad_attribute;
use crate::arn::Arn;
use crate::state::State;

/// The receives that a policy may allow.
const RECEIVES_MAX: u32 = 1000;

/// Where messages go that were received too often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redrive {
    /// The ARN of the dead-letter queue.
    pub target_arn: String,
    /// How often a message is received before it goes there.
    pub receives_max: u32,
}

/// Whose dead letters a queue takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedriveAllow {
    /// Those of every queue of its owner in its Region.
    All,
    /// Nobody's.
    None,
    /// Those of these queues.
    Queues(BTreeSet<String>),
}

/// A redrive policy as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RedriveText {
    dead_letter_target_arn: String,
    max_receive_count: serde_json::Value,
}

/// A redrive allow policy as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AllowText {
    redrive_permission: String,
    #[serde(default)]
    source_queue_arns: BTreeSet<String>,
}

impl Redrive {
    /// Reads the policy of the queue `source`; an empty text takes it away.
    pub(crate) fn read(text: &str, source: &str, state: &State) -> Result<Option<Self>, Fault> {
        if text.is_empty() {
            return Ok(None);
        }
        let bad = |reason: &str| bad_attribute("RedrivePolicy", reason);
        let given: RedriveText = serde_json::from_str(text)
            .map_err(|_| bad("Redrive policy is not a valid JSON map of its two members."))?;
        let target_arn = given.dead_letter_target_arn;
        let (target, own) = (Arn::queue(&target_arn), Arn::queue(source));
        let near = target.zip(own).is_some_and(|(target, own)| {
            target.region == own.region && target.account == own.account && target != own
        });
        if !near {
            return Err(bad(
                "The dead letter queue must be another one of this account and Region.",
            ));
        }
        let Some(queue) = state.queue(&target_arn) else {
            return Err(bad("Dead letter target does not exist."));
        };
        if queue.attributes.redrive_allow.as_ref().is_some_and(|allow| !allow.takes(source)) {
            return Err(bad("The dead letter target's RedriveAllowPolicy refuses this queue."));
        }
        let receives_max = receives(&given.max_receive_count)
            .ok_or_else(|| bad("maxReceiveCount must be 1 to 1000."))?;
        Ok(Some(Self { target_arn, receives_max }))
    }

    /// Returns the policy as JSON.
    pub(crate) fn text(&self) -> String {
        let (target, count) = (&self.target_arn, self.receives_max);
        serde_json::json!({"deadLetterTargetArn": target, "maxReceiveCount": count}).to_string()
    }
}

impl RedriveAllow {
    /// Reads the policy; an empty text takes it away.
    pub(crate) fn read(text: &str) -> Result<Option<Self>, Fault> {
        if text.is_empty() {
            return Ok(None);
        }
        let bad = |reason: &str| bad_attribute("RedriveAllowPolicy", reason);
        let given: AllowText = serde_json::from_str(text)
            .map_err(|_| bad("It is not a valid JSON map of its two members."))?;
        let (permission, queues) = (given.redrive_permission.as_str(), given.source_queue_arns);
        match (permission, queues.len()) {
            ("allowAll", 0) => Ok(Some(Self::All)),
            ("denyAll", 0) => Ok(Some(Self::None)),
            ("byQueue", 1..=10) => Ok(Some(Self::Queues(queues))),
            _ => Err(bad(
                "redrivePermission is allowAll, denyAll, or byQueue with 1 to 10 sourceQueueArns.",
            )),
        }
    }

    /// Returns whether dead letters of the queue `source` are taken.
    pub(crate) fn takes(&self, source: &str) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Queues(queues) => queues.contains(source),
        }
    }

    /// Returns the policy as JSON.
    pub(crate) fn text(&self) -> String {
        let json = match self {
            Self::All => serde_json::json!({"redrivePermission": "allowAll"}),
            Self::None => serde_json::json!({"redrivePermission": "denyAll"}),
            Self::Queues(queues) => {
                serde_json::json!({"redrivePermission": "byQueue", "sourceQueueArns": queues})
            }
        };
        json.to_string()
    }
}

/// Reads the count, which tools write as a number or as a text.
fn receives(value: &serde_json::Value) -> Option<u32> {
    let text = match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.parse().ok().filter(|count| (1..=RECEIVES_MAX).contains(count))
}
