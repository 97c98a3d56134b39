//! One scalar function as data: its name, what it takes, what it gives, and the code.

use super::arguments::Arguments;
use crate::trino_type::{self, JSON, TIMESTAMP, is_text};
use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What an argument may be, and into what it is cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text of any width, JSON included.
    Text,
    /// A whole number, as bigint.
    Integer,
    /// A number, as double.
    Double,
    /// A moment: timestamp, date, or text that spells one.
    Time,
    /// Bytes, or text taken for its UTF-8.
    Bytes,
    /// An array.
    List,
    /// Anything at all.
    Any,
}

/// How arguments are checked.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    /// These kinds, of which as many as said must be there.
    Kinds(usize, &'static [Kind]),
    /// Any number of this kind, at least so many.
    Many(usize, Kind),
    /// A check of its own; gives the types to cast to, or what is expected.
    Own(fn(&[DataType]) -> Result<Vec<DataType>, &'static str>),
}

/// A scalar function.
#[derive(Clone)]
pub(crate) struct Scalar {
    name: &'static str,
    takes: Takes,
    gives: fn(&[DataType]) -> DataType,
    run: fn(&Arguments) -> Result<ArrayRef>,
    /// Within `try(…)`: what fails becomes null.
    lenient: bool,
    signature: Signature,
}

impl Scalar {
    /// Describes a function.
    pub(crate) fn new(
        name: &'static str,
        takes: Takes,
        gives: fn(&[DataType]) -> DataType,
        run: fn(&Arguments) -> Result<ArrayRef>,
    ) -> Self {
        let signature = Signature::user_defined(Volatility::Immutable);
        Self { name, takes, gives, run, lenient: false, signature }
    }

    /// The same function as it works within `try(…)`.
    pub(crate) fn lenient(&self) -> Self {
        Self { lenient: true, ..self.clone() }
    }

    /// Its name.
    pub(crate) fn function_name(&self) -> &'static str {
        self.name
    }
}

impl std::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Scalar").field(&self.name).finish()
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.lenient) == (other.name, other.lenient)
    }
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, self.lenient).hash(state);
    }
}

impl ScalarUDFImpl for Scalar {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let count = |least: usize, most: usize| {
            if types.len() < least || types.len() > most {
                return plan_err!(
                    "{} takes {} argument(s), not {}",
                    self.name,
                    expected(least, most),
                    types.len()
                );
            }
            Ok(())
        };
        match self.takes {
            Takes::Own(check) => match check(types) {
                Ok(types) => Ok(types),
                Err(expects) => {
                    let found: Vec<_> = types.iter().map(trino_type::name).collect();
                    plan_err!("{} expects {expects}, not ({})", self.name, found.join(", "))
                }
            },
            Takes::Many(least, kind) => {
                count(least, usize::MAX)?;
                types.iter().map(|found| self.coerce(kind, found)).collect()
            }
            Takes::Kinds(least, kinds) => {
                count(least, kinds.len())?;
                types.iter().zip(kinds).map(|(found, kind)| self.coerce(*kind, found)).collect()
            }
        }
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok((self.gives)(types))
    }

    /// What only matters to some types is gone for the others before anything is planned.
    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let [arg] = args.as_slice() else { return Ok(ExprSimplifyResult::Original(args)) };
        let found = info.get_data_type(arg)?;
        let idle = match self.name {
            "$bare" => found != JSON,
            "$whole" => found != JSON && !found.is_floating(),
            "$varchar" => found != JSON && is_text(&found),
            "$as_map" => matches!(found, DataType::Map(..)),
            _ => false,
        };
        Ok(match (idle, <[Expr; 1]>::try_from(args)) {
            (true, Ok([arg])) => ExprSimplifyResult::Simplified(arg),
            (false, Ok([arg])) => ExprSimplifyResult::Original(vec![arg]),
            (_, Err(args)) => ExprSimplifyResult::Original(args),
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let gives = args.return_field.data_type().clone();
        let arguments = Arguments {
            name: self.name,
            rows: if args.args.is_empty() { 1 } else { args.number_rows },
            columns: args.args,
            gives,
            lenient: self.lenient,
        };
        let array = (self.run)(&arguments)?;
        Ok(ColumnarValue::Array(array))
    }
}

impl Scalar {
    fn coerce(&self, kind: Kind, found: &DataType) -> Result<DataType> {
        let to = match kind {
            Kind::Any => Some(found.clone()),
            Kind::Text => text(found),
            Kind::Integer if found.is_integer() || found.is_null() => Some(DataType::Int64),
            Kind::Double if found.is_numeric() || found.is_null() => Some(DataType::Float64),
            Kind::Time => moment(found),
            Kind::Bytes => bytes(found),
            Kind::List => array(found),
            _ => None,
        };
        let Some(to) = to else {
            let expected = expected_kind(kind);
            return plan_err!("{} expects {expected}, not {}", self.name, trino_type::name(found));
        };
        Ok(to)
    }
}

fn text(found: &DataType) -> Option<DataType> {
    match found {
        found if is_text(found) => Some(found.clone()),
        DataType::Null => Some(DataType::Utf8),
        DataType::Dictionary(_, value) if is_text(value) => Some(value.as_ref().clone()),
        _ => None,
    }
}

fn moment(found: &DataType) -> Option<DataType> {
    let known = matches!(found, DataType::Timestamp(..) | DataType::Date32 | DataType::Null);
    (known || is_text(found)).then_some(TIMESTAMP)
}

fn bytes(found: &DataType) -> Option<DataType> {
    let known = matches!(
        found,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::Null
    );
    (known || is_text(found)).then_some(DataType::Binary)
}

fn array(found: &DataType) -> Option<DataType> {
    match found {
        DataType::List(_) => Some(found.clone()),
        DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _) => Some(DataType::List(Arc::clone(field))),
        DataType::Null => Some(trino_type::list(DataType::Null)),
        _ => None,
    }
}

fn expected(least: usize, most: usize) -> String {
    match most {
        usize::MAX => format!("at least {least}"),
        most if most == least => least.to_string(),
        most => format!("{least} to {most}"),
    }
}

fn expected_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "varchar",
        Kind::Integer => "a whole number",
        Kind::Double => "a number",
        Kind::Time => "a timestamp or date",
        Kind::Bytes => "varbinary",
        Kind::List => "an array",
        Kind::Any => "any value",
    }
}
