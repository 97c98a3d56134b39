//! Tables of the catalog as DataFusion sees them.

mod fence;
mod files;
mod selective;

use self::files::Files;
use crate::catalog::Table;
use crate::error::{SqlError, SqlErrorKind};
use crate::parse::parse;
use crate::plan::{Asked, Planned, Planner, at_planning, options};
use crate::rewrite::rewrite;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use datafusion::catalog::view::ViewTable;
use datafusion::common::{Column, DFSchema, DataFusionError};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, TableSource};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::sql::planner::{PlannerContext, SqlToRel};
use datafusion::sql::sqlparser::ast::{SelectItem, SetExpr};
use std::sync::Arc;

/// Makes the table that queries see: the files, without what is hidden, with what is computed.
pub(crate) fn source(planner: &Planner, table: &Table) -> Result<Arc<dyn TableSource>, SqlError> {
    let schema = shown(&table.schema);
    let rows = match &table.rows {
        Some(rows) => Some(folded(&schema, expression(planner, &schema, rows)?, rows)?),
        None => None,
    };
    let files = Arc::new(Files::new(Arc::clone(&schema), table, rows));
    let stored = schema.fields().iter().map(|field| field.name());
    let seen = stored.filter(|name| !table.hidden.contains(name));
    let mut columns: Vec<Expr> = seen.map(|name| Expr::from(Column::from_name(name))).collect();
    for (name, text) in &table.computed {
        columns.push(expression(planner, &schema, text)?.alias(name.to_lowercase()));
    }
    let scan = LogicalPlanBuilder::scan("$files", provider_as_source(files), None);
    let plan = scan.and_then(|scan| scan.project(columns)).and_then(LogicalPlanBuilder::build);
    let plan = plan.map_err(|error| misconfigured(&table.name, &error.strip_backtrace()))?;
    Ok(provider_as_source(Arc::new(ViewTable::new(plan, None))))
}

/// Makes a table out of a view's plan, under the names that its answer has.
pub(crate) fn view(query: Planned) -> Result<Arc<dyn TableSource>, SqlError> {
    let Planned { plan, columns, asked } = query;
    let fields: Vec<_> = plan.schema().iter().map(|(t, f)| Column::from((t, f))).collect();
    let named = fields.into_iter().zip(&columns.0);
    let named = named.map(|(column, named)| {
        let name = named.name.to_lowercase();
        let same = column.name() == name;
        let column = Expr::from(column);
        // an alias that repeats a column's own name confuses the optimizer
        if same { column } else { column.alias(name) }
    });
    let plan = LogicalPlanBuilder::from(plan)
        .project(named.collect::<Vec<_>>())
        .and_then(LogicalPlanBuilder::build)
        .map_err(|error| at_planning(&error, &asked))?;
    Ok(provider_as_source(Arc::new(ViewTable::new(plan, None))))
}

/// Plans an expression over a table's stored columns, in the dialect of queries.
fn expression(planner: &Planner, schema: &SchemaRef, text: &str) -> Result<Expr, SqlError> {
    let parsed = parse(&format!("SELECT {text}"), &crate::catalog::Limits::default())?;
    let rewritten = rewrite(parsed, 0)?;
    let asked = Asked::new(rewritten.places.clone(), vec![]);
    let SetExpr::Select(select) = *rewritten.query.body else {
        return Err(misconfigured(text, "it is no expression"));
    };
    let first = select.projection.into_iter().next();
    let Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = first else {
        return Err(misconfigured(text, "it is no expression"));
    };
    let told = |error| at_planning(&error, &asked);
    let schema = DFSchema::try_from(Arc::clone(schema)).map_err(told)?;
    let known = planner.known();
    SqlToRel::new_with_options(&known, options())
        .sql_to_expr(expr, &schema, &mut PlannerContext::new())
        .map_err(told)
}

/// Computes what is constant in a predicate: files are left out by comparing with constants.
fn folded(schema: &SchemaRef, expr: Expr, text: &str) -> Result<Expr, SqlError> {
    let told = |error: DataFusionError| misconfigured(text, &error.strip_backtrace());
    let schema = Arc::new(DFSchema::try_from(Arc::clone(schema)).map_err(told)?);
    let context = SimplifyContext::builder().with_schema(Arc::clone(&schema)).build();
    let simplifier = ExprSimplifier::new(context);
    let expr = simplifier.coerce(expr, &schema).map_err(told)?;
    simplifier.simplify(expr).map_err(told)
}

fn misconfigured(what: &str, why: &str) -> SqlError {
    SqlError::new(SqlErrorKind::Failed, format!("table or expression {what} is not set up: {why}"))
}

/// The schema as queries see it: timestamps without their zone (truncating those with one is ten
/// times slower), text as views (which Parquet reads without copying).
fn shown(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<FieldRef> = schema.fields().iter().map(|field| show(field, true)).collect();
    Arc::new(Schema::new(fields))
}

fn show(field: &FieldRef, top: bool) -> FieldRef {
    let inside = |field: &FieldRef| show(field, false);
    let data_type = match field.data_type() {
        DataType::Timestamp(_, _) => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Utf8 | DataType::LargeUtf8 if top => DataType::Utf8View,
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inside).collect()),
        DataType::List(element) => DataType::List(inside(element)),
        other => other.clone(),
    };
    Arc::new(Field::new(field.name().to_lowercase(), data_type, field.is_nullable()))
}
