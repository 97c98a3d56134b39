//! A topic: its attributes, its tags and its subscriptions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::{Fault, Members};

use super::refusal;
use super::subscription::Subscription;
use crate::notification::SignatureVersion;
use crate::operations::Request;
use crate::policy;
use crate::retry::Retry;
use crate::tags::Tags;

/// A topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// The account that it belongs to.
    pub owner: String,
    /// When it was created.
    pub created: Timestamp,
    /// What its owner set.
    pub attributes: TopicAttributes,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Its subscriptions by their ARNs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub subscriptions: BTreeMap<String, Subscription>,
    /// How many subscriptions were deleted.
    pub deleted: u64,
}

/// What the owner of a topic set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicAttributes {
    /// The policy document, as it was given.
    pub policy: String,
    /// The name for people.
    pub display_name: String,
    /// The delivery policy, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_policy: Option<String>,
    /// The signatures of its messages.
    pub signature_version: SignatureVersion,
}

/// The longest display name, in characters.
const DISPLAY_NAME_LETTERS_MAX: usize = 100;

impl Topic {
    /// Returns a topic as it is created without attributes.
    pub(crate) fn new(arn: &str, owner: &str, created: Timestamp) -> Self {
        let attributes = TopicAttributes {
            policy: policy::of_new_topic(arn, owner),
            display_name: String::new(),
            delivery_policy: None,
            signature_version: SignatureVersion::Two,
        };
        let (tags, subscriptions) = (Tags::new(), BTreeMap::new());
        Self { owner: owner.to_owned(), created, attributes, tags, subscriptions, deleted: 0 }
    }
}

impl TopicAttributes {
    /// Returns these attributes with those of a map over them.
    pub(crate) fn with_all(
        &self,
        given: Option<&Members>,
        request: &Request<'_, '_>,
    ) -> Result<Self, Fault> {
        let mut attributes = self.clone();
        for (name, value) in given.into_iter().flat_map(Members::iter) {
            attributes.set(name, value.as_str().unwrap_or_default(), request)?;
        }
        Ok(attributes)
    }

    /// Returns the written value of an attribute; none when it is unset or no such attribute.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        match name {
            "Policy" => Some(self.policy.clone()),
            "DisplayName" => Some(self.display_name.clone()),
            "DeliveryPolicy" => self.delivery_policy.clone(),
            "SignatureVersion" => Some(self.signature_version.as_str().to_owned()),
            _ => None,
        }
    }

    /// Sets one attribute.
    pub(crate) fn set(
        &mut self,
        name: &str,
        value: &str,
        request: &Request<'_, '_>,
    ) -> Result<(), Fault> {
        match name {
            "Policy" => {
                policy::check(value, "sns", request.check_policy)
                    .map_err(|cause| refusal::invalid(format!("Policy Error: {cause}")))?;
                value.clone_into(&mut self.policy);
            }
            "DisplayName" => {
                check_display_name(value)?;
                value.clone_into(&mut self.display_name);
            }
            "DeliveryPolicy" if value.is_empty() => self.delivery_policy = None,
            "DeliveryPolicy" => {
                Retry::read(Some(value), None)
                    .map_err(|cause| refusal::invalid(cause.to_string()))?;
                self.delivery_policy = Some(value.to_owned());
            }
            "SignatureVersion" => self.signature_version = signature_version(value, request)?,
            _ => refuse(name, value)?,
        }
        Ok(())
    }
}

fn check_display_name(name: &str) -> Result<(), Fault> {
    if name.chars().count() <= DISPLAY_NAME_LETTERS_MAX && !name.chars().any(char::is_control) {
        return Ok(());
    }
    Err(refusal::invalid("DisplayName"))
}

fn signature_version(text: &str, request: &Request<'_, '_>) -> Result<SignatureVersion, Fault> {
    match SignatureVersion::parse(text) {
        Some(SignatureVersion::One) if !request.settings.signs_sha1 => Err(refusal::invalid(
            "SignatureVersion Reason: this server signs with SHA-256 only, which is version 2",
        )),
        Some(version) => Ok(version),
        None => Err(refusal::invalid("SignatureVersion Reason: it must be 1 or 2")),
    }
}

/// Answers attributes that ask for what is not built.
fn refuse(name: &str, value: &str) -> Result<(), Fault> {
    match (name, value) {
        ("FifoTopic" | "ContentBasedDeduplication", "false" | "")
        | ("TracingConfig", "PassThrough")
        | ("KmsMasterKeyId", "") => Ok(()),
        ("FifoTopic", _) => Err(refusal::invalid("FifoTopic Reason: FIFO topics are not served")),
        ("KmsMasterKeyId", _) => {
            Err(refusal::invalid("KmsMasterKeyId Reason: topics are not encrypted here"))
        }
        _ => Err(refusal::invalid(format!("AttributeName Reason: {name} is not served"))),
    }
}
