//! One data file of a table, and how Delta's log speaks of it.

use std::collections::{BTreeMap, HashMap};

use deltalake_core::kernel::Add;
use jiff::Timestamp;
use object_store::path::Path;
use serde_json::{Map, Value, json};

use super::TableError;

/// The column whose range is asked for most.
const TIME: &str = "eventtime";
/// How much of a text a statistic keeps, in characters; no name of an event is longer.
const TEXT_CHARACTERS: usize = 64;
const SHA256: &str = "opentrail.sha256";
const SEQUENCES: &str = "opentrail.sequences";

/// One Parquet file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Where it is, below the table's own folder.
    pub path: String,
    /// How large it is, in bytes.
    pub bytes: u64,
    /// How many rows it has.
    pub rows: u64,
    /// What is known of some columns, so that readers may pass it by; one entry a column.
    pub ranges: Vec<Range>,
    /// The first and the last sequence of the journal whose events it holds.
    pub sequences: Option<(u64, u64)>,
    /// The SHA-256 of the whole file, in hexadecimal digits.
    pub sha256: Option<String>,
    /// Whatever else shall be kept with it; readers pass over it.
    pub tags: BTreeMap<String, String>,
}

/// What is known of a column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The column; only those on the table's top level.
    pub column: String,
    /// No value is less.
    pub min: Option<Bound>,
    /// No value is greater.
    pub max: Option<Bound>,
    /// How many rows have no value.
    pub nulls: Option<u64>,
}

/// An end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// A text, or a time in Delta's form.
    Text(String),
    /// A whole number.
    Whole(i64),
}

impl Bound {
    /// Returns a time, given in microseconds since 1970 (UTC), as Delta writes it.
    ///
    /// # Errors
    /// The time is out of the range of years -9999 to 9999.
    pub fn time(micros: i64) -> Result<Self, TableError> {
        let time = Timestamp::from_microsecond(micros)
            .map_err(|_| TableError::Misuse("a time in a range is out of bounds"))?;
        Ok(Self::Text(time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()))
    }

    /// Returns the time that it is, in microseconds since 1970 (UTC).
    #[must_use]
    pub fn micros(&self) -> Option<i64> {
        match self {
            Self::Text(text) => text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond),
            Self::Whole(_) => None,
        }
    }

    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::Text(text.clone())),
            Value::Number(number) => number.as_i64().map(Self::Whole),
            _ => None,
        }
    }

    /// Returns what is no greater; a long text's beginning is not.
    fn lower(&self) -> Value {
        match self {
            Self::Text(text) => text.chars().take(TEXT_CHARACTERS).collect::<String>().into(),
            Self::Whole(number) => (*number).into(),
        }
    }

    /// Returns what is no less; there is none for a long text, since its beginning is.
    fn upper(&self) -> Option<Value> {
        match self {
            Self::Text(text) if text.chars().count() > TEXT_CHARACTERS => None,
            Self::Text(text) => Some(text.clone().into()),
            Self::Whole(number) => Some((*number).into()),
        }
    }
}

impl Segment {
    /// Returns the first and the last time of its events, in microseconds since 1970 (UTC).
    #[must_use]
    pub fn times(&self) -> Option<(i64, i64)> {
        let range = self.ranges.iter().find(|range| range.column == TIME)?;
        Some((range.min.as_ref()?.micros()?, range.max.as_ref()?.micros()?))
    }

    /// Returns the line of the log that adds it.
    pub(super) fn to_add(&self, now: Timestamp, data_change: bool) -> Result<Add, TableError> {
        let size = i64::try_from(self.bytes).map_err(|_| TableError::Misuse("a file too large"))?;
        Ok(Add {
            path: self.path.clone(),
            size,
            modification_time: now.as_millisecond(),
            data_change,
            stats: Some(self.statistics().to_string()),
            tags: Some(self.all_tags()),
            ..Add::default()
        })
    }

    /// Reads the line of the log that adds a file.
    pub(super) fn of(add: &Add) -> Result<Self, TableError> {
        let damaged = |what: &str| TableError::Damaged(format!("{}: {what}", add.path));
        if add.deletion_vector.is_some() {
            return Err(TableError::Foreign(format!("{} has a deletion vector", add.path)));
        }
        if !is_inside(&add.path) {
            return Err(damaged("it is not in the table's folder"));
        }
        let bytes = u64::try_from(add.size).map_err(|_| damaged("a negative size"))?;
        let statistics: Value = serde_json::from_str(add.stats.as_deref().unwrap_or("null"))
            .map_err(|_| damaged("its statistics are no JSON"))?;
        let rows = statistics.get("numRecords").and_then(Value::as_u64);
        let rows = rows.ok_or_else(|| damaged("no number of rows"))?;
        let mut tags = known_tags(add.tags.as_ref());
        Ok(Self {
            path: add.path.clone(),
            bytes,
            rows,
            ranges: ranges(&statistics),
            sequences: tags.remove(SEQUENCES).and_then(|text| sequences(&text)),
            sha256: tags.remove(SHA256),
            tags,
        })
    }

    /// Returns what Delta's protocol calls per-file statistics.
    fn statistics(&self) -> Value {
        let (mut min, mut max, mut nulls) = (Map::new(), Map::new(), Map::new());
        for range in &self.ranges {
            let keep = |into: &mut Map<String, Value>, value: Option<Value>| {
                if let Some(value) = value {
                    into.insert(range.column.clone(), value);
                }
            };
            keep(&mut min, range.min.as_ref().map(Bound::lower));
            keep(&mut max, range.max.as_ref().and_then(Bound::upper));
            keep(&mut nulls, range.nulls.map(Value::from));
        }
        json!({"numRecords": self.rows, "minValues": min, "maxValues": max, "nullCount": nulls})
    }

    fn all_tags(&self) -> HashMap<String, Option<String>> {
        let ours = self.sequences.map(|(from, to)| (SEQUENCES.to_owned(), format!("{from}-{to}")));
        let sum = self.sha256.clone().map(|sum| (SHA256.to_owned(), sum));
        let others = self.tags.clone();
        others.into_iter().chain(ours).chain(sum).map(|(tag, text)| (tag, Some(text))).collect()
    }
}

/// Tells whether a path stays below the table's folder, whoever joins it to the folder's name.
pub(super) fn is_inside(path: &str) -> bool {
    !path.is_empty() && Path::parse(path).is_ok_and(|parsed| parsed.as_ref() == path)
}

fn known_tags(tags: Option<&HashMap<String, Option<String>>>) -> BTreeMap<String, String> {
    let all = tags.into_iter().flatten();
    all.filter_map(|(tag, text)| Some((tag.clone(), text.clone()?))).collect()
}

fn sequences(text: &str) -> Option<(u64, u64)> {
    let (from, to) = text.split_once('-')?;
    Some((from.parse().ok()?, to.parse().ok()?))
}

/// Reads the ranges of statistics, in the order of their columns' names.
fn ranges(statistics: &Value) -> Vec<Range> {
    let part = |name: &str| statistics.get(name).and_then(Value::as_object);
    let (min, max, nulls) = (part("minValues"), part("maxValues"), part("nullCount"));
    let mut found = BTreeMap::new();
    for column in [min, max, nulls].into_iter().flatten().flat_map(Map::keys) {
        let range = Range {
            column: column.clone(),
            min: min.and_then(|values| values.get(column)).and_then(Bound::of),
            max: max.and_then(|values| values.get(column)).and_then(Bound::of),
            nulls: nulls.and_then(|values| values.get(column)).and_then(Value::as_u64),
        };
        if range.min.is_some() || range.max.is_some() || range.nulls.is_some() {
            found.insert(column.clone(), range);
        }
    }
    found.into_values().collect()
}
