//! Trino's names for Arrow's types, and back.

use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use std::sync::Arc;

/// The one timestamp there is: µs, shown without a zone.
pub(crate) const TIMESTAMP: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

/// Values of Trino's type `json` are their text in this type, by which they differ from `varchar`.
pub(crate) const JSON: DataType = DataType::LargeUtf8;

/// Says whether values of this type are text.
pub(crate) fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// Gives Trino's name of a type, as `typeof` prints it.
pub(crate) fn name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "unknown".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Int8 => "tinyint".into(),
        DataType::Int16 | DataType::UInt8 => "smallint".into(),
        DataType::Int32 | DataType::UInt16 => "integer".into(),
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "bigint".into(),
        DataType::Float16 | DataType::Float32 => "real".into(),
        DataType::Float64 => "double".into(),
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => format!("decimal({p},{s})"),
        DataType::Utf8 | DataType::Utf8View => "varchar".into(),
        DataType::LargeUtf8 => "json".into(),
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "varbinary".into(),
        DataType::Date32 | DataType::Date64 => "date".into(),
        DataType::Time32(_) | DataType::Time64(_) => "time".into(),
        DataType::Timestamp(_, None) => "timestamp(3)".into(),
        DataType::Timestamp(_, Some(_)) => "timestamp(3) with time zone".into(),
        DataType::Interval(_) => "interval".into(),
        DataType::Duration(_) => "interval day to second".into(),
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _) => format!("array({})", name(field.data_type())),
        DataType::Struct(fields) => format!("row({})", row(fields)),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => {
                let pair: Vec<_> = pair.iter().map(|f| name(f.data_type())).collect();
                format!("map({})", pair.join(", "))
            }
            other => name(other),
        },
        DataType::Dictionary(_, value) => name(value),
        other => other.to_string().to_lowercase(),
    }
}

fn row(fields: &Fields) -> String {
    let fields: Vec<_> =
        fields.iter().map(|f| format!("{} {}", f.name(), name(f.data_type()))).collect();
    fields.join(", ")
}

/// Reads a type as CAST writes it; nothing when it is none.
pub(crate) fn parse(text: &str) -> Option<DataType> {
    let text = text.trim();
    let (head, inside) = match text.split_once('(') {
        Some((head, rest)) => (head.trim(), Some(rest.strip_suffix(')')?)),
        None => (text, None),
    };
    Some(match (head, inside) {
        ("array", Some(inside)) => list(parse(inside)?),
        ("map", Some(inside)) => match split(inside).as_slice() {
            [key, value] => map(parse(key)?, parse(value)?),
            _ => return None,
        },
        ("row", Some(inside)) => {
            let fields: Option<Vec<_>> =
                split(inside).iter().enumerate().map(|(i, f)| row_field(i, f)).collect();
            DataType::Struct(fields?.into())
        }
        ("decimal", Some(inside)) => match split(inside).as_slice() {
            [p, s] => DataType::Decimal128(p.parse().ok()?, s.parse().ok()?),
            [p] => DataType::Decimal128(p.parse().ok()?, 0),
            _ => return None,
        },
        ("varchar" | "char", _) | ("string", None) => DataType::Utf8,
        ("timestamp", _) => TIMESTAMP,
        ("json", None) => JSON,
        ("boolean", None) => DataType::Boolean,
        ("tinyint" | "smallint" | "integer" | "int" | "bigint", None) => DataType::Int64,
        ("double" | "real", None) => DataType::Float64,
        ("date", None) => DataType::Date32,
        _ => return None,
    })
}

/// Splits at the commas that stand in no parentheses.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (index, ch) in text.char_indices() {
        match ch {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text.get(start..index).unwrap_or_default().trim());
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default().trim());
    parts
}

fn row_field(index: usize, text: &str) -> Option<Field> {
    if let Some(data_type) = parse(text) {
        return Some(Field::new(format!("field{index}"), data_type, true));
    }
    let (name, data_type) = text.split_once(' ')?;
    Some(Field::new(name.trim_matches('"'), parse(data_type)?, true))
}

/// The type of an array of these.
pub(crate) fn list(element: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(element, true)))
}

/// The type of a map from keys to values.
pub(crate) fn map(key: DataType, value: DataType) -> DataType {
    let pair = Fields::from(vec![Field::new("key", key, false), Field::new("value", value, true)]);
    DataType::Map(Arc::new(Field::new("entries", DataType::Struct(pair), false)), false)
}

#[cfg(test)]
mod tests {
    use super::{name, parse};

    #[test]
    fn types_are_read_and_named() {
        for text in [
            "array(varchar)",
            "map(varchar, array(bigint))",
            "row(a varchar, b map(varchar, double))",
            "decimal(10,2)",
            "timestamp(3)",
            "json",
        ] {
            assert_eq!(name(&parse(text).unwrap()), text);
        }
        assert!(parse("array(nothing)").is_none());
    }
}
