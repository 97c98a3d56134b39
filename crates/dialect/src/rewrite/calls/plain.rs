//! Functions that become other expressions.

use super::{double, null, operator};
use crate::rewrite::{Walk, build};
use datafusion::sql::sqlparser::ast::{BinaryOperator, DataType, Expr, UnaryOperator};

/// Gives what stands in the place of a call; nothing when its arguments do not fit.
pub(crate) fn rewrite(walk: &Walk<'_>, name: &str, args: Vec<Expr>) -> Option<Expr> {
    let count = args.len();
    match (name, count) {
        ("current_timestamp" | "now" | "localtimestamp", 0 | 1) => Some(build::timestamp(walk.now)),
        ("current_date", 0) => Some(build::date(walk.now)),
        ("current_timezone", 0) => Some(build::text("UTC")),
        ("concat", 1..) => operator(args, &BinaryOperator::StringConcat),
        ("mod", 2) => {
            let lenient = walk.tries > 0;
            let args = if lenient { divided(args) } else { args };
            operator(args, &BinaryOperator::Modulo)
        }
        ("bitwise_and", 2) => operator(args, &BinaryOperator::BitwiseAnd),
        ("bitwise_or", 2) => operator(args, &BinaryOperator::BitwiseOr),
        ("bitwise_xor", 2) => operator(args, &BinaryOperator::BitwiseXor),
        ("greatest" | "least", 1..) => Some(extreme(name, args)),
        ("e", 0) => Some(double("2.718281828459045")),
        ("nan", 0) => Some(double("NaN")),
        ("infinity", 0) => Some(double("Infinity")),
        ("if", 3) => {
            let [condition, result, otherwise] = <[Expr; 3]>::try_from(args).ok()?;
            Some(build::case(condition, result, Some(otherwise)))
        }
        ("if", 2) => {
            let [condition, result] = <[Expr; 2]>::try_from(args).ok()?;
            Some(build::case(condition, result, None))
        }
        (_, 1) => one(walk, name, args.into_iter().next()?),
        _ => None,
    }
}

fn one(walk: &Walk<'_>, name: &str, arg: Expr) -> Option<Expr> {
    Some(match name {
        "try" => Expr::Nested(Box::new(arg)),
        "date" => {
            let bare = build::call("$bare", vec![arg]);
            build::cast(bare, DataType::Date, walk.tries > 0)
        }
        "bitwise_not" => build::binary(
            Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(arg) },
            BinaryOperator::Minus,
            build::number(1),
        ),
        "md5" => build::call("digest", vec![arg, build::text("md5")]),
        "day_name" => build::call("date_format", vec![arg, build::text("%W")]),
        "is_infinite" => {
            let size = build::call("abs", vec![arg]);
            build::binary(size, BinaryOperator::Eq, double("Infinity"))
        }
        "is_finite" => {
            let size = build::call("abs", vec![arg]);
            build::binary(size, BinaryOperator::Lt, double("Infinity"))
        }
        _ => return None,
    })
}

fn divided(args: Vec<Expr>) -> Vec<Expr> {
    let last = args.len().saturating_sub(1);
    let divisor = |expr| build::call("nullif", vec![expr, build::number(0)]);
    let args = args.into_iter().enumerate();
    args.map(|(at, expr)| if at == last { divisor(expr) } else { expr }).collect()
}

/// Trino's greatest and least are null as soon as one of their arguments is.
fn extreme(name: &str, args: Vec<Expr>) -> Expr {
    let nulls = args.iter().map(|arg| Expr::IsNull(Box::new(Expr::Nested(Box::new(arg.clone())))));
    let any = nulls.reduce(|left, right| build::binary(left, BinaryOperator::Or, right));
    let call = build::call(name, args);
    match any {
        Some(any) => build::case(any, null(), Some(call)),
        None => call,
    }
}
