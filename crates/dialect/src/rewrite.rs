//! From Trino's tree to one that DataFusion plans to the same meaning.
//!
//! One walk, from the leaves up. It refuses what is not served, gives every column of an answer
//! its name, and turns functions, casts and patterns into those of this crate.

mod build;
mod calls;
mod casts;
mod expression;
mod from;
mod hints;
mod names;
mod refuse;

pub(crate) use self::calls::function_names;
pub(crate) use self::names::Naming;

use crate::error::{SqlError, SqlErrorKind};
use crate::parse::{Parsed, Places};
use datafusion::sql::sqlparser::ast::{
    Expr, LambdaFunction, OneOrManyWithParens, Query, Select, Spanned, TableFactor, VisitMut,
    VisitorMut,
};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// A query ready to be planned.
#[derive(Debug)]
pub(crate) struct Rewritten {
    /// The query.
    pub(crate) query: Box<Query>,
    /// How the columns of its answer are called.
    pub(crate) naming: Naming,
    /// Where words stand.
    pub(crate) places: Places,
}

/// Rewrites a query; `now` is in µs since 1970.
pub(crate) fn rewrite(parsed: Parsed, now: i64) -> Result<Rewritten, SqlError> {
    let Parsed { mut query, written, places } = parsed;
    let naming = Naming::of(&mut query, &written);
    let mut walk = Walk { now, places: &places, parameters: Vec::new(), tries: 0, written };
    match query.visit(&mut walk) {
        ControlFlow::Continue(()) => {}
        ControlFlow::Break(error) => return Err(*error),
    }
    Ok(Rewritten { query, naming, places })
}

/// What the walk knows at the place it has reached.
struct Walk<'a> {
    now: i64,
    places: &'a Places,
    /// Names of the parameters of the lambdas around.
    parameters: Vec<Vec<String>>,
    /// How many `try(…)` are around.
    tries: usize,
    written: HashMap<(u64, u64), String>,
}

type Flow = ControlFlow<Box<SqlError>>;

fn flow(result: Result<(), SqlError>) -> Flow {
    match result {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(Box::new(error)),
    }
}

impl Walk<'_> {
    /// Makes a fault of what is not served, with its place.
    fn refuse(&self, what: impl Into<String>, node: &impl Spanned) -> SqlError {
        let (line, column) = self.places.of(node.span().start);
        SqlError::new(SqlErrorKind::NotSupported, what).at(line, column)
    }

    fn is_parameter(&self, name: &str) -> bool {
        self.parameters.iter().flatten().any(|known| known == name)
    }
}

fn parameters(lambda: &LambdaFunction) -> Vec<String> {
    match &lambda.params {
        OneOrManyWithParens::One(one) => vec![one.name.value.clone()],
        OneOrManyWithParens::Many(many) => many.iter().map(|p| p.name.value.clone()).collect(),
    }
}

impl VisitorMut for Walk<'_> {
    type Break = Box<SqlError>;

    fn pre_visit_query(&mut self, query: &mut Query) -> Flow {
        flow(refuse::query(self, query))
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> Flow {
        flow(refuse::select(self, select))
    }

    fn post_visit_select(&mut self, select: &mut Select) -> Flow {
        flow(from::select(self, select))
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> Flow {
        flow(refuse::table(self, factor))
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> Flow {
        if let TableFactor::NestedJoin { table_with_joins, .. } = factor {
            return flow(from::fold(self, table_with_joins));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        match expr {
            Expr::Lambda(lambda) => self.parameters.push(parameters(lambda)),
            Expr::Function(call) if build::name_of(call) == "try" => self.tries += 1,
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        flow(expression::rewrite(self, expr))
    }
}
