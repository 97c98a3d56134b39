//! What a SELECT may not say here.

use super::Walk;
use crate::error::{SqlError, SqlErrorKind};
use datafusion::sql::sqlparser::ast::{
    Distinct, Expr, GroupByExpr, LimitClause, ObjectName, OrderByKind, Query, Select, SelectFlavor,
    SetExpr, Spanned, TableFactor,
};

type Checked = Result<(), SqlError>;

/// Checks a query's clauses, and turns FETCH into LIMIT.
pub(crate) fn query(walk: &Walk<'_>, query: &mut Query) -> Checked {
    if let Some(with) = query.with.as_ref().filter(|with| with.recursive) {
        return Err(walk
            .refuse("WITH RECURSIVE is not served", with)
            .hint("write the steps as CTEs of their own"));
    }
    body(walk, &query.body)?;
    let odd = !query.locks.is_empty()
        || query.for_clause.is_some()
        || query.settings.is_some()
        || query.format_clause.is_some()
        || !query.pipe_operators.is_empty();
    if odd {
        let what = "a query ends with ORDER BY, OFFSET and LIMIT; FOR, SETTINGS and FORMAT are not \
                    served";
        return Err(walk.refuse(what, query));
    }
    if let Some(order) = &query.order_by
        && (matches!(order.kind, OrderByKind::All(_)) || order.interpolate.is_some())
    {
        return Err(walk.refuse("ORDER BY names its columns", query));
    }
    limit(walk, query)
}

fn body(walk: &Walk<'_>, body: &SetExpr) -> Checked {
    match body {
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) => Ok(()),
        SetExpr::SetOperation { left, right, .. } => {
            self::body(walk, left)?;
            self::body(walk, right)
        }
        other => Err(walk.refuse("only SELECT is run here", other)),
    }
}

fn limit(walk: &Walk<'_>, query: &mut Query) -> Checked {
    if let Some(LimitClause::LimitOffset { limit_by, .. }) = &query.limit_clause
        && !limit_by.is_empty()
    {
        return Err(walk.refuse("LIMIT BY is not served", query));
    }
    let Some(fetch) = query.fetch.take() else { return Ok(()) };
    if fetch.with_ties || fetch.percent {
        let what = "FETCH … WITH TIES and PERCENT are not served";
        return Err(walk.refuse(what, query).hint("use rank() in a subquery"));
    }
    let quantity = fetch.quantity.unwrap_or_else(|| super::build::number(1));
    match &mut query.limit_clause {
        Some(LimitClause::LimitOffset { limit, .. }) => *limit = Some(quantity),
        _ => {
            query.limit_clause = Some(LimitClause::LimitOffset {
                limit: Some(quantity),
                offset: None,
                limit_by: vec![],
            });
        }
    }
    Ok(())
}

/// Checks the clauses of a SELECT.
pub(crate) fn select(walk: &Walk<'_>, select: &Select) -> Checked {
    if let Some(qualify) = &select.qualify {
        return Err(walk
            .refuse("Trino has no QUALIFY", qualify)
            .hint("put the window function into a subquery and filter with WHERE around it"));
    }
    if select.projection.is_empty() {
        return Err(walk.refuse("SELECT lacks its columns", select));
    }
    let odd = [
        (select.into.is_some(), "INTO"),
        (select.top.is_some(), "TOP: write LIMIT"),
        (!select.lateral_views.is_empty(), "LATERAL VIEW: write CROSS JOIN UNNEST"),
        (select.prewhere.is_some(), "PREWHERE"),
        (!select.connect_by.is_empty(), "CONNECT BY"),
        (!select.cluster_by.is_empty(), "CLUSTER BY"),
        (!select.distribute_by.is_empty(), "DISTRIBUTE BY"),
        (!select.sort_by.is_empty(), "SORT BY: write ORDER BY"),
        (select.exclude.is_some(), "EXCLUDE"),
        (select.value_table_mode.is_some(), "SELECT AS STRUCT"),
        (matches!(select.distinct, Some(Distinct::On(_))), "DISTINCT ON: use max_by"),
        (select.flavor != SelectFlavor::Standard, "FROM before SELECT"),
        (matches!(select.group_by, GroupByExpr::All(_)), "GROUP BY ALL: name the columns"),
    ];
    if let Some((_, what)) = odd.iter().find(|(found, _)| *found) {
        return Err(walk.refuse(format!("Trino has no {what}"), select));
    }
    if let GroupByExpr::Expressions(_, modifiers) = &select.group_by
        && !modifiers.is_empty()
    {
        return Err(walk.refuse("write GROUP BY ROLLUP (…), not WITH ROLLUP", select));
    }
    Ok(())
}

/// Checks what FROM names: tables of the catalog, subqueries and UNNEST, nothing else.
pub(crate) fn table(walk: &Walk<'_>, factor: &mut TableFactor) -> Checked {
    super::from::unnest(factor);
    let span = factor.span();
    match factor {
        TableFactor::Table {
            name,
            args: None,
            version: None,
            json_path: None,
            sample: None,
            with_ordinality: false,
            with_hints,
            partitions,
            index_hints,
            ..
        } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
            table_name(walk, name)
        }
        TableFactor::Table { args: Some(_), name, .. } => {
            let what = format!("table function {name} is not served");
            Err(walk.refuse(what, name).hint("FROM reads tables, subqueries and UNNEST(array)"))
        }
        TableFactor::Table { sample: Some(_), name, .. } => Err(walk
            .refuse("TABLESAMPLE is not served", name)
            .hint("filter on a hash or on a time range")),
        TableFactor::Derived { lateral: false, sample: None, .. }
        | TableFactor::NestedJoin { .. }
        | TableFactor::UNNEST { with_offset: false, .. } => Ok(()),
        TableFactor::Derived { lateral: true, .. } => Err(walk
            .refuse("LATERAL subqueries are not served", factor)
            .hint("use CROSS JOIN UNNEST, or a join with GROUP BY")),
        _ => {
            let (line, column) = walk.places.of(span.start);
            let what = "FROM reads tables, subqueries and UNNEST(array)";
            Err(SqlError::new(SqlErrorKind::NotSupported, what).at(line, column))
        }
    }
}

/// Takes off the names that Athena puts before a table's.
fn table_name(walk: &Walk<'_>, name: &mut ObjectName) -> Checked {
    let parts: Vec<_> = name.0.iter().filter_map(|p| p.as_ident().cloned()).collect();
    let before: Vec<_> = parts.iter().rev().skip(1).map(|p| p.value.as_str()).collect();
    match (before.as_slice(), parts.last()) {
        ([], Some(_)) => Ok(()),
        (["default"] | ["default", "awsdatacatalog"], Some(last)) => {
            *name = ObjectName::from(vec![last.clone()]);
            Ok(())
        }
        _ => {
            let (line, column) = walk.places.of(name.span().start);
            let what = format!("table {name} is not within reach");
            Err(SqlError::new(SqlErrorKind::TableNotFound, what)
                .at(line, column)
                .hint("a table has one name here, without catalog and schema"))
        }
    }
}

/// Refuses operators and forms of expression that Trino does not have.
pub(crate) fn expression(walk: &Walk<'_>, expr: &Expr) -> Checked {
    use datafusion::sql::sqlparser::ast::BinaryOperator as Op;
    let (what, hint) = match expr {
        Expr::BinaryOp { op, .. } => match op {
            Op::Plus
            | Op::Minus
            | Op::Multiply
            | Op::Divide
            | Op::Modulo
            | Op::StringConcat
            | Op::And
            | Op::Or
            | Op::Eq
            | Op::NotEq
            | Op::Gt
            | Op::Lt
            | Op::GtEq
            | Op::LtEq => {
                return Ok(());
            }
            other => (format!("Trino has no operator {other}"), "use a function"),
        },
        Expr::ILike { .. } => ("Trino has no ILIKE".into(), "write lower(x) LIKE '…'"),
        Expr::SimilarTo { .. } | Expr::RLike { .. } => {
            ("Trino has no SIMILAR TO and RLIKE".into(), "write regexp_like(x, '…')")
        }
        Expr::JsonAccess { .. } => {
            ("Trino has no x:path".into(), "write json_extract(x, '$.path')")
        }
        Expr::Convert { .. } => ("Trino has no CONVERT".into(), "write CAST(x AS type)"),
        Expr::Overlay { .. } => ("Trino has no OVERLAY".into(), "use substr and ||"),
        Expr::Dictionary(_) | Expr::Map(_) | Expr::Struct { .. } => {
            ("this literal is not Trino's".into(), "write map(ARRAY[…], ARRAY[…]) or ROW(…)")
        }
        Expr::MatchAgainst { .. }
        | Expr::Collate { .. }
        | Expr::Prior(_)
        | Expr::OuterJoin(_)
        | Expr::MemberOf(_)
        | Expr::Named { .. }
        | Expr::InUnnest { .. } => ("this is not served".into(), "write it with Trino's functions"),
        Expr::Value(value) if value.value.to_string().starts_with(['?', '$', ':']) => {
            ("parameters are not served".into(), "write the value into the query")
        }
        _ => return Ok(()),
    };
    Err(walk.refuse(what, expr).hint(hint))
}
