//! FROM: brings each UNNEST together with what stands before it, so that it is planned on it.

use super::Walk;
use crate::error::SqlError;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Join, JoinConstraint, JoinOperator, Select, TableFactor,
    TableWithJoins, Value,
};

/// Turns what the parser takes for a table function `unnest(…)` into what it is.
pub(crate) fn unnest(factor: &mut TableFactor) {
    let TableFactor::Table { name, alias, args: Some(args), with_ordinality, .. } = factor else {
        return;
    };
    let is_unnest = matches!(name.0.as_slice(), [part]
        if part.as_ident().is_some_and(|ident| ident.value == "unnest"));
    let expr = |arg: &FunctionArg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    let exprs: Option<Vec<_>> = args.args.iter().map(expr).collect();
    if let Some(array_exprs) = exprs.filter(|exprs| is_unnest && !exprs.is_empty()) {
        *factor = TableFactor::UNNEST {
            alias: alias.take(),
            array_exprs,
            with_offset: false,
            with_offset_alias: None,
            with_ordinality: *with_ordinality,
        };
    }
}

fn is_unnest(factor: &TableFactor) -> bool {
    matches!(factor, TableFactor::UNNEST { .. })
}

fn nested(table: TableWithJoins) -> TableFactor {
    TableFactor::NestedJoin { table_with_joins: Box::new(table), alias: None }
}

/// Makes `FROM a, b, UNNEST(b.x)` one chain of joins, and folds it.
pub(crate) fn select(walk: &Walk<'_>, select: &mut Select) -> Result<(), SqlError> {
    let mut chain: Vec<TableWithJoins> = Vec::new();
    for table in std::mem::take(&mut select.from) {
        let before = if is_unnest(&table.relation) { chain.pop() } else { None };
        let Some(mut before) = before else {
            chain.push(table);
            continue;
        };
        for earlier in chain.drain(..).rev() {
            before = cross(earlier, factor(before));
        }
        let TableWithJoins { relation, joins } = table;
        before = cross(before, relation);
        before.joins.extend(joins);
        chain.push(before);
    }
    select.from = chain;
    select.from.iter_mut().try_for_each(|table| fold(walk, table))
}

fn factor(table: TableWithJoins) -> TableFactor {
    if table.joins.is_empty() { table.relation } else { nested(table) }
}

fn cross(mut left: TableWithJoins, right: TableFactor) -> TableWithJoins {
    left.joins.push(Join {
        relation: right,
        global: false,
        join_operator: JoinOperator::CrossJoin(JoinConstraint::None),
    });
    left
}

/// Wraps everything up to an UNNEST into a join of its own.
pub(crate) fn fold(walk: &Walk<'_>, table: &mut TableWithJoins) -> Result<(), SqlError> {
    let joins = std::mem::take(&mut table.joins);
    for join in joins {
        let unnest = is_unnest(&join.relation);
        if unnest {
            joins_all(walk, &join)?;
        }
        table.joins.push(join);
        if unnest {
            let empty = TableWithJoins { relation: no_table(), joins: vec![] };
            let whole = std::mem::replace(table, empty);
            table.relation = nested(whole);
        }
    }
    Ok(())
}

/// Stands in for a moment while a table is moved.
fn no_table() -> TableFactor {
    TableFactor::UNNEST {
        alias: None,
        array_exprs: vec![],
        with_offset: false,
        with_offset_alias: None,
        with_ordinality: false,
    }
}

fn joins_all(walk: &Walk<'_>, join: &Join) -> Result<(), SqlError> {
    let (JoinOperator::CrossJoin(constraint)
    | JoinOperator::Join(constraint)
    | JoinOperator::Inner(constraint)
    | JoinOperator::Left(constraint)
    | JoinOperator::LeftOuter(constraint)) = &join.join_operator
    else {
        let what = "UNNEST is joined by CROSS JOIN or LEFT JOIN … ON TRUE";
        return Err(walk.refuse(what, &join.relation));
    };
    let all = match constraint {
        JoinConstraint::None => true,
        JoinConstraint::On(Expr::Value(value)) => value.value == Value::Boolean(true),
        _ => false,
    };
    if all {
        return Ok(());
    }
    let what = "a join with UNNEST has no condition but TRUE";
    Err(walk.refuse(what, &join.relation).hint("put the condition into WHERE"))
}
