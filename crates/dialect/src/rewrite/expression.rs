//! Rewrites one expression whose parts are rewritten already.

use super::{Walk, build, calls, casts, refuse};
use crate::error::SqlError;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, DataType, Expr, Subscript, TimezoneInfo, TrimWhereField,
    TypedString, Value, ValueWithSpan,
};

/// Rewrites an expression in its place.
pub(crate) fn rewrite(walk: &mut Walk<'_>, expr: &mut Expr) -> Result<(), SqlError> {
    refuse::expression(walk, expr)?;
    if let Expr::Lambda(_) = expr {
        walk.parameters.pop();
        return Ok(());
    }
    if let Expr::Function(call) = expr {
        let closes = build::name_of(call) == "try";
        let rewritten = calls::rewrite(walk, call);
        walk.tries -= usize::from(closes);
        if let Some(new) = rewritten? {
            *expr = new;
        }
        return Ok(());
    }
    let taken = std::mem::replace(expr, build::value(Value::Null));
    *expr = replaced(walk, taken)?;
    Ok(())
}

fn replaced(walk: &Walk<'_>, expr: Expr) -> Result<Expr, SqlError> {
    match expr {
        Expr::CompoundIdentifier(parts)
            if parts.first().is_some_and(|first| walk.is_parameter(&first.value)) =>
        {
            let mut parts = parts.into_iter();
            let Some(first) = parts.next() else { return Ok(build::value(Value::Null)) };
            let field = |of, name| build::call("get_field", vec![of, name]);
            Ok(parts.fold(Expr::Identifier(first), |of, part| field(of, build::text(part.value))))
        }
        Expr::CompoundFieldAccess { root, access_chain } => {
            access_chain.into_iter().try_fold(*root, |of, access| access_to(walk, of, access))
        }
        Expr::Cast { kind, expr, data_type, .. } => casts::rewrite(walk, &kind, *expr, data_type),
        Expr::TypedString(typed) => Ok(Expr::TypedString(typed_string(typed))),
        Expr::Extract { field, expr, .. } => {
            let name = field.to_string().to_lowercase();
            calls::field(walk, &name, *expr)
        }
        Expr::AtTimeZone { timestamp, time_zone } => {
            Ok(build::call("at_timezone", vec![*timestamp, *time_zone]))
        }
        Expr::Position { expr, r#in } => Ok(build::call("strpos", vec![*r#in, *expr])),
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            let from = substring_from.map_or_else(|| build::number(1), |from| *from);
            let mut args = vec![*expr, from];
            args.extend(substring_for.map(|length| *length));
            Ok(build::call("substr", args))
        }
        Expr::Trim { trim_where, trim_what, expr, .. } => {
            let name = match trim_where {
                Some(TrimWhereField::Leading) => "ltrim",
                Some(TrimWhereField::Trailing) => "rtrim",
                _ => "btrim",
            };
            let mut args = vec![*expr];
            args.extend(trim_what.map(|what| *what));
            Ok(build::call(name, args))
        }
        Expr::Like { negated, any: false, expr, pattern, escape_char } => {
            Ok(like(negated, *expr, *pattern, escape_char.as_ref()))
        }
        Expr::BinaryOp { left, op, right }
            if walk.tries > 0 && matches!(op, BinaryOperator::Divide | BinaryOperator::Modulo) =>
        {
            let right = Box::new(build::call("nullif", vec![*right, build::number(0)]));
            Ok(Expr::BinaryOp { left, op, right })
        }
        Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => {
            is_in(walk, left, *right, false)
        }
        Expr::AllOp { left, compare_op: BinaryOperator::NotEq, right } => {
            is_in(walk, left, *right, true)
        }
        Expr::AnyOp { ref left, .. } | Expr::AllOp { ref left, .. } => Err(quantified(walk, left)),
        Expr::Tuple(values) => Ok(build::call("struct", values)),
        other => Ok(other),
    }
}

/// `= ANY (query)` is IN, `<> ALL (query)` is NOT IN.
fn is_in(walk: &Walk<'_>, expr: Box<Expr>, right: Expr, negated: bool) -> Result<Expr, SqlError> {
    match right {
        Expr::Subquery(subquery) => Ok(Expr::InSubquery { expr, subquery, negated }),
        _ => Err(quantified(walk, &expr)),
    }
}

fn quantified(walk: &Walk<'_>, at: &Expr) -> SqlError {
    let what = "ANY and ALL are served as = ANY (SELECT …) and <> ALL (SELECT …) only";
    walk.refuse(what, at).hint("compare with (SELECT max(x) …) or (SELECT min(x) …)")
}

fn access_to(walk: &Walk<'_>, of: Expr, access: AccessExpr) -> Result<Expr, SqlError> {
    match access {
        AccessExpr::Dot(Expr::Identifier(name)) => {
            Ok(build::call("get_field", vec![of, build::text(name.value)]))
        }
        AccessExpr::Subscript(Subscript::Index { index }) => {
            Ok(build::call("element_at", vec![of, index]))
        }
        AccessExpr::Dot(other) => Err(walk.refuse("a field is a name", &other)),
        AccessExpr::Subscript(_) => {
            let what = "Trino has no array slices like x[1:2]";
            Err(walk.refuse(what, &of).hint("write slice(x, 1, 2)"))
        }
    }
}

/// Every timestamp is µs; ` UTC` at the end says what is meant anyway.
fn typed_string(mut typed: TypedString) -> TypedString {
    if let DataType::Timestamp(..) = typed.data_type {
        typed.data_type = build::TIMESTAMP;
        if let Value::SingleQuotedString(text) = &mut typed.value.value
            && let Some(bare) = text.strip_suffix(" UTC")
        {
            *text = bare.to_owned();
        }
    }
    if let DataType::Time(_, zone) = &mut typed.data_type {
        *zone = TimezoneInfo::None;
    }
    typed
}

/// Trino's LIKE knows no escape unless one is named; DataFusion's escapes with a backslash.
fn like(negated: bool, expr: Expr, pattern: Expr, escape: Option<&ValueWithSpan>) -> Expr {
    let escape = escape.and_then(|escape| match &escape.value {
        Value::SingleQuotedString(text) => text.chars().next(),
        _ => None,
    });
    if let Some(text) = build::constant_text(&pattern) {
        let pattern = Box::new(build::text(backslashed(text, escape)));
        return Expr::Like {
            negated,
            any: false,
            expr: Box::new(expr),
            pattern,
            escape_char: None,
        };
    }
    let escape = escape.map(String::from).unwrap_or_default();
    let call = build::call("$like", vec![expr, pattern, build::text(escape)]);
    if negated { build::not(call) } else { call }
}

fn backslashed(pattern: &str, escape: Option<char>) -> String {
    let (mut text, mut chars) = (String::new(), pattern.chars());
    while let Some(ch) = chars.next() {
        let next = if Some(ch) == escape { chars.next() } else { None };
        match next.unwrap_or(ch) {
            '\\' => text.push_str("\\\\"),
            escaped if next.is_some() => text.extend(['\\', escaped]),
            plain => text.push(plain),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::backslashed;

    #[test]
    fn escapes_become_backslashes() {
        assert_eq!(backslashed(r"a\b%", None), r"a\\b%");
        assert_eq!(backslashed("a#_b#%c##d%", Some('#')), r"a\_b\%c\#d%");
    }
}
