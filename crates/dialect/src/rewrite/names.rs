//! How the columns of an answer are called.
//!
//! Trino names a column after its alias, its column or its last field, and `_colN` otherwise; two
//! may be called the same. DataFusion wants each name once: so what would come twice gets a name
//! of its own inside, and its proper one when the answer is given.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Ident, OrderByKind, Query, Select, SelectItem, SetExpr, TableFactor,
    VisitMut, VisitorMut,
};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// What marks a name that is only used inside.
const INSIDE: char = '$';

/// The names of an answer's columns by the names they have inside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Naming(HashMap<String, String>);

impl Naming {
    /// Names the columns of every SELECT in a query, and remembers how its answer spells them.
    pub(crate) fn of(query: &mut Query, written: &HashMap<(u64, u64), String>) -> Self {
        let mut naming = Self::default();
        if let Some(select) = first_select(&query.body) {
            naming.spell(select, written);
        }
        // the walk never breaks
        match query.visit(&mut Namer) {
            ControlFlow::Continue(()) | ControlFlow::Break(()) => naming,
        }
    }

    fn spell(&mut self, select: &Select, written: &HashMap<(u64, u64), String>) {
        for item in &select.projection {
            let SelectItem::ExprWithAlias { alias, .. } = item else { continue };
            let start = alias.span.start;
            if let Some(spelled) = written.get(&(start.line, start.column)) {
                self.0.insert(alias.value.clone(), spelled.clone());
            }
        }
    }

    /// Gives the name of the answer's column at this position.
    pub(crate) fn name(&self, inside: &str, position: usize) -> String {
        if let Some(name) = self.0.get(inside) {
            return name.clone();
        }
        match inside.split_once(INSIDE) {
            Some(("", _)) => format!("_col{position}"),
            Some((name, _)) => self.0.get(name).map_or(name, String::as_str).to_owned(),
            None => inside.to_owned(),
        }
    }
}

fn first_select(body: &SetExpr) -> Option<&Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::Query(query) => first_select(&query.body),
        SetExpr::SetOperation { left, .. } => first_select(left),
        _ => None,
    }
}

struct Namer;

impl VisitorMut for Namer {
    type Break = ();

    /// ORDER BY an expression of the SELECT list means that column of the answer.
    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let (SetExpr::Select(select), Some(order)) = (query.body.as_ref(), &mut query.order_by)
        else {
            return ControlFlow::Continue(());
        };
        let OrderByKind::Expressions(order) = &mut order.kind else {
            return ControlFlow::Continue(());
        };
        for key in order {
            let column = select.projection.iter().find_map(|item| match item {
                SelectItem::ExprWithAlias { expr, alias } if *expr == key.expr => Some(alias),
                _ => None,
            });
            if let Some(alias) = column {
                key.expr = Expr::Identifier(alias.clone());
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let tables = tables(select);
        let wildcard = select.projection.iter().any(|item| {
            matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..))
        });
        let mut used = HashSet::new();
        for (position, item) in select.projection.iter_mut().enumerate() {
            match item {
                SelectItem::ExprWithAlias { expr, alias } => {
                    let fresh = used.insert(alias.value.clone());
                    let own = natural(expr, &tables);
                    if !fresh {
                        alias.value = format!("{}{INSIDE}{position}", alias.value);
                    } else if !wildcard && own == Some((alias.value.clone(), true)) {
                        // an alias that repeats a column's own name confuses the optimizer
                        *item = SelectItem::UnnamedExpr(expr.clone());
                    }
                }
                SelectItem::UnnamedExpr(expr) => {
                    if let Some(name) = alias(expr, position, wildcard, &tables, &mut used) {
                        let expr = expr.clone();
                        *item =
                            SelectItem::ExprWithAlias { expr, alias: Ident::with_quote('"', name) };
                    }
                }
                _ => {}
            }
        }
        ControlFlow::Continue(())
    }
}

/// The names by which a SELECT's FROM calls its tables.
fn tables(select: &Select) -> HashSet<String> {
    let factors = select.from.iter().flat_map(|from| {
        std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation))
    });
    factors.filter_map(table).collect()
}

fn table(factor: &TableFactor) -> Option<String> {
    match factor {
        TableFactor::Table { name, alias, .. } => match alias {
            Some(alias) => Some(alias.name.value.clone()),
            None => Some(name.0.last()?.as_ident()?.value.clone()),
        },
        TableFactor::Derived { alias, .. } | TableFactor::UNNEST { alias, .. } => {
            Some(alias.as_ref()?.name.value.clone())
        }
        _ => None,
    }
}

/// The alias that an expression without one needs; nothing when its own name will do.
fn alias(
    expr: &Expr,
    position: usize,
    wildcard: bool,
    tables: &HashSet<String>,
    used: &mut HashSet<String>,
) -> Option<String> {
    let Some((name, plain)) = natural(expr, tables) else {
        return Some(format!("{INSIDE}{position}"));
    };
    let fresh = used.insert(name.clone());
    match (fresh && !wildcard, plain) {
        (true, true) => None,
        (true, false) => Some(name),
        (false, _) => Some(format!("{name}{INSIDE}{position}")),
    }
}

/// The name that an expression has by itself, and whether it is a plain column's.
fn natural(expr: &Expr, tables: &HashSet<String>) -> Option<(String, bool)> {
    match expr {
        Expr::Identifier(ident) => Some((ident.value.clone(), true)),
        Expr::CompoundIdentifier(parts) => {
            let qualified = match parts.as_slice() {
                [table, _] => tables.contains(&table.value),
                _ => false,
            };
            Some((parts.last()?.value.clone(), qualified))
        }
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last()? {
            AccessExpr::Dot(Expr::Identifier(ident)) => Some((ident.value.clone(), false)),
            _ => None,
        },
        _ => None,
    }
}
