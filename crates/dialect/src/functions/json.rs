//! Trino's JSON functions. A value of type `json` is its text; `varchar` that holds JSON does too.

pub(crate) mod path;
pub(crate) mod scan;

use self::path::Path;
use super::arguments::{Arguments, Texts};
use super::scalar::{Kind, Scalar, Takes};
use crate::trino_type::JSON;
use arrow::array::{ArrayRef, BooleanBuilder, Int64Builder, LargeStringBuilder, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use std::sync::Arc;

/// The functions of this page.
pub(crate) fn all() -> Vec<Scalar> {
    use Kind::{Any, Integer, Text};
    let text = |_: &[DataType]| DataType::Utf8;
    let json = |_: &[DataType]| JSON;
    let number = |_: &[DataType]| DataType::Int64;
    let truth = |_: &[DataType]| DataType::Boolean;
    vec![
        Scalar::new("json_extract", Takes::Kinds(2, &[Text, Text]), json, extract),
        Scalar::new("json_extract_scalar", Takes::Kinds(2, &[Text, Text]), text, extract_scalar),
        Scalar::new("json_array_length", Takes::Kinds(1, &[Text]), number, array_length),
        Scalar::new("json_array_get", Takes::Kinds(2, &[Text, Integer]), json, array_get),
        Scalar::new("json_array_contains", Takes::Kinds(2, &[Text, Any]), truth, array_contains),
        Scalar::new("json_size", Takes::Kinds(2, &[Text, Text]), number, size),
        Scalar::new("json_parse", Takes::Kinds(1, &[Text]), json, parse),
        Scalar::new("json_format", Takes::Kinds(1, &[Text]), text, format),
        Scalar::new("is_json_scalar", Takes::Kinds(1, &[Text]), truth, is_scalar),
    ]
}

/// Paths are nearly always the same for every row: the last one is kept.
struct Paths {
    last: Option<(String, Path)>,
}

impl Paths {
    fn get(&mut self, text: &str) -> Result<&Path> {
        if self.last.as_ref().is_none_or(|(known, _)| known != text) {
            let Some(path) = Path::parse(text) else {
                return exec_err!("'{text}' is no JSON path: write $.a.b, $['a'] or $.a[0]");
            };
            self.last = Some((text.to_owned(), path));
        }
        self.last.as_ref().map(|(_, path)| path).ok_or_else(unreachable_path)
    }
}

fn unreachable_path() -> datafusion::common::DataFusionError {
    datafusion::common::DataFusionError::Internal("a path was just kept".into())
}

/// Calls with the value that the path finds in each row.
fn each<F>(arguments: &Arguments, mut append: F) -> Result<()>
where
    F: FnMut(Option<&str>),
{
    let (texts, paths) = (arguments.texts(0)?, arguments.texts(1)?);
    let mut kept = Paths { last: None };
    for row in 0..arguments.rows {
        match (texts.get(row), paths.get(row)) {
            (Some(text), Some(path)) => append(kept.get(path)?.find(text)),
            _ => append(None),
        }
    }
    Ok(())
}

fn extract(arguments: &Arguments) -> Result<ArrayRef> {
    let mut found = LargeStringBuilder::new();
    each(arguments, |value| found.append_option(value))?;
    Ok(Arc::new(found.finish()))
}

fn extract_scalar(arguments: &Arguments) -> Result<ArrayRef> {
    let mut found = StringBuilder::new();
    each(arguments, |value| found.append_option(value.and_then(scan::scalar)))?;
    Ok(Arc::new(found.finish()))
}

fn count(value: &str) -> Option<i64> {
    let count = match value.trim_start().as_bytes().first()? {
        b'[' => scan::array(value)?.count(),
        b'{' => scan::object(value)?.count(),
        _ => 0,
    };
    i64::try_from(count).ok()
}

fn size(arguments: &Arguments) -> Result<ArrayRef> {
    let mut sizes = Int64Builder::new();
    each(arguments, |value| sizes.append_option(value.and_then(count)))?;
    Ok(Arc::new(sizes.finish()))
}

fn array_length(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let length = |row| i64::try_from(scan::array(texts.get(row)?)?.count()).ok();
    Ok(Arc::new((0..arguments.rows).map(length).collect::<arrow::array::Int64Array>()))
}

fn array_get(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, indices) = (arguments.texts(0)?, arguments.integers(1)?);
    let mut found = LargeStringBuilder::new();
    for row in 0..arguments.rows {
        let value = texts.get(row).zip(indices.get(row)).and_then(|(t, i)| element(t, i));
        found.append_option(value);
    }
    Ok(Arc::new(found.finish()))
}

/// Gives an element by its index from 0, from the end when negative.
fn element(text: &str, index: i64) -> Option<&str> {
    if let Ok(index) = usize::try_from(index) {
        return scan::array(text)?.nth(index);
    }
    let elements: Vec<_> = scan::array(text)?.collect();
    let back = usize::try_from(index.unsigned_abs()).ok()?;
    elements.len().checked_sub(back).and_then(|at| elements.get(at).copied())
}

fn array_contains(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let wanted = arrow::compute::cast(&arguments.array(1)?, &DataType::Utf8)?;
    let is_text =
        arguments.columns.get(1).is_some_and(|c| crate::trino_type::is_text(&c.data_type()));
    let wanted = Texts::of(&wanted)?;
    let mut answers = BooleanBuilder::new();
    for row in 0..arguments.rows {
        let answer = texts.get(row).zip(wanted.get(row)).and_then(|(text, wanted)| {
            let same = |value: &str| {
                if value.starts_with('"') {
                    is_text && scan::unquote(value).as_deref() == Some(wanted)
                } else {
                    !is_text && value == wanted
                }
            };
            Some(scan::array(text)?.any(same))
        });
        answers.append_option(answer);
    }
    Ok(Arc::new(answers.finish()))
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

fn parse(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let mut parsed = LargeStringBuilder::new();
    for row in 0..arguments.rows {
        match texts.get(row) {
            Some(text) if is_json(text) => parsed.append_value(text.trim()),
            None => parsed.append_null(),
            Some(text) => {
                let start: String = text.chars().take(40).collect();
                parsed.append_option(arguments.fails::<&str>(|| format!("no JSON: {start}"))?);
            }
        }
    }
    Ok(Arc::new(parsed.finish()))
}

fn format(arguments: &Arguments) -> Result<ArrayRef> {
    Ok(arrow::compute::cast(&arguments.array(0)?, &DataType::Utf8)?)
}

fn is_scalar(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let mut answers = BooleanBuilder::new();
    for row in 0..arguments.rows {
        let scalar = |text: &str| is_json(text) && !text.trim_start().starts_with(['{', '[']);
        answers.append_option(texts.get(row).map(scalar));
    }
    Ok(Arc::new(answers.finish()))
}
