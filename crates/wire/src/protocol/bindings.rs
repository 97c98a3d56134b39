//! What travels outside the body in restJson and restXml: path, query string and headers.

use std::borrow::Cow;

use http::HeaderMap;
use http::request::Parts;
use percent_encoding::percent_decode_str;

use super::{Reply, query, scalar, timestamp};
use crate::model::{Kind, Location, Member, Operation, Protocol, Service, Shape, TimestampFormat};
use crate::value::{Members, Value};

/// Returns the member that alone makes up the body, when there is one.
pub(super) fn payload_of(shape: &Shape) -> Option<&Member> {
    match &shape.kind {
        Kind::Structure { members, payload: Some(payload), .. } => {
            members.iter().find(|member| member.name == *payload)
        }
        _ => None,
    }
}

/// Adds to `input` what `path`, query string and headers hold.
///
/// # Errors
/// A text for the caller.
pub(super) fn decode(
    service: &Service,
    operation: &Operation,
    parts: &Parts,
    path: &str,
    input: &mut Members,
) -> Result<(), String> {
    let Some(shape) = operation.input.map(|input| service.shape(input)) else { return Ok(()) };
    let labels = labels_in(operation.path, path)?;
    let pairs = query::pairs(parts.uri.query().unwrap_or_default().as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|fault| fault.message)?;
    let hoists = service.protocols.contains(&Protocol::RestXml);
    let given = Given { headers: &parts.headers, pairs: if hoists { &pairs } else { &[] } };
    for member in shape.members() {
        let found = match member.location {
            Location::Body | Location::Status => None,
            Location::Path => {
                let label = labels.iter().find(|(name, _)| *name == member.wire_name);
                label.map(|(_, text)| plain(service, member, text)).transpose()?
            }
            Location::Query => queried(service, member, &pairs)?,
            Location::Header => header(service, member, &given)?,
            Location::PrefixHeaders => prefixed(member, &given)?,
        };
        if let Some(value) = found {
            input.push(member.name, value);
        }
    }
    Ok(())
}

/// Returns the labels of `template` with what stands in their places in `path`, decoded.
///
/// A greedy label (`{Key+}`) takes all segments that the rest of the template leaves to it.
fn labels_in(template: &'static str, path: &str) -> Result<Vec<(&'static str, String)>, String> {
    let template = template.split('?').next().unwrap_or_default();
    let places = template.split('/').count();
    let mut segments = path.split('/');
    let spare = path.split('/').count().saturating_sub(places);
    let mut labels = Vec::new();
    for place in template.split('/') {
        let mut found = segments.next().unwrap_or_default().to_owned();
        let Some(label) = place.strip_prefix('{').and_then(|label| label.strip_suffix('}')) else {
            continue;
        };
        if label.ends_with('+') {
            for segment in segments.by_ref().take(spare) {
                found.extend(["/", segment]);
            }
        }
        labels.push((label.trim_end_matches('+'), percent_decoded(&found)?));
    }
    Ok(labels)
}

fn percent_decoded(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|_| "The request path is not UTF-8".to_owned())
}

fn plain(service: &Service, member: &Member, text: &str) -> Result<Value, String> {
    scalar::plain(&service.shape(member.shape).kind, text)
}

fn queried(
    service: &Service,
    member: &Member,
    pairs: &[(String, String)],
) -> Result<Option<Value>, String> {
    let mut texts = pairs.iter().filter(|(name, _)| name == member.wire_name).map(|(_, text)| text);
    match &service.shape(member.shape).kind {
        Kind::List { member: item, .. } => {
            let values =
                texts.map(|text| plain(service, item, text)).collect::<Result<Vec<_>, _>>()?;
            Ok((!values.is_empty()).then_some(Value::List(values)))
        }
        _ => match (texts.next(), texts.next()) {
            (None, _) => Ok(None),
            (Some(text), None) => plain(service, member, text).map(Some),
            (Some(_), Some(_)) => {
                let name = member.wire_name;
                Err(format!("Duplicate query parameter '{name}' in the request"))
            }
        },
    }
}

/// Headers, and the parameters of a presigned request that stand for some.
struct Given<'r> {
    headers: &'r HeaderMap,
    pairs: &'r [(String, String)],
}

impl<'r> Given<'r> {
    /// Returns the text of a header, or of the parameter that stands for it.
    fn text(&self, name: &str) -> Result<Option<&'r str>, String> {
        match self.headers.get(name) {
            Some(value) => text_of(name, value).map(Some),
            None => Ok(self.hoisted().find(|(given, _)| given == name).map(|(_, text)| text)),
        }
    }

    /// Returns the parameters that stand for headers: signers put those into the query string that
    /// a browser would not send.
    fn hoisted(&self) -> impl Iterator<Item = (String, &'r str)> {
        let pairs = self.pairs.iter().map(|(name, text)| (name.to_ascii_lowercase(), &**text));
        pairs.filter(|(name, _)| name.starts_with("x-amz-") || name == "content-type")
    }

    /// Returns the text of a header, as if the body had not come in `aws-chunked` pieces.
    fn unchunked(&self, name: &str) -> Result<Option<Cow<'r, str>>, String> {
        match (name, self.text(name)?) {
            ("content-encoding", Some(text)) if text.contains("aws-chunked") => {
                let codings = text.split(',').map(str::trim);
                let others: Vec<_> = codings.filter(|coding| *coding != "aws-chunked").collect();
                Ok(Some(others.join(",")).filter(|others| !others.is_empty()).map(Cow::Owned))
            }
            ("content-length", text) => {
                Ok(self.text("x-amz-decoded-content-length")?.or(text).map(Cow::Borrowed))
            }
            (_, text) => Ok(text.map(Cow::Borrowed)),
        }
    }

    /// Returns the lines of a header as one, as HTTP lets anybody join those of a list.
    fn joined(&self, name: &str) -> Result<Option<Cow<'r, str>>, String> {
        let mut lines = self.headers.get_all(name).iter().map(|value| text_of(name, value));
        match (lines.next().transpose()?, lines.next().transpose()?) {
            (Some(first), Some(second)) => {
                let rest = lines.collect::<Result<Vec<_>, _>>()?;
                Ok(Some(Cow::Owned([&[first, second], &*rest].concat().join(","))))
            }
            _ => self.unchunked(name),
        }
    }
}

fn header(service: &Service, member: &Member, given: &Given<'_>) -> Result<Option<Value>, String> {
    let is_list = matches!(service.shape(member.shape).kind, Kind::List { .. });
    let name = member.wire_name;
    let text = if is_list { given.joined(name)? } else { given.unchunked(name)? };
    let Some(text) = text else { return Ok(None) };
    let text = &*text;
    match &service.shape(member.shape).kind {
        Kind::List { member: item, .. } => {
            let items = text.split(',').map(|text| plain(service, item, text.trim()));
            Ok(Some(Value::List(items.collect::<Result<_, _>>()?)))
        }
        // A condition whose date cannot be read is none (RFC 9110, 13.1.3).
        Kind::Timestamp if member.wire_name.ends_with("modified-since") => {
            Ok(plain(service, member, text).ok())
        }
        _ => plain(service, member, text).map(Some),
    }
}

fn prefixed(member: &Member, given: &Given<'_>) -> Result<Option<Value>, String> {
    let mut entries = Members::new();
    for name in given.headers.keys() {
        let Some(key) = name.as_str().strip_prefix(member.wire_name) else { continue };
        let texts = given.headers.get_all(name).iter().map(|value| text_of(name.as_str(), value));
        let text = texts.collect::<Result<Vec<_>, _>>()?.join(",");
        entries.push(key.to_owned(), Value::from(text));
    }
    for (name, text) in given.hoisted() {
        let Some(key) = name.strip_prefix(member.wire_name) else { continue };
        if entries.get(key).is_none() {
            entries.push(key.to_owned(), Value::from(text));
        }
    }
    Ok((!entries.is_empty()).then_some(Value::Map(entries)))
}

fn text_of<'h>(name: &str, value: &'h http::HeaderValue) -> Result<&'h str, String> {
    let text = std::str::from_utf8(value.as_bytes()).ok();
    text.filter(|text| !text.contains(char::is_control))
        .ok_or_else(|| format!("Header '{name}' is not text"))
}

/// Adds to `reply` the status and the headers that the output asks for.
pub(super) fn encode(service: &Service, shape: &Shape, output: &Members, reply: &mut Reply) {
    for member in shape.members() {
        match (member.location, output.get(member.name)) {
            (Location::Status, Some(Value::Integer(status))) => {
                reply.status = u16::try_from(*status).unwrap_or(200);
            }
            (Location::Header, Some(value)) => {
                let text = header_text(service, member, value);
                reply.headers.push((Cow::Borrowed(member.wire_name), text));
            }
            (Location::PrefixHeaders, Some(Value::Map(entries))) => {
                reply.headers.extend(entries.iter().filter_map(|(name, value)| {
                    let name = format!("{}{}", member.wire_name, name.to_ascii_lowercase());
                    Some((Cow::Owned(name), encoded_word(value.as_str()?)))
                }));
            }
            _ => {}
        }
    }
}

/// Returns text beyond ASCII as RFC 2047 writes it in headers, and S3 metadata.
fn encoded_word(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    format!("=?UTF-8?B?{}?=", scalar::base64(text.as_bytes()))
}

fn header_text(service: &Service, member: &Member, value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Blob(bytes) => scalar::base64(bytes),
        Value::Timestamp(instant) => {
            let shape = service.shape(member.shape);
            let format = timestamp::format_of(Some(member), shape, TimestampFormat::HttpDate);
            timestamp::text(*instant, format)
        }
        Value::List(items) => {
            let texts: Vec<_> =
                items.iter().map(|item| header_text(service, member, item)).collect();
            texts.join(", ")
        }
        Value::Null | Value::Map(_) | Value::Document(_) => String::new(),
    }
}
