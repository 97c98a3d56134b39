//! Text functions whose rules in Trino are not DataFusion's.

use super::arguments::Arguments;
use super::scalar::{Kind, Scalar, Takes};
use crate::trino_type;
use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Int64Builder, ListBuilder, StringBuilder,
};
use arrow::datatypes::DataType;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use datafusion::common::Result;
use std::sync::Arc;

/// The functions of this page.
pub(crate) fn all() -> Vec<Scalar> {
    use Kind::{Bytes, Integer, Text};
    let text = |_: &[DataType]| DataType::Utf8;
    let number = |_: &[DataType]| DataType::Int64;
    let bytes = |_: &[DataType]| DataType::Binary;
    let texts = |_: &[DataType]| trino_type::list(DataType::Utf8);
    vec![
        Scalar::new("substr", Takes::Kinds(2, &[Text, Integer, Integer]), text, substr),
        Scalar::new("split_part", Takes::Kinds(3, &[Text, Text, Integer]), text, split_part),
        Scalar::new("split", Takes::Kinds(2, &[Text, Text, Integer]), texts, split),
        Scalar::new("strpos", Takes::Kinds(2, &[Text, Text, Integer]), number, strpos),
        Scalar::new("codepoint", Takes::Kinds(1, &[Text]), number, codepoint),
        Scalar::new("to_hex", Takes::Kinds(1, &[Bytes]), text, to_hex),
        Scalar::new("from_hex", Takes::Kinds(1, &[Text]), bytes, from_hex),
        Scalar::new("to_base64", Takes::Kinds(1, &[Bytes]), text, to_base64),
        Scalar::new("to_base64url", Takes::Kinds(1, &[Bytes]), text, to_base64),
        Scalar::new("from_base64", Takes::Kinds(1, &[Text]), bytes, from_base64),
        Scalar::new("from_base64url", Takes::Kinds(1, &[Text]), bytes, from_base64),
        Scalar::new("to_utf8", Takes::Kinds(1, &[Text]), bytes, to_utf8),
        Scalar::new("from_utf8", Takes::Kinds(1, &[Bytes]), text, from_utf8),
        Scalar::new("$like", Takes::Kinds(2, &[Text, Text, Text]), |_| DataType::Boolean, like),
        Scalar::new("to_base", Takes::Kinds(2, &[Integer, Integer]), text, to_base),
        Scalar::new("from_base", Takes::Kinds(2, &[Text, Integer]), number, from_base),
    ]
}

/// Collects one text a row.
pub(crate) fn collect(
    rows: usize,
    mut text: impl FnMut(usize) -> Result<Option<String>>,
) -> Result<ArrayRef> {
    let mut texts = StringBuilder::new();
    for row in 0..rows {
        texts.append_option(text(row)?);
    }
    Ok(Arc::new(texts.finish()))
}

fn substr(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, starts) = (arguments.texts(0)?, arguments.integers(1)?);
    let lengths = arguments.integers_or(2, i64::MAX)?;
    collect(arguments.rows, |row| {
        let (Some(text), Some(start), Some(length)) =
            (texts.get(row), starts.get(row), lengths.get(row))
        else {
            return Ok(None);
        };
        Ok(Some(part(text, start, length)))
    })
}

/// Positions count characters from 1, from the end when negative; none where there is none.
fn part(text: &str, start: i64, length: i64) -> String {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let from = if start < 0 { count.saturating_add(start) } else { start - 1 };
    let inside = start != 0 && (0..count).contains(&from) && length > 0;
    let (Ok(skip), Ok(take)) = (usize::try_from(from), usize::try_from(length)) else {
        return String::new();
    };
    if inside { text.chars().skip(skip).take(take).collect() } else { String::new() }
}

fn split_part(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, separators) = (arguments.texts(0)?, arguments.texts(1)?);
    let indices = arguments.integers(2)?;
    collect(arguments.rows, |row| {
        let (Some(text), Some(separator), Some(index)) =
            (texts.get(row), separators.get(row), indices.get(row))
        else {
            return Ok(None);
        };
        let Some(nth) = index.checked_sub(1).and_then(|i| usize::try_from(i).ok()) else {
            return arguments.fails(|| "the index of split_part counts from 1".into());
        };
        Ok(pieces(text, separator).nth(nth).map(str::to_owned))
    })
}

/// An empty separator splits nothing.
fn pieces<'a>(text: &'a str, separator: &'a str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    match separator {
        "" => Box::new(std::iter::once(text)),
        separator => Box::new(text.split(separator)),
    }
}

fn split(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, separators) = (arguments.texts(0)?, arguments.texts(1)?);
    let limits = arguments.integers_or(2, i64::MAX)?;
    let mut lists = ListBuilder::new(StringBuilder::new());
    for row in 0..arguments.rows {
        let (Some(text), Some(separator), Some(limit)) =
            (texts.get(row), separators.get(row), limits.get(row))
        else {
            lists.append(false);
            continue;
        };
        let limit = usize::try_from(limit).unwrap_or(1).max(1);
        if separator.is_empty() {
            lists.values().append_value(text);
        } else {
            text.splitn(limit, separator).for_each(|piece| lists.values().append_value(piece));
        }
        lists.append(true);
    }
    Ok(Arc::new(lists.finish()))
}

fn strpos(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, wanted) = (arguments.texts(0)?, arguments.texts(1)?);
    let instances = arguments.integers_or(2, 1)?;
    let mut positions = Int64Builder::new();
    for row in 0..arguments.rows {
        let found = texts.get(row).zip(wanted.get(row)).zip(instances.get(row));
        positions.append_option(found.map(|((text, wanted), n)| position(text, wanted, n)));
    }
    Ok(Arc::new(positions.finish()))
}

/// The position, in characters from 1, of the n-th place where it stands; 0 for none.
fn position(text: &str, wanted: &str, instance: i64) -> i64 {
    let nth = usize::try_from(instance.unsigned_abs()).unwrap_or(usize::MAX).saturating_sub(1);
    let at = match instance {
        0 => None,
        n if n > 0 => text.match_indices(wanted).nth(nth),
        _ => text.rmatch_indices(wanted).nth(nth),
    };
    let before = at.and_then(|(index, _)| text.get(..index)).map(|t| t.chars().count() + 1);
    before.and_then(|count| i64::try_from(count).ok()).unwrap_or(0)
}

fn codepoint(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let point = |row| Some(i64::from(u32::from(texts.get(row)?.chars().next()?)));
    Ok(super::map::numbers((0..arguments.rows).map(point)))
}

fn each_bytes(arguments: &Arguments, text: impl Fn(&[u8]) -> String) -> Result<ArrayRef> {
    let bytes = arguments.bytes(0)?;
    let mut texts = StringBuilder::new();
    bytes.iter().for_each(|value| texts.append_option(value.map(&text)));
    Ok(Arc::new(texts.finish()))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |number: u8| char::from_digit(u32::from(number), 16).unwrap_or('0');
    let digits = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.map(|digit| digit.to_ascii_uppercase()).collect()
}

fn to_hex(arguments: &Arguments) -> Result<ArrayRef> {
    each_bytes(arguments, hex)
}

fn to_base64(arguments: &Arguments) -> Result<ArrayRef> {
    let engine = if arguments.name.ends_with("url") { URL_SAFE } else { STANDARD };
    each_bytes(arguments, |bytes| engine.encode(bytes))
}

fn from_utf8(arguments: &Arguments) -> Result<ArrayRef> {
    each_bytes(arguments, |bytes| String::from_utf8_lossy(bytes).into_owned())
}

fn decoded(
    arguments: &Arguments,
    what: &str,
    decode: impl Fn(&str) -> Option<Vec<u8>>,
) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let mut bytes = BinaryBuilder::new();
    for row in 0..arguments.rows {
        let value = match texts.get(row) {
            None => None,
            Some(text) => match decode(text) {
                Some(value) => Some(value),
                None => arguments.fails(|| format!("text that is not {what}"))?,
            },
        };
        bytes.append_option(value);
    }
    Ok(Arc::new(bytes.finish()))
}

fn from_hex(arguments: &Arguments) -> Result<ArrayRef> {
    decoded(arguments, "hexadecimal", |text| {
        let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
        (0..text.len()).step_by(2).map(pair).collect()
    })
}

fn from_base64(arguments: &Arguments) -> Result<ArrayRef> {
    let engine = if arguments.name.ends_with("url") { URL_SAFE } else { STANDARD };
    decoded(arguments, "base64", |text| engine.decode(text).ok())
}

fn to_utf8(arguments: &Arguments) -> Result<ArrayRef> {
    decoded(arguments, "text", |text| Some(text.as_bytes().to_vec()))
}

/// LIKE whose pattern or escape is not the same for every row.
fn like(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, patterns) = (arguments.texts(0)?, arguments.texts(1)?);
    let escapes = arguments.texts_or(2, "")?;
    let mut kept = super::regular::Expressions::default();
    let mut answers = BooleanBuilder::new();
    for row in 0..arguments.rows {
        match (texts.get(row), patterns.get(row), escapes.get(row)) {
            (Some(text), Some(pattern), Some(escape)) => {
                let expression = like_expression(pattern, escape.chars().next());
                answers.append_value(kept.get(&expression)?.is_match(text));
            }
            _ => answers.append_null(),
        }
    }
    Ok(Arc::new(answers.finish()))
}

fn like_expression(pattern: &str, escape: Option<char>) -> String {
    let (mut expression, mut chars) = (String::from("(?s)^"), pattern.chars());
    while let Some(ch) = chars.next() {
        match ch {
            ch if Some(ch) == escape => {
                let next = chars.next().map(String::from).unwrap_or_default();
                expression.push_str(&regex::escape(&next));
            }
            '%' => expression.push_str(".*"),
            '_' => expression.push('.'),
            ch => expression.push_str(&regex::escape(ch.encode_utf8(&mut [0; 4]))),
        }
    }
    expression.push('$');
    expression
}

fn to_base(arguments: &Arguments) -> Result<ArrayRef> {
    let (values, radixes) = (arguments.integers(0)?, arguments.integers(1)?);
    collect(arguments.rows, |row| {
        let Some((value, radix)) = values.get(row).zip(radixes.get(row)) else { return Ok(None) };
        match u32::try_from(radix) {
            Ok(radix) if (2..=36).contains(&radix) => Ok(Some(in_radix(value, radix))),
            _ => arguments.fails(|| "a radix is 2 to 36".into()),
        }
    })
}

fn in_radix(value: i64, radix: u32) -> String {
    let (mut rest, mut digits) = (value.unsigned_abs(), Vec::new());
    while rest > 0 || digits.is_empty() {
        let digit = u32::try_from(rest % u64::from(radix)).unwrap_or(0);
        digits.push(char::from_digit(digit, radix).unwrap_or('0'));
        rest /= u64::from(radix);
    }
    let sign = if value < 0 { "-" } else { "" };
    sign.chars().chain(digits.into_iter().rev()).collect()
}

fn from_base(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, radixes) = (arguments.texts(0)?, arguments.integers(1)?);
    let mut numbers = Int64Builder::new();
    for row in 0..arguments.rows {
        let number = match texts.get(row).zip(radixes.get(row)) {
            None => None,
            Some((text, radix)) => {
                let radix = u32::try_from(radix).ok().filter(|r| (2..=36).contains(r));
                match radix.and_then(|radix| i64::from_str_radix(text, radix).ok()) {
                    Some(number) => Some(number),
                    None => arguments.fails(|| "from_base cannot read this number".into())?,
                }
            }
        };
        numbers.append_option(number);
    }
    Ok(Arc::new(numbers.finish()))
}
