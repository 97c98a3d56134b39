//! `CROSS JOIN UNNEST(…) [WITH ORDINALITY] AS t (a, b)`, planned on the table before it.

use crate::trino_type::is_text;
use arrow::datatypes::{DataType, Fields};
use datafusion::common::{Column, NullHandling, Result, TableReference, UnnestOptions, plan_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, lit};
use datafusion::sql::sqlparser::ast::{
    Expr as SqlExpr, JoinOperator, TableAlias, TableFactor, TableWithJoins,
};
use std::sync::Arc;

/// Plans joins whose last table is an UNNEST, and UNNEST alone.
#[derive(Debug)]
pub(crate) struct UnnestPlanner;

impl RelationPlanner for UnnestPlanner {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let (left, unnest, keep) = match relation {
            TableFactor::UNNEST { .. } => (None, relation, false),
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                match split(*table_with_joins) {
                    Ok((left, unnest, keep)) => (Some(left), unnest, keep),
                    Err(whole) => {
                        let whole =
                            TableFactor::NestedJoin { table_with_joins: whole, alias: None };
                        return Ok(RelationPlanning::Original(Box::new(whole)));
                    }
                }
            }
            other => return Ok(RelationPlanning::Original(Box::new(other))),
        };
        let TableFactor::UNNEST { alias, array_exprs, with_ordinality, .. } = unnest else {
            return plan_err!("UNNEST was expected");
        };
        let input = match left {
            Some(left) => context.plan(left)?,
            None => LogicalPlanBuilder::empty(true).build()?,
        };
        let unnest = Unnested::new(&input, array_exprs, with_ordinality, alias, context)?;
        let plan = unnest.plan(input, keep)?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))))
    }
}

type Split = std::result::Result<(TableFactor, TableFactor, bool), Box<TableWithJoins>>;

/// Takes the UNNEST off the end of a chain of joins.
fn split(mut table: TableWithJoins) -> Split {
    let last = table.joins.pop_if(|join| matches!(join.relation, TableFactor::UNNEST { .. }));
    let Some(join) = last else { return Err(Box::new(table)) };
    let keep = matches!(join.join_operator, JoinOperator::Left(_) | JoinOperator::LeftOuter(_));
    let left = if table.joins.is_empty() {
        table.relation
    } else {
        TableFactor::NestedJoin { table_with_joins: Box::new(table), alias: None }
    };
    Ok((left, join.relation, keep))
}

/// A list that becomes a column, and the fields of its rows if it holds rows.
struct List {
    expr: Expr,
    fields: Option<Fields>,
}

struct Unnested {
    lists: Vec<List>,
    ordinality: bool,
    table: TableReference,
    names: Vec<String>,
}

impl Unnested {
    fn new(
        input: &LogicalPlan,
        arrays: Vec<SqlExpr>,
        ordinality: bool,
        alias: Option<TableAlias>,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<Self> {
        let mut lists = Vec::new();
        for array in arrays {
            let expr = context.sql_to_expr(array, input.schema())?;
            let data_type = expr.get_type(input.schema())?;
            lists.extend(lists_of(expr, &data_type)?);
        }
        let (table, names) = match alias {
            Some(alias) => (alias.name.value, alias.columns),
            None => ("unnest".to_owned(), vec![]),
        };
        let names = names.into_iter().map(|column| column.name.value).collect();
        Ok(Self { lists, ordinality, table: TableReference::bare(table), names })
    }

    /// Rows of an array stay whole when one name is given for them, as Athena has long done it;
    /// else each of their fields is a column, as in Trino.
    fn whole(&self) -> bool {
        self.names.len() == self.lists.len() + usize::from(self.ordinality)
    }

    fn plan(&self, input: LogicalPlan, keep: bool) -> Result<LogicalPlan> {
        let before: Vec<Expr> = input
            .schema()
            .iter()
            .map(|(table, field)| Column::from((table, field)).into())
            .collect();
        let inside = |at: usize| format!("$unnest_{at}");
        let mut with_lists = before.clone();
        for (at, list) in self.lists.iter().enumerate() {
            with_lists.push(list.expr.clone().alias(inside(at)));
        }
        if self.ordinality {
            let arrays = self.lists.iter().map(|list| list.expr.clone()).collect();
            with_lists.push(own("$ordinals", arrays)?.alias(inside(self.lists.len())));
        }
        let count = with_lists.len() - before.len();
        let columns = (0..count).map(|at| Column::from_name(inside(at))).collect();
        let handling = if keep { NullHandling::PreserveAndExpandEmpty } else { NullHandling::Drop };
        let options = UnnestOptions::new().with_null_handling(handling);
        let unnested = LogicalPlanBuilder::from(input)
            .project(with_lists)?
            .unnest_columns_with_options(columns, options)?;
        let named = self.columns(count, inside)?;
        unnested.project(before.into_iter().chain(named))?.build()
    }

    /// The columns that come out, under the names that the query gave them.
    fn columns(&self, count: usize, inside: impl Fn(usize) -> String) -> Result<Vec<Expr>> {
        let mut columns: Vec<(Expr, String)> = Vec::new();
        for at in 0..count {
            let column: Expr = Column::from_name(inside(at)).into();
            match self.lists.get(at).and_then(|list| list.fields.as_ref()) {
                Some(fields) if !self.whole() => {
                    for field in fields {
                        let name = lit(field.name().as_str());
                        let part = datafusion::functions::core::get_field();
                        let part = ScalarFunction::new_udf(part, vec![column.clone(), name]);
                        columns.push((Expr::ScalarFunction(part), field.name().clone()));
                    }
                }
                _ => columns.push((column, format!("$col{at}"))),
            }
        }
        if !self.names.is_empty() && self.names.len() != columns.len() {
            return plan_err!(
                "UNNEST gives {} columns, {} names were written",
                columns.len(),
                self.names.len()
            );
        }
        let named = columns.into_iter().enumerate().map(|(at, (column, name))| {
            let name = self.names.get(at).cloned().unwrap_or(name);
            column.alias_qualified(Some(self.table.clone()), name)
        });
        Ok(named.collect())
    }
}

/// An array is one list; a map, or a JSON object taken for one, is two: its keys and its values.
fn lists_of(expr: Expr, data_type: &DataType) -> Result<Vec<List>> {
    match data_type {
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            let fields = match field.data_type() {
                DataType::Struct(fields) => Some(fields.clone()),
                _ => None,
            };
            Ok(vec![List { expr, fields }])
        }
        found if is_text(found) || matches!(found, DataType::Map(..)) => {
            let half = |name: &str| -> Result<List> {
                let call = own(name, vec![expr.clone()])?;
                Ok(List { expr: call, fields: None })
            };
            Ok(vec![half("map_keys")?, half("map_values")?])
        }
        other => {
            plan_err!("UNNEST expects an array or a map, not {}", crate::trino_type::name(other))
        }
    }
}

fn own(name: &str, args: Vec<Expr>) -> Result<Expr> {
    let functions = crate::functions::Functions::new();
    let Some(function) = functions.scalars.get(name) else {
        return plan_err!("{name} is not there");
    };
    Ok(Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(function), args)))
}
