//! Functions over arrays whose rules in Trino are not DataFusion's, and those with a cap.

use super::arguments::Arguments;
use super::map::range;
use super::scalar::{Kind, Scalar, Takes};
use crate::trino_type::{self, TIMESTAMP};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Int64Array, Int64Builder, ListArray,
    TimestampMicrosecondArray, UInt64Array, make_comparator,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{SortOptions, cast, take};
use arrow::datatypes::{DataType, Int64Type, IntervalMonthDayNanoType};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use std::cmp::Ordering;
use std::sync::Arc;

/// The most elements that `sequence` and `repeat` make of one row.
const ELEMENTS_MAX: i64 = 10_000;

/// The functions of this page.
pub(crate) fn all() -> Vec<Scalar> {
    use Kind::{Integer, List};
    let first = |types: &[DataType]| types.first().cloned().unwrap_or(DataType::Null);
    let truth = |_: &[DataType]| DataType::Boolean;
    let number = |_: &[DataType]| DataType::Int64;
    let slice_takes = Takes::Kinds(3, &[List, Integer, Integer]);
    vec![
        Scalar::new("contains", Takes::Own(element_types), truth, contains),
        Scalar::new("array_position", Takes::Own(element_types), number, position),
        Scalar::new("array_remove", Takes::Own(element_types), first, remove),
        Scalar::new("array_sort", Takes::Kinds(1, &[List]), first, sort),
        Scalar::new("slice", slice_takes, first, slice),
        Scalar::new("trim_array", Takes::Kinds(2, &[List, Integer]), first, trim_array),
        Scalar::new("sequence", Takes::Own(sequence_types), sequence_gives, sequence),
        Scalar::new("repeat", Takes::Own(repeat_types), repeat_gives, repeat),
        Scalar::new("$ordinals", Takes::Many(1, List), |_| sequence_of_numbers(), ordinals),
        Scalar::new("$filled", Takes::Kinds(1, &[List]), first, filled),
    ]
}

fn sequence_of_numbers() -> DataType {
    trino_type::list(DataType::Int64)
}

/// An array and a value, which is cast to the type of the array's elements.
fn element_types(types: &[DataType]) -> Result<Vec<DataType>, &'static str> {
    match types {
        [DataType::List(field), _] => {
            let list = DataType::List(Arc::clone(field));
            Ok(vec![list, field.data_type().clone()])
        }
        [DataType::FixedSizeList(field, _) | DataType::LargeList(field), _] => {
            Ok(vec![DataType::List(Arc::clone(field)), field.data_type().clone()])
        }
        [DataType::Null, value] => Ok(vec![trino_type::list(value.clone()), value.clone()]),
        _ => Err("an array and a value"),
    }
}

fn places(lists: &ListArray, row: usize) -> std::ops::Range<usize> {
    let range = range(lists, row);
    let usize_of = |place| usize::try_from(place).unwrap_or(0);
    usize_of(range.start)..usize_of(range.end)
}

fn contains(arguments: &Arguments) -> Result<ArrayRef> {
    let (lists, wanted) = (arguments.lists(0)?, arguments.array(1)?);
    let order = make_comparator(lists.values(), &wanted, SortOptions::default())?;
    let mut answers = BooleanBuilder::new();
    for row in 0..arguments.rows {
        if lists.is_null(row) || wanted.is_null(row) {
            answers.append_null();
            continue;
        }
        let mut places = places(&lists, row);
        if places.clone().any(|at| order(at, row) == Ordering::Equal) {
            answers.append_value(true);
        } else if places.any(|at| lists.values().is_null(at)) {
            answers.append_null();
        } else {
            answers.append_value(false);
        }
    }
    Ok(Arc::new(answers.finish()))
}

fn position(arguments: &Arguments) -> Result<ArrayRef> {
    let (lists, wanted) = (arguments.lists(0)?, arguments.array(1)?);
    let order = make_comparator(lists.values(), &wanted, SortOptions::default())?;
    let mut positions = Int64Builder::new();
    for row in 0..arguments.rows {
        if lists.is_null(row) || wanted.is_null(row) {
            positions.append_null();
            continue;
        }
        let found = places(&lists, row).position(|at| order(at, row) == Ordering::Equal);
        positions.append_value(found.and_then(|at| i64::try_from(at + 1).ok()).unwrap_or(0));
    }
    Ok(Arc::new(positions.finish()))
}

/// Builds arrays out of chosen places among the elements of others.
fn chosen(
    lists: &ListArray,
    mut choose: impl FnMut(usize) -> Result<Option<Vec<usize>>>,
) -> Result<ArrayRef> {
    let DataType::List(field) = lists.data_type() else { return exec_err!("no array") };
    let (mut all, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..lists.len() {
        let places = if lists.is_null(row) { None } else { choose(row)? };
        valid.push(places.is_some());
        let places = places.unwrap_or_default();
        lengths.push(places.len());
        all.extend(places.into_iter().filter_map(|place| u64::try_from(place).ok()));
    }
    let values = take(lists.values(), &UInt64Array::from(all), None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    let list = ListArray::try_new(Arc::clone(field), offsets, values, Some(valid.into()))?;
    Ok(Arc::new(list))
}

fn remove(arguments: &Arguments) -> Result<ArrayRef> {
    let (lists, unwanted) = (arguments.lists(0)?, arguments.array(1)?);
    let order = make_comparator(lists.values(), &unwanted, SortOptions::default())?;
    chosen(&lists, |row| {
        let keep = |at: &usize| order(*at, row) != Ordering::Equal;
        Ok(unwanted.is_valid(row).then(|| places(&lists, row).filter(keep).collect()))
    })
}

/// Sorts upwards, nulls last.
fn sort(arguments: &Arguments) -> Result<ArrayRef> {
    let lists = arguments.lists(0)?;
    let options = SortOptions { descending: false, nulls_first: false };
    let order = make_comparator(lists.values(), lists.values(), options)?;
    chosen(&lists, |row| {
        let mut places: Vec<_> = places(&lists, row).collect();
        places.sort_by(|a, b| order(*a, *b));
        Ok(Some(places))
    })
}

fn slice(arguments: &Arguments) -> Result<ArrayRef> {
    let lists = arguments.lists(0)?;
    let (starts, lengths) = (arguments.integers(1)?, arguments.integers(2)?);
    chosen(&lists, |row| {
        let (Some(start), Some(length)) = (starts.get(row), lengths.get(row)) else {
            return Ok(None);
        };
        if start == 0 || length < 0 {
            return arguments
                .fails(|| "slice counts from 1, and its length is not negative".into());
        }
        let places = places(&lists, row);
        let count = i64::try_from(places.len()).unwrap_or(i64::MAX);
        let from = if start < 0 { count.saturating_add(start) } else { start - 1 };
        let Ok(skip) = usize::try_from(from) else { return Ok(Some(Vec::new())) };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        Ok(Some(places.skip(skip).take(length).collect()))
    })
}

fn trim_array(arguments: &Arguments) -> Result<ArrayRef> {
    let (lists, counts) = (arguments.lists(0)?, arguments.integers(1)?);
    chosen(&lists, |row| {
        let Some(count) = counts.get(row) else { return Ok(None) };
        let places = places(&lists, row);
        let kept = usize::try_from(count).ok().and_then(|count| places.len().checked_sub(count));
        match kept {
            Some(kept) => Ok(Some(places.take(kept).collect())),
            None => arguments.fails(|| "trim_array takes away more than there is".into()),
        }
    })
}

/// Empty arrays become null: what a LEFT JOIN UNNEST keeps.
fn filled(arguments: &Arguments) -> Result<ArrayRef> {
    let lists = arguments.lists(0)?;
    chosen(&lists, |row| {
        let places: Vec<_> = places(&lists, row).collect();
        Ok((!places.is_empty()).then_some(places))
    })
}

/// The positions of the elements of the longest array: WITH ORDINALITY.
fn ordinals(arguments: &Arguments) -> Result<ArrayRef> {
    let lists: Vec<_> =
        (0..arguments.len()).map(|index| arguments.lists(index)).collect::<Result<_>>()?;
    let (mut numbers, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..arguments.rows {
        let counts = lists.iter().filter(|list| list.is_valid(row)).map(|l| places(l, row).len());
        let longest = counts.max();
        valid.push(longest.is_some());
        lengths.push(longest.unwrap_or(0));
        numbers.extend((1..).take(longest.unwrap_or(0)));
    }
    list_of(Arc::new(Int64Array::from(numbers)), lengths, valid, &arguments.gives)
}

fn list_of(
    values: ArrayRef,
    lengths: Vec<usize>,
    valid: Vec<bool>,
    gives: &DataType,
) -> Result<ArrayRef> {
    let DataType::List(field) = gives else { return exec_err!("an array is given, not {gives}") };
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, values, Some(valid.into()))?))
}

// ---- sequence and repeat, which make much out of nothing

fn is_moment(found: &DataType) -> bool {
    matches!(found, DataType::Date32 | DataType::Timestamp(..))
}

fn sequence_types(types: &[DataType]) -> Result<Vec<DataType>, &'static str> {
    match types {
        [a, b] | [a, b, _] if a.is_integer() && b.is_integer() => {
            Ok(vec![DataType::Int64; types.len()])
        }
        [a, b] if is_moment(a) && is_moment(b) => Ok(vec![a.clone(), a.clone()]),
        [a, b, DataType::Interval(_)] if is_moment(a) && is_moment(b) => {
            let interval = DataType::Interval(arrow::datatypes::IntervalUnit::MonthDayNano);
            let moment = if *a == DataType::Date32 { DataType::Date32 } else { TIMESTAMP };
            Ok(vec![moment.clone(), moment, interval])
        }
        _ => Err("two whole numbers and a step, or two moments and an interval"),
    }
}

fn sequence_gives(types: &[DataType]) -> DataType {
    trino_type::list(types.first().cloned().unwrap_or(DataType::Int64))
}

/// What is added at each step.
enum Step {
    Number(i64),
    Months(i64),
}

fn sequence(arguments: &Arguments) -> Result<ArrayRef> {
    let element = arguments.columns.first().map(ColumnarValue::data_type);
    let to_numbers = |index: usize| -> Result<Int64Array> {
        let array = arguments.array(index)?;
        let array = match array.data_type() {
            DataType::Int64 => array,
            _ => cast(&cast(&array, &TIMESTAMP)?, &DataType::Int64)?,
        };
        Ok(array.as_primitive::<Int64Type>().clone())
    };
    let (starts, ends) = (to_numbers(0)?, to_numbers(1)?);
    let moments = element.as_ref().is_some_and(is_moment);
    let (mut numbers, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..arguments.rows {
        if starts.is_null(row) || ends.is_null(row) {
            valid.push(false);
            lengths.push(0);
            continue;
        }
        let (start, end) = (starts.value(row), ends.value(row));
        let step = step(arguments, row, moments, start <= end)?;
        let before = numbers.len();
        walk(start, end, &step, &mut numbers)?;
        valid.push(true);
        lengths.push(numbers.len() - before);
    }
    let numbers = Int64Array::from(numbers);
    let values: ArrayRef = match element {
        Some(element) if moments => {
            let times: TimestampMicrosecondArray = numbers.reinterpret_cast();
            cast(&times, &element)?
        }
        _ => Arc::new(numbers),
    };
    list_of(values, lengths, valid, &arguments.gives)
}

fn step(arguments: &Arguments, row: usize, moments: bool, upwards: bool) -> Result<Step> {
    let sign = if upwards { 1 } else { -1 };
    if arguments.len() < 3 {
        return Ok(Step::Number(sign * if moments { super::time::civil::DAY } else { 1 }));
    }
    let steps = arguments.array(2)?;
    if !moments {
        return Ok(Step::Number(steps.as_primitive::<Int64Type>().value(row)));
    }
    let interval = steps.as_primitive::<IntervalMonthDayNanoType>().value(row);
    if interval.months != 0 {
        return Ok(Step::Months(i64::from(interval.months)));
    }
    let days = i64::from(interval.days) * super::time::civil::DAY;
    Ok(Step::Number(days + interval.nanoseconds / 1000))
}

fn walk(start: i64, end: i64, step: &Step, numbers: &mut Vec<i64>) -> Result<()> {
    let size = match step {
        Step::Number(step) | Step::Months(step) => *step,
    };
    if size == 0 || (end > start) != (size > 0) && start != end {
        return exec_err!("the step of sequence does not lead from its start to its end");
    }
    for count in 0..=ELEMENTS_MAX {
        let next = match step {
            Step::Number(step) => step.checked_mul(count).and_then(|by| start.checked_add(by)),
            Step::Months(step) => super::time::civil::Civil::of(start)
                .plus_months(step * count)
                .and_then(super::time::civil::Civil::micros),
        };
        match next {
            Some(next) if (size > 0 && next <= end) || (size < 0 && next >= end) => {
                if count == ELEMENTS_MAX {
                    return exec_err!("sequence has more than {ELEMENTS_MAX} elements");
                }
                numbers.push(next);
            }
            _ => break,
        }
    }
    Ok(())
}

fn repeat_types(types: &[DataType]) -> Result<Vec<DataType>, &'static str> {
    match types {
        [value, count] if count.is_integer() => Ok(vec![value.clone(), DataType::Int64]),
        _ => Err("a value and a whole number"),
    }
}

fn repeat_gives(types: &[DataType]) -> DataType {
    trino_type::list(types.first().cloned().unwrap_or(DataType::Null))
}

fn repeat(arguments: &Arguments) -> Result<ArrayRef> {
    let (values, counts) = (arguments.array(0)?, arguments.integers(1)?);
    let (mut all, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..arguments.rows {
        let count = counts.get(row);
        if count.is_some_and(|count| count > ELEMENTS_MAX) {
            return exec_err!("repeat makes more than {ELEMENTS_MAX} elements");
        }
        let count = count.map(|count| usize::try_from(count).unwrap_or(0));
        valid.push(count.is_some());
        lengths.push(count.unwrap_or(0));
        let place = u64::try_from(row).unwrap_or(0);
        all.extend(std::iter::repeat_n(place, count.unwrap_or(0)));
    }
    let values = take(&values, &UInt64Array::from(all), None)?;
    list_of(values, lengths, valid, &arguments.gives)
}
