//! What can happen to queries.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Change;
use crate::state::{DeliveryStatus, Query, QueryStatistics, QueryStatus, State};

/// Something that happened to a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum QueryChange {
    /// It waits to be run.
    Queued(Box<Query>),
    /// It runs.
    Started {
        /// The query.
        id: String,
        /// When.
        at: Timestamp,
    },
    /// Nobody runs it any more, and it waits again.
    Interrupted {
        /// The query.
        id: String,
    },
    /// It ended; one that ended before is not touched.
    Ended {
        /// The query.
        id: String,
        /// When.
        at: Timestamp,
        /// How.
        end: QueryEnd,
    },
    /// What came of its delivery.
    Delivered {
        /// The query.
        id: String,
        /// What.
        status: DeliveryStatus,
    },
    /// It is forgotten: whoever keeps its rows lets go of them.
    Gone {
        /// The query.
        id: String,
    },
}

/// How a query ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryEnd {
    /// `Finished`, `Failed`, `Cancelled` or `TimedOut`.
    pub status: QueryStatus,
    /// What running it took and gave.
    pub statistics: QueryStatistics,
    /// The columns of the answer, in order.
    pub columns: Vec<String>,
    /// Why it failed.
    pub error: Option<String>,
}

impl QueryEnd {
    /// Returns an end without an answer.
    pub fn without_answer(status: QueryStatus, error: Option<String>) -> Self {
        Self { status, statistics: QueryStatistics::default(), columns: Vec::new(), error }
    }
}

impl From<QueryChange> for Change {
    fn from(change: QueryChange) -> Self {
        Self::Query(change)
    }
}

impl State {
    pub(super) fn apply_to_query(&mut self, change: &QueryChange) {
        match change {
            QueryChange::Queued(query) => {
                self.queries.insert(query.id.clone(), query.as_ref().clone());
            }
            QueryChange::Started { id, at } => self.with_query(id, |query| query.start(*at)),
            QueryChange::Interrupted { id } => self.with_query(id, Query::wait_again),
            QueryChange::Ended { id, at, end } => self.with_query(id, |query| query.end(end, *at)),
            QueryChange::Delivered { id, status } => {
                self.with_query(id, |query| query.deliver(*status));
            }
            QueryChange::Gone { id } => {
                self.queries.remove(id);
            }
        }
    }

    fn with_query(&mut self, id: &str, change: impl FnOnce(&mut Query)) {
        if let Some(query) = self.queries.get_mut(id) {
            change(query);
        }
    }
}

impl Query {
    fn start(&mut self, at: Timestamp) {
        if self.status == QueryStatus::Queued {
            (self.status, self.started) = (QueryStatus::Running, Some(at));
        }
    }

    fn wait_again(&mut self) {
        if self.status == QueryStatus::Running {
            (self.status, self.started) = (QueryStatus::Queued, None);
        }
    }

    fn end(&mut self, end: &QueryEnd, at: Timestamp) {
        if !self.is_open() {
            return;
        }
        (self.status, self.ended, self.statistics) = (end.status, Some(at), end.statistics);
        self.columns.clone_from(&end.columns);
        self.error.clone_from(&end.error);
        match end.status {
            QueryStatus::Cancelled => self.deliver(DeliveryStatus::Cancelled),
            // only a whole answer is put into a bucket
            QueryStatus::Failed | QueryStatus::TimedOut => self.deliver(DeliveryStatus::Failed),
            QueryStatus::Queued | QueryStatus::Running | QueryStatus::Finished => {}
        }
    }

    fn deliver(&mut self, status: DeliveryStatus) {
        if let Some(delivery) = &mut self.delivery {
            delivery.status = status;
        }
    }
}
