//! One change of a table: what it adds and removes, whether it may, and its lines in the log.

use std::collections::{BTreeSet, HashMap};

use deltalake_core::kernel::{Action, CommitInfo, Remove, Transaction};
use jiff::Timestamp;
use serde_json::json;

use super::segment::is_inside;
use super::state::State;
use super::{Segment, TableError};

/// One change of a table: all of it or nothing.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The files that are new; they are written already.
    pub add: Vec<Segment>,
    /// The paths of the files that are no longer the table's. They stay where they are until
    /// [`vacuum`](super::Table::vacuum), for those who read them.
    pub remove: Vec<String>,
    /// How far the table holds a sequence after it.
    pub read: Option<Reading>,
    /// What it is.
    pub operation: Operation,
    /// When it is.
    pub now: Timestamp,
}

/// How far a change carries a sequence on: it is made on the table that holds the sequence as far
/// as `after`, and on no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Whose sequence it is: `journal`, or the id of an import.
    pub app: String,
    /// How far the table holds it before, as [`reached`](super::Table::reached) told.
    pub after: Option<i64>,
    /// How far the table holds it after; more than before.
    pub to: i64,
}

/// What a change is, for those who read the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// New rows.
    Write,
    /// The same rows in other files: no reader that follows the table's changes sees them.
    Optimize,
    /// Rows that are gone.
    Delete,
}

impl Operation {
    /// Returns its name as Delta's other writers call it.
    fn name(self) -> &'static str {
        match self {
            Self::Write => "WRITE",
            Self::Optimize => "OPTIMIZE",
            Self::Delete => "DELETE",
        }
    }
}

impl Commit {
    /// Tells whether it fits the table as it is.
    pub(super) fn judge(&self, state: &State) -> Result<(), TableError> {
        if let Some(read) = &self.read {
            read.judge(state.reached.get(&read.app).copied().flatten())?;
        }
        let gone = self.remove.iter().find(|path| !state.files.contains_key(*path));
        if let Some(path) = gone {
            return Err(TableError::Gone(path.clone()));
        }
        let present = self.add.iter().find(|segment| state.files.contains_key(&segment.path));
        present.map_or(Ok(()), |segment| Err(TableError::Present(segment.path.clone())))
    }

    /// Tells whether it asks for what no table can do.
    pub(super) fn check(&self) -> Result<(), TableError> {
        let added: BTreeSet<_> = self.add.iter().map(|segment| &segment.path).collect();
        let removed: BTreeSet<_> = self.remove.iter().collect();
        if added.len() < self.add.len() || removed.len() < self.remove.len() {
            return Err(TableError::Misuse("a commit names a file twice"));
        }
        if !added.into_iter().all(|path| is_inside(path)) {
            return Err(TableError::Misuse("a file is not in the table's folder"));
        }
        match &self.read {
            Some(Reading { after: Some(after), to, .. }) if to <= after => {
                Err(TableError::Misuse("a commit carries a sequence back"))
            }
            _ => Ok(()),
        }
    }

    /// Tells whether the table holds what it did.
    pub(super) fn is_in(&self, state: &State) -> bool {
        let added = self.add.iter().all(|segment| state.files.contains_key(&segment.path));
        let removed = self.remove.iter().all(|path| !state.files.contains_key(path));
        let reached = self.read.as_ref().is_none_or(|read| {
            let reached = state.reached.get(&read.app).copied().flatten();
            reached.is_some_and(|reached| reached >= read.to)
        });
        added && removed && reached
    }

    /// Returns its lines in the log of a table that judged it.
    pub(super) fn actions(&self, state: &State) -> Result<Vec<Action>, TableError> {
        let data_change = self.operation != Operation::Optimize;
        let mut actions = vec![self.info(state).into()];
        if let Some(Reading { app, to, .. }) = &self.read {
            let now = self.now.as_millisecond();
            actions.push(Transaction::new_with_last_update(app, *to, Some(now)).into());
        }
        for path in &self.remove {
            let size = state.files.get(path).and_then(|file| i64::try_from(file.bytes).ok());
            actions.push(Action::Remove(Remove {
                path: path.clone(),
                data_change,
                deletion_timestamp: Some(self.now.as_millisecond()),
                extended_file_metadata: Some(true),
                partition_values: Some(HashMap::new()),
                size,
                ..Remove::default()
            }));
        }
        for segment in &self.add {
            actions.push(segment.to_add(self.now, data_change)?.into());
        }
        Ok(actions)
    }

    fn info(&self, state: &State) -> CommitInfo {
        CommitInfo {
            is_blind_append: Some(self.remove.is_empty() && self.read.is_none()),
            ..info(self.operation.name(), self.now, Some(state.version))
        }
    }
}

impl Reading {
    fn judge(&self, reached: Option<i64>) -> Result<(), TableError> {
        let app = || self.app.clone();
        match reached {
            Some(reached) if reached >= self.to => {
                Err(TableError::AlreadyThere { app: app(), reached })
            }
            reached if reached != self.after => Err(TableError::Overtaken { app: app(), reached }),
            _ => Ok(()),
        }
    }
}

/// Returns the line that tells who changed a table, when and how.
pub(super) fn info(operation: &str, now: Timestamp, read_version: Option<u64>) -> CommitInfo {
    CommitInfo {
        timestamp: Some(now.as_millisecond()),
        operation: Some(operation.to_owned()),
        operation_parameters: Some(HashMap::from([("mode".to_owned(), json!("Append"))])),
        read_version,
        engine_info: Some(format!("opentrail/{}", env!("CARGO_PKG_VERSION"))),
        ..CommitInfo::default()
    }
}

/// Returns the text of a commit: one line an action.
pub(super) fn lines(actions: &[Action]) -> Result<String, TableError> {
    let mut text = String::new();
    for action in actions {
        let line = serde_json::to_string(action)
            .map_err(|_| TableError::Misuse("a commit that is no JSON"))?;
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}
