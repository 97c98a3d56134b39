//! Writes values as Trino and CloudTrail Lake print them.

use crate::functions::time::civil::{Civil, DAY, SECOND};
use arrow::array::{Array, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, DurationMicrosecondType, Float32Type, Float64Type,
    IntervalMonthDayNanoType, TimeUnit, TimestampMicrosecondType,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// Writes one value of a column; nothing for null.
///
/// Timestamps come as `2026-11-20 07:31:02.000`, arrays as `[a, b]`, maps as `{k=v}`, rows as
/// `{field=value}`, with `null` inside of them.
pub fn text(column: &dyn Array, row: usize) -> Option<String> {
    if column.is_null(row) || column.data_type().is_null() {
        return None;
    }
    Some(value(column, row))
}

fn value(column: &dyn Array, row: usize) -> String {
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::LargeUtf8 => column.as_string::<i64>().value(row).to_owned(),
        DataType::Utf8View => column.as_string_view().value(row).to_owned(),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            timestamp(column.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        DataType::Date32 => {
            let days = i64::from(column.as_primitive::<Date32Type>().value(row));
            let Civil { year, month, day, .. } = Civil::of(days * DAY);
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataType::Float64 => double(column.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => double(f64::from(column.as_primitive::<Float32Type>().value(row))),
        DataType::List(_) => {
            let elements = column.as_list::<i32>().value(row);
            format!("[{}]", all(&elements).join(", "))
        }
        DataType::Struct(fields) => {
            let row_of = column.as_struct();
            let field = |(name, values): (&String, _)| format!("{name}={}", inner(values, row));
            let names = fields.iter().map(|f| f.name());
            let columns = row_of.columns().iter().map(AsRef::as_ref);
            let fields: Vec<_> = names.zip(columns).map(field).collect();
            format!("{{{}}}", fields.join(", "))
        }
        DataType::Map(..) => {
            let entries = column.as_map().value(row);
            let (keys, values) = (all(entries.column(0)), all(entries.column(1)));
            let pair = |(key, value)| format!("{key}={value}");
            format!("{{{}}}", keys.iter().zip(&values).map(pair).collect::<Vec<_>>().join(", "))
        }
        DataType::Binary => hex(column.as_binary::<i32>().value(row)),
        DataType::LargeBinary => hex(column.as_binary::<i64>().value(row)),
        DataType::BinaryView => hex(column.as_binary_view().value(row)),
        DataType::Duration(TimeUnit::Microsecond) => {
            duration(column.as_primitive::<DurationMicrosecondType>().value(row))
        }
        DataType::Interval(arrow::datatypes::IntervalUnit::MonthDayNano) => {
            let interval = column.as_primitive::<IntervalMonthDayNanoType>().value(row);
            if interval.months != 0 {
                return format!("{}-{}", interval.months / 12, interval.months % 12);
            }
            duration(i64::from(interval.days) * DAY + interval.nanoseconds / 1000)
        }
        _ => plain(column, row),
    }
}

fn plain(column: &dyn Array, row: usize) -> String {
    match ArrayFormatter::try_new(column, &FormatOptions::default()) {
        Ok(formatter) => formatter.value(row).to_string(),
        Err(_) => String::new(),
    }
}

fn inner(column: &dyn Array, row: usize) -> String {
    text(column, row).unwrap_or_else(|| "null".to_owned())
}

fn all(column: &dyn Array) -> Vec<String> {
    (0..column.len()).map(|row| inner(column, row)).collect()
}

/// Milliseconds, as Trino's `timestamp(3)` has them; µs only where there are some.
fn timestamp(micros: i64) -> String {
    let civil = Civil::of(micros);
    let Civil { year, month, day, .. } = civil;
    let (hour, minute, second) = (civil.hour(), civil.minute(), civil.second());
    let fraction = civil.time % SECOND;
    let fraction = match fraction % 1000 {
        0 => format!("{:03}", fraction / 1000),
        _ => format!("{fraction:06}"),
    };
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{fraction}")
}

fn duration(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.abs();
    let civil = Civil::of(micros % DAY);
    let (hour, minute, second) = (civil.hour(), civil.minute(), civil.second());
    let millis = civil.time % SECOND / 1000;
    format!("{sign}{} {hour:02}:{minute:02}:{second:02}.{millis:03}", micros / DAY)
}

/// A double as Java writes it: `1.0`, `1.0E10`, `NaN`.
pub(crate) fn double(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = number.abs();
    if number == 0.0 || (1e-3..1e7).contains(&size) {
        return format!("{number:?}");
    }
    let text = format!("{number:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{double, duration, timestamp};

    #[test]
    fn numbers_are_written_as_in_java() {
        for (number, text) in [
            (1.0, "1.0"),
            (0.5, "0.5"),
            (1e7, "1.0E7"),
            (9_999_999.0, "9999999.0"),
            (1.25e-5, "1.25E-5"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
            (0.0, "0.0"),
        ] {
            assert_eq!(double(number), text);
        }
    }

    #[test]
    fn moments_and_spans() {
        assert_eq!(timestamp(1_795_159_862_000_000), "2026-11-20 07:31:02.000");
        assert_eq!(timestamp(1_795_159_862_000_001), "2026-11-20 07:31:02.000001");
        assert_eq!(duration(-90_061_005_000), "-1 01:01:01.005");
    }
}
