//! What can happen to imports.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Change;
use crate::state::{
    FAILURES_MAX, FailureStatus, Import, ImportFailure, ImportStatistics, ImportStatus, State,
};

/// Something that happened to an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ImportChange {
    /// It waits to begin.
    Started(Box<Import>),
    /// It failed, and waits to begin again with what did not go.
    Retried {
        /// The import.
        id: String,
        /// When.
        at: Timestamp,
    },
    /// It has come so far.
    Progressed {
        /// The import.
        id: String,
        /// When.
        at: Timestamp,
        /// What it has done so far, all in all.
        statistics: ImportStatistics,
    },
    /// One of its files did not go, or one that had not gone before did.
    Entry {
        /// The import.
        id: String,
        /// The file: `s3://bucket/key`.
        location: String,
        /// What happened.
        failure: ImportFailure,
    },
    /// It ended: `Completed`, `Failed` or `Stopped`; one that ended before is not touched.
    Ended {
        /// The import.
        id: String,
        /// When.
        at: Timestamp,
        /// How.
        status: ImportStatus,
    },
    /// It is forgotten.
    Gone {
        /// The import.
        id: String,
    },
}

impl From<ImportChange> for Change {
    fn from(change: ImportChange) -> Self {
        Self::Import(change)
    }
}

impl State {
    pub(super) fn apply_to_import(&mut self, change: &ImportChange) {
        match change {
            ImportChange::Started(import) => {
                self.imports.insert(import.id.clone(), import.as_ref().clone());
            }
            ImportChange::Retried { id, at } => self.with_import(id, |import| import.retry(*at)),
            ImportChange::Progressed { id, at, statistics } => {
                self.with_import(id, |import| import.progress(statistics, *at));
            }
            ImportChange::Entry { id, location, failure } => {
                self.with_import(id, |import| import.note(location, failure));
            }
            ImportChange::Ended { id, at, status } => {
                self.with_import(id, |import| import.end(*status, *at));
            }
            ImportChange::Gone { id } => {
                self.imports.remove(id);
            }
        }
    }

    fn with_import(&mut self, id: &str, change: impl FnOnce(&mut Import)) {
        if let Some(import) = self.imports.get_mut(id) {
            change(import);
        }
    }
}

impl Import {
    fn retry(&mut self, at: Timestamp) {
        if self.is_open() {
            return;
        }
        (self.status, self.updated) = (ImportStatus::Initializing, at);
        let failed = self.failures.values_mut().filter(|it| it.status == FailureStatus::Failed);
        for failure in failed {
            failure.status = FailureStatus::Retry;
        }
    }

    /// What was done before a stop was noticed counts as well.
    fn progress(&mut self, statistics: &ImportStatistics, at: Timestamp) {
        if self.is_open() {
            self.status = ImportStatus::InProgress;
        }
        (self.statistics, self.updated) = (*statistics, at);
    }

    fn note(&mut self, location: &str, failure: &ImportFailure) {
        self.updated = failure.updated;
        if self.failures.len() < FAILURES_MAX || self.failures.contains_key(location) {
            self.failures.insert(location.to_owned(), failure.clone());
        }
    }

    fn end(&mut self, status: ImportStatus, at: Timestamp) {
        if self.is_open() {
            (self.status, self.updated) = (status, at);
        }
    }
}
