//! CAST where Trino and Arrow differ: to `varchar`, to and from `json`, and to nested types.

use super::arguments::Arguments;
use super::json::scan;
use super::scalar::{Kind, Scalar, Takes};
use crate::print;
use crate::trino_type::{self, JSON, is_text};
use arrow::array::{Array, ArrayRef, AsArray, ListArray, StringArray, StringBuilder, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use serde_json::Value;
use std::sync::Arc;

/// The functions of this page that are plain.
pub(crate) fn all() -> Vec<Scalar> {
    use Kind::Any;
    vec![
        Scalar::new("$varchar", Takes::Kinds(1, &[Any]), varchar_type, to_varchar),
        Scalar::new("$bare", Takes::Kinds(1, &[Any]), bare_type, bare),
        Scalar::new("$whole", Takes::Kinds(1, &[Any]), bare_type, whole),
        Scalar::new("typeof", Takes::Kinds(1, &[Any]), |_| DataType::Utf8, type_of),
    ]
}

fn varchar_type(types: &[DataType]) -> DataType {
    match types.first() {
        Some(DataType::Utf8View) => DataType::Utf8View,
        _ => DataType::Utf8,
    }
}

/// Writes any value as Trino's CAST to varchar does.
fn to_varchar(arguments: &Arguments) -> Result<ArrayRef> {
    let array = arguments.array(0)?;
    if array.data_type() == &JSON {
        return Ok(bare_texts(&array));
    }
    if is_text(array.data_type()) {
        return Ok(array);
    }
    let texts = (0..array.len()).map(|row| print::text(&array, row));
    Ok(Arc::new(texts.collect::<StringArray>()))
}

fn bare_texts(json: &ArrayRef) -> ArrayRef {
    let texts = json.as_string::<i64>().iter().map(|text| text.and_then(scan::bare));
    Arc::new(texts.collect::<StringArray>())
}

fn bare_type(types: &[DataType]) -> DataType {
    match types.first() {
        Some(found) if *found == JSON => DataType::Utf8,
        Some(other) => other.clone(),
        None => DataType::Null,
    }
}

/// Takes the quotes off a JSON string that is about to be cast; lets all else pass.
fn bare(arguments: &Arguments) -> Result<ArrayRef> {
    let array = arguments.array(0)?;
    Ok(if array.data_type() == &JSON { bare_texts(&array) } else { array })
}

/// Rounds a number that is about to become a whole one, as Trino does; Arrow would cut it off.
fn whole(arguments: &Arguments) -> Result<ArrayRef> {
    let array = arguments.array(0)?;
    if !array.data_type().is_floating() {
        return bare(arguments);
    }
    let numbers = cast(&array, &DataType::Float64)?;
    let numbers = numbers.as_primitive::<arrow::datatypes::Float64Type>();
    let rounded: arrow::array::Float64Array = numbers.unary(f64::round);
    Ok(cast(&rounded, array.data_type())?)
}

fn type_of(arguments: &Arguments) -> Result<ArrayRef> {
    let name = arguments.columns.first().map(|c| trino_type::name(&c.data_type()));
    Ok(Arc::new(std::iter::repeat_n(name, arguments.rows).collect::<StringArray>()))
}

/// CAST to `json`, `array`, `map` and `row`; the type stands in the second argument.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CastNested {
    lenient: bool,
    signature: Signature,
}

impl CastNested {
    /// Makes the cast, or the one whose failures are null.
    pub(crate) fn new(lenient: bool) -> Self {
        Self { lenient, signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for CastNested {
    fn name(&self) -> &str {
        if self.lenient { "$try_cast_nested" } else { "$cast_nested" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        plan_err!("the type of a cast is in its text")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let text = args.scalar_arguments.get(1).copied().flatten();
        let text = text.and_then(|text| text.try_as_str().flatten()).unwrap_or_default();
        if let Some(data_type) = trino_type::parse(text) {
            return Ok(Arc::new(Field::new(self.name(), data_type, true)));
        }
        plan_err!("{text} is no type that is served")
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(value) = args.args.first() else { return exec_err!("a cast lacks its value") };
        let array = value.to_array(args.number_rows)?;
        let to = args.return_field.data_type();
        let cast = if *to == JSON {
            to_json(&array)
        } else if is_text(array.data_type()) {
            from_json(&array, to, self.lenient)?
        } else {
            nested(&array, to, self.lenient)?
        };
        Ok(ColumnarValue::Array(cast))
    }
}

// ---- to JSON

fn to_json(array: &ArrayRef) -> ArrayRef {
    if array.data_type() == &JSON {
        return Arc::clone(array);
    }
    let texts =
        (0..array.len()).map(|row| array.is_valid(row).then(|| json_of(array, row).to_string()));
    Arc::new(texts.collect::<arrow::array::LargeStringArray>())
}

fn json_of(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::LargeUtf8 => {
            serde_json::from_str(array.as_string::<i64>().value(row)).unwrap_or(Value::Null)
        }
        DataType::Boolean => Value::Bool(array.as_boolean().value(row)),
        found if found.is_numeric() => {
            let text = print::text(array, row).unwrap_or_default();
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }
        DataType::List(_) => {
            let elements = array.as_list::<i32>().value(row);
            (0..elements.len()).map(|at| json_of(&elements, at)).collect()
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let member = |(field, column): (&FieldRef, &ArrayRef)| {
                (field.name().clone(), json_of(column, row))
            };
            Value::Object(fields.iter().zip(columns).map(member).collect())
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let key = |at| print::text(entries.column(0), at).unwrap_or_default();
            let member = |at| (key(at), json_of(entries.column(1), at));
            Value::Object((0..entries.len()).map(member).collect())
        }
        _ => Value::String(print::text(array, row).unwrap_or_default()),
    }
}

// ---- from JSON

fn from_json(array: &ArrayRef, to: &DataType, lenient: bool) -> Result<ArrayRef> {
    let texts = super::arguments::Texts::of(array)?;
    let mut values = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        values.push(match texts.get(row).map(serde_json::from_str::<Value>) {
            None => None,
            Some(Ok(value)) => Some(value),
            Some(Err(_)) if lenient => None,
            Some(Err(_)) => {
                return exec_err!("a cast to {} finds text that is no JSON", trino_type::name(to));
            }
        });
    }
    build(to, &values.iter().map(Option::as_ref).collect::<Vec<_>>(), lenient)
}

fn build(to: &DataType, values: &[Option<&Value>], lenient: bool) -> Result<ArrayRef> {
    let is_null = |value: Option<&Value>| value.is_none_or(Value::is_null);
    match to {
        DataType::List(field) => {
            let elements = |value: Option<&Value>| value.and_then(|v| v.as_array().cloned());
            let lists: Vec<_> = values.iter().copied().map(elements).collect();
            mismatch(&lists, values, to, lenient)?;
            let all: Vec<_> = lists.iter().flatten().flatten().map(Some).collect();
            let lengths = lists.iter().map(|list| list.as_ref().map_or(0, Vec::len));
            let valid: Vec<_> = lists.iter().map(Option::is_some).collect();
            Ok(Arc::new(ListArray::try_new(
                Arc::clone(field),
                OffsetBuffer::from_lengths(lengths),
                build(field.data_type(), &all, lenient)?,
                Some(valid.into()),
            )?))
        }
        DataType::Map(entries, _) => build_map(to, entries, values, lenient),
        DataType::Struct(fields) => {
            let member = |value: &Value, at: usize, name: &str| match value {
                Value::Array(values) => values.get(at).cloned(),
                Value::Object(members) => {
                    let found = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                    found.map(|(_, value)| value.clone())
                }
                _ => None,
            };
            let mut columns = Vec::new();
            for (at, field) in fields.iter().enumerate() {
                let column: Vec<_> =
                    values.iter().map(|v| v.and_then(|v| member(v, at, field.name()))).collect();
                let column: Vec<_> = column.iter().map(Option::as_ref).collect();
                columns.push(build(field.data_type(), &column, lenient)?);
            }
            let valid: Vec<_> = values.iter().map(|v| !is_null(*v)).collect();
            Ok(Arc::new(StructArray::try_new(fields.clone(), columns, Some(valid.into()))?))
        }
        _ => build_plain(to, values, lenient),
    }
}

fn mismatch<T>(
    found: &[Option<T>],
    values: &[Option<&Value>],
    to: &DataType,
    lenient: bool,
) -> Result<()> {
    let wrong = found
        .iter()
        .zip(values)
        .any(|(found, value)| found.is_none() && value.is_some_and(|value| !value.is_null()));
    if wrong && !lenient {
        return exec_err!("a JSON value is no {}", trino_type::name(to));
    }
    Ok(())
}

fn build_map(
    to: &DataType,
    entries: &FieldRef,
    values: &[Option<&Value>],
    lenient: bool,
) -> Result<ArrayRef> {
    let DataType::Struct(fields) = entries.data_type() else { return exec_err!("no map") };
    let [key, value] = fields.as_ref() else { return exec_err!("no map") };
    let objects: Vec<_> = values.iter().map(|v| v.and_then(Value::as_object)).collect();
    mismatch(&objects, values, to, lenient)?;
    let names: Vec<_> =
        objects.iter().flatten().flat_map(|o| o.keys().map(|k| Value::from(k.as_str()))).collect();
    let names: Vec<_> = names.iter().map(Some).collect();
    let members: Vec<_> = objects.iter().flatten().flat_map(|o| o.values().map(Some)).collect();
    let lengths = objects.iter().map(|object| object.map_or(0, serde_json::Map::len));
    let valid: Vec<_> = objects.iter().map(Option::is_some).collect();
    let columns = vec![
        build(key.data_type(), &names, lenient)?,
        build(value.data_type(), &members, lenient)?,
    ];
    super::map::build(to, OffsetBuffer::from_lengths(lengths), columns, Some(valid.into()))
}

fn build_plain(to: &DataType, values: &[Option<&Value>], lenient: bool) -> Result<ArrayRef> {
    let mut texts = StringBuilder::new();
    for value in values {
        texts.append_option(value.and_then(|value| match value {
            Value::Null if *to != JSON => None,
            Value::String(text) if *to != JSON => Some(text.clone()),
            other => Some(other.to_string()),
        }));
    }
    convert(&(Arc::new(texts.finish()) as ArrayRef), to, lenient)
}

fn convert(array: &ArrayRef, to: &DataType, lenient: bool) -> Result<ArrayRef> {
    let options = CastOptions { safe: lenient, ..CastOptions::default() };
    Ok(cast_with_options(array, to, &options)?)
}

// ---- from one nested type to another

/// Casts by position: the names of a row's fields are those of the new type.
fn nested(array: &ArrayRef, to: &DataType, lenient: bool) -> Result<ArrayRef> {
    match (array.data_type(), to) {
        (DataType::Struct(from), DataType::Struct(fields)) if from.len() == fields.len() => {
            let rows = array.as_struct();
            let columns = rows.columns().iter().zip(fields);
            let columns = columns.map(|(column, field)| nested(column, field.data_type(), lenient));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            Ok(Arc::new(StructArray::try_new(fields.clone(), columns, rows.nulls().cloned())?))
        }
        (DataType::List(_), DataType::List(field)) => {
            let lists = array.as_list::<i32>();
            let values = nested(lists.values(), field.data_type(), lenient)?;
            let offsets = lists.offsets().clone();
            Ok(Arc::new(ListArray::try_new(
                Arc::clone(field),
                offsets,
                values,
                lists.nulls().cloned(),
            )?))
        }
        (DataType::Map(..), DataType::Map(entries, _)) => {
            let maps = array.as_map();
            let DataType::Struct(fields) = entries.data_type() else { return exec_err!("no map") };
            let columns = [maps.keys(), maps.values()].into_iter().zip(fields);
            let columns = columns.map(|(column, field)| nested(column, field.data_type(), lenient));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            super::map::build(to, maps.offsets().clone(), columns, maps.nulls().cloned())
        }
        (_, DataType::Utf8) => {
            let texts = (0..array.len()).map(|row| print::text(array, row));
            Ok(Arc::new(texts.collect::<StringArray>()))
        }
        (DataType::Null, to) => Ok(cast(array, to)?),
        (_, to) => convert(array, to, lenient),
    }
}
