//! The parts of a URL.

use super::arguments::Arguments;
use super::scalar::{Kind, Scalar, Takes};
use super::text::collect;
use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::Result;

/// The functions of this page.
pub(crate) fn all() -> Vec<Scalar> {
    use Kind::Text;
    let text = |_: &[DataType]| DataType::Utf8;
    let one = |name, run| Scalar::new(name, Takes::Kinds(1, &[Text]), text, run);
    vec![
        one("url_extract_protocol", |a| part(a, |url| url.protocol)),
        one("url_extract_host", |a| part(a, |url| Some(url.host))),
        one("url_extract_path", |a| part(a, |url| Some(url.path))),
        one("url_extract_query", |a| part(a, |url| Some(url.query))),
        one("url_extract_fragment", |a| part(a, |url| Some(url.fragment))),
        one("url_encode", encode),
        one("url_decode", decode),
        Scalar::new("url_extract_port", Takes::Kinds(1, &[Text]), |_| DataType::Int64, port),
        Scalar::new("url_extract_parameter", Takes::Kinds(2, &[Text, Text]), text, parameter),
    ]
}

/// A URL, taken apart.
struct Url<'a> {
    protocol: Option<&'a str>,
    host: &'a str,
    port: Option<i64>,
    path: &'a str,
    query: &'a str,
    fragment: &'a str,
}

fn url(text: &str) -> Option<Url<'_>> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let Some((protocol, rest)) = rest.split_once("://") else {
        return Some(Url { protocol: None, host: "", port: None, path: rest, query, fragment });
    };
    let slash = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = (rest.get(..slash)?, rest.get(slash..)?);
    let authority = authority.rsplit('@').next()?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (host, port.parse().ok()),
        _ => (authority, None),
    };
    Some(Url { protocol: Some(protocol), host, port, path, query, fragment })
}

fn part(arguments: &Arguments, part: fn(Url<'_>) -> Option<&str>) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    collect(arguments.rows, |row| {
        Ok(texts.get(row).and_then(url).and_then(part).map(str::to_owned))
    })
}

fn port(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    Ok(super::map::numbers((0..arguments.rows).map(|row| url(texts.get(row)?)?.port)))
}

fn parameter(arguments: &Arguments) -> Result<ArrayRef> {
    let (texts, names) = (arguments.texts(0)?, arguments.texts(1)?);
    collect(arguments.rows, |row| {
        let Some((text, name)) = texts.get(row).zip(names.get(row)) else { return Ok(None) };
        let query = url(text).map(|url| url.query).unwrap_or_default();
        let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let value = pairs.find(|(key, _)| decoded(key).as_deref() == Some(name));
        Ok(value.and_then(|(_, value)| decoded(value)))
    })
}

fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn encode(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    let encoded = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
            char::from(byte).to_string()
        }
        b' ' => "+".to_owned(),
        byte => format!("%{byte:02X}"),
    };
    collect(arguments.rows, |row| Ok(texts.get(row).map(|t| t.bytes().map(encoded).collect())))
}

fn decode(arguments: &Arguments) -> Result<ArrayRef> {
    let texts = arguments.texts(0)?;
    collect(arguments.rows, |row| match texts.get(row) {
        None => Ok(None),
        Some(text) => match decoded(text) {
            Some(text) => Ok(Some(text)),
            None => arguments.fails(|| "text that is not URL-encoded".into()),
        },
    })
}
