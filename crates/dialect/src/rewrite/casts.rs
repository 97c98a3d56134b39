//! CAST: Trino's types and rules for the ones that DataFusion has otherwise.

use super::{Walk, build};
use crate::error::{SqlError, SqlErrorKind};
use crate::parse::FOLDED;
use crate::trino_type;
use datafusion::sql::sqlparser::ast::{CastKind, CharacterLength, DataType, Expr};

/// Rewrites a cast.
pub(crate) fn rewrite(
    walk: &Walk<'_>,
    kind: &CastKind,
    expr: Expr,
    data_type: DataType,
) -> Result<Expr, SqlError> {
    let lenient = walk.tries > 0 || matches!(kind, CastKind::TryCast | CastKind::SafeCast);
    let bare = |expr| build::call("$bare", vec![expr]);
    let whole = |expr| build::call("$whole", vec![expr]);
    Ok(match &data_type {
        DataType::Varchar(length) | DataType::Char(length) | DataType::Character(length) => {
            text(expr, length.as_ref())
        }
        DataType::String(_) | DataType::Text => text(expr, None),
        DataType::JSON => nested(expr, "json", lenient),
        DataType::Timestamp(..) => build::cast(bare(expr), build::TIMESTAMP, lenient),
        DataType::TinyInt(_)
        | DataType::SmallInt(_)
        | DataType::Int(_)
        | DataType::Integer(_)
        | DataType::BigInt(_) => build::cast(whole(expr), data_type, lenient),
        DataType::Boolean
        | DataType::Double(_)
        | DataType::DoublePrecision
        | DataType::Real
        | DataType::Decimal(_)
        | DataType::Date
        | DataType::Time(..) => build::cast(bare(expr), data_type, lenient),
        DataType::Varbinary(_) => build::call("to_utf8", vec![expr]),
        other => {
            let name = other.to_string().to_lowercase();
            let name = name.trim_matches('"');
            match name.strip_prefix(FOLDED) {
                Some(name) if trino_type::parse(name).is_some() => nested(expr, name, lenient),
                _ => return Err(unknown(walk, &expr, name.trim_start_matches(FOLDED))),
            }
        }
    })
}

fn text(expr: Expr, length: Option<&CharacterLength>) -> Expr {
    let text = build::call("$varchar", vec![expr]);
    match length {
        Some(CharacterLength::IntegerLength { length, .. }) => {
            build::call("substr", vec![text, build::number(1), build::number(*length)])
        }
        _ => text,
    }
}

fn nested(expr: Expr, name: &str, lenient: bool) -> Expr {
    let cast = if lenient { "$try_cast_nested" } else { "$cast_nested" };
    build::call(cast, vec![expr, build::text(name)])
}

fn unknown(walk: &Walk<'_>, expr: &Expr, name: &str) -> SqlError {
    let message = format!("type {name} is not served in a cast");
    let error = walk.refuse(message, expr).hint(
        "served are varchar, boolean, tinyint to bigint, real, double, decimal, date, timestamp, \
         json, array(…), map(…, …) and row(…)",
    );
    SqlError { kind: SqlErrorKind::NotSupported, ..error }
}
