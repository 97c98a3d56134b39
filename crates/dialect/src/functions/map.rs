//! Functions over maps, arrays by position, and JSON objects that are taken for maps.

use super::arguments::{Arguments, Texts};
use super::json::scan;
use super::scalar::{Kind, Scalar, Takes};
use crate::trino_type::{self, is_text};
use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, Int64Builder, ListArray, MapArray, MapBuilder,
    StringBuilder, StructArray, UInt64Array, make_comparator,
};
use arrow::compute::{SortOptions, take};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err};
use std::cmp::Ordering;
use std::sync::Arc;

/// The functions of this page.
pub(crate) fn all() -> Vec<Scalar> {
    use Kind::Any;
    let entries = Takes::Own(|types| match types {
        [DataType::List(_)] => Ok(types.to_vec()),
        _ => Err("an array of rows of key and value"),
    });
    vec![
        Scalar::new("element_at", Takes::Own(element_types), element_type, element_at),
        Scalar::new("cardinality", Takes::Own(countable), |_| DataType::Int64, cardinality),
        Scalar::new("map_keys", Takes::Own(map_like), |t| trino_type::list(pair(t).0), keys),
        Scalar::new("map_values", Takes::Own(map_like), |t| trino_type::list(pair(t).1), values),
        Scalar::new("map_entries", Takes::Own(map_like), |t| rows_type(pair(t)), map_entries),
        Scalar::new("$as_map", Takes::Own(map_like), |t| map_type(pair(t)), as_map),
        Scalar::new("$map", Takes::Own(two_lists), list_map_type, map),
        Scalar::new("map_from_entries", entries, from_entries_type, map_from_entries),
        Scalar::new("map_concat", Takes::Many(1, Any), |t| map_type(pair(t)), map_concat),
    ]
}

fn map_like(types: &[DataType]) -> Result<Vec<DataType>, &'static str> {
    match types {
        [DataType::Null] => Ok(vec![DataType::Utf8]),
        [found] if is_text(found) || matches!(found, DataType::Map(..)) => Ok(types.to_vec()),
        _ => Err("a map"),
    }
}

fn countable(types: &[DataType]) -> Result<Vec<DataType>, &'static str> {
    match types {
        [DataType::List(_)] => Ok(types.to_vec()),
        [DataType::FixedSizeList(field, _) | DataType::LargeList(field)] => {
            Ok(vec![DataType::List(Arc::clone(field))])
        }
        other => map_like(other).map_err(|_| "an array or a map"),
    }
}

fn two_lists(types: &[DataType]) -> Result<Vec<DataType>, &'static str> {
    match types {
        [] => Ok(vec![]),
        [DataType::List(_), DataType::List(_)] => Ok(types.to_vec()),
        _ => Err("two arrays: the keys and the values"),
    }
}

/// The types of keys and values of a map, or of a JSON object taken for one.
fn pair(types: &[DataType]) -> (DataType, DataType) {
    if let Some(DataType::Map(entries, _)) = types.first()
        && let DataType::Struct(fields) = entries.data_type()
        && let [key, value] = fields.as_ref()
    {
        return (key.data_type().clone(), value.data_type().clone());
    }
    (DataType::Utf8, DataType::Utf8)
}

fn map_type((key, value): (DataType, DataType)) -> DataType {
    trino_type::map(key, value)
}

fn element_of(list: Option<&DataType>) -> DataType {
    match list {
        Some(DataType::List(field)) => field.data_type().clone(),
        _ => DataType::Null,
    }
}

fn list_map_type(types: &[DataType]) -> DataType {
    match types {
        [] => trino_type::map(DataType::Utf8, DataType::Utf8),
        types => trino_type::map(element_of(types.first()), element_of(types.get(1))),
    }
}

fn row_fields((key, value): (DataType, DataType)) -> Fields {
    Fields::from(vec![Field::new("key", key, false), Field::new("value", value, true)])
}

fn rows_type(pair: (DataType, DataType)) -> DataType {
    trino_type::list(DataType::Struct(row_fields(pair)))
}

fn from_entries_type(types: &[DataType]) -> DataType {
    match element_of(types.first()) {
        DataType::Struct(fields) => match fields.as_ref() {
            [key, value] => trino_type::map(key.data_type().clone(), value.data_type().clone()),
            _ => trino_type::map(DataType::Utf8, DataType::Utf8),
        },
        _ => trino_type::map(DataType::Utf8, DataType::Utf8),
    }
}

// ---- element_at and the subscript

fn element_types(types: &[DataType]) -> Result<Vec<DataType>, &'static str> {
    match types {
        [list @ DataType::List(_), index] if index.is_integer() || index.is_null() => {
            Ok(vec![list.clone(), DataType::Int64])
        }
        [DataType::FixedSizeList(field, _) | DataType::LargeList(field), index]
            if index.is_integer() =>
        {
            Ok(vec![DataType::List(Arc::clone(field)), DataType::Int64])
        }
        [map @ DataType::Map(..), _] => Ok(vec![map.clone(), pair(types).0]),
        [text, key] if is_text(text) && (is_text(key) || key.is_null()) => {
            Ok(vec![text.clone(), if key.is_null() { DataType::Utf8 } else { key.clone() }])
        }
        [json @ DataType::LargeUtf8, index] if index.is_integer() => {
            Ok(vec![json.clone(), DataType::Int64])
        }
        [DataType::Null, key] => Ok(vec![DataType::Utf8, key.clone()]),
        _ => Err("a map and a key, or an array and a position"),
    }
}

fn element_type(types: &[DataType]) -> DataType {
    match types {
        [list @ DataType::List(_), _] => element_of(Some(list)),
        [DataType::Map(..), _] => pair(types).1,
        _ => DataType::Utf8,
    }
}

/// Gives the value of a key, or the element at a position from 1 (from the end when negative);
/// null where there is none, also by subscript.
fn element_at(arguments: &Arguments) -> Result<ArrayRef> {
    let first = arguments.array(0)?;
    match first.data_type() {
        DataType::List(_) => list_element(arguments, first.as_list()),
        DataType::Map(..) => map_element(arguments, first.as_map()),
        _ => json_element(arguments),
    }
}

fn json_element(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let mut found = StringBuilder::new();
    if arguments.columns.get(1).is_some_and(|c| c.data_type().is_integer()) {
        let indices = arguments.integers(1)?;
        for row in 0..arguments.rows {
            let index = indices.get(row).and_then(|i| usize::try_from(i.checked_sub(1)?).ok());
            let value = texts.get(row).zip(index).and_then(|(t, i)| scan::array(t)?.nth(i));
            found.append_option(value.and_then(scan::bare));
        }
        return Ok(Arc::new(found.finish()));
    }
    let keys = arguments.texts(1)?;
    for row in 0..arguments.rows {
        let value = texts.get(row).zip(keys.get(row)).and_then(|(t, k)| scan::member(t, k));
        found.append_option(value.and_then(scan::bare));
    }
    Ok(Arc::new(found.finish()))
}

fn list_element(arguments: &Arguments, lists: &ListArray) -> Result<ArrayRef> {
    let positions = arguments.integers(1)?;
    let offsets = lists.value_offsets();
    let at = |row: usize| -> Option<u64> {
        let position = positions.get(row)?;
        let (start, end) = (*offsets.get(row)?, *offsets.get(row + 1)?);
        let length = i64::from(end - start);
        let index = if position < 0 { length + position } else { position - 1 };
        let inside = lists.is_valid(row) && (0..length).contains(&index);
        inside.then(|| u64::try_from(i64::from(start) + index).ok()).flatten()
    };
    let indices: UInt64Array = (0..arguments.rows).map(at).collect();
    Ok(take(lists.values(), &indices, None)?)
}

fn map_element(arguments: &Arguments, maps: &MapArray) -> Result<ArrayRef> {
    let wanted = arguments.array(1)?;
    let order = make_comparator(maps.keys(), &wanted, SortOptions::default())?;
    let offsets = maps.value_offsets();
    let at = |row: usize| -> Option<u64> {
        if maps.is_null(row) || wanted.is_null(row) {
            return None;
        }
        let range = usize::try_from(*offsets.get(row)?).ok()?
            ..usize::try_from(*offsets.get(row + 1)?).ok()?;
        let found = range.into_iter().find(|at| order(*at, row) == Ordering::Equal)?;
        u64::try_from(found).ok()
    };
    let indices: UInt64Array = (0..arguments.rows).map(at).collect();
    Ok(take(maps.values(), &indices, None)?)
}

// ---- counting

fn cardinality(arguments: &Arguments) -> Result<ArrayRef> {
    let first = arguments.array(0)?;
    if is_text(first.data_type()) {
        let texts = Texts::of(&first)?;
        let count = |row| members(texts.get(row)?);
        return Ok(Arc::new((0..arguments.rows).map(count).collect::<Int64Array>()));
    }
    let offsets = match first.data_type() {
        DataType::Map(..) => first.as_map().value_offsets(),
        _ => first.as_list::<i32>().value_offsets(),
    };
    let count = |row: usize| {
        let length = offsets.get(row + 1)? - offsets.get(row)?;
        first.is_valid(row).then(|| i64::from(length))
    };
    Ok(Arc::new((0..arguments.rows).map(count).collect::<Int64Array>()))
}

fn members(text: &str) -> Option<i64> {
    let count = match scan::object(text) {
        Some(members) => members.count(),
        None => scan::array(text)?.count(),
    };
    i64::try_from(count).ok()
}

// ---- maps

/// Reads the argument as a map; of keys that come twice in a JSON object the last value counts.
fn maps(arguments: &Arguments, index: usize) -> Result<MapArray> {
    let array = arguments.array(index)?;
    if matches!(array.data_type(), DataType::Map(..)) {
        return Ok(array.as_map().clone());
    }
    let texts = Texts::of(&array)?;
    let mut maps = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for row in 0..array.len() {
        let Some(members) = texts.get(row).and_then(scan::object) else {
            maps.append(false)?;
            continue;
        };
        let mut pairs: Vec<(String, Option<String>)> = Vec::new();
        for (key, value) in members {
            let key = scan::unquote(key).unwrap_or_default();
            pairs.retain(|(known, _)| *known != key);
            pairs.push((key, scan::bare(value)));
        }
        for (key, value) in pairs {
            maps.keys().append_value(key);
            maps.values().append_option(value);
        }
        maps.append(true)?;
    }
    Ok(maps.finish())
}

fn list_of(maps: &MapArray, values: ArrayRef, gives: &DataType) -> Result<ArrayRef> {
    let DataType::List(field) = gives else { return exec_err!("a list is given, not {gives}") };
    let list = ListArray::try_new(
        Arc::clone(field),
        maps.offsets().clone(),
        values,
        maps.nulls().cloned(),
    )?;
    Ok(Arc::new(list))
}

fn keys(arguments: &Arguments) -> Result<ArrayRef> {
    let maps = maps(arguments, 0)?;
    list_of(&maps, Arc::clone(maps.keys()), &arguments.gives)
}

fn values(arguments: &Arguments) -> Result<ArrayRef> {
    let maps = maps(arguments, 0)?;
    list_of(&maps, Arc::clone(maps.values()), &arguments.gives)
}

fn map_entries(arguments: &Arguments) -> Result<ArrayRef> {
    let maps = maps(arguments, 0)?;
    let types = (maps.key_type().clone(), maps.value_type().clone());
    let columns = vec![Arc::clone(maps.keys()), Arc::clone(maps.values())];
    let rows = StructArray::try_new(row_fields(types), columns, None)?;
    list_of(&maps, Arc::new(rows), &arguments.gives)
}

/// Builds a map array of the type that is promised.
pub(crate) fn build(
    gives: &DataType,
    offsets: arrow::buffer::OffsetBuffer<i32>,
    columns: Vec<ArrayRef>,
    nulls: Option<arrow::buffer::NullBuffer>,
) -> Result<ArrayRef> {
    let DataType::Map(entries, ordered) = gives else {
        return exec_err!("a map is given, not {gives}");
    };
    let DataType::Struct(fields) = entries.data_type() else {
        return exec_err!("a map has entries");
    };
    let rows = StructArray::try_new(fields.clone(), columns, None)?;
    Ok(Arc::new(MapArray::try_new(Arc::clone(entries), offsets, rows, nulls, *ordered)?))
}

fn as_map(arguments: &Arguments) -> Result<ArrayRef> {
    let maps = maps(arguments, 0)?;
    let columns = vec![Arc::clone(maps.keys()), Arc::clone(maps.values())];
    build(&arguments.gives, maps.offsets().clone(), columns, maps.nulls().cloned())
}

fn map(arguments: &Arguments) -> Result<ArrayRef> {
    if arguments.len() == 0 {
        let offsets = arrow::buffer::OffsetBuffer::new_zeroed(arguments.rows);
        let none = || arrow::array::new_empty_array(&DataType::Utf8);
        return build(&arguments.gives, offsets, vec![none(), none()], None);
    }
    let (keys, values) = (arguments.lists(0)?, arguments.lists(1)?);
    let nulls = arrow::buffer::NullBuffer::union(keys.nulls(), values.nulls());
    if keys.value_offsets() == values.value_offsets() {
        let columns = vec![Arc::clone(keys.values()), Arc::clone(values.values())];
        return build(&arguments.gives, keys.offsets().clone(), columns, nulls);
    }
    let (mut left, mut right, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..arguments.rows {
        let valid = nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let (k, v) = (range(&keys, row), range(&values, row));
        if valid && k.end - k.start != v.end - v.start {
            return exec_err!("a map has as many keys as values");
        }
        let length = usize::try_from(k.end - k.start).unwrap_or(0);
        lengths.push(if valid { length } else { 0 });
        if valid {
            left.extend(k);
            right.extend(v);
        }
    }
    let columns = vec![
        take(keys.values(), &UInt64Array::from(left), None)?,
        take(values.values(), &UInt64Array::from(right), None)?,
    ];
    build(&arguments.gives, arrow::buffer::OffsetBuffer::from_lengths(lengths), columns, nulls)
}

/// The places of a row's elements among all elements.
pub(crate) fn range(lists: &ListArray, row: usize) -> std::ops::Range<u64> {
    let offset =
        |at: usize| lists.value_offsets().get(at).and_then(|o| u64::try_from(*o).ok()).unwrap_or(0);
    offset(row)..offset(row + 1)
}

fn map_from_entries(arguments: &Arguments) -> Result<ArrayRef> {
    let lists = arguments.lists(0)?;
    let rows = lists.values().as_struct();
    let columns = rows.columns().to_vec();
    build(&arguments.gives, lists.offsets().clone(), columns, lists.nulls().cloned())
}

/// Joins maps; of a key that several have, the last map's value counts.
fn map_concat(arguments: &Arguments) -> Result<ArrayRef> {
    let maps: Vec<_> = (0..arguments.len()).map(|i| maps(arguments, i)).collect::<Result<_>>()?;
    let columns = |part: fn(&MapArray) -> &ArrayRef| -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = maps.iter().map(|m| part(m).as_ref()).collect();
        Ok(arrow::compute::concat(&arrays)?)
    };
    let (keys, values) = (columns(MapArray::keys)?, columns(MapArray::values)?);
    let order = make_comparator(&keys, &keys, SortOptions::default())?;
    let (mut places, mut lengths) = (Vec::new(), Vec::new());
    for row in 0..arguments.rows {
        let mut kept: Vec<usize> = Vec::new();
        let mut base = 0;
        for map in &maps {
            let offset = |at: usize| map.value_offsets().get(at).copied().unwrap_or(0);
            for place in offset(row)..offset(row + 1) {
                let place = base + usize::try_from(place).unwrap_or(0);
                kept.retain(|known| order(*known, place) != Ordering::Equal);
                kept.push(place);
            }
            base += map.keys().len();
        }
        lengths.push(kept.len());
        places.extend(kept.iter().filter_map(|place| u64::try_from(*place).ok()));
    }
    let places = UInt64Array::from(places);
    let columns = vec![take(&keys, &places, None)?, take(&values, &places, None)?];
    let nulls = maps.iter().fold(None, |nulls: Option<arrow::buffer::NullBuffer>, map| {
        arrow::buffer::NullBuffer::union(nulls.as_ref(), map.nulls())
    });
    build(&arguments.gives, arrow::buffer::OffsetBuffer::from_lengths(lengths), columns, nulls)
}

/// Counts for a column of whole numbers.
pub(crate) fn numbers(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    let mut numbers = Int64Builder::new();
    values.for_each(|value| numbers.append_option(value));
    Arc::new(numbers.finish())
}
