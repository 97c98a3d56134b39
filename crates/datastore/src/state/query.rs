//! A query: what is asked, how far it is, where its answer goes. Rows are elsewhere, under its id.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Its UUID; whoever keeps its rows keeps them under it.
    pub id: String,
    /// The account that asked.
    pub account: String,
    /// The account that owns the stores.
    pub owner_account: String,
    /// The Region of the call.
    pub region: String,
    /// The numbers of the event data stores that it reads, in rising order.
    pub stores: Vec<u64>,
    /// The SQL, with everything filled in.
    pub statement: String,
    /// How far it is.
    pub status: QueryStatus,
    /// When it was asked.
    pub created: Timestamp,
    /// When it began to run.
    pub started: Option<Timestamp>,
    /// When it ended, however it did.
    pub ended: Option<Timestamp>,
    /// What running it took and gave.
    pub statistics: QueryStatistics,
    /// The columns of the answer, in order.
    pub columns: Vec<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// The bucket that its answer is put into.
    pub delivery: Option<Delivery>,
    /// The widget that it is for.
    pub dashboard: Option<FromDashboard>,
}

/// The widget that a query is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FromDashboard {
    /// The widget's alias.
    pub alias: String,
    /// The refresh that it is part of; absent when the alias was asked for alone.
    pub refresh_id: Option<String>,
}

/// How far a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum QueryStatus {
    /// It waits.
    Queued,
    /// It runs.
    Running,
    /// Its whole answer is there.
    Finished,
    /// It failed.
    Failed,
    /// Its caller gave up.
    Cancelled,
    /// It took too long; what it had found may be there.
    TimedOut,
}

/// What running a query took and gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryStatistics {
    /// Events that the condition let pass.
    pub events_matched: u64,
    /// Events that were looked at.
    pub events_scanned: u64,
    /// Bytes that were read.
    pub bytes_scanned: u64,
    /// How long it ran, in milliseconds.
    pub execution_millis: u64,
    /// Rows of the answer.
    pub results: u64,
}

/// Where a query's answer is put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// `s3://bucket[/prefix]`, as given.
    pub s3_uri: String,
    /// What came of it.
    pub status: DeliveryStatus,
}

/// What came of a query's delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryStatus {
    /// The query or the delivery is under way.
    Pending,
    /// Files and their signature are in the bucket.
    Success,
    /// Nothing was put.
    Failed,
    /// Files are there, the signature could not be put.
    FailedSigningFile,
    /// The bucket is not there any more.
    ResourceNotFound,
    /// The bucket refused.
    AccessDenied,
    /// Files are there, the bucket refused the signature.
    AccessDeniedSigningFile,
    /// The query was cancelled.
    Cancelled,
}

impl Query {
    /// Returns whether it waits or runs.
    pub fn is_open(&self) -> bool {
        matches!(self.status, QueryStatus::Queued | QueryStatus::Running)
    }

    /// Returns whether it counts against the queries that an account may have open: those that a
    /// dashboard's refresh asks for are bounded by the widgets.
    pub fn is_counted(&self) -> bool {
        self.is_open() && self.dashboard.as_ref().is_none_or(|it| it.refresh_id.is_none())
    }
}

impl QueryStatus {
    const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Finished,
        Self::Failed,
        Self::Cancelled,
        Self::TimedOut,
    ];

    /// Returns AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Finished => "FINISHED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::TimedOut => "TIMED_OUT",
        }
    }

    /// Returns the status of this word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

impl DeliveryStatus {
    /// Returns AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
            Self::FailedSigningFile => "FAILED_SIGNING_FILE",
            Self::ResourceNotFound => "RESOURCE_NOT_FOUND",
            Self::AccessDenied => "ACCESS_DENIED",
            Self::AccessDeniedSigningFile => "ACCESS_DENIED_SIGNING_FILE",
            Self::Cancelled => "CANCELLED",
        }
    }
}
