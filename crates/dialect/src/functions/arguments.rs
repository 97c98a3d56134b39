//! Reads the arguments of a function row by row, whether they are columns or constants.

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, Float64Array, Int64Array, LargeStringArray, ListArray,
    StringArray, StringViewArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampMicrosecondType};
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::scalar::ScalarValue;

/// The arguments of one call over one batch.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// The function.
    pub(crate) name: &'static str,
    /// What was given.
    pub(crate) columns: Vec<ColumnarValue>,
    /// How many rows the answer has.
    pub(crate) rows: usize,
    /// The type of the answer.
    pub(crate) gives: DataType,
    /// What fails becomes null.
    pub(crate) lenient: bool,
}

/// A text argument.
#[derive(Debug)]
pub(crate) enum Texts {
    /// The same for every row.
    One(Option<String>),
    /// varchar.
    Utf8(StringArray),
    /// varchar as views.
    View(StringViewArray),
    /// json.
    Large(LargeStringArray),
}

impl Texts {
    /// Gives the text of a row, nothing for null.
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::One(text) => text.as_deref(),
            Self::Utf8(array) => array.is_valid(row).then(|| array.value(row)),
            Self::View(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Large(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }

    /// Reads an array of any text type.
    pub(crate) fn of(array: &dyn Array) -> Result<Self> {
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Utf8(array.as_string().clone()),
            DataType::LargeUtf8 => Self::Large(array.as_string().clone()),
            DataType::Utf8View => Self::View(array.as_string_view().clone()),
            DataType::Null => Self::One(None),
            other => return exec_err!("expected text, found {other}"),
        })
    }
}

/// A whole-number argument.
#[derive(Debug)]
pub(crate) enum Integers {
    /// The same for every row.
    One(Option<i64>),
    /// bigint, or µs of a timestamp.
    Many(Int64Array),
}

impl Integers {
    /// Gives the number of a row, nothing for null.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        match self {
            Self::One(number) => *number,
            Self::Many(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }
}

impl Arguments {
    /// How many were given.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    fn column(&self, index: usize) -> Result<&ColumnarValue> {
        let missing = || DataFusionError::Execution(format!("{} lacks an argument", self.name));
        self.columns.get(index).ok_or_else(missing)
    }

    /// Reads an argument as an array of all rows.
    pub(crate) fn array(&self, index: usize) -> Result<ArrayRef> {
        self.column(index)?.to_array(self.rows)
    }

    /// Reads a text argument.
    pub(crate) fn texts(&self, index: usize) -> Result<Texts> {
        match self.column(index)? {
            ColumnarValue::Scalar(scalar) => {
                Ok(Texts::One(scalar.try_as_str().flatten().map(str::to_owned)))
            }
            ColumnarValue::Array(array) => Texts::of(array),
        }
    }

    /// Reads a text argument that may be left out.
    pub(crate) fn texts_or(&self, index: usize, default: &str) -> Result<Texts> {
        if index < self.len() { self.texts(index) } else { Ok(Texts::One(Some(default.into()))) }
    }

    /// Reads a whole-number argument.
    pub(crate) fn integers(&self, index: usize) -> Result<Integers> {
        match self.column(index)? {
            ColumnarValue::Scalar(ScalarValue::Int64(number)) => Ok(Integers::One(*number)),
            ColumnarValue::Scalar(ScalarValue::Null) => Ok(Integers::One(None)),
            other => {
                let array = other.to_array(self.rows)?;
                Ok(Integers::Many(array.as_primitive::<Int64Type>().clone()))
            }
        }
    }

    /// Reads a whole-number argument that may be left out.
    pub(crate) fn integers_or(&self, index: usize, default: i64) -> Result<Integers> {
        if index < self.len() { self.integers(index) } else { Ok(Integers::One(Some(default))) }
    }

    /// Reads a timestamp argument as µs since 1970.
    pub(crate) fn times(&self, index: usize) -> Result<TimestampMicrosecondArray> {
        Ok(self.array(index)?.as_primitive::<TimestampMicrosecondType>().clone())
    }

    /// Reads a number argument.
    pub(crate) fn doubles(&self, index: usize) -> Result<Float64Array> {
        Ok(self.array(index)?.as_primitive::<Float64Type>().clone())
    }

    /// Reads a bytes argument.
    pub(crate) fn bytes(&self, index: usize) -> Result<BinaryArray> {
        Ok(self.array(index)?.as_binary::<i32>().clone())
    }

    /// Reads an array argument.
    pub(crate) fn lists(&self, index: usize) -> Result<ListArray> {
        Ok(self.array(index)?.as_list::<i32>().clone())
    }

    /// Turns a value that cannot be computed into an error, or into null within `try`.
    pub(crate) fn fails<T>(&self, message: impl FnOnce() -> String) -> Result<Option<T>> {
        if self.lenient { Ok(None) } else { exec_err!("{}", message()) }
    }
}
