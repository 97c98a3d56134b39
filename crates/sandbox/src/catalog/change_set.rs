//! A change set: what was asked for, how far it is, and what became of it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use wire::{Members, Value};

use super::{arn, date};
use crate::Settings;

/// How far a change set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// Being checked; can still be cancelled.
    Preparing,
    /// Being applied.
    Applying,
    /// Applied, all of it.
    Succeeded,
    /// Not applied, nothing of it.
    Failed,
    /// Called off by the caller.
    Cancelled,
}

/// What a change set is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Intent {
    /// To change entities.
    Apply,
    /// To be checked only: it ends as it would, and changes nothing.
    Validate,
}

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FailureCode {
    /// The request's data; the error details say where.
    ClientError,
    /// The service's; trying again may help.
    ServerFault,
}

/// Why a change set failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Whose fault it is.
    pub code: FailureCode,
    /// What is wrong with each change, in the order of the changes; empty where nothing is.
    pub errors: Vec<Vec<ErrorDetail>>,
}

/// What is wrong with one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorDetail {
    /// A code such as `INVALID_DIMENSION`.
    pub code: String,
    /// The text for a person.
    pub message: String,
}

/// One change of a set, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestedChange {
    /// The change type, such as `AddDimensions`.
    pub change_type: String,
    /// The name by which later changes may refer to what this one creates.
    pub change_name: Option<String>,
    /// The entity type with its version, such as `SaaSProduct@1.0`.
    pub entity_type: String,
    /// The entity as named: an id, an id with a revision, a reference, or nothing for a new one.
    pub identifier: Option<String>,
    /// The id of the entity, the drawn one when the set creates it.
    pub entity_id: String,
    /// Whether this set creates the entity.
    pub is_new: bool,
    /// The details as JSON text.
    pub details: String,
    /// Tags for what the change creates.
    pub entity_tags: BTreeMap<String, String>,
    /// Ids drawn when the set was started, for what the change will create inside the entity.
    pub drawn: Vec<String>,
}

/// A change set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeSet {
    /// The id: 25 lower-case letters and digits.
    pub id: String,
    /// The account whose it is.
    pub account: String,
    /// The name.
    pub name: String,
    /// What it is for.
    pub intent: Intent,
    /// When it was started.
    pub started: Timestamp,
    /// How far it is.
    pub status: Status,
    /// Since when it is that far.
    pub since: Timestamp,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// The changes, in order.
    pub changes: Vec<RequestedChange>,
    /// The caller's token, by which a repeated request is known.
    pub client_request_token: Option<String>,
    /// What tells a repeated request from another one with the same token.
    pub fingerprint: String,
    /// Tags by key.
    pub tags: BTreeMap<String, String>,
}

const FAILURE_DESCRIPTION: &str =
    "Change set preparation has failed. For details see 'ErrorDetailList'.";

impl Status {
    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "PREPARING",
            Self::Applying => "APPLYING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Returns whether nothing more will happen.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

impl Intent {
    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "APPLY",
            Self::Validate => "VALIDATE",
        }
    }
}

impl FailureCode {
    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientError => "CLIENT_ERROR",
            Self::ServerFault => "SERVER_FAULT",
        }
    }
}

impl ErrorDetail {
    /// Returns an error detail.
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

impl RequestedChange {
    /// Returns the details as JSON; they were parsed when the set was started.
    pub(super) fn document(&self) -> serde_json::Value {
        serde_json::from_str(&self.details).expect("only text that parses is kept")
    }

    fn shown(&self, is_applied: bool, errors: &[ErrorDetail]) -> Members {
        let identifier = if self.is_new && is_applied {
            // The set that creates an entity makes its first revision.
            Some(format!("{}@1", self.entity_id))
        } else {
            self.identifier.clone()
        };
        let entity = Members::new()
            .with("Type", Value::from(self.entity_type.as_str()))
            .with("Identifier", identifier.map(Value::String));
        let errors = errors.iter().map(|error| {
            Members::new()
                .with("ErrorCode", Value::from(error.code.as_str()))
                .with("ErrorMessage", Value::from(error.message.as_str()))
        });
        Members::new()
            .with("ChangeType", Value::from(self.change_type.as_str()))
            .with("Entity", Value::Map(entity))
            .with("Details", Value::from(self.details.as_str()))
            .with("DetailsDocument", Value::Document(self.document()))
            .with("ErrorDetailList", Value::from(errors.collect::<Vec<_>>()))
            .with("ChangeName", self.change_name.clone().map(Value::String))
    }
}

impl ChangeSet {
    /// Returns the ARN.
    pub fn arn(&self) -> String {
        arn(&self.account, "ChangeSet", &self.id)
    }

    /// Returns when it ended, when it has.
    pub fn ended(&self) -> Option<Timestamp> {
        self.status.is_end().then_some(self.since)
    }

    /// Returns whether it has changed entities.
    pub fn is_applied(&self) -> bool {
        self.status == Status::Succeeded && self.intent == Intent::Apply
    }

    /// Returns the entities that it names or has created, each once.
    pub fn entity_ids(&self) -> Vec<&str> {
        self.entity_ids_when(self.is_applied())
    }

    /// Returns the entities that are known of it: new ones only when it is applied.
    pub(super) fn entity_ids_when(&self, is_applied: bool) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for change in self.changes.iter().filter(|change| is_applied || !change.is_new) {
            if !ids.contains(&change.entity_id.as_str()) {
                ids.push(&change.entity_id);
            }
        }
        ids
    }

    /// Returns whether it names this entity, so that no other set may.
    pub(super) fn locks(&self, entity_id: &str) -> bool {
        self.changes.iter().any(|change| change.entity_id == entity_id)
    }

    /// Returns whether it is too old to be shown.
    pub(super) fn is_forgotten(&self, now: Timestamp, settings: &Settings) -> bool {
        let days = i64::from(settings.change_set_retention_days);
        let kept = SignedDuration::from_hours(days * 24);
        self.ended().is_some_and(|ended| now.duration_since(ended) >= kept)
    }

    /// Returns the row that lists show.
    pub(super) fn summary(&self) -> Members {
        let failure_code = self.failure.as_ref().map(|failure| failure.code.as_str());
        Members::new()
            .with("ChangeSetId", Value::from(self.id.as_str()))
            .with("ChangeSetArn", Value::from(self.arn()))
            .with("ChangeSetName", Value::from(self.name.as_str()))
            .with("StartTime", Value::from(date(self.started)))
            .with("EndTime", self.ended().map(|ended| Value::from(date(ended))))
            .with("Status", Value::from(self.status.as_str()))
            .with("EntityIdList", Value::from(self.entity_ids()))
            .with("FailureCode", failure_code.map(Value::from))
    }

    /// Returns the whole as it is described.
    pub(super) fn details(&self) -> Members {
        let failure = self.failure.as_ref();
        let errors = |at: usize| failure.and_then(|failure| failure.errors.get(at));
        let changes = self.changes.iter().enumerate();
        let changes = changes.map(|(at, change)| {
            change.shown(self.is_applied(), errors(at).map_or(&[], Vec::as_slice))
        });
        Members::new()
            .with("ChangeSetId", Value::from(self.id.as_str()))
            .with("ChangeSetArn", Value::from(self.arn()))
            .with("ChangeSetName", Value::from(self.name.as_str()))
            .with("Intent", Value::from(self.intent.as_str()))
            .with("StartTime", Value::from(date(self.started)))
            .with("EndTime", self.ended().map(|ended| Value::from(date(ended))))
            .with("Status", Value::from(self.status.as_str()))
            .with("FailureCode", failure.map(|failure| Value::from(failure.code.as_str())))
            .with("FailureDescription", failure.map(|_| Value::from(FAILURE_DESCRIPTION)))
            .with("ChangeSet", Value::from(changes.collect::<Vec<_>>()))
    }
}
