//! Which conditions may be checked inside the scan, and when that is quicker.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

/// Says whether a condition can be computed on any row without failing. Only such a one may run
/// on a row that the table's own predicate has not let through: an error would tell of the row.
pub(crate) fn is_safe(condition: &Expr) -> bool {
    let mut safe = true;
    let walked = condition.apply(|expr| {
        safe &= match expr {
            Expr::Column(_)
            | Expr::Literal(..)
            | Expr::Like(_)
            | Expr::Not(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotTrue(_)
            | Expr::IsNotFalse(_)
            | Expr::Between(_)
            | Expr::InList(_) => true,
            Expr::BinaryExpr(BinaryExpr { op, .. }) => {
                op.is_logic_operator() || op.supports_propagation()
            }
            Expr::ScalarFunction(call) => matches!(call.name(), "get_field" | "lower" | "upper"),
            _ => false,
        };
        Ok(if safe { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop })
    });
    walked.is_ok() && safe
}

/// Says whether a condition keeps few rows, most likely: then the other columns of the rows that
/// it drops are not even decoded. Where most rows stay this costs more than it saves.
pub(crate) fn is_selective(condition: &Expr) -> bool {
    match condition {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::And => is_selective(left) || is_selective(right),
            Operator::Or => is_selective(left) && is_selective(right),
            Operator::Eq => is_text(left) || is_text(right),
            _ => false,
        },
        Expr::InList(list) => !list.negated && list.list.iter().all(is_text),
        Expr::Like(like) => !like.negated,
        _ => false,
    }
}

fn is_text(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(value, _) => value.try_as_str().flatten().is_some(),
        _ => false,
    }
}
