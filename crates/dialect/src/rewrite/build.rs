//! Makes pieces of a syntax tree.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, TimezoneInfo, TypedString, Value,
};

/// The name of the function that is called; empty when it has several parts.
pub(crate) fn name_of(call: &Function) -> &str {
    match call.name.0.as_slice() {
        [part] => part.as_ident().map_or("", |ident| ident.value.as_str()),
        _ => "",
    }
}

/// Renames a call.
pub(crate) fn rename(call: &mut Function, name: &str) {
    let span = call.name.0.first().and_then(|part| part.as_ident()).map(|ident| ident.span);
    let mut ident = Ident::with_quote('"', name);
    if let Some(span) = span {
        ident.span = span;
    }
    call.name = ObjectName::from(vec![ident]);
}

/// A call of a function.
pub(crate) fn call(name: &str, args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)));
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::with_quote('"', name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.collect(),
            clauses: vec![],
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

/// The arguments of a call; nothing when one is no plain expression.
pub(crate) fn args(call: &Function) -> Option<Vec<Expr>> {
    let FunctionArguments::List(list) = &call.args else { return Some(Vec::new()) };
    let expr = |arg: &FunctionArg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    list.args.iter().map(expr).collect()
}

/// Replaces the arguments of a call.
pub(crate) fn set_args(call: &mut Function, args: Vec<Expr>) {
    let args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)));
    match &mut call.args {
        FunctionArguments::List(list) => list.args = args.collect(),
        other => {
            *other = FunctionArguments::List(FunctionArgumentList {
                duplicate_treatment: None,
                args: args.collect(),
                clauses: vec![],
            });
        }
    }
}

/// A constant text.
pub(crate) fn text(text: impl Into<String>) -> Expr {
    Expr::Value(Value::SingleQuotedString(text.into()).with_empty_span())
}

/// A constant number.
pub(crate) fn number(number: u64) -> Expr {
    Expr::Value(Value::Number(number.to_string(), false).with_empty_span())
}

/// A constant truth value or null.
pub(crate) fn value(value: Value) -> Expr {
    Expr::Value(value.with_empty_span())
}

/// The text of a constant.
pub(crate) fn constant_text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::UnicodeStringLiteral(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Two expressions with an operator between, in parentheses.
pub(crate) fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    let expr = Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) };
    Expr::Nested(Box::new(expr))
}

/// `CASE WHEN condition THEN result … ELSE otherwise END`
pub(crate) fn case(condition: Expr, result: Expr, otherwise: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: otherwise.map(Box::new),
    }
}

/// A cast.
pub(crate) fn cast(expr: Expr, data_type: DataType, lenient: bool) -> Expr {
    let kind = if lenient { CastKind::TryCast } else { CastKind::Cast };
    Expr::Cast { kind, expr: Box::new(expr), data_type, array: false, format: None }
}

/// The one timestamp there is: µs, without a zone.
pub(crate) const TIMESTAMP: DataType = DataType::Timestamp(Some(6), TimezoneInfo::None);

/// A constant timestamp of µs since 1970.
pub(crate) fn timestamp(micros: i64) -> Expr {
    let pattern = crate::functions::time::pattern::Pattern::joda("yyyy-MM-dd HH:mm:ss.SSSSSS");
    let text = pattern.map(|pattern| pattern.write(micros)).unwrap_or_default();
    typed(TIMESTAMP, text)
}

/// A constant date of µs since 1970.
pub(crate) fn date(micros: i64) -> Expr {
    let pattern = crate::functions::time::pattern::Pattern::joda("yyyy-MM-dd");
    typed(DataType::Date, pattern.map(|pattern| pattern.write(micros)).unwrap_or_default())
}

fn typed(data_type: DataType, text: String) -> Expr {
    let value = Value::SingleQuotedString(text).with_empty_span();
    Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax: false })
}

/// `NOT (expr)`
pub(crate) fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: datafusion::sql::sqlparser::ast::UnaryOperator::Not, expr: Box::new(expr) }
}
