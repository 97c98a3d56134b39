//! Regular expressions: found anywhere in the text, Java's way to write what replaces a match.

use super::arguments::Arguments;
use super::scalar::{Kind, Scalar, Takes};
use super::text::collect;
use crate::trino_type;
use arrow::array::{ArrayRef, BooleanBuilder, ListBuilder, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use regex::{Regex, RegexBuilder};
use std::sync::Arc;

/// The functions of this page.
pub(crate) fn all() -> Vec<Scalar> {
    use Kind::{Integer, Text};
    let text = |_: &[DataType]| DataType::Utf8;
    let number = |_: &[DataType]| DataType::Int64;
    let texts = |_: &[DataType]| trino_type::list(DataType::Utf8);
    let two = Takes::Kinds(2, &[Text, Text]);
    let group = Takes::Kinds(2, &[Text, Text, Integer]);
    vec![
        Scalar::new("regexp_like", two, |_| DataType::Boolean, is_match),
        Scalar::new("regexp_extract", group, text, extract),
        Scalar::new("regexp_extract_all", group, texts, extract_all),
        Scalar::new("regexp_replace", Takes::Kinds(2, &[Text, Text, Text]), text, replace),
        Scalar::new("regexp_count", two, number, count),
        Scalar::new("regexp_position", two, number, position),
        Scalar::new("regexp_split", two, texts, split),
    ]
}

/// Expressions are nearly always the same for every row: the last one is kept.
#[derive(Debug, Default)]
pub(crate) struct Expressions {
    last: Option<(String, Regex)>,
}

impl Expressions {
    /// Compiles an expression, of which size and memory are limited.
    pub(crate) fn get(&mut self, text: &str) -> Result<&Regex> {
        if self.last.as_ref().is_none_or(|(known, _)| known != text) {
            match RegexBuilder::new(text).size_limit(1 << 20).build() {
                Ok(expression) => self.last = Some((text.to_owned(), expression)),
                Err(error) => {
                    let why = error.to_string();
                    let why = why.lines().last().unwrap_or_default().replace("error: ", "");
                    return exec_err!("the regular expression '{text}' is not served: {why}");
                }
            }
        }
        if let Some((_, expression)) = &self.last {
            return Ok(expression);
        }
        exec_err!("an expression was just kept")
    }
}

/// Calls for each row that has a text and an expression.
fn each<T>(
    arguments: &Arguments,
    mut call: impl FnMut(usize, &str, &Regex) -> Result<Option<T>>,
    mut take: impl FnMut(Option<T>),
) -> Result<()> {
    let (texts, patterns) = (arguments.texts(0)?, arguments.texts(1)?);
    let mut kept = Expressions::default();
    for row in 0..arguments.rows {
        take(match texts.get(row).zip(patterns.get(row)) {
            Some((text, pattern)) => call(row, text, kept.get(pattern)?)?,
            None => None,
        });
    }
    Ok(())
}

fn is_match(arguments: &Arguments) -> Result<ArrayRef> {
    let mut answers = BooleanBuilder::new();
    each(arguments, |_, text, e| Ok(Some(e.is_match(text))), |a| answers.append_option(a))?;
    Ok(Arc::new(answers.finish()))
}

fn group(arguments: &Arguments, row: usize, expression: &Regex) -> Result<Option<usize>> {
    let Some(group) = arguments.integers_or(2, 0)?.get(row) else { return Ok(None) };
    match usize::try_from(group) {
        Ok(group) if group < expression.captures_len() => Ok(Some(group)),
        _ => exec_err!("the pattern has no group {group}"),
    }
}

fn extract(arguments: &Arguments) -> Result<ArrayRef> {
    let mut found = StringBuilder::new();
    each(
        arguments,
        |row, text, expression| {
            let Some(group) = group(arguments, row, expression)? else { return Ok(None) };
            let captures = expression.captures(text);
            Ok(captures.and_then(|c| Some(c.get(group)?.as_str().to_owned())))
        },
        |text: Option<String>| found.append_option(text),
    )?;
    Ok(Arc::new(found.finish()))
}

fn lists<T: AsRef<str>>(
    arguments: &Arguments,
    call: impl FnMut(usize, &str, &Regex) -> Result<Option<Vec<Option<T>>>>,
) -> Result<ArrayRef> {
    let mut lists = ListBuilder::new(StringBuilder::new());
    each(arguments, call, |found| {
        let is_some = found.is_some();
        found.into_iter().flatten().for_each(|text| lists.values().append_option(text));
        lists.append(is_some);
    })?;
    Ok(Arc::new(lists.finish()))
}

fn extract_all(arguments: &Arguments) -> Result<ArrayRef> {
    lists(arguments, |row, text, expression| {
        let Some(group) = group(arguments, row, expression)? else { return Ok(None) };
        let all = expression.captures_iter(text);
        Ok(Some(all.map(|c| Some(c.get(group)?.as_str().to_owned())).collect()))
    })
}

fn split(arguments: &Arguments) -> Result<ArrayRef> {
    lists(arguments, |_, text, expression| {
        Ok(Some(expression.split(text).map(|piece| Some(piece.to_owned())).collect()))
    })
}

fn replace(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, patterns) = (arguments.texts(0)?, arguments.texts(1)?);
    let with = arguments.texts_or(2, "")?;
    let mut kept = Expressions::default();
    collect(arguments.rows, |row| {
        let (Some(text), Some(pattern), Some(with)) =
            (texts.get(row), patterns.get(row), with.get(row))
        else {
            return Ok(None);
        };
        Ok(Some(kept.get(pattern)?.replace_all(text, replacement(with).as_str()).into_owned()))
    })
}

/// Rewrites Java's `$1`, `${name}` and `\$` as the regex crate takes them.
fn replacement(java: &str) -> String {
    let (mut text, mut chars) = (String::new(), java.chars().peekable());
    while let Some(ch) = chars.next() {
        match ch {
            '\\' => match chars.next() {
                Some('$') => text.push_str("$$"),
                Some(next) => text.push(next),
                None => {}
            },
            '$' if chars.peek().is_some_and(char::is_ascii_digit) => {
                text.push_str("${");
                while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                    text.push(digit);
                }
                text.push('}');
            }
            ch => text.push(ch),
        }
    }
    text
}

fn numbers(arguments: &Arguments, number: impl Fn(&str, &Regex) -> i64) -> Result<ArrayRef> {
    let mut numbers = Vec::new();
    each(arguments, |_, text, e| Ok(Some(number(text, e))), |n| numbers.push(n))?;
    Ok(super::map::numbers(numbers.into_iter()))
}

fn count(arguments: &Arguments) -> Result<ArrayRef> {
    numbers(arguments, |text, e| i64::try_from(e.find_iter(text).count()).unwrap_or(i64::MAX))
}

fn position(arguments: &Arguments) -> Result<ArrayRef> {
    numbers(arguments, |text, expression| {
        let before = expression.find(text).and_then(|found| text.get(..found.start()));
        let position = before.map(|before| before.chars().count() + 1);
        position.and_then(|p| i64::try_from(p).ok()).unwrap_or(-1)
    })
}
