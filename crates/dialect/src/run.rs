//! Runs a query on threads of its own and hands over its rows.

use crate::catalog::{Catalog, Limits};
use crate::check::Columns;
use crate::error::{SqlError, SqlErrorKind};
use crate::plan::{Asked, Planner, at_planning, at_running};
use crate::stack::{STACK_BYTES, panicked};
use arrow::array::RecordBatch;
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What a query cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// Bytes that were read from files.
    pub bytes_scanned: u64,
    /// Rows of the files that were opened and not left out by their statistics.
    pub rows_scanned: u64,
    /// Rows that passed the conditions which stand directly on a table.
    pub rows_matched: u64,
}

/// What comes from the threads that run a query.
enum News {
    Columns(Columns),
    Rows(RecordBatch),
    Done(Result<Statistics, SqlError>),
}

/// Runs a query. The columns of its answer come first, then its rows in batches as they are
/// found; a `Break` from the sink ends the query, and so does dropping the future.
pub async fn run(
    catalog: Catalog,
    sql: String,
    limits: Limits,
    mut columns: impl FnMut(Columns),
    mut sink: impl FnMut(RecordBatch) -> ControlFlow<()>,
) -> Result<Statistics, SqlError> {
    let (sender, mut receiver) = mpsc::channel(2);
    let failed = |_| SqlError::new(SqlErrorKind::Failed, "no thread to run the query");
    std::thread::Builder::new()
        .name("sql-run".into())
        .stack_size(STACK_BYTES)
        .spawn(move || on_own_threads(&catalog, &sql, &limits, &sender))
        .map_err(failed)?;
    while let Some(news) = receiver.recv().await {
        match news {
            News::Columns(found) => columns(found),
            News::Rows(rows) => {
                if sink(rows).is_break() {
                    return Ok(Statistics::default());
                }
            }
            News::Done(result) => return result,
        }
    }
    Err(panicked())
}

fn on_own_threads(catalog: &Catalog, sql: &str, limits: &Limits, sender: &mpsc::Sender<News>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(limits.partitions.max(1))
        .thread_stack_size(STACK_BYTES)
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(async {
            tokio::select! {
                result = answer(catalog, sql, limits, sender) => result,
                () = sender.closed() => Ok(Statistics::default()),
            }
        }),
        Err(_) => Err(SqlError::new(SqlErrorKind::Failed, "no threads to run the query")),
    };
    // nobody may listen any more
    sender.blocking_send(News::Done(result)).unwrap_or_default();
}

async fn answer(
    catalog: &Catalog,
    sql: &str,
    limits: &Limits,
    sender: &mpsc::Sender<News>,
) -> Result<Statistics, SqlError> {
    let planner = Planner::new(catalog, limits)?;
    let question = planner.plan(sql)?;
    let asked = question.asked;
    sender.send(News::Columns(question.columns)).await.unwrap_or_default();
    let optimized = planner.state.optimize(&question.plan);
    let optimized = optimized.map_err(|error| at_planning(&error, &asked))?;
    let plan = planner.state.query_planner().create_physical_plan(&optimized, &planner.state);
    let plan = plan.await.map_err(|error| at_running(&error, &asked))?;
    stream(&plan, planner.state.task_ctx(), &asked, sender).await?;
    Ok(statistics(&plan))
}

async fn stream(
    plan: &Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    asked: &Asked,
    sender: &mpsc::Sender<News>,
) -> Result<(), SqlError> {
    let told = |error| at_running(&error, asked);
    let mut rows = execute_stream(Arc::clone(plan), context).map_err(told)?;
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(told)?;
        if batch.num_rows() > 0 && sender.send(News::Rows(batch)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Adds up what the scans of a plan did.
fn statistics(plan: &Arc<dyn ExecutionPlan>) -> Statistics {
    let mut total = Statistics::default();
    add(plan, &mut total);
    total
}

fn add(plan: &Arc<dyn ExecutionPlan>, total: &mut Statistics) {
    if let Some((scan, top)) = scan_below(plan) {
        let metrics = scan.metrics().unwrap_or_default();
        let found = rows(&metrics);
        total.bytes_scanned += sum(&metrics, "bytes_scanned");
        total.rows_scanned += found + sum(&metrics, "pushdown_rows_pruned");
        total.rows_matched += top.metrics().map_or(found, |metrics| rows(&metrics));
        return;
    }
    plan.children().into_iter().for_each(|child| add(child, total));
}

type Plan = Arc<dyn ExecutionPlan>;

/// Gives the scan below a filter, and the topmost filter over it.
fn scan_below(plan: &Plan) -> Option<(&Plan, &Plan)> {
    if plan.downcast_ref::<DataSourceExec>().is_some() {
        return Some((plan, plan));
    }
    let passes =
        ["FilterExec", "Fence", "RepartitionExec", "CoalesceBatchesExec", "ProjectionExec"];
    if !passes.contains(&plan.name()) {
        return None;
    }
    let [child] = plan.children().try_into().ok()?;
    let (scan, top) = scan_below(child)?;
    Some((scan, if plan.name() == "FilterExec" { plan } else { top }))
}

fn rows(metrics: &MetricsSet) -> u64 {
    u64::try_from(metrics.output_rows().unwrap_or(0)).unwrap_or(0)
}

fn sum(metrics: &MetricsSet, name: &str) -> u64 {
    let value = metrics.sum_by_name(name).map_or(0, |value| value.as_usize());
    u64::try_from(value).unwrap_or(0)
}
