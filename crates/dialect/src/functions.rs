//! Every function within reach of a query: a list that starts out empty.

mod aggregate;
mod arguments;
mod array;
mod convert;
mod json;
mod lambda;
mod map;
mod regular;
mod scalar;
mod text;
pub(crate) mod time;
mod url;

use self::convert::CastNested;
use self::scalar::Scalar;
use datafusion::functions_aggregate::all_default_aggregate_functions;
use datafusion::functions_nested::all_default_nested_functions;
use datafusion::functions_window::all_default_window_functions;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};
use std::collections::HashMap;
use std::sync::Arc;

/// DataFusion's scalar functions that mean in Trino what they mean there.
const SCALARS: &[&str] = &[
    "lower",
    "upper",
    "btrim",
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
    "levenshtein",
    "character_length",
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
    "signum",
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
    "trunc",
    "isnan",
    "greatest",
    "least",
    "coalesce",
    "nullif",
    "struct",
    "get_field",
    "sha256",
    "sha512",
    "digest",
    "array_distinct",
    "array_union",
    "array_intersect",
    "array_except",
    "array_max",
    "array_min",
    "flatten",
    "array_to_string",
    "array_has_any",
    "arrays_zip",
    "array_reverse",
];

/// DataFusion's aggregates that mean in Trino what they mean there.
const AGGREGATES: &[&str] = &[
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "bool_and",
    "bool_or",
    "any_value",
    "array_agg",
    "string_agg",
    "first_value",
    "last_value",
    "approx_distinct",
    "approx_percentile_cont",
    "approx_percentile_cont_with_weight",
    "corr",
    "covar_samp",
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
    "var",
    "var_pop",
    "stddev",
    "stddev_pop",
    "bit_and",
    "bit_or",
    "bit_xor",
    "grouping",
    "nth_value",
];

/// The functions, by the names they have inside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Functions {
    /// Of one row.
    pub(crate) scalars: HashMap<String, Arc<ScalarUDF>>,
    /// Of one row, with a lambda.
    pub(crate) lambdas: HashMap<String, Arc<HigherOrderUDF>>,
    /// Of many rows.
    pub(crate) aggregates: HashMap<String, Arc<AggregateUDF>>,
    /// Of a window.
    pub(crate) windows: HashMap<String, Arc<WindowUDF>>,
}

/// The scalar functions of this crate.
fn own_scalars() -> Vec<Scalar> {
    let pages = [
        array::all(),
        convert::all(),
        json::all(),
        map::all(),
        regular::all(),
        text::all(),
        time::all(),
        url::all(),
    ];
    pages.into_iter().flatten().collect()
}

impl Functions {
    /// Makes the list.
    pub(crate) fn new() -> Self {
        let mut functions = Self::default();
        functions.take_known();
        for own in own_scalars() {
            let name = own.function_name();
            functions.scalars.insert(format!("!{name}"), Arc::new(own.lenient().into()));
            functions.scalars.insert(name.to_owned(), Arc::new(own.into()));
        }
        for lenient in [false, true] {
            let cast = ScalarUDF::from(CastNested::new(lenient));
            functions.scalars.insert(cast.name().to_owned(), Arc::new(cast));
        }
        for own in lambda::all() {
            let lambda = HigherOrderUDF::new_from_impl(own);
            functions.lambdas.insert(lambda.name().to_owned(), Arc::new(lambda));
        }
        let reduce = HigherOrderUDF::new_from_impl(lambda::Reduce::default());
        functions.lambdas.insert(reduce.name().to_owned(), Arc::new(reduce));
        for own in aggregate::all() {
            let aggregate = AggregateUDF::from(own);
            functions.aggregates.insert(aggregate.name().to_owned(), Arc::new(aggregate));
        }
        functions
    }

    /// Takes those of DataFusion that are on the lists above, under each of their names there.
    fn take_known(&mut self) {
        let scalars = datafusion::functions::all_default_functions();
        for function in scalars.into_iter().chain(all_default_nested_functions()) {
            for name in names(function.name(), function.aliases(), SCALARS) {
                self.scalars.insert(name, Arc::clone(&function));
            }
        }
        for function in all_default_aggregate_functions() {
            for name in names(function.name(), function.aliases(), AGGREGATES) {
                self.aggregates.insert(name, Arc::clone(&function));
            }
        }
        for function in all_default_window_functions() {
            self.windows.insert(function.name().to_owned(), function);
        }
    }

    /// The names of this crate's own functions.
    pub(crate) fn own(&self) -> impl Iterator<Item = &str> {
        let all = self.scalars.keys().chain(self.lambdas.keys()).chain(self.aggregates.keys());
        all.map(String::as_str).filter(|name| Self::is_own(name))
    }

    /// Says whether a function is this crate's own and of one row.
    pub(crate) fn is_own_scalar(name: &str) -> bool {
        own_scalars().iter().any(|own| own.function_name() == name)
    }

    /// Says whether a function is this crate's own and may be called by its name.
    pub(crate) fn is_own(name: &str) -> bool {
        let scalar = Self::is_own_scalar(name);
        let other = ["reduce", "map_agg", "multimap_agg", "histogram"].contains(&name)
            || lambda::NAMES.contains(&name);
        !name.starts_with(['$', '!']) && (scalar || other)
    }
}

fn names(name: &str, aliases: &[String], known: &[&str]) -> Vec<String> {
    let all = std::iter::once(name).chain(aliases.iter().map(String::as_str));
    all.filter(|name| known.contains(name)).map(str::to_owned).collect()
}
