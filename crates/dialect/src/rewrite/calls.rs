//! Every function that a query may call, and what becomes of the call.

mod aggregates;
mod plain;

use super::{Walk, build, hints};
use crate::error::{SqlError, SqlErrorKind};
use crate::functions::Functions;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Spanned, Value,
};

/// Functions that are another one by a different name.
const RENAMED: &[(&str, &str)] = &[
    ("length", "character_length"),
    ("trim", "btrim"),
    ("substring", "substr"),
    ("ceiling", "ceil"),
    ("pow", "power"),
    ("sign", "signum"),
    ("truncate", "trunc"),
    ("is_nan", "isnan"),
    ("levenshtein_distance", "levenshtein"),
    ("array_join", "array_to_string"),
    ("arrays_overlap", "array_has_any"),
    ("zip", "arrays_zip"),
    ("row", "struct"),
    ("every", "bool_and"),
    ("arbitrary", "any_value"),
    ("variance", "var"),
    ("var_samp", "var"),
    ("stddev_samp", "stddev"),
    ("covar_samp", "covar"),
    ("bitwise_and_agg", "bit_and"),
    ("bitwise_or_agg", "bit_or"),
    ("bitwise_xor_agg", "bit_xor"),
    ("map", "$map"),
];

/// Functions that are called by the name they have inside.
const SAME: &[&str] = &[
    "lower",
    "upper",
    "ltrim",
    "rtrim",
    "replace",
    "reverse",
    "lpad",
    "rpad",
    "starts_with",
    "ends_with",
    "chr",
    "concat_ws",
    "translate",
    "abs",
    "ceil",
    "floor",
    "round",
    "power",
    "sqrt",
    "cbrt",
    "exp",
    "ln",
    "log2",
    "log10",
    "log",
    "pi",
    "degrees",
    "radians",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "atan2",
    "sinh",
    "cosh",
    "tanh",
    "coalesce",
    "nullif",
    "sha256",
    "sha512",
    "array_distinct",
    "array_union",
    "array_intersect",
    "array_except",
    "array_max",
    "array_min",
    "flatten",
    "array_reverse",
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "bool_and",
    "bool_or",
    "any_value",
    "array_agg",
    "corr",
    "covar_pop",
    "regr_slope",
    "regr_intercept",
    "regr_count",
    "regr_r2",
    "regr_avgx",
    "regr_avgy",
    "regr_sxx",
    "regr_syy",
    "regr_sxy",
    "var_pop",
    "stddev",
    "stddev_pop",
    "grouping",
    "row_number",
    "rank",
    "dense_rank",
    "percent_rank",
    "cume_dist",
    "ntile",
    "lag",
    "lead",
    "first_value",
    "last_value",
    "nth_value",
];

/// Functions that become something else.
const REWRITTEN: &[&str] = &[
    "current_timestamp",
    "now",
    "localtimestamp",
    "current_date",
    "current_time",
    "localtime",
    "current_timezone",
    "concat",
    "if",
    "try",
    "date",
    "mod",
    "e",
    "nan",
    "infinity",
    "is_finite",
    "is_infinite",
    "greatest",
    "least",
    "md5",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "bitwise_not",
    "max_by",
    "min_by",
    "approx_percentile",
    "approx_distinct",
    "count_if",
    "geometric_mean",
    "listagg",
    "day_name",
];

/// Gives the name of every function there is, for completion and for the nearest name.
pub(crate) fn function_names(functions: &Functions) -> Vec<String> {
    let mut names: Vec<String> = RENAMED.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.extend(SAME.iter().chain(REWRITTEN).map(|name| (*name).to_owned()));
    names.extend(functions.own().filter(|name| !name.starts_with(['$', '!'])).map(str::to_owned));
    names.sort();
    names.dedup();
    names
}

/// Rewrites a call; gives what stands in its place when that is no call.
pub(crate) fn rewrite(walk: &Walk<'_>, call: &mut Function) -> Result<Option<Expr>, SqlError> {
    let name = build::name_of(call).to_owned();
    if REWRITTEN.contains(&name.as_str()) || is_extreme(&name, call) {
        return special(walk, &name, call).map(Some);
    }
    let lenient = walk.tries > 0;
    if let Some((_, inside)) = RENAMED.iter().find(|(known, _)| *known == name) {
        build::rename(call, inside);
    } else if Functions::is_own(&name) {
        if lenient && Functions::is_own_scalar(&name) {
            build::rename(call, &format!("!{name}"));
        }
    } else if !SAME.contains(&name.as_str()) {
        return Err(unknown(walk, call));
    }
    adjust(walk, &name, call)?;
    Ok(None)
}

fn is_extreme(name: &str, call: &Function) -> bool {
    matches!(name, "max" | "min") && build::args(call).is_some_and(|args| args.len() == 2)
}

/// Says whether the argument is `*`, as of `count(*)`.
fn is_star(call: &Function) -> bool {
    let FunctionArguments::List(list) = &call.args else { return false };
    matches!(list.args.as_slice(), [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)])
}

/// Small changes of calls that stay calls.
fn adjust(walk: &Walk<'_>, name: &str, call: &mut Function) -> Result<(), SqlError> {
    if name == "count" && is_star(call) {
        build::set_args(call, vec![build::number(1)]);
    }
    let Some(mut args) = build::args(call) else { return Ok(()) };
    match (name, args.as_mut_slice()) {
        ("replace", [_, _]) => args.push(build::text("")),
        ("map_filter" | "transform_keys" | "transform_values", [map, _]) => {
            *map = build::call("$as_map", vec![map.clone()]);
        }
        ("regexp_replace" | "array_sort", [.., Expr::Lambda(_)]) => {
            let what = format!("{name} with a lambda is not served");
            return Err(walk.refuse(what, call).hint("use transform, or sort in a subquery"));
        }
        ("map_concat", maps) => {
            for map in maps {
                *map = build::call("$as_map", vec![map.clone()]);
            }
        }
        _ => return Ok(()),
    }
    build::set_args(call, args);
    Ok(())
}

fn special(walk: &Walk<'_>, name: &str, call: &Function) -> Result<Expr, SqlError> {
    let args = build::args(call).unwrap_or_default();
    if let Some(expr) = aggregates::rewrite(walk, name, call, &args)? {
        return Ok(expr);
    }
    if call.over.is_some() || call.filter.is_some() {
        return Err(walk.refuse(format!("{name} is no aggregate"), call));
    }
    match plain::rewrite(walk, name, args) {
        Some(expr) => Ok(expr),
        None => Err(wrong_count(walk, call)),
    }
}

/// Makes a fault of a call with arguments that do not fit.
fn wrong_count(walk: &Walk<'_>, call: &Function) -> SqlError {
    let (line, column) = walk.places.of(call.name.span().start);
    let what = format!("the arguments of {} do not fit", build::name_of(call));
    SqlError::new(SqlErrorKind::Invalid, what).at(line, column)
}

/// `EXTRACT(field FROM x)`
pub(crate) fn field(walk: &Walk<'_>, name: &str, expr: Expr) -> Result<Expr, SqlError> {
    let served = [
        "year",
        "quarter",
        "month",
        "week",
        "day",
        "day_of_month",
        "day_of_week",
        "dow",
        "day_of_year",
        "doy",
        "year_of_week",
        "yow",
        "hour",
        "minute",
        "second",
    ];
    if !served.contains(&name) {
        let what = format!("EXTRACT knows no field {name}");
        return Err(walk.refuse(what, &expr).hint(served.join(", ")));
    }
    Ok(build::call(name, vec![expr]))
}

fn unknown(walk: &Walk<'_>, call: &Function) -> SqlError {
    let name = match build::name_of(call) {
        "" => call.name.to_string(),
        name => name.to_owned(),
    };
    let start = call.name.span().start;
    let (line, column) = walk.places.of(start);
    let spelled = walk.written.get(&(start.line, start.column)).cloned().unwrap_or(name.clone());
    let error =
        SqlError::new(SqlErrorKind::FunctionNotFound, format!("there is no function {spelled}"));
    let hint = hints::instead(&name).map_or_else(|| nearest_function(&name), str::to_owned);
    error.at(line, column).hint(hint)
}

fn nearest_function(name: &str) -> String {
    let names = function_names(&Functions::new());
    match crate::nearest::nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => "functions are those of Trino".to_owned(),
    }
}

/// Says whether a call has no list of arguments, as `current_timestamp` has none.
fn is_bare(call: &Function) -> bool {
    matches!(call.args, FunctionArguments::None)
}

/// `a op b`, for functions that stand for an operator.
fn operator(args: Vec<Expr>, op: &BinaryOperator) -> Option<Expr> {
    args.into_iter().reduce(|left, right| build::binary(left, op.clone(), right))
}

/// A constant double.
fn double(text: &str) -> Expr {
    build::cast(build::text(text), DataType::DoublePrecision, false)
}

/// Null.
fn null() -> Expr {
    build::value(Value::Null)
}
