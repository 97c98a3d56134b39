//! Trino's date and time functions. Every timestamp is µs since 1970, shown without a zone (UTC).

pub(crate) mod civil;
pub(crate) mod pattern;
mod units;

use self::pattern::Pattern;
use super::arguments::Arguments;
use super::scalar::{Kind, Scalar, Takes};
use crate::trino_type::TIMESTAMP;
use arrow::array::{
    ArrayRef, AsArray, Date32Builder, Float64Array, Int64Array, PrimitiveArray, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::compute::kernels::cast_utils::string_to_timestamp_nanos;
use arrow::compute::{DatePart, date_part};
use arrow::datatypes::{DataType, Date32Type, Int32Type, Int64Type};
use datafusion::common::{Result, exec_err};
use std::sync::Arc;

/// The functions of this page.
pub(crate) fn all() -> Vec<Scalar> {
    use Kind::{Double, Integer, Text, Time};
    let time = |_: &[DataType]| TIMESTAMP;
    let text = |_: &[DataType]| DataType::Utf8;
    let double = |_: &[DataType]| DataType::Float64;
    let mut all = vec![
        Scalar::new("date_format", Takes::Kinds(2, &[Time, Text]), text, write),
        Scalar::new("format_datetime", Takes::Kinds(2, &[Time, Text]), text, write),
        Scalar::new("date_parse", Takes::Kinds(2, &[Text, Text]), time, read),
        Scalar::new("parse_datetime", Takes::Kinds(2, &[Text, Text]), time, read),
        Scalar::new("from_iso8601_timestamp", Takes::Kinds(1, &[Text]), time, from_iso8601),
        Scalar::new(
            "from_iso8601_date",
            Takes::Kinds(1, &[Text]),
            |_| DataType::Date32,
            from_iso8601_date,
        ),
        Scalar::new("to_iso8601", Takes::Kinds(1, &[Time]), text, to_iso8601),
        Scalar::new("from_unixtime", Takes::Kinds(1, &[Double, Text]), time, from_unixtime),
        Scalar::new("from_unixtime_nanos", Takes::Kinds(1, &[Integer]), time, from_nanos),
        Scalar::new("to_unixtime", Takes::Kinds(1, &[Time]), double, to_unixtime),
        Scalar::new("at_timezone", Takes::Kinds(2, &[Time, Text]), time, at_timezone),
        Scalar::new("with_timezone", Takes::Kinds(2, &[Time, Text]), time, with_timezone),
        Scalar::new(
            "last_day_of_month",
            Takes::Kinds(1, &[Time]),
            |_| DataType::Date32,
            last_day_of_month,
        ),
    ];
    all.extend(
        FIELDS.iter().map(|(name, _)| {
            Scalar::new(name, Takes::Kinds(1, &[Time]), |_| DataType::Int64, field)
        }),
    );
    all.extend(units::all());
    all
}

/// Functions that give one field of a moment.
const FIELDS: [(&str, DatePart); 16] = [
    ("year", DatePart::Year),
    ("quarter", DatePart::Quarter),
    ("month", DatePart::Month),
    ("week", DatePart::WeekISO),
    ("week_of_year", DatePart::WeekISO),
    ("day", DatePart::Day),
    ("day_of_month", DatePart::Day),
    ("day_of_week", DatePart::DayOfWeekMonday0),
    ("dow", DatePart::DayOfWeekMonday0),
    ("day_of_year", DatePart::DayOfYear),
    ("doy", DatePart::DayOfYear),
    ("year_of_week", DatePart::YearISO),
    ("yow", DatePart::YearISO),
    ("hour", DatePart::Hour),
    ("minute", DatePart::Minute),
    ("second", DatePart::Second),
];

fn field(arguments: &Arguments) -> Result<ArrayRef> {
    let times = arguments.times(0)?;
    let Some((_, part)) = FIELDS.iter().find(|(name, _)| *name == arguments.name) else {
        return exec_err!("no field {}", arguments.name);
    };
    let from = i64::from(*part == DatePart::DayOfWeekMonday0);
    let values = date_part(&times, *part)?;
    let values: Int64Array =
        values.as_primitive::<Int32Type>().unary(|value| i64::from(value) + from);
    Ok(Arc::new(values))
}

/// Patterns are nearly always the same for every row: the last one is kept.
struct Patterns {
    last: Option<(String, Pattern)>,
    joda: bool,
}

impl Patterns {
    fn of(arguments: &Arguments) -> Self {
        Self { last: None, joda: arguments.name.ends_with("datetime") }
    }

    fn get(&mut self, text: &str) -> Result<&Pattern> {
        if self.last.as_ref().is_none_or(|(known, _)| known != text) {
            let pattern = if self.joda { Pattern::joda(text) } else { Pattern::mysql(text) };
            match pattern {
                Ok(pattern) => self.last = Some((text.to_owned(), pattern)),
                Err(unknown) => return exec_err!("{unknown} is not served in a time pattern"),
            }
        }
        if let Some((_, pattern)) = &self.last {
            return Ok(pattern);
        }
        exec_err!("a pattern was just kept")
    }
}

fn write(arguments: &Arguments) -> Result<ArrayRef> {
    let (times, patterns) = (arguments.times(0)?, arguments.texts(1)?);
    let (mut kept, mut texts) = (Patterns::of(arguments), StringBuilder::new());
    for (row, time) in times.iter().enumerate() {
        match time.zip(patterns.get(row)) {
            Some((time, pattern)) => texts.append_value(kept.get(pattern)?.write(time)),
            None => texts.append_null(),
        }
    }
    Ok(Arc::new(texts.finish()))
}

fn read(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, patterns) = (arguments.texts(0)?, arguments.texts(1)?);
    let mut kept = Patterns::of(arguments);
    each_text(arguments, |row| {
        let (Some(text), Some(pattern)) = (texts.get(row), patterns.get(row)) else {
            return Ok(None);
        };
        match kept.get(pattern)?.read(text) {
            Some(time) => Ok(Some(time)),
            None => arguments.fails(|| format!("'{text}' is not of the pattern '{pattern}'")),
        }
    })
}

fn each_text(
    arguments: &Arguments,
    mut time: impl FnMut(usize) -> Result<Option<i64>>,
) -> Result<ArrayRef> {
    let mut times = TimestampMicrosecondBuilder::with_capacity(arguments.rows);
    for row in 0..arguments.rows {
        times.append_option(time(row)?);
    }
    Ok(Arc::new(times.finish()))
}

fn iso8601(text: &str) -> Option<i64> {
    let text = text.trim();
    let nanos = string_to_timestamp_nanos(text).ok().or_else(|| {
        // hours and minutes only, as ISO allows
        let minutes = text.len() == "2026-11-20T07:31".len();
        minutes.then(|| string_to_timestamp_nanos(&format!("{text}:00")).ok()).flatten()
    })?;
    Some(nanos.div_euclid(1000))
}

fn from_iso8601(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    each_text(arguments, |row| match texts.get(row) {
        None => Ok(None),
        Some(text) => match iso8601(text) {
            Some(time) => Ok(Some(time)),
            None => arguments.fails(|| format!("'{text}' is no ISO 8601 timestamp")),
        },
    })
}

fn from_iso8601_date(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let mut dates = Date32Builder::new();
    for row in 0..arguments.rows {
        let date = match texts.get(row) {
            None => None,
            Some(text) => match iso8601(text) {
                Some(time) => i32::try_from(time.div_euclid(civil::DAY)).ok(),
                None => arguments.fails(|| format!("'{text}' is no ISO 8601 date"))?,
            },
        };
        dates.append_option(date);
    }
    Ok(Arc::new(dates.finish()))
}

fn to_iso8601(arguments: &Arguments) -> Result<ArrayRef> {
    let pattern = Pattern::joda("yyyy-MM-dd'T'HH:mm:ss.SSS").unwrap_or_else(|_| unreachable());
    let mut texts = StringBuilder::new();
    for time in &arguments.times(0)? {
        texts.append_option(time.map(|time| pattern.write(time)));
    }
    Ok(Arc::new(texts.finish()))
}

fn unreachable() -> Pattern {
    Pattern::mysql("").expect("an empty pattern is one")
}

fn from_unixtime(arguments: &Arguments) -> Result<ArrayRef> {
    let seconds = arguments.doubles(0)?;
    let shift = if arguments.len() > 1 { Some(arguments.texts(1)?) } else { None };
    each_text(arguments, |row| {
        let valid = arrow::array::Array::is_valid(&seconds, row);
        let micros = (seconds.value(row) * 1e6).round();
        if !valid || !micros.is_finite() || micros.abs() > 9e18 {
            return Ok(None);
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked to be within range")]
        let micros = micros as i64;
        match shift.as_ref().and_then(|zones| zones.get(row)) {
            Some(zone) => Ok(micros.checked_add(offset(zone)?)),
            None => Ok(Some(micros)),
        }
    })
}

fn from_nanos(arguments: &Arguments) -> Result<ArrayRef> {
    let nanos = arguments.array(0)?;
    let micros = nanos.as_primitive::<Int64Type>().unary::<_, Int64Type>(|n| n.div_euclid(1000));
    Ok(arrow::compute::cast(&micros, &TIMESTAMP)?)
}

fn to_unixtime(arguments: &Arguments) -> Result<ArrayRef> {
    #[expect(clippy::cast_precision_loss, reason = "a double is what Trino gives")]
    let seconds: Float64Array = arguments.times(0)?.unary(|micros| micros as f64 / 1e6);
    Ok(Arc::new(seconds))
}

/// Gives the µs by which a zone is ahead of UTC. Zones with a history are not served.
fn offset(zone: &str) -> Result<i64> {
    let name = zone.trim();
    if ["utc", "z", "gmt", "etc/utc"].contains(&name.to_ascii_lowercase().as_str()) {
        return Ok(0);
    }
    let parsed = (|| {
        let sign = if name.starts_with('-') { -1 } else { 1 };
        let rest = name.strip_prefix(['+', '-'])?;
        let (hours, minutes) = rest.split_once(':').unwrap_or((rest.get(..2)?, rest.get(2..)?));
        let minutes: i64 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
        let hours: i64 = hours.parse().ok()?;
        let valid = (0..15).contains(&hours) && (0..60).contains(&minutes);
        valid.then_some(sign * (hours * 60 + minutes) * 60 * civil::SECOND)
    })();
    if let Some(micros) = parsed {
        return Ok(micros);
    }
    exec_err!("the zone '{zone}' is not served: write UTC or an offset like '+02:00'")
}

fn shifted(arguments: &Arguments, sign: i64) -> Result<ArrayRef> {
    let (times, zones) = (arguments.times(0)?, arguments.texts(1)?);
    each_text(arguments, |row| {
        let time = arrow::array::Array::is_valid(&times, row).then(|| times.value(row));
        match time.zip(zones.get(row)) {
            Some((time, zone)) => Ok(time.checked_add(sign * offset(zone)?)),
            None => Ok(None),
        }
    })
}

fn at_timezone(arguments: &Arguments) -> Result<ArrayRef> {
    shifted(arguments, 1)
}

fn with_timezone(arguments: &Arguments) -> Result<ArrayRef> {
    shifted(arguments, -1)
}

fn last_day_of_month(arguments: &Arguments) -> Result<ArrayRef> {
    let last = |micros: i64| {
        let civil = civil::Civil::of(micros);
        let days = civil.days() - civil.day + civil::days_in_month(civil.year, civil.month);
        i32::try_from(days).unwrap_or(i32::MAX)
    };
    let dates: PrimitiveArray<Date32Type> = arguments.times(0)?.unary(last);
    Ok(Arc::new(dates))
}
