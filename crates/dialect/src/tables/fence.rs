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

use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, DynamicFilterPhysicalExpr};
use datafusion::physical_plan::filter_pushdown::{
    ChildFilterDescription, FilterDescription, FilterPushdownPhase,
};
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
        match <[Arc<dyn ExecutionPlan>; 1]>::try_from(children) {
            Ok([input]) => Ok(Arc::new(Self { input })),
            Err(_) => datafusion::common::internal_err!("a fence has one input"),
        }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
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
