//! A table with its open files: what a history or an event data store is.
//!
//! ```text
//!   rows ─▶ data file + index, on the disk ─▶ commit in the table's log ─▶ seen by lookups
//!   many small files ─▶ one large file     ─▶ commit that swaps them    ─▶ seen by lookups
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;

use crate::columns::{ACCOUNT, EXTRA, NTH, SEQUENCE};
use crate::data::{self, DataError, DataFile, Effort, Found, Written};
use crate::lookup::{self, Page};
use crate::question::Question;
use crate::row::Row;
use crate::table::{
    Bound, Commit, Kind, Leave, Operation, Place, Range, Reading, Segment, Shape, Table, TableError,
};

/// The columns by which readers of the table pass files by.
const STATISTICS: &[&str] = &["eventtime"];
/// The files beside a data file.
const COMPANIONS: &[&str] = &[".index"];

/// An open table of events.
pub struct Store {
    folder: PathBuf,
    table: Mutex<Table>,
    /// Newest end first.
    files: RwLock<Arc<Vec<Arc<DataFile>>>>,
}

/// A data file, for those who read the table by other means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// How large it is, in bytes.
    pub bytes: u64,
    /// How many rows it has.
    pub rows: u64,
    /// The first and the last `eventTime`, in microseconds since 1970.
    pub times: (i64, i64),
}

/// Why a store cannot do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The table's log refuses.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A data file cannot be written or read.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// How far rows carry a sequence on; see [`Reading`].
pub type Progress = Reading;

/// Returns the files of a table, and how far it holds a sequence, without writing anything: another
/// process may have it open. A table that is not there has no files.
///
/// # Errors
/// The log is damaged.
pub async fn look(folder: &Path, app: &str) -> Result<(Vec<File>, Option<i64>), StoreError> {
    if !folder.join("_delta_log").exists() {
        return Ok((Vec::new(), None));
    }
    let mut table = Table::open(Place::folder(folder)?).await?;
    let files =
        table.files().iter().map(|segment| file(folder, segment)).collect::<Result<_, _>>()?;
    Ok((files, table.reached(app).await?))
}

/// Writes rows as a file that belongs to no table, for who reads them together with one.
///
/// # Errors
/// The disk refuses.
///
/// # Panics
/// There is no row.
pub fn write_apart(folder: &Path, name: &str, rows: &[Row<'_>]) -> Result<File, DataError> {
    let written = data::write(folder, name, rows, Effort::Quick)?;
    let Written { bytes, rows, times, .. } = written;
    Ok(File { path: folder.join(name), bytes, rows, times })
}

impl Store {
    /// Opens the table of a folder, making it when it is not there.
    ///
    /// A missing or damaged index is made again.
    ///
    /// # Errors
    /// The log or a data file is damaged.
    pub async fn open(
        folder: &Path,
        name: &str,
        id: Uuid,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let schema = crate::schema();
        let shape = Shape {
            name,
            description: "Events as CloudTrail records them; eventjson is each record, byte for byte.",
            schema: &schema,
            statistics: STATISTICS,
        };
        let table = Table::open_or_create(Place::folder(folder)?, &shape, id, now).await?;
        let mut files = Vec::new();
        for segment in table.files() {
            files.push(Arc::new(open(folder, &segment)?));
        }
        let store = Self {
            folder: folder.to_owned(),
            table: Mutex::new(table),
            files: RwLock::new(Arc::new(Vec::new())),
        };
        store.publish(files);
        Ok(store)
    }

    /// Returns how many events it holds.
    pub fn count(&self) -> u64 {
        self.all().iter().map(|file| file.rows).sum()
    }

    /// Returns the files as they are now.
    pub fn files(&self) -> Vec<File> {
        self.all().iter().map(|file| file.told()).collect()
    }

    /// Returns how far it holds a sequence.
    ///
    /// # Errors
    /// The table's log cannot be read.
    pub async fn reached(&self, app: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.table.lock().await.reached(app).await?)
    }

    /// Answers a lookup.
    ///
    /// # Errors
    /// A file cannot be read or is damaged.
    pub fn find(&self, question: &Question<'_>) -> Result<Page, DataError> {
        lookup::find(&self.all(), question)
    }

    /// Returns for each row whether this very record is there.
    ///
    /// # Errors
    /// A file cannot be read or is damaged.
    pub(crate) fn holds(&self, rows: &[Row<'_>]) -> Result<Vec<bool>, DataError> {
        let mut held = vec![false; rows.len()];
        let times = rows.iter().map(|row| row.time().as_microsecond());
        let Some((first, last)) = times.clone().min().zip(times.max()) else { return Ok(held) };
        let all = self.all();
        // the same record has the same time
        for file in all.iter().filter(|file| file.times.0 <= last && first <= file.times.1) {
            held_in(file, rows, &mut held)?;
        }
        Ok(held)
    }

    /// Writes rows as a data file, which nobody sees before it is added. It needs no lock: several
    /// may be written at once.
    ///
    /// # Errors
    /// The disk refuses.
    ///
    /// # Panics
    /// There is no row.
    pub fn write(&self, name: &str, rows: &[Row<'_>]) -> Result<Written, DataError> {
        data::write(&self.folder, name, rows, Effort::Quick)
    }

    /// Adds written files, and with them how far a sequence is. Tells `false` where they were
    /// there already: the same batch was added before.
    ///
    /// # Errors
    /// The log cannot be written, or another has carried the sequence on.
    pub async fn add(
        &self,
        written: &[Written],
        progress: Option<Progress>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let add = written.iter().map(segment).collect::<Result<_, _>>()?;
        let commit =
            Commit { add, remove: Vec::new(), read: progress, operation: Operation::Write, now };
        let mut table = self.table.lock().await;
        match table.commit(&commit).await {
            Ok(_) => {}
            Err(error) if error.kind() == Kind::Done => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        let mut files = self.all().to_vec();
        for file in written {
            files.push(Arc::new(DataFile::open(&self.folder, &file.name, file.rows, file.times)?));
        }
        self.publish(files);
        table.checkpoint_if_due().await?;
        Ok(true)
    }

    /// Puts small files that follow each other in time into one, when there are enough of them.
    /// Returns how many became one; none where there is nothing to do.
    ///
    /// # Errors
    /// A file cannot be read or written.
    pub async fn compact(&self, goal: &Goal, now: Timestamp) -> Result<usize, StoreError> {
        let chosen = goal.choose(&self.all());
        if chosen.len() < 2 {
            return Ok(0);
        }
        let merged = self.merge(&chosen)?;
        let remove: Vec<String> = chosen.iter().map(|file| file.name.clone()).collect();
        let commit = Commit {
            add: vec![segment(&merged)?],
            remove,
            read: None,
            operation: Operation::Optimize,
            now,
        };
        let mut table = self.table.lock().await;
        self.swap(&mut table, &commit, Some(&merged)).await?;
        Ok(chosen.len())
    }

    /// Removes files that hold nothing but events before a time, in microseconds since 1970.
    /// Returns how many events are gone.
    ///
    /// # Errors
    /// The log cannot be written.
    pub async fn expire(&self, before_micros: i64, now: Timestamp) -> Result<u64, StoreError> {
        let all = self.all();
        let old: Vec<_> = all.iter().filter(|file| file.times.1 < before_micros).collect();
        if old.is_empty() {
            return Ok(0);
        }
        let remove = old.iter().map(|file| file.name.clone()).collect();
        let operation = Operation::Delete;
        let commit = Commit { add: Vec::new(), remove, read: None, operation, now };
        let mut table = self.table.lock().await;
        self.swap(&mut table, &commit, None).await?;
        Ok(old.iter().map(|file| file.rows).sum())
    }

    /// Removes from the disk what no commit holds and nobody reads, once it is older than `leave`.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub async fn vacuum(
        &self,
        leave: SignedDuration,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let keep = BTreeSet::new();
        let leave = Leave { now, leave, keep: &keep, companions: COMPANIONS };
        Ok(self.table.lock().await.vacuum(&leave).await?)
    }

    /// Writes one file of the rows of several.
    fn merge(&self, chosen: &[Arc<DataFile>]) -> Result<Written, DataError> {
        let mut found: Vec<Found> = Vec::new();
        for file in chosen {
            file.scan(&mut |some| {
                found.extend(some);
                Ok(())
            })?;
        }
        let rows = rows(&self.folder, &found)?;
        let name = merged_name(&rows, chosen.len());
        data::write(&self.folder, &name, &rows, Effort::Thorough)
    }

    async fn swap(
        &self,
        table: &mut MutexGuard<'_, Table>,
        commit: &Commit,
        merged: Option<&Written>,
    ) -> Result<(), StoreError> {
        table.commit(commit).await?;
        let gone: BTreeSet<&str> = commit.remove.iter().map(String::as_str).collect();
        let all = self.all();
        let mut files: Vec<_> =
            all.iter().filter(|file| !gone.contains(file.name.as_str())).map(Arc::clone).collect();
        if let Some(file) = merged {
            files.push(Arc::new(DataFile::open(&self.folder, &file.name, file.rows, file.times)?));
        }
        self.publish(files);
        table.checkpoint_if_due().await?;
        Ok(())
    }

    fn all(&self) -> Arc<Vec<Arc<DataFile>>> {
        Arc::clone(&self.files.read().expect("nothing panics while it holds the list"))
    }

    fn publish(&self, mut files: Vec<Arc<DataFile>>) {
        files.sort_by(|one, other| (other.times.1, &other.name).cmp(&(one.times.1, &one.name)));
        *self.files.write().expect("nothing panics while it holds the list") = Arc::new(files);
    }
}

/// How large files shall become.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// Files with so many rows are left as they are.
    pub rows_enough: u64,
    /// A merged file has so many rows at most.
    pub rows_max: u64,
    /// So many small files in a row are merged, and no fewer.
    pub files_min: usize,
}

impl Goal {
    /// Chooses the small files to merge: neighbours in time, so that files stay narrow.
    fn choose(&self, newest_first: &[Arc<DataFile>]) -> Vec<Arc<DataFile>> {
        let mut best: Vec<Arc<DataFile>> = Vec::new();
        let mut run: Vec<Arc<DataFile>> = Vec::new();
        let mut rows = 0;
        for file in newest_first {
            let is_small = file.rows < self.rows_enough;
            if !is_small || rows + file.rows > self.rows_max {
                best = longer(best, std::mem::take(&mut run));
                rows = 0;
            }
            if is_small {
                rows += file.rows;
                run.push(Arc::clone(file));
            }
        }
        best = longer(best, run);
        if best.len() < self.files_min { Vec::new() } else { best }
    }
}

fn longer(one: Vec<Arc<DataFile>>, other: Vec<Arc<DataFile>>) -> Vec<Arc<DataFile>> {
    if other.len() > one.len() { other } else { one }
}

/// Marks the rows whose very record is in a file.
fn held_in(file: &DataFile, rows: &[Row<'_>], held: &mut [bool]) -> Result<(), DataError> {
    let ids = file.index().ids().map_err(|cause| file.broken(cause))?;
    let mut alike: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        for number in ids.rows(row.key()) {
            alike.entry(number).or_default().push(place);
        }
    }
    let numbers: Vec<u32> = alike.keys().copied().collect();
    if numbers.is_empty() {
        return Ok(());
    }
    for (found, places) in file.rows(&numbers)?.iter().zip(alike.values()) {
        for place in places {
            let is_it = rows.get(*place).is_some_and(|row| row.record == found.record);
            if let Some(held) = held.get_mut(*place).filter(|_| is_it) {
                *held = true;
            }
        }
    }
    Ok(())
}

fn file(folder: &Path, segment: &Segment) -> Result<File, DataError> {
    let times = times(folder, segment)?;
    let path = folder.join(&segment.path);
    Ok(File { path, bytes: segment.bytes, rows: segment.rows, times })
}

fn times(folder: &Path, segment: &Segment) -> Result<(i64, i64), DataError> {
    let damaged = || DataError::Damaged(folder.join(&segment.path), "its times are unknown");
    let range =
        segment.ranges.iter().find(|range| range.column == "eventtime").ok_or_else(damaged)?;
    let end = |bound: &Option<Bound>| bound.as_ref().and_then(Bound::micros).ok_or_else(damaged);
    Ok((end(&range.min)?, end(&range.max)?))
}

/// Opens a file of the table; an index that is missing or damaged is made again from the rows.
fn open(folder: &Path, segment: &Segment) -> Result<DataFile, DataError> {
    let times = times(folder, segment)?;
    let open = || DataFile::open(folder, &segment.path, segment.rows, times);
    open().or_else(|_| {
        reindex(folder, &segment.path)?;
        open()
    })
}

fn reindex(folder: &Path, name: &str) -> Result<(), DataError> {
    let mut found = Vec::new();
    data::scan_file(&folder.join(name), &mut |some| {
        found.extend(some);
        Ok(())
    })?;
    data::reindex(folder, name, &rows(folder, &found)?).map(|_| ())
}

fn rows<'a>(folder: &Path, found: &'a [Found]) -> Result<Vec<Row<'a>>, DataError> {
    let row = |found: &'a Found| {
        let extra = lookup::extra(found.extra.as_deref());
        Row::read(&found.record, found.sequence, found.nth, extra)
    };
    let rows: Result<Vec<_>, _> = found.iter().map(row).collect();
    rows.map_err(|cause| DataError::Record(folder.to_owned(), cause))
}

/// Names a merged file after what it holds.
fn merged_name(rows: &[Row<'_>], files: usize) -> String {
    let sequences = rows.iter().map(|row| row.sequence);
    let (from, to) = (sequences.clone().min(), sequences.max());
    let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
    let newest = rows.iter().map(Row::position).max();
    let second = newest.map_or(0, |at| at.second);
    format!("merged-{from:020}-{to:020}-{second}-{}-{files}.parquet", rows.len())
}

fn segment(written: &Written) -> Result<Segment, TableError> {
    let (first, last) = written.times;
    let time = Range {
        column: "eventtime".to_owned(),
        min: Some(Bound::time(first)?),
        max: Some(Bound::time(last)?),
        nulls: Some(0),
    };
    Ok(Segment {
        path: written.name.clone(),
        bytes: written.bytes,
        rows: written.rows,
        ranges: vec![time],
        sequences: Some(written.sequences),
        sha256: Some(written.sha256.clone()),
        tags: [].into(),
    })
}

/// The columns that are ours, which queries of others are not shown.
pub const OWN_COLUMNS: [&str; 4] = [ACCOUNT, SEQUENCE, NTH, EXTRA];
