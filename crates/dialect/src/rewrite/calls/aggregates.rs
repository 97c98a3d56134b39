//! Aggregates that become others with an order, a filter or a group.

use super::{is_bare, wrong_count};
use crate::error::SqlError;
use crate::rewrite::{Walk, build};
use datafusion::sql::sqlparser::ast::{
    Array, BinaryOperator, Expr, Function, FunctionArgumentClause, FunctionArguments, OrderByExpr,
    OrderByOptions,
};

/// Gives what stands in the place of an aggregate; nothing when it is none of this page.
pub(crate) fn rewrite(
    walk: &Walk<'_>,
    name: &str,
    call: &Function,
    args: &[Expr],
) -> Result<Option<Expr>, SqlError> {
    if is_bare(call) {
        return Ok(None);
    }
    let descending = name.starts_with("max");
    if call.over.is_some() && args.len() > 1 && (descending || name.starts_with("min")) {
        return Err(walk
            .refuse(format!("{name} is not served over a window"), call)
            .hint("write first_value(x) OVER (PARTITION BY … ORDER BY y DESC)"));
    }
    Ok(Some(match (name, args) {
        ("max_by" | "min_by", [value, by]) => first_by(call, value, by, descending),
        ("max_by" | "min_by", [value, by, count]) => several_by(call, value, by, count, descending),
        ("max" | "min", [value, count]) => several_by(call, value, value, count, descending),
        ("count_if", [condition]) => {
            let mut counted = with(call, "count", vec![build::number(1)]);
            keep_where(&mut counted, condition.clone());
            Expr::Function(counted)
        }
        ("approx_distinct", [value] | [value, _]) => {
            Expr::Function(with(call, "approx_distinct", vec![value.clone()]))
        }
        ("approx_percentile", [value, share]) => percentiles(call, value, None, share),
        ("approx_percentile", [value, weight, share]) => {
            percentiles(call, value, Some(weight), share)
        }
        ("geometric_mean", [value]) => {
            let logarithm = build::call("ln", vec![value.clone()]);
            build::call("exp", vec![Expr::Function(with(call, "avg", vec![logarithm]))])
        }
        ("listagg", [value] | [value, _]) => {
            let separator = args.get(1).cloned().unwrap_or_else(|| build::text(""));
            let mut joined = with(call, "string_agg", vec![value.clone(), separator]);
            let order = std::mem::take(&mut joined.within_group);
            order_by(&mut joined, order);
            Expr::Function(joined)
        }
        (
            "max_by" | "min_by" | "count_if" | "approx_distinct" | "approx_percentile"
            | "geometric_mean" | "listagg",
            _,
        ) => return Err(wrong_count(walk, call)),
        _ => return Ok(None),
    }))
}

/// The same call of another function.
fn with(call: &Function, name: &str, args: Vec<Expr>) -> Function {
    let mut call = call.clone();
    build::rename(&mut call, name);
    if let FunctionArguments::List(list) = &mut call.args {
        list.clauses.clear();
    }
    build::set_args(&mut call, args);
    call
}

/// Adds a condition to the FILTER of an aggregate.
fn keep_where(call: &mut Function, condition: Expr) {
    let condition = Expr::Nested(Box::new(condition));
    call.filter = Some(Box::new(match call.filter.take() {
        Some(filter) => build::binary(Expr::Nested(filter), BinaryOperator::And, condition),
        None => condition,
    }));
}

fn order_by(call: &mut Function, order: Vec<OrderByExpr>) {
    if let FunctionArguments::List(list) = &mut call.args
        && !order.is_empty()
    {
        list.clauses.push(FunctionArgumentClause::OrderBy(order));
    }
}

fn by(expr: &Expr, descending: bool) -> Vec<OrderByExpr> {
    let options = OrderByOptions { asc: Some(!descending), nulls_first: Some(false) };
    vec![OrderByExpr { expr: expr.clone(), options, with_fill: None }]
}

fn is_there(expr: &Expr) -> Expr {
    Expr::IsNotNull(Box::new(Expr::Nested(Box::new(expr.clone()))))
}

/// The value beside the greatest or smallest; rows without it do not count.
fn first_by(call: &Function, value: &Expr, key: &Expr, descending: bool) -> Expr {
    let mut first = with(call, "first_value", vec![value.clone()]);
    order_by(&mut first, by(key, descending));
    keep_where(&mut first, is_there(key));
    Expr::Function(first)
}

fn several_by(call: &Function, value: &Expr, key: &Expr, count: &Expr, descending: bool) -> Expr {
    let mut all = with(call, "array_agg", vec![value.clone()]);
    order_by(&mut all, by(key, descending));
    keep_where(&mut all, is_there(key));
    build::call("slice", vec![Expr::Function(all), build::number(1), count.clone()])
}

/// One percentile, or an array of them.
fn percentiles(call: &Function, value: &Expr, weight: Option<&Expr>, share: &Expr) -> Expr {
    let one = |share: &Expr| {
        let (name, args) = match weight {
            Some(weight) => {
                ("approx_percentile_cont_with_weight", vec![weight.clone(), share.clone()])
            }
            None => ("approx_percentile_cont", vec![share.clone()]),
        };
        let mut percentile = with(call, name, args);
        percentile.within_group = by(value, false);
        Expr::Function(percentile)
    };
    match share {
        Expr::Array(shares) => {
            let elem = shares.elem.iter().map(one).collect();
            Expr::Array(Array { elem, named: true })
        }
        share => one(share),
    }
}
