//! An import: which bucket is copied into which event data store, how far, and what did not go.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Failures of one import that are kept by name; further ones are counted only.
pub(crate) const FAILURES_MAX: usize = 10_000;

/// One import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// Its UUID.
    pub id: String,
    /// The account that asked.
    pub account: String,
    /// The Region of the call.
    pub region: String,
    /// The number of the event data store.
    pub store: u64,
    /// The ARN of the event data store.
    pub store_arn: String,
    /// Where the files are.
    pub source: ImportSource,
    /// Events before this are left out.
    pub start_event_time: Option<Timestamp>,
    /// Events after this are left out.
    pub end_event_time: Option<Timestamp>,
    /// How far it is.
    pub status: ImportStatus,
    /// When it was asked.
    pub created: Timestamp,
    /// When something last happened.
    pub updated: Timestamp,
    /// What it has done.
    pub statistics: ImportStatistics,
    /// What did not go, by the file's location: at most 10,000 of them.
    pub failures: BTreeMap<String, ImportFailure>,
}

/// Where an import reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSource {
    /// `s3://bucket[/prefix]`
    pub s3_location_uri: String,
    /// The bucket's Region.
    pub s3_bucket_region: String,
    /// The role that may read it, as given: nothing assumes it here.
    pub s3_bucket_access_role_arn: String,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportStatus {
    /// It waits to begin, or to begin again.
    Initializing,
    /// It reads.
    InProgress,
    /// It ended, and something did not go.
    Failed,
    /// Its caller stopped it.
    Stopped,
    /// It ended, and everything went.
    Completed,
}

/// What an import has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportStatistics {
    /// Prefixes with files.
    pub prefixes_found: u64,
    /// Prefixes of which every file was read.
    pub prefixes_completed: u64,
    /// Files that were read.
    pub files_completed: u64,
    /// Events that were taken.
    pub events_completed: u64,
    /// Files that did not go.
    pub failed_entries: u64,
}

/// One file that did not go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportFailure {
    /// `FAILED`, `RETRY` or `SUCCEEDED`
    pub status: FailureStatus,
    /// What kind of trouble it was.
    pub error_type: String,
    /// What the trouble was.
    pub error_message: String,
    /// When it was last tried.
    pub updated: Timestamp,
}

/// What became of a file that did not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureStatus {
    /// It did not go.
    Failed,
    /// It will be tried again.
    Retry,
    /// It went the next time.
    Succeeded,
}

impl Import {
    /// Returns whether it waits or reads.
    pub fn is_open(&self) -> bool {
        matches!(self.status, ImportStatus::Initializing | ImportStatus::InProgress)
    }
}

impl ImportStatus {
    const ALL: [Self; 5] =
        [Self::Initializing, Self::InProgress, Self::Failed, Self::Stopped, Self::Completed];

    /// Returns AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initializing => "INITIALIZING",
            Self::InProgress => "IN_PROGRESS",
            Self::Failed => "FAILED",
            Self::Stopped => "STOPPED",
            Self::Completed => "COMPLETED",
        }
    }

    /// Returns the status of this word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

impl FailureStatus {
    /// Returns AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::Retry => "RETRY",
            Self::Succeeded => "SUCCEEDED",
        }
    }
}
