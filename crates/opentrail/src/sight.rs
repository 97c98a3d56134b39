//! What SQL can see of a data folder: the lake's files, and the journal's events that are not in
//! them yet.
//!
//! ```text
//!   DIR/lake/events ─▶ files ───────────────────────────┐
//!   DIR/journal ─▶ frames that the lake has not ─▶ file ─┴▶ table events ─▶ view cloudtrail_logs
//! ```
//!
//! It reads beside a running server and writes nothing below the data folder.

use std::path::Path;

use dialect::{Catalog, DataFile, Table, View};
use jiff::Timestamp;
use journal::Reader;
use lake::File;
use tempfile::TempDir;

use crate::flush::{self, FlushError};

/// Athena's table of CloudTrail logs, with the names and types that its documentation gives.
const ATHENA: &str = include_str!("sight/cloudtrail_logs.sql");

/// What a query can see, for as long as it runs.
pub(crate) struct Sight {
    /// Tables and views.
    pub catalog: Catalog,
    /// Where the events lie that the lake does not have yet.
    _fresh: Option<TempDir>,
}

impl Sight {
    /// Looks at a data folder.
    ///
    /// # Errors
    /// The lake or the journal cannot be read.
    pub(crate) async fn of_folder(dir: &Path, now: Timestamp) -> Result<Self, FlushError> {
        let folder = dir.join("lake").join("events");
        let (mut files, reached) = lake::look(&folder, flush::APP).await?;
        let after = reached.and_then(|reached| u64::try_from(reached).ok()).unwrap_or(0);
        let fresh = fresh(dir, after)?;
        let place = fresh.map(|(fresh, place)| {
            files.extend(fresh);
            place
        });
        Ok(Self { catalog: catalog(files, now), _fresh: place })
    }
}

/// Writes the events that came after frame `after` where a query can read them.
fn fresh(dir: &Path, after: u64) -> Result<Option<(Vec<File>, TempDir)>, FlushError> {
    let place = tempfile::tempdir().map_err(FlushError::Place)?;
    let mut files = Vec::new();
    let reader = Reader::open(dir)?.starting_at(journal::Sequence::new(after + 1));
    flush::batches(reader, &mut |number, rows| {
        let name = format!("fresh-{number}.parquet");
        files.push(lake::write_apart(place.path(), &name, rows)?);
        Ok(())
    })?;
    Ok((!files.is_empty()).then_some((files, place)))
}

/// Returns the tables and views over these files.
fn catalog(files: Vec<File>, now: Timestamp) -> Catalog {
    let file =
        |File { path, bytes, rows, times }| DataFile { path, bytes, rows, times: Some(times) };
    let checksum = "to_base64(sha256(to_utf8(eventjson)))".to_owned();
    let events = Table {
        name: "events".to_owned(),
        schema: lake::schema(),
        files: files.into_iter().map(file).collect(),
        rows: None,
        computed: vec![("eventjsonchecksum".to_owned(), checksum)],
        hidden: lake::OWN_COLUMNS.map(str::to_owned).into(),
        time: Some("eventtime".to_owned()),
    };
    let athena = View { name: "cloudtrail_logs".to_owned(), query: ATHENA.to_owned() };
    Catalog { tables: vec![events], views: vec![athena], now: now.as_microsecond() }
}
