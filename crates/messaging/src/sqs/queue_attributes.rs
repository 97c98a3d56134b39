//! The attributes of queues that their owners set: one row each.

use serde::{Deserialize, Serialize};
use wire::{Fault, Members};

use super::redrive::{Redrive, RedriveAllow};
use super::refusal;
use crate::operations::Request;
use crate::policy;

/// The most seconds for which a message is hidden: twelve hours.
pub(crate) const VISIBILITY_SECS_MAX: u32 = 43_200;
/// The most seconds by which a message is delayed.
pub(crate) const DELAY_SECS_MAX: u32 = 900;
/// The most seconds that a receive waits.
pub(crate) const WAIT_SECS_MAX: u32 = 20;

/// What the owner of a queue set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueAttributes {
    /// How long a received message is hidden.
    pub visibility_timeout_secs: u32,
    /// The largest message, body and attributes together.
    pub maximum_message_size_bytes: u32,
    /// How long a message is kept.
    pub message_retention_period_secs: u32,
    /// How long a new message is hidden.
    pub delay_secs: u32,
    /// How long a receive waits for a message.
    pub receive_message_wait_time_secs: u32,
    /// The policy document, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Where messages go that were received too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redrive: Option<Redrive>,
    /// Whose dead letters are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redrive_allow: Option<RedriveAllow>,
}

impl Default for QueueAttributes {
    fn default() -> Self {
        Self {
            visibility_timeout_secs: 30,
            maximum_message_size_bytes: 1_048_576,
            message_retention_period_secs: 345_600,
            delay_secs: 0,
            receive_message_wait_time_secs: 0,
            policy: None,
            redrive: None,
            redrive_allow: None,
        }
    }
}

/// The names of the attributes that can be set, in the order in which they are shown.
pub(crate) const SETTABLE: &[&str] = &[
    "Policy",
    "VisibilityTimeout",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "DelaySeconds",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "RedriveAllowPolicy",
];

impl QueueAttributes {
    /// Returns these attributes with those of an input over them.
    pub(crate) fn with(
        &self,
        given: Option<&Members>,
        arn: &str,
        request: &Request<'_, '_>,
    ) -> Result<Self, Fault> {
        let mut attributes = self.clone();
        for (name, value) in given.into_iter().flat_map(Members::iter) {
            attributes.set(name, value.as_str().unwrap_or_default(), arn, request)?;
        }
        Ok(attributes)
    }

    /// Returns the written value of an attribute; none when it is unset or no such attribute.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        Some(match name {
            "VisibilityTimeout" => self.visibility_timeout_secs.to_string(),
            "MaximumMessageSize" => self.maximum_message_size_bytes.to_string(),
            "MessageRetentionPeriod" => self.message_retention_period_secs.to_string(),
            "DelaySeconds" => self.delay_secs.to_string(),
            "ReceiveMessageWaitTimeSeconds" => self.receive_message_wait_time_secs.to_string(),
            "Policy" => return self.policy.clone(),
            "RedrivePolicy" => self.redrive.as_ref()?.text(),
            "RedriveAllowPolicy" => self.redrive_allow.as_ref()?.text(),
            _ => return None,
        })
    }

    fn set(
        &mut self,
        name: &str,
        value: &str,
        arn: &str,
        request: &Request<'_, '_>,
    ) -> Result<(), Fault> {
        match name {
            "VisibilityTimeout" => {
                self.visibility_timeout_secs = number(name, value, 0, VISIBILITY_SECS_MAX)?;
            }
            "MaximumMessageSize" => {
                self.maximum_message_size_bytes = number(name, value, 1024, 1_048_576)?;
            }
            "MessageRetentionPeriod" => {
                self.message_retention_period_secs = number(name, value, 60, 1_209_600)?;
            }
            "DelaySeconds" => self.delay_secs = number(name, value, 0, DELAY_SECS_MAX)?,
            "ReceiveMessageWaitTimeSeconds" => {
                self.receive_message_wait_time_secs = number(name, value, 0, WAIT_SECS_MAX)?;
            }
            "Policy" => self.policy = set_policy(value, request)?,
            "RedrivePolicy" => self.redrive = Redrive::read(value, arn, request.state)?,
            "RedriveAllowPolicy" => self.redrive_allow = RedriveAllow::read(value)?,
            _ => refuse(name, value)?,
        }
        Ok(())
    }
}

/// Answers attributes that ask for what is not built.
fn refuse(name: &str, value: &str) -> Result<(), Fault> {
    match (name, value) {
        ("FifoQueue" | "ContentBasedDeduplication", _) => {
            Err(refusal::unsupported("FIFO queues are not served: leave FifoQueue out."))
        }
        ("KmsMasterKeyId", "") | ("SqsManagedSseEnabled", "false") => Ok(()),
        ("KmsMasterKeyId" | "SqsManagedSseEnabled", _) => Err(refusal::unsupported(
            "Queues are not encrypted here: leave KmsMasterKeyId and SqsManagedSseEnabled out.",
        )),
        _ => Err(refusal::unknown_attribute(name)),
    }
}

fn set_policy(text: &str, request: &Request<'_, '_>) -> Result<Option<String>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    policy::check(text, "sqs", request.check_policy)
        .map_err(|cause| refusal::bad_attribute("Policy", &cause.to_string()))?;
    Ok(Some(text.to_owned()))
}

fn number(name: &str, value: &str, min: u32, max: u32) -> Result<u32, Fault> {
    let number = value.parse().ok().filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| refusal::bad_attribute(name, &format!("Must be {min} to {max}.")))
}
