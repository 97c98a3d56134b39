//! From a rewritten tree to a plan over the tables of a catalog.

mod fault;
mod known;
mod unnest;

pub(crate) use self::fault::{Asked, at_planning, at_running};

use self::known::Known;
use crate::catalog::{Catalog, Limits};
use crate::check::{Column, Columns};
use crate::error::SqlError;
use crate::functions::Functions;
use crate::parse::parse;
use crate::rewrite::rewrite;
use crate::tables;
use crate::trino_type;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SessionState;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{LogicalPlan, TableSource};
use datafusion::prelude::SessionConfig;
use datafusion::sql::planner::{NullOrdering, ParserOptions, SqlToRel};
use datafusion::sql::sqlparser::ast::Statement;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is planned with: no catalog, no file formats, no functions but the listed ones.
pub(crate) struct Planner {
    /// Settings, memory, optimizer.
    pub(crate) state: SessionState,
    functions: Functions,
    sources: BTreeMap<String, Arc<dyn TableSource>>,
    now: i64,
    limits: Limits,
}

/// A query that was planned.
pub(crate) struct Planned {
    /// The plan, not yet optimized.
    pub(crate) plan: LogicalPlan,
    /// The columns of the answer.
    pub(crate) columns: Columns,
    /// What is needed to tell faults.
    pub(crate) asked: Asked,
}

impl Planner {
    /// Makes a planner for a catalog; reads no file.
    pub(crate) fn new(catalog: &Catalog, limits: &Limits) -> Result<Self, SqlError> {
        let mut planner = Self {
            state: state(limits),
            functions: Functions::new(),
            sources: BTreeMap::new(),
            now: catalog.now,
            limits: *limits,
        };
        for table in &catalog.tables {
            let source = tables::source(&planner, table)?;
            planner.sources.insert(table.name.to_lowercase(), source);
        }
        for view in &catalog.views {
            let plan = planner.plan(&view.query)?;
            let source = tables::view(plan)?;
            planner.sources.insert(view.name.to_lowercase(), source);
        }
        Ok(planner)
    }

    /// Plans a query.
    pub(crate) fn plan(&self, sql: &str) -> Result<Planned, SqlError> {
        let parsed = parse(sql, &self.limits)?;
        let rewritten = rewrite(parsed, self.now)?;
        let known = self.known();
        let asked = Asked::new(rewritten.places, self.sources.keys().cloned().collect());
        let planner = SqlToRel::new_with_options(&known, options());
        let plan = planner
            .sql_statement_to_plan(Statement::Query(rewritten.query))
            .map_err(|error| at_planning(&error, &asked))?;
        let fields = plan.schema().fields().iter().enumerate();
        let columns = fields.map(|(position, field)| Column {
            name: rewritten.naming.name(field.name(), position),
            data_type: trino_type::name(field.data_type()),
        });
        Ok(Planned { columns: Columns(columns.collect()), plan, asked })
    }

    /// What names mean while planning.
    pub(crate) fn known(&self) -> Known<'_> {
        Known::new(&self.functions, &self.sources, self.state.config_options())
    }
}

/// How DataFusion's planner reads the tree. Names come lowered already.
pub(crate) fn options() -> ParserOptions {
    ParserOptions::new()
        .with_enable_ident_normalization(false)
        .with_collect_spans(true)
        .with_map_string_types_to_utf8view(false)
        .with_support_varchar_with_length(true)
        .with_default_null_ordering(NullOrdering::NullsLast)
}

fn state(limits: &Limits) -> SessionState {
    let mut config = SessionConfig::new()
        .with_target_partitions(limits.partitions.max(1))
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false);
    let options = config.options_mut();
    // a sort or group that outgrows its memory fails: nothing is written to disk
    options.execution.parquet.reorder_filters = false;
    options.sql_parser.default_null_ordering = "nulls_last".into();
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory_bytes_max)))
        .with_disk_manager_builder(
            datafusion::execution::disk_manager::DiskManagerBuilder::default()
                .with_mode(datafusion::execution::disk_manager::DiskManagerMode::Disabled),
        )
        .build_arc()
        .unwrap_or_default();
    SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).build()
}
