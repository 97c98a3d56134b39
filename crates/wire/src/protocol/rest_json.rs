//! restJson: input spread over path, query string, headers and a JSON body.

use http::request::Parts;
use serde::Serialize as _;

use super::bindings::{self, payload_of};
use super::json::{self, FaultStyle, Reader, Written};
use super::{Limits, Reply, fault_status, serialization};
use crate::fault::Fault;
use crate::model::{Kind, Member, Operation, Service};
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
    bindings::decode(service, operation, parts, parts.uri.path(), &mut input)
        .map_err(serialization)?;
    Ok(input)
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

/// Returns the answer of a call that went well.
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
    if let Some(shape) = shape {
        bindings::encode(service, shape, output, &mut reply);
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

/// Returns the answer of a call that failed.
pub(super) fn encode_fault(service: Option<&Service>, fault: &Fault, request_id: &str) -> Reply {
    let body = json::encode_fault(service, fault, FaultStyle::RestJson);
    Reply::new(fault_status(service, fault), "application/json", request_id, body)
        .with_header("x-amzn-errortype", fault.code.as_ref())
}
