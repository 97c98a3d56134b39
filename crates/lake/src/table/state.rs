//! What a table holds at one version: the fold of its log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use deltalake_core::DeltaTable;
use deltalake_core::kernel::{Action, LogicalFileView, StructType};
use deltalake_core::logstore::LogStoreRef;
use futures_util::TryStreamExt as _;

use super::place::Place;
use super::{Segment, TableError};

/// What a table holds at one version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) version: u64,
    /// The columns; of every state that was loaded.
    pub(super) columns: Option<Arc<StructType>>,
    /// The active files, by path.
    pub(super) files: BTreeMap<String, Arc<Segment>>,
    /// When other files were removed, in milliseconds since 1970, by path; those of the last days.
    pub(super) removed: BTreeMap<String, i64>,
    /// How far the table holds a sequence, by its application; those that were asked for.
    pub(super) reached: BTreeMap<String, Option<i64>>,
    /// The newest checkpoint.
    pub(super) checkpoint: Option<u64>,
}

impl State {
    /// Reads the newest version from its checkpoint and the commits since.
    pub(super) async fn load(place: &Place, apps: BTreeSet<String>) -> Result<Self, TableError> {
        let log = Arc::clone(&place.log);
        // in a task of its own: a damaged log may make the code below panic, which ends the task
        let loaded = tokio::spawn(async move { read(&log, apps).await });
        let state =
            loaded.await.map_err(|_| TableError::Damaged("cannot be read".to_owned()))??;
        Ok(Self { checkpoint: place.last_checkpoint().await?, ..state })
    }

    /// Adds the next commit; false when it changes more than files and sequences. A commit that
    /// cannot be understood changes nothing.
    pub(super) fn apply(&mut self, actions: &[Action]) -> Result<bool, TableError> {
        let added = actions.iter().filter_map(|action| match action {
            Action::Add(add) => Some(Segment::of(add)),
            _ => None,
        });
        let added: Vec<Segment> = added.collect::<Result<_, _>>()?;
        let mut plain = true;
        for action in actions {
            match action {
                Action::Remove(remove) => {
                    self.files.remove(&remove.path);
                    let when = remove.deletion_timestamp.unwrap_or(0);
                    self.removed.insert(remove.path.clone(), when);
                }
                Action::Txn(txn) => {
                    self.reached.insert(txn.app_id.clone(), Some(txn.version));
                }
                Action::Metadata(_) | Action::Protocol(_) => plain = false,
                _ => {}
            }
        }
        for segment in added {
            self.removed.remove(&segment.path);
            self.files.insert(segment.path.clone(), Arc::new(segment));
        }
        self.version += 1;
        Ok(plain)
    }

    /// Returns the applications whose sequences were asked for.
    pub(super) fn apps(&self) -> BTreeSet<String> {
        self.reached.keys().cloned().collect()
    }
}

async fn read(log: &LogStoreRef, apps: BTreeSet<String>) -> Result<State, TableError> {
    let mut table = DeltaTable::new(Arc::clone(log));
    table.load().await?;
    let snapshot = table.snapshot()?;
    if snapshot.protocol().min_reader_version() > 1 {
        return Err(TableError::Foreign("it asks for a newer reader".to_owned()));
    }
    let columns = Some(snapshot.schema());
    let mut state = State { version: snapshot.version(), columns, ..State::default() };
    for file in snapshot.log_data() {
        let segment = segment(&file)?;
        state.files.insert(segment.path.clone(), Arc::new(segment));
    }
    let mut removed = snapshot.all_tombstones(log);
    while let Some(file) = removed.try_next().await? {
        // one that came back is told here too
        if !state.files.contains_key(&*file.path()) {
            state.removed.insert(file.path().into_owned(), file.deletion_timestamp().unwrap_or(0));
        }
    }
    for app in apps {
        let reached = snapshot.transaction_version(log, &app).await?;
        state.reached.insert(app, reached);
    }
    Ok(state)
}

#[expect(deprecated, reason = "what replaces it does not show a file's tags")]
fn segment(file: &LogicalFileView) -> Result<Segment, TableError> {
    Segment::of(&file.add_action())
}
