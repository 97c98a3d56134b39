//! Which files of a table's folder nobody needs any longer.
//!
//! ```text
//!   in the table now ──────────────▶ stays
//!   held by a reader ──────────────▶ stays
//!   removed by a commit ───────────▶ goes when the commit is older than the leave
//!   named by no commit (a crash) ──▶ goes when the file is older than the leave
//!   beside one of these (an index) ▶ shares its fate
//! ```

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use object_store::ObjectMeta;
use object_store::path::Path;

use super::TableError;
use super::place::Place;
use super::shape::{REMEMBERED_HOURS, is_parquet};
use super::state::State;

/// What must stay when the files that nobody needs are removed.
#[derive(Debug, Clone, Copy)]
pub struct Leave<'a> {
    /// When it is.
    pub now: Timestamp,
    /// For how long files stay that the table does not hold: longer than any reader reads and any
    /// writer takes from its file to its commit, 48 hours at most.
    pub leave: SignedDuration,
    /// The paths of files that stay in any case, since somebody reads them.
    pub keep: &'a BTreeSet<String>,
    /// How files beside a Parquet file end, such as `.index`: they are named like it up to the
    /// first dot. Files that end otherwise are not touched.
    pub companions: &'a [&'a str],
}

impl Leave<'_> {
    /// Refuses a leave that the log does not remember.
    pub(super) fn check(&self) -> Result<(), TableError> {
        if self.leave.is_negative() || self.leave > SignedDuration::from_hours(REMEMBERED_HOURS) {
            return Err(TableError::Misuse("a leave is 0 to 48 hours"));
        }
        Ok(())
    }

    /// Returns the time before which a file must be of no use to be removed.
    pub(super) fn before(&self) -> Timestamp {
        self.now.checked_sub(self.leave).unwrap_or(Timestamp::MIN)
    }

    /// Removes the files that nobody needs; returns their paths.
    pub(super) async fn remove(
        &self,
        place: &Place,
        state: &State,
    ) -> Result<Vec<String>, TableError> {
        let needed: BTreeSet<&str> =
            state.files.keys().chain(self.keep).map(|path| stem(path)).collect();
        let mut removed = Vec::new();
        for file in place.list(None).await? {
            if self.is_waste(&file, &needed, state) {
                place.remove(&file.location).await?;
                removed.push(file.location.to_string());
            }
        }
        place.sweep(self.before()).await?;
        Ok(removed)
    }

    fn is_waste(&self, file: &ObjectMeta, needed: &BTreeSet<&str>, state: &State) -> bool {
        let path = file.location.as_ref();
        let ours = is_parquet(path) || self.companions.iter().any(|end| path.ends_with(end));
        let inside = !hidden(&file.location);
        let since = state
            .removed
            .get(&format!("{}.parquet", stem(path)))
            .copied()
            .unwrap_or_else(|| file.last_modified.timestamp_millis());
        ours && inside && !needed.contains(stem(path)) && since < self.before().as_millisecond()
    }
}

/// Returns what a file and those beside it have in common: the path up to the name's first dot.
fn stem(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    let dot = path.get(name..).and_then(|name| name.find('.'));
    dot.and_then(|dot| path.get(..name + dot)).unwrap_or(path)
}

/// Tells whether a file is in the log, or in another folder that readers pass over.
fn hidden(path: &Path) -> bool {
    path.parts().any(|part| part.as_ref().starts_with(['_', '.']))
}
