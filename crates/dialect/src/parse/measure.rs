//! Refuses what is too deep or too wide before anything recurses over it.

use super::Places;
use crate::catalog::Limits;
use crate::error::{SqlError, SqlErrorKind};
use datafusion::sql::sqlparser::ast::{Expr, Query, TableFactor, Visit, Visitor};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};
use std::ops::ControlFlow;

/// Counts how deep brackets nest.
pub(crate) fn tokens(
    tokens: &[TokenWithSpan],
    limits: &Limits,
    places: &Places,
) -> Result<(), SqlError> {
    let mut depth = 0usize;
    for token in tokens {
        match token.token {
            Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
            Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limits.depth_max {
            let (line, column) = places.of(token.span.start);
            return Err(too_deep(limits).at(line, column));
        }
    }
    Ok(())
}

/// Counts how deep expressions nest (a chain of operators nests as deep as it is long) and how
/// many tables are read.
pub(crate) fn tree(query: &Query, limits: &Limits) -> Result<(), SqlError> {
    let mut measure = Measure { depth: 0, tables: 0, limits: *limits };
    match query.visit(&mut measure) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(*error),
    }
}

struct Measure {
    depth: usize,
    tables: usize,
    limits: Limits,
}

impl Visitor for Measure {
    type Break = Box<SqlError>;

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<Self::Break> {
        self.depth += 1;
        if self.depth > self.limits.depth_max {
            return ControlFlow::Break(Box::new(too_deep(&self.limits)));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<Self::Break> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<Self::Break> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<Self::Break> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, _: &TableFactor) -> ControlFlow<Self::Break> {
        self.tables += 1;
        if self.tables > self.limits.tables_max {
            let message = format!("more than {} tables", self.limits.tables_max);
            return ControlFlow::Break(Box::new(SqlError::new(SqlErrorKind::Limit, message)));
        }
        ControlFlow::Continue(())
    }
}

fn too_deep(limits: &Limits) -> SqlError {
    let message = format!("the query nests deeper than {} levels", limits.depth_max);
    SqlError::new(SqlErrorKind::Limit, message)
        .hint("write a long OR as IN (…), and long chains in parts")
}
