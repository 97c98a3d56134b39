//! `date_trunc`, `date_add`, `date_diff`, and the milliseconds of a second.

use super::civil::{Civil, DAY, SECOND, days_of};
use crate::functions::arguments::Arguments;
use crate::functions::scalar::{Kind, Scalar, Takes};
use crate::trino_type::{TIMESTAMP, is_text};
use arrow::array::{Array, ArrayRef, Int64Array, Int64Builder, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use std::sync::Arc;

/// The functions of this page.
pub(crate) fn all() -> Vec<Scalar> {
    use Kind::{Text, Time};
    let last = |types: &[DataType]| match types.last() {
        Some(DataType::Date32) => DataType::Date32,
        _ => TIMESTAMP,
    };
    let number = |_: &[DataType]| DataType::Int64;
    vec![
        Scalar::new("date_trunc", Takes::Own(trunc_types), last, trunc),
        Scalar::new("date_add", Takes::Own(add_types), last, add),
        Scalar::new("date_diff", Takes::Kinds(3, &[Text, Time, Time]), number, diff),
        Scalar::new("millisecond", Takes::Kinds(1, &[Time]), number, millisecond),
    ]
}

fn moment(found: &DataType) -> Option<DataType> {
    match found {
        DataType::Date32 => Some(DataType::Date32),
        DataType::Timestamp(..) | DataType::Null => Some(TIMESTAMP),
        found if is_text(found) => Some(TIMESTAMP),
        _ => None,
    }
}

fn trunc_types(types: &[DataType]) -> Result<Vec<DataType>, &'static str> {
    let expects = "a unit and a timestamp";
    match types {
        [unit, time] if is_text(unit) => Ok(vec![unit.clone(), moment(time).ok_or(expects)?]),
        _ => Err(expects),
    }
}

fn add_types(types: &[DataType]) -> Result<Vec<DataType>, &'static str> {
    let expects = "a unit, a whole number and a timestamp";
    match types {
        [unit, count, time] if is_text(unit) && (count.is_integer() || count.is_null()) => {
            Ok(vec![unit.clone(), DataType::Int64, moment(time).ok_or(expects)?])
        }
        _ => Err(expects),
    }
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// So many µs.
    Micros(i64),
    /// Seven days, from Monday.
    Week,
    /// So many months.
    Months(i64),
}

impl Unit {
    fn parse(text: &str) -> Result<Self> {
        Ok(match text.to_ascii_lowercase().trim_end_matches('s') {
            "millisecond" => Self::Micros(1000),
            "second" => Self::Micros(SECOND),
            "minute" => Self::Micros(60 * SECOND),
            "hour" => Self::Micros(3600 * SECOND),
            "day" => Self::Micros(DAY),
            "week" => Self::Week,
            "month" => Self::Months(1),
            "quarter" => Self::Months(3),
            "year" => Self::Months(12),
            _ => {
                return exec_err!(
                    "'{text}' is no unit: millisecond, second, minute, hour, day, week, month, \
                     quarter or year"
                );
            }
        })
    }

    /// The beginning of the unit that a moment is in.
    fn trunc(self, micros: i64) -> i64 {
        match self {
            Self::Micros(unit) => micros - micros.rem_euclid(unit),
            Self::Week => {
                let monday = 4 * DAY; // 1970-01-05
                micros - (micros - monday).rem_euclid(7 * DAY)
            }
            Self::Months(unit) => {
                let civil = Civil::of(micros);
                let month = civil.month - (civil.month - 1) % unit;
                days_of(civil.year, month, 1) * DAY
            }
        }
    }

    fn add(self, micros: i64, count: i64) -> Option<i64> {
        match self {
            Self::Micros(unit) => micros.checked_add(unit.checked_mul(count)?),
            Self::Week => micros.checked_add((7 * DAY).checked_mul(count)?),
            Self::Months(unit) => Civil::of(micros).plus_months(unit.checked_mul(count)?)?.micros(),
        }
    }

    /// Whole units from one moment to another.
    fn diff(self, from: i64, to: i64) -> Option<i64> {
        match self {
            Self::Micros(unit) => Some(to.checked_sub(from)? / unit),
            Self::Week => Some(to.checked_sub(from)? / (7 * DAY)),
            Self::Months(unit) => Some(months(from, to)? / unit),
        }
    }
}

/// Whole months from one moment to another.
fn months(from: i64, to: i64) -> Option<i64> {
    let (a, b) = (Civil::of(from), Civil::of(to));
    let months = (b.year - a.year) * 12 + b.month - a.month;
    let reached = a.plus_months(months)?.micros()?;
    Some(match months {
        m if m > 0 && reached > to => m - 1,
        m if m < 0 && reached < to => m + 1,
        m => m,
    })
}

/// The unit of a row; nearly always the same for all.
struct Units {
    last: Option<(String, Unit)>,
}

impl Units {
    fn get(&mut self, text: &str) -> Result<Unit> {
        match &self.last {
            Some((known, unit)) if known == text => Ok(*unit),
            _ => {
                let unit = Unit::parse(text)?;
                self.last = Some((text.to_owned(), unit));
                Ok(unit)
            }
        }
    }
}

fn trunc(arguments: &Arguments) -> Result<ArrayRef> {
    let times = cast(&arguments.array(1)?, &TIMESTAMP)?;
    let times: &TimestampMicrosecondArray = arrow::array::AsArray::as_primitive(&times);
    let units = arguments.texts(0)?;
    let times: TimestampMicrosecondArray = match &units {
        super::super::arguments::Texts::One(Some(text)) => {
            let unit = Unit::parse(text)?;
            times.unary(|micros| unit.trunc(micros))
        }
        units => {
            let mut kept = Units { last: None };
            let each = times.iter().enumerate().map(|(row, time)| {
                let Some((time, text)) = time.zip(units.get(row)) else { return Ok(None) };
                Ok(Some(kept.get(text)?.trunc(time)))
            });
            each.collect::<Result<Vec<Option<i64>>>>()?.into()
        }
    };
    Ok(cast(&times, &arguments.gives)?)
}

fn add(arguments: &Arguments) -> Result<ArrayRef> {
    let (units, counts) = (arguments.texts(0)?, arguments.integers(1)?);
    let times = cast(&arguments.array(2)?, &TIMESTAMP)?;
    let times: &TimestampMicrosecondArray = arrow::array::AsArray::as_primitive(&times);
    let mut kept = Units { last: None };
    let each = times.iter().enumerate().map(|(row, time)| {
        let (Some(time), Some(text), Some(count)) = (time, units.get(row), counts.get(row)) else {
            return Ok(None);
        };
        match kept.get(text)?.add(time, count) {
            Some(time) => Ok(Some(time)),
            None => arguments.fails(|| format!("date_add of {count} {text} leaves the calendar")),
        }
    });
    let times: TimestampMicrosecondArray = each.collect::<Result<Vec<Option<i64>>>>()?.into();
    Ok(cast(&times, &arguments.gives)?)
}

fn diff(arguments: &Arguments) -> Result<ArrayRef> {
    let (units, from, to) = (arguments.texts(0)?, arguments.times(1)?, arguments.times(2)?);
    let (mut kept, mut counts) = (Units { last: None }, Int64Builder::new());
    for row in 0..arguments.rows {
        let count = match units.get(row) {
            Some(text) if from.is_valid(row) && to.is_valid(row) => {
                kept.get(text)?.diff(from.value(row), to.value(row))
            }
            _ => None,
        };
        counts.append_option(count);
    }
    Ok(Arc::new(counts.finish()))
}

fn millisecond(arguments: &Arguments) -> Result<ArrayRef> {
    let values: Int64Array = arguments.times(0)?.unary(|t| t.rem_euclid(SECOND) / 1000);
    Ok(Arc::new(values))
}
