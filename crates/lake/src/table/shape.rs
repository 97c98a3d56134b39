//! What a table is: its name, its columns, and the first commit that says so.

use std::sync::Arc;

use arrow::datatypes::Schema;
use deltalake_core::DeltaTable;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::kernel::{Action, MetadataExt as _, StructType};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::TableError;
use super::commit::{info, lines};
use super::log::CHECKPOINT_COMMITS;
use super::place::Place;
use super::state::State;

/// How long the log remembers when a file was removed.
pub(super) const REMEMBERED_HOURS: i64 = 48;

/// What a table is.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'a> {
    /// Its name, for people and catalogs.
    pub name: &'a str,
    /// What is in it, for people and catalogs.
    pub description: &'a str,
    /// Its columns. Times are microseconds in UTC.
    pub schema: &'a Schema,
    /// The columns whose ranges stand with every file; without one, readers take the first 32.
    pub statistics: &'a [&'a str],
}

impl Shape<'_> {
    fn columns(&self) -> Result<StructType, TableError> {
        self.schema
            .try_into_kernel()
            .map_err(|cause| TableError::Foreign(format!("no columns of Delta: {cause}")))
    }

    /// Makes the table; a rival may have made it meanwhile.
    pub(super) async fn create(
        &self,
        place: &Place,
        id: Uuid,
        now: Timestamp,
    ) -> Result<(), TableError> {
        if place.list(None).await?.iter().any(|file| is_parquet(file.location.as_ref())) {
            return Err(TableError::Stray(place.name()));
        }
        let protocol = json!({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}});
        let created = lines(&[info("CREATE TABLE", now, None).into()])?;
        let text = format!("{protocol}\n{}\n{created}", self.metadata(id, now)?);
        place.write_commit(0, text).await?;
        Ok(())
    }

    fn metadata(&self, id: Uuid, now: Timestamp) -> Result<Value, TableError> {
        let columns = serde_json::to_string(&self.columns()?)
            .map_err(|_| TableError::Misuse("columns that are no JSON"))?;
        let mut configuration = json!({
            "delta.checkpointInterval": CHECKPOINT_COMMITS.to_string(),
            "delta.deletedFileRetentionDuration": format!("interval {REMEMBERED_HOURS} hours"),
        });
        if let (Value::Object(all), false) = (&mut configuration, self.statistics.is_empty()) {
            let columns = self.statistics.join(",");
            all.insert("delta.dataSkippingStatsColumns".to_owned(), columns.into());
        }
        Ok(json!({"metaData": {
            "id": id.to_string(),
            "name": self.name,
            "description": self.description,
            "format": {"provider": "parquet", "options": {}},
            "schemaString": columns,
            "partitionColumns": [],
            "configuration": configuration,
            "createdTime": now.as_millisecond(),
        }}))
    }

    /// Gives an older table the columns that came since; the rows that it has have no value there.
    /// Tells whether there were any.
    pub(super) async fn widen(
        &self,
        place: &Place,
        state: &State,
        now: Timestamp,
    ) -> Result<bool, TableError> {
        let wanted = self.columns()?;
        match &state.columns {
            Some(columns) if **columns != wanted => adds_only(columns, &wanted)?,
            _ => return Ok(false),
        }
        let mut table = DeltaTable::new(Arc::clone(&place.log));
        table.load().await?;
        let metadata = table.snapshot()?.metadata().clone().with_schema(&wanted);
        let metadata = metadata.map_err(deltalake_core::DeltaTableError::from)?;
        let version = state.version;
        let actions = [info("ADD COLUMNS", now, Some(version)).into(), Action::Metadata(metadata)];
        // whoever was quicker meanwhile makes this table one to open again
        let written = place.write_commit(version + 1, lines(&actions)?).await?;
        if written { Ok(true) } else { Err(TableError::Crowded) }
    }
}

/// Refuses columns that are not those that were and new ones without values in old rows.
fn adds_only(old: &StructType, wanted: &StructType) -> Result<(), TableError> {
    for field in old.fields() {
        if wanted.field(field.name()) != Some(field) {
            return Err(TableError::Foreign(format!("column {} is another", field.name())));
        }
    }
    let new = wanted.fields().find(|field| old.field(field.name()).is_none() && !field.nullable);
    new.map_or(Ok(()), |field| {
        Err(TableError::Foreign(format!("column {} must have values", field.name())))
    })
}

/// Tells whether a file of the table's folder holds rows, or did.
pub(super) fn is_parquet(path: &str) -> bool {
    path.ends_with(".parquet") && !path.split('/').any(|part| part.starts_with(['_', '.']))
}
