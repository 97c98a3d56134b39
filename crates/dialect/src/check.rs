//! Checks a query without reading a file.

use crate::catalog::{Catalog, Limits};
use crate::error::SqlError;
use crate::plan::{Planner, at_planning};
use crate::stack::on_large_stack;
use serde::{Deserialize, Serialize};

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name; `_col0` by position when the query gives none.
    pub name: String,
    /// Trino's name of its type.
    pub data_type: String,
}

/// The columns of an answer, in order. Two may have the same name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Columns(pub Vec<Column>);

/// Parses and plans a query, and says what its answer will look like.
pub fn check(catalog: &Catalog, sql: &str, limits: &Limits) -> Result<Columns, SqlError> {
    on_large_stack(|| {
        let planner = Planner::new(catalog, limits)?;
        let question = planner.plan(sql)?;
        let optimized = planner.state.optimize(&question.plan);
        optimized.map_err(|error| at_planning(&error, &question.asked))?;
        Ok(question.columns)
    })
}

/// Gives the names of all functions that a query may call, in order.
pub fn functions() -> Vec<String> {
    crate::rewrite::function_names(&crate::functions::Functions::new())
}
