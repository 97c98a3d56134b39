//! What a name means while a query is planned: a table of the catalog, a listed function.

use super::unnest::UnnestPlanner;
use crate::functions::Functions;
use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, TableReference, plan_err};
use datafusion::functions::core::planner::CoreFunctionPlanner;
use datafusion::functions_nested::planner::NestedFunctionPlanner;
use datafusion::logical_expr::planner::{ContextProvider, ExprPlanner, RelationPlanner};
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, TableSource, WindowUDF};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names within reach.
pub(crate) struct Known<'a> {
    functions: &'a Functions,
    sources: &'a BTreeMap<String, Arc<dyn TableSource>>,
    options: &'a ConfigOptions,
    expressions: Vec<Arc<dyn ExprPlanner>>,
    relations: Vec<Arc<dyn RelationPlanner>>,
}

impl<'a> Known<'a> {
    /// Puts names together.
    pub(crate) fn new(
        functions: &'a Functions,
        sources: &'a BTreeMap<String, Arc<dyn TableSource>>,
        options: &'a ConfigOptions,
    ) -> Self {
        Self {
            functions,
            sources,
            options,
            expressions: vec![
                Arc::new(CoreFunctionPlanner::default()),
                Arc::new(NestedFunctionPlanner),
            ],
            relations: vec![Arc::new(UnnestPlanner)],
        }
    }
}

impl ContextProvider for Known<'_> {
    fn get_table_source(&self, name: TableReference) -> Result<Arc<dyn TableSource>> {
        if let (TableReference::Bare { .. }, Some(source)) = (&name, self.sources.get(name.table()))
        {
            return Ok(Arc::clone(source));
        }
        plan_err!("table '{name}' not found")
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        &self.expressions
    }

    fn get_relation_planners(&self) -> &[Arc<dyn RelationPlanner>] {
        &self.relations
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.functions.scalars.get(name).cloned()
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        self.functions.lambdas.get(name).cloned()
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        self.functions.aggregates.get(name).cloned()
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.functions.windows.get(name).cloned()
    }

    fn get_variable_type(&self, _: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        self.options
    }

    fn udf_names(&self) -> Vec<String> {
        self.functions.scalars.keys().cloned().collect()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        self.functions.lambdas.keys().cloned().collect()
    }

    fn udaf_names(&self) -> Vec<String> {
        self.functions.aggregates.keys().cloned().collect()
    }

    fn udwf_names(&self) -> Vec<String> {
        self.functions.windows.keys().cloned().collect()
    }
}
