//! The fence around a table's own predicate.
//!
//! ```text
//!   whatever the query computes
//!   ─────────── fence ───────────   nothing crosses it downwards that could fail
//!   filter: rows of the caller only
//!   Parquet files
//! ```
//! Without it the optimizer would put the query's own conditions beside the predicate and might
//! compute them first: a cast that fails on a foreign row would tell what stands in it.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, internal_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::Partitioning;
use datafusion::physical_expr::expressions::{Column, DynamicFilterPhysicalExpr, Literal};
use datafusion::physical_expr::projection::ProjectionExpr;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};
use datafusion::physical_plan::filter_pushdown::{
    ChildFilterDescription, FilterDescription, FilterPushdownPhase,
};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use std::fmt;
use std::sync::Arc;

/// Hands its input on; what the optimizer wants to move below it stays above.
#[derive(Debug)]
pub(crate) struct Fence {
    input: Arc<dyn ExecutionPlan>,
}

impl Fence {
    /// Puts a fence around a scan.
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>) -> Self {
        Self { input }
    }
}

impl DisplayAs for Fence {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fence")
    }
}

/// Conditions that the running query finds itself, like "later than the fifty found so far", only
/// compare columns: they cannot fail, and they save most of a scan.
fn may_cross(filter: &Arc<dyn PhysicalExpr>) -> bool {
    filter.downcast_ref::<DynamicFilterPhysicalExpr>().is_some_and(|dynamic| {
        dynamic.children().iter().all(|child| child.downcast_ref::<Column>().is_some())
    })
}

/// Says whether a column of a projection is a stored one or a field of it: reading it cannot fail.
fn is_plain(expr: &Arc<dyn PhysicalExpr>) -> bool {
    if expr.downcast_ref::<Column>().is_some() || expr.downcast_ref::<Literal>().is_some() {
        return true;
    }
    let field = expr.downcast_ref::<ScalarFunctionExpr>();
    field.is_some_and(|call| call.name() == "get_field" && call.args().iter().all(is_plain))
}

/// Rewrites the columns of an expression to where they stand in another schema.
fn moved(
    expr: &Arc<dyn PhysicalExpr>,
    to: &dyn Fn(&Column) -> Option<Column>,
) -> Result<Arc<dyn PhysicalExpr>> {
    let moved = Arc::clone(expr).transform(|expr| {
        let Some(column) = expr.downcast_ref::<Column>() else { return Ok(Transformed::no(expr)) };
        let Some(column) = to(column) else {
            return internal_err!("a column is not below the fence");
        };
        Ok(Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>))
    });
    Ok(moved?.data)
}

/// Puts a projection on a scan, or into it where it can.
fn placed(
    columns: &[ProjectionExpr],
    input: &Arc<dyn ExecutionPlan>,
) -> Result<Arc<dyn ExecutionPlan>> {
    if let Some(parts) = input.downcast_ref::<RepartitionExec>()
        && matches!(parts.partitioning(), Partitioning::RoundRobinBatch(_))
    {
        let below = placed(columns, parts.input())?;
        let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        return Arc::clone(input).replace_children(vec![below], options);
    }
    let projection = ProjectionExec::try_new(columns.to_vec(), Arc::clone(input))?;
    let inside = input.try_swapping_with_projection(&projection)?;
    Ok(inside.unwrap_or_else(|| Arc::new(projection)))
}

/// Takes the plain parts out of a projection: they can be computed below, the rest above.
fn split(columns: &[ProjectionExpr]) -> Result<(Vec<ProjectionExpr>, Vec<ProjectionExpr>)> {
    let mut parts: Vec<ProjectionExpr> = Vec::new();
    let mut rest = Vec::new();
    for ProjectionExpr { expr, alias } in columns {
        let expr = Arc::clone(expr).transform_down(|expr| {
            let constant = expr.downcast_ref::<Literal>().is_some();
            if constant || !is_plain(&expr) {
                return Ok(Transformed::no(expr));
            }
            let known = parts.iter().position(|part| PartialEq::eq(&part.expr, &expr));
            let at = known.unwrap_or(parts.len());
            let alias = format!("$part_{at}");
            if known.is_none() {
                parts.push(ProjectionExpr { expr, alias: alias.clone() });
            }
            let part = Arc::new(Column::new(&alias, at)) as Arc<dyn PhysicalExpr>;
            Ok(Transformed::new(part, true, TreeNodeRecursion::Jump))
        })?;
        rest.push(ProjectionExpr { expr: expr.data, alias: alias.clone() });
    }
    Ok((parts, rest))
}

fn has_fields(columns: &[ProjectionExpr]) -> bool {
    columns.iter().any(|column| column.expr.downcast_ref::<ScalarFunctionExpr>().is_some())
}

/// Computes a projection below the filter of the fence, beside what the filter itself reads: so
/// one field of a column is read from the files, not all of them.
fn below(filter: &FilterExec, columns: &[ProjectionExpr]) -> Result<Arc<dyn ExecutionPlan>> {
    let scan = filter.input().schema();
    let place = |index: usize| match filter.projection() {
        Some(kept) => kept.get(index).copied(),
        None => Some(index),
    };
    let in_scan = |column: &Column| {
        let index = place(column.index())?;
        Some(Column::new(scan.fields().get(index)?.name(), index))
    };
    let mut all = Vec::new();
    for ProjectionExpr { expr, alias } in columns {
        all.push(ProjectionExpr { expr: moved(expr, &in_scan)?, alias: alias.clone() });
    }
    let mut read: Vec<usize> = Vec::new();
    for column in collect_columns(filter.predicate()) {
        let alias = format!("$fence_{}", column.index());
        read.push(column.index());
        all.push(ProjectionExpr { expr: Arc::new(column), alias });
    }
    let in_projection = |column: &Column| {
        let at = read.iter().position(|index| *index == column.index())?;
        Some(Column::new(&format!("$fence_{}", column.index()), columns.len() + at))
    };
    let predicate = moved(filter.predicate(), &in_projection)?;
    let projection = placed(&all, filter.input())?;
    let kept = (0..columns.len()).collect();
    let filter = FilterExecBuilder::new(predicate, projection);
    Ok(Arc::new(filter.apply_projection(Some(kept))?.build()?))
}

impl ExecutionPlan for Fence {
    fn name(&self) -> &'static str {
        "Fence"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if let Ok([input]) = <[Arc<dyn ExecutionPlan>; 1]>::try_from(children) {
            return Ok(Arc::new(Self { input }));
        }
        internal_err!("a fence has one input")
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }

    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let columns = projection.expr();
        let (parts, rest) = split(columns)?;
        if !has_fields(&parts) {
            return Ok(None);
        }
        let whole = columns.iter().all(|column| is_plain(&column.expr));
        let wanted = if whole { columns } else { parts.as_slice() };
        let input = match self.input.downcast_ref::<FilterExec>() {
            Some(filter) => below(filter, wanted)?,
            None => placed(wanted, &self.input)?,
        };
        let fence: Arc<dyn ExecutionPlan> = Arc::new(Self::new(input));
        if whole {
            return Ok(Some(fence));
        }
        Ok(Some(Arc::new(ProjectionExec::try_new(rest, fence)?)))
    }

    fn gather_filters_for_pushdown(
        &self,
        phase: FilterPushdownPhase,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        _: &ConfigOptions,
    ) -> Result<FilterDescription> {
        let nowhere = || Arc::new(Column::new("", usize::MAX)) as Arc<dyn PhysicalExpr>;
        let open = phase == FilterPushdownPhase::Post;
        let crossing = filters
            .into_iter()
            .map(|filter| if open && may_cross(&filter) { filter } else { nowhere() });
        let crossing: Vec<_> = crossing.collect();
        let child = ChildFilterDescription::from_child(&crossing, &self.input)?;
        Ok(FilterDescription::new().with_child(child))
    }
}
