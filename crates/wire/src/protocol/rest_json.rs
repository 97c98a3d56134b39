//! restJson: input spread over path, query string, headers and a JSON body.

use std::borrow::Cow;

use http::HeaderMap;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::Serialize as _;

use super::json::{self, FaultStyle, Reader, Written};
use super::{Limits, Reply, fault_status, query, scalar, serialization, timestamp};
use crate::fault::Fault;
use crate::model::{Kind, Location, Member, Operation, Service, Shape, TimestampFormat};
use crate::value::{Members, Value};

/// Returns the input of a call.
pub(super) fn decode(
    service: &Service,
    operation: &Operation,
    parts: &Parts,
    body: &[u8],
    limits: &Limits,
) -> Result<Members, Fault> {
    let reader = Reader::new(service, limits).http_bound();
    let shape = operation.input.map(|input| service.shape(input));
    let mut input = match shape.and_then(payload_of) {
        Some(payload) => payload_in(service, &reader, payload, body)?,
        None => reader.structure(operation.input, body)?,
    };
    let Some(shape) = shape else { return Ok(input) };
    let labels = labels_in(operation.path, parts.uri.path())?;
    let pairs = query::pairs(parts.uri.query().unwrap_or_default().as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|fault| serialization(fault.message))?;
    for member in shape.members() {
        let found = match member.location {
            Location::Body | Location::Status => None,
            Location::Path => {
                let label = labels.iter().find(|(name, _)| *name == member.wire_name);
                label.map(|(_, text)| plain(service, member, text)).transpose()?
            }
            Location::Query => queried(service, member, &pairs)?,
            Location::Header => header(service, member, &parts.headers)?,
            Location::PrefixHeaders => prefixed(member, &parts.headers)?,
        };
        if let Some(value) = found {
            input.push(member.name, value);
        }
    }
    Ok(input)
}

/// Returns the member that alone makes up the body, when there is one.
fn payload_of(shape: &Shape) -> Option<&Member> {
    match &shape.kind {
        Kind::Structure { members, payload: Some(payload), .. } => {
            members.iter().find(|member| member.name == *payload)
        }
        _ => None,
    }
}

fn payload_in(
    service: &Service,
    reader: &Reader<'_>,
    payload: &Member,
    body: &[u8],
) -> Result<Members, Fault> {
    let mut input = Members::new();
    if body.is_empty() {
        return Ok(input);
    }
    let value = match service.shape(payload.shape).kind {
        Kind::Blob => Value::Blob(body.to_vec()),
        Kind::String { .. } => match std::str::from_utf8(body) {
            Ok(text) => Value::String(text.to_owned()),
            Err(_) => return Err(serialization("The request body is not UTF-8")),
        },
        _ => reader.value(payload.shape, body)?,
    };
    input.push(payload.name, value);
    Ok(input)
}

/// Returns the labels of `template` with what stands in their places in `path`, decoded.
///
/// A greedy label (`{Key+}`) takes all segments that the rest of the template leaves to it.
fn labels_in(template: &'static str, path: &str) -> Result<Vec<(&'static str, String)>, Fault> {
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

fn percent_decoded(text: &str) -> Result<String, Fault> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|_| serialization("The request path is not UTF-8"))
}

fn plain(service: &Service, member: &Member, text: &str) -> Result<Value, Fault> {
    scalar::plain(&service.shape(member.shape).kind, text).map_err(serialization)
}

fn queried(
    service: &Service,
    member: &Member,
    pairs: &[(String, String)],
) -> Result<Option<Value>, Fault> {
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
                Err(serialization(format!("Duplicate query parameter '{name}' in the request")))
            }
        },
    }
}

fn header(service: &Service, member: &Member, headers: &HeaderMap) -> Result<Option<Value>, Fault> {
    let mut values = headers.get_all(member.wire_name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().map_err(|_| not_text(member.wire_name))?;
    match &service.shape(member.shape).kind {
        Kind::List { member: item, .. } => {
            let items = text.split(',').map(|text| plain(service, item, text.trim()));
            Ok(Some(Value::List(items.collect::<Result<_, _>>()?)))
        }
        _ => plain(service, member, text).map(Some),
    }
}

fn prefixed(member: &Member, headers: &HeaderMap) -> Result<Option<Value>, Fault> {
    let mut entries = Members::new();
    for (name, value) in headers {
        if let Some(key) = name.as_str().strip_prefix(member.wire_name) {
            let text = value.to_str().map_err(|_| not_text(name.as_str()))?;
            entries.push(key.to_owned(), Value::from(text));
        }
    }
    Ok((!entries.is_empty()).then_some(Value::Map(entries)))
}

fn not_text(name: &str) -> Fault {
    serialization(format!("Header '{name}' is not text"))
}

/// Returns the answer of a call that went well.
///
/// Maps spread over headers of one prefix have no place here: no served operation answers so.
pub(super) fn encode(
    service: &Service,
    operation: &Operation,
    output: &Members,
    request_id: &str,
) -> Reply {
    let shape = operation.output.map(|output| service.shape(output));
    let (content_type, body) = match shape.and_then(payload_of) {
        Some(payload) => payload_out(service, payload, output),
        None => (
            "application/json",
            body_out(&Written::structure(service, operation.output, output).http_bound()),
        ),
    };
    let mut reply = Reply::new(200, content_type, request_id, body);
    for member in shape.map(Shape::members).unwrap_or_default() {
        match (member.location, output.get(member.name)) {
            (Location::Status, Some(Value::Integer(status))) => {
                reply.status = u16::try_from(*status).unwrap_or(200);
            }
            (Location::Header, Some(value)) => {
                let text = header_text(service, member, value);
                reply = reply.with_header(member.wire_name, text);
            }
            _ => {}
        }
    }
    reply
}

fn payload_out(service: &Service, payload: &Member, output: &Members) -> (&'static str, Vec<u8>) {
    match output.get(payload.name) {
        None => ("application/json", Vec::new()),
        Some(Value::Blob(bytes)) => ("application/octet-stream", bytes.clone()),
        Some(Value::String(text)) => ("text/plain", text.clone().into_bytes()),
        Some(value) => {
            ("application/json", body_out(&Written::below(Some(service), Some(payload), value)))
        }
    }
}

fn body_out(written: &Written<'_>) -> Vec<u8> {
    let mut body = Vec::with_capacity(256);
    written
        .serialize(&mut serde_json::Serializer::new(&mut body))
        .expect("a value tree has string keys only and a vector takes every byte");
    body
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

/// Returns the answer of a call that failed.
pub(super) fn encode_fault(service: Option<&Service>, fault: &Fault, request_id: &str) -> Reply {
    let body = json::encode_fault(service, fault, FaultStyle::RestJson);
    Reply::new(fault_status(service, fault), "application/json", request_id, body)
        .with_header("x-amzn-errortype", fault.code.as_ref())
}
