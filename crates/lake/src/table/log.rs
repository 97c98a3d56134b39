//! The log of a table: one file a commit, checkpoints among them, old ones cleared away.
//!
//! ```text
//!   _delta_log/00000000000000000100.checkpoint.parquet    the whole state after commit 100
//!   _delta_log/00000000000000000100.json … 257.json       commits
//!   _delta_log/00000000000000000200.checkpoint.parquet
//!   _delta_log/_last_checkpoint                           {"version":200,…}
//! ```
//!
//! What a version needs is its newest checkpoint and the commits after it. Older files are kept
//! for a while, for readers and rivals that are behind.

use std::sync::Arc;

use deltalake_core::DeltaTable;
use deltalake_core::checkpoints::create_checkpoint;
use deltalake_core::kernel::Action;
use deltalake_core::logstore::{LogStore as _, get_actions};
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, PutMode, PutPayload};
use serde_json::Value;

use super::TableError;
use super::place::{LOG, Place};

/// How many commits a checkpoint follows the one before.
pub(super) const CHECKPOINT_COMMITS: u64 = 100;
/// How many commits before the newest checkpoint are kept at least.
const KEPT_COMMITS: u64 = 100;

impl Place {
    /// Tells whether there is a table.
    pub(super) async fn is_table(&self) -> Result<bool, TableError> {
        Ok(self.log.is_delta_table_location().await?)
    }

    /// Reads a commit; there is none when it was not made yet, or was cleared away.
    pub(super) async fn read_commit(
        &self,
        version: u64,
    ) -> Result<Option<Vec<Action>>, TableError> {
        let Some(bytes) = self.log.read_commit_entry(version).await? else { return Ok(None) };
        Ok(Some(get_actions(version, &bytes)?))
    }

    /// Writes a commit and waits until it is on the disk; false when a rival wrote it first.
    ///
    /// # Errors
    /// It may or may not be there.
    pub(super) async fn write_commit(
        &self,
        version: u64,
        lines: String,
    ) -> Result<bool, TableError> {
        let path = Path::from(format!("{LOG}/{version:020}.json"));
        match self.store.put_opts(&path, PutPayload::from(lines), PutMode::Create.into()).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(cause) => Err(cause.into()),
        }
    }

    /// Returns the version of the newest checkpoint.
    pub(super) async fn last_checkpoint(&self) -> Result<Option<u64>, TableError> {
        let path = Path::from(format!("{LOG}/_last_checkpoint"));
        let bytes = match self.store.get(&path).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(cause) => return Err(cause.into()),
        };
        let hint: Value = serde_json::from_slice(&bytes)
            .map_err(|_| TableError::Damaged("_last_checkpoint is no JSON".to_owned()))?;
        Ok(hint.get("version").and_then(Value::as_u64))
    }

    /// Writes a checkpoint of the newest version.
    pub(super) async fn write_checkpoint(&self) -> Result<(), TableError> {
        let log = Arc::clone(&self.log);
        // beside the caller, since it works and waits in one piece; and a panic ends nothing else
        let written = tokio::spawn(async move {
            let mut table = DeltaTable::new(log);
            table.load().await?;
            create_checkpoint(&table, None).await
        });
        Ok(written.await.map_err(|_| TableError::Damaged("no checkpoint".to_owned()))??)
    }

    /// Removes the files of the log that no version since the last checkpoint but one needs.
    pub(super) async fn clear_log(&self, checkpoint: u64) -> Result<usize, TableError> {
        let mut files = Vec::new();
        for file in self.list(Some(LOG)).await? {
            if let Some((version, kind)) = file.location.filename().and_then(part_of_log) {
                files.push((version, kind.starts_with("checkpoint"), file.location.clone()));
            }
        }
        let limit = checkpoint.saturating_sub(KEPT_COMMITS);
        let checkpoints = files.iter().filter(|(version, whole, _)| *whole && *version <= limit);
        let Some(keep) = checkpoints.map(|(version, ..)| *version).max() else { return Ok(0) };
        let old: Vec<_> = files.iter().filter(|(version, ..)| *version < keep).collect();
        for (.., path) in &old {
            self.remove(path).await?;
        }
        Ok(old.len())
    }
}

/// Reads the name of a file of the log: its version and what it is.
fn part_of_log(name: &str) -> Option<(u64, &str)> {
    let (version, kind) = name.split_once('.')?;
    let known = kind == "json" || kind == "crc" || kind.starts_with("checkpoint");
    (known && version.len() == 20).then(|| version.parse().ok())?.map(|version| (version, kind))
}
