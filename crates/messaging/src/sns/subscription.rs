//! A subscription: who hears of a topic's messages, and how.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use wire::Fault;

use super::refusal;
use crate::filter::Filter;
use crate::retry::Retry;

/// How long a subscription waits to be confirmed; then it is as if it had never been.
pub(crate) const CONFIRMED_WITHIN: SignedDuration = SignedDuration::from_hours(48);
/// How much of an error is kept, in characters.
const ERROR_LETTERS_MAX: usize = 300;

/// A subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// How messages get there.
    pub protocol: Protocol,
    /// A URL, or a queue's ARN.
    pub endpoint: String,
    /// The account that subscribed.
    pub owner: String,
    /// Whether it is confirmed.
    pub status: Status,
    /// What its owner set.
    pub attributes: SubscriptionAttributes,
    /// What became of its deliveries.
    #[serde(default)]
    pub tally: Tally,
}

/// How messages get to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Posted in the clear.
    Http,
    /// Posted over TLS.
    Https,
    /// Put into a queue.
    Sqs,
}

/// Whether a subscription is confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Status {
    /// Not yet.
    Pending {
        /// What confirms it.
        token: String,
        /// When it was asked for last.
        since: Timestamp,
    },
    /// It is.
    Confirmed {
        /// Whether who confirmed had signed.
        authenticated: bool,
        /// Whether only who signs may end it.
        protected: bool,
        /// What confirmed it; none when nothing had to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
}

/// What the owner of a subscription set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionAttributes {
    /// Whether the bare message is delivered.
    pub raw: bool,
    /// The filter policy, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter_policy: Option<String>,
    /// The delivery policy, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_policy: Option<String>,
}

/// What became of deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// How many arrived.
    pub delivered: u64,
    /// How many were refused or given up.
    pub failed: u64,
    /// When one arrived last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_delivered: Option<Timestamp>,
    /// When one failed last, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failed: Option<(Timestamp, String)>,
}

impl Protocol {
    /// Returns the protocol as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Sqs => "sqs",
        }
    }

    /// Reads a protocol that is served.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Http, Self::Https, Self::Sqs].into_iter().find(|protocol| protocol.as_str() == text)
    }
}

impl Subscription {
    /// Returns whether it gets messages.
    pub const fn is_confirmed(&self) -> bool {
        matches!(self.status, Status::Confirmed { .. })
    }

    /// Returns whether it waited too long to be confirmed.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        match self.status {
            Status::Pending { since, .. } => now.duration_since(since) >= CONFIRMED_WITHIN,
            Status::Confirmed { .. } => false,
        }
    }
}

impl SubscriptionAttributes {
    /// Returns the written value of an attribute; none when it is unset or no such attribute.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        match name {
            "RawMessageDelivery" => Some(self.raw.to_string()),
            "FilterPolicy" => self.filter_policy.clone(),
            "FilterPolicyScope" => {
                self.filter_policy.is_some().then(|| "MessageAttributes".to_owned())
            }
            "DeliveryPolicy" => self.delivery_policy.clone(),
            _ => None,
        }
    }

    /// Sets one attribute.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        match (name, value) {
            ("RawMessageDelivery", "true" | "false") => self.raw = value == "true",
            ("FilterPolicy", "" | "{}") => self.filter_policy = None,
            ("FilterPolicy", _) => {
                Filter::read(value).map_err(|cause| refusal::invalid(cause.to_string()))?;
                self.filter_policy = Some(value.to_owned());
            }
            ("FilterPolicyScope", "MessageAttributes") | ("RedrivePolicy", "") => {}
            ("FilterPolicyScope", _) => {
                return Err(refusal::invalid(
                    "FilterPolicyScope Reason: filters look at MessageAttributes only",
                ));
            }
            ("DeliveryPolicy", "") => self.delivery_policy = None,
            ("DeliveryPolicy", _) => {
                Retry::read(None, Some(value))
                    .map_err(|cause| refusal::invalid(cause.to_string()))?;
                self.delivery_policy = Some(value.to_owned());
            }
            ("RawMessageDelivery", _) => {
                return Err(refusal::invalid("RawMessageDelivery Reason: it is true or false"));
            }
            _ => {
                let text = format!("AttributeName Reason: {name} is not served");
                return Err(refusal::invalid(text));
            }
        }
        Ok(())
    }
}

impl Tally {
    /// Counts one that arrived.
    pub(crate) fn deliver(&mut self, now: Timestamp) {
        self.delivered += 1;
        self.last_delivered = Some(now);
    }

    /// Counts one that did not.
    pub(crate) fn fail(&mut self, now: Timestamp, why: &str) {
        self.failed += 1;
        self.last_failed = Some((now, why.chars().take(ERROR_LETTERS_MAX).collect()));
    }
}
