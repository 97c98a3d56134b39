//! The scan of a table's Parquet files.

use super::fence::Fence;
use super::selective::{is_safe, is_selective};
use crate::catalog::{DataFile, Table};
use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, DFSchema, Result, ScalarValue, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExecBuilder;
use object_store::path::Path;
use std::sync::Arc;

/// A list of Parquet files of one schema, and the rows of them that may be seen.
#[derive(Debug)]
pub(crate) struct Files {
    schema: SchemaRef,
    list: Vec<DataFile>,
    /// The predicate that every row must pass.
    rows: Option<Expr>,
    /// The index of the column that the files' times speak of.
    time: Option<usize>,
}

impl Files {
    /// Makes the scan of a table, whose schema is given as queries see it.
    pub(crate) fn new(schema: SchemaRef, table: &Table, rows: Option<Expr>) -> Self {
        let time = table.time.as_ref().and_then(|time| schema.index_of(time).ok());
        Self { schema, list: table.files.clone(), rows, time }
    }

    fn statistics(&self, file: &DataFile) -> Statistics {
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Exact(usize::try_from(file.rows).unwrap_or(usize::MAX));
        statistics.total_byte_size =
            Precision::Inexact(usize::try_from(file.bytes).unwrap_or(usize::MAX));
        if let Some((time, (first, last))) = self.time.zip(file.times)
            && let Some(column) = statistics.column_statistics.get_mut(time)
        {
            let value = |t| Precision::Exact(ScalarValue::TimestampMicrosecond(Some(t), None));
            *column = ColumnStatistics {
                min_value: value(first),
                max_value: value(last),
                ..ColumnStatistics::new_unknown()
            };
        }
        statistics
    }

    /// Shares the files out so that each part has about as many bytes.
    fn groups(&self, parts: usize) -> Result<Vec<FileGroup>> {
        let mut groups: Vec<(u64, Vec<PartitionedFile>)> = vec![(0, Vec::new()); parts.max(1)];
        let mut files: Vec<&DataFile> = self.list.iter().collect();
        files.sort_by_key(|file| std::cmp::Reverse(file.bytes));
        for file in files {
            let location = Path::from_filesystem_path(&file.path)?;
            let mut part = PartitionedFile::new(String::new(), file.bytes);
            part.object_meta.location = location;
            let part = part.with_statistics(Arc::new(self.statistics(file)));
            if let Some((bytes, group)) = groups.iter_mut().min_by_key(|(bytes, _)| *bytes) {
                *bytes += file.bytes;
                group.push(part);
            }
        }
        let groups = groups.into_iter().filter(|(_, group)| !group.is_empty());
        Ok(groups.map(|(_, group)| FileGroup::new(group)).collect())
    }

    fn total(&self) -> Statistics {
        let rows: u64 = self.list.iter().map(|file| file.rows).sum();
        let bytes: u64 = self.list.iter().map(|file| file.bytes).sum();
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Exact(usize::try_from(rows).unwrap_or(usize::MAX));
        statistics.total_byte_size =
            Precision::Inexact(usize::try_from(bytes).unwrap_or(usize::MAX));
        statistics
    }

    fn source(&self, predicate: Option<Arc<dyn PhysicalExpr>>, selective: bool) -> ParquetSource {
        let mut options = TableParquetOptions::default();
        options.global.pushdown_filters = selective;
        options.global.reorder_filters = false;
        let source = ParquetSource::new(Arc::clone(&self.schema))
            .with_table_parquet_options(options)
            .with_pushdown_filters(selective);
        match predicate {
            Some(predicate) => source.with_predicate(predicate),
            None => source,
        }
    }

    fn data(
        &self,
        state: &dyn Session,
        source: ParquetSource,
        projection: Option<Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let url = ObjectStoreUrl::local_filesystem();
        let parts = state.config().target_partitions();
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(self.groups(parts)?)
            .with_statistics(self.total())
            .with_projection_indices(projection)?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    /// Scans with the table's predicate below everything else.
    fn fenced(
        &self,
        state: &dyn Session,
        rows: &Expr,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        selective: bool,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = DFSchema::try_from(Arc::clone(&self.schema))?;
        // the filter on the rows brings its own predicate down, behind these
        let pruning = conjunction(filters.iter().filter(|filter| is_safe(filter)).cloned());
        let pruning = pruning.map(|all| state.create_physical_expr(all, &schema)).transpose()?;
        let wanted: Vec<usize> = match projection {
            Some(columns) => columns.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        let mut read = wanted.clone();
        for column in rows.column_refs() {
            let index = self.schema.index_of(column.name())?;
            if !read.contains(&index) {
                read.push(index);
            }
        }
        let read_schema: SchemaRef = Arc::new(self.schema.project(&read)?);
        let data = self.data(state, self.source(pruning, selective), Some(read), None)?;
        let predicate = physical(state, rows, &read_schema)?;
        let kept = (0..wanted.len()).collect();
        let filter =
            FilterExecBuilder::new(predicate, data).apply_projection(Some(kept))?.build()?;
        Ok(Arc::new(Fence::new(Arc::new(filter))))
    }
}

fn physical(
    state: &dyn Session,
    expr: &Expr,
    schema: &Arc<Schema>,
) -> Result<Arc<dyn PhysicalExpr>> {
    state.create_physical_expr(expr.clone(), &DFSchema::try_from(Arc::clone(schema))?)
}

#[async_trait]
impl TableProvider for Files {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let support = |filter: &&Expr| {
            if self.rows.is_none() || is_safe(filter) {
                TableProviderFilterPushDown::Inexact
            } else {
                TableProviderFilterPushDown::Unsupported
            }
        };
        Ok(filters.iter().map(support).collect())
    }

    fn statistics(&self) -> Option<Statistics> {
        self.rows.is_none().then(|| self.total())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let selective = filters.iter().any(is_selective);
        if let Some(rows) = &self.rows {
            return self.fenced(state, rows, projection, filters, selective);
        }
        // the conditions come down by themselves, as physical ones
        self.data(state, self.source(None, selective), projection.cloned(), limit)
    }
}
