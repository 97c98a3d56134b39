//! restXml: S3's paths, query strings and headers around XML or raw bodies.
//!
//! ```text
//!   PutObject          payload blob       the body's bytes
//!   PutBucketPolicy    payload string     the body's text
//!   PutBucketTagging   payload structure  <Tagging xmlns="…">…</Tagging>
//!   ListObjectsV2      no payload member  <ListBucketResult xmlns="…">…</ListBucketResult>
//! ```
//!
//! A bucket may stand in the host: see [`addressing`]. One operation of S3 has an XML body without
//! a payload member, `SelectObjectContent`: its body is not read.

mod fault;

use std::borrow::Cow;

use http::request::Parts;

use super::bindings::{self, payload_of};
use super::xml::{self, Dialect, Writer};
use super::{Limits, Reply};
use crate::addressing;
use crate::fault::Fault;
use crate::model::{Kind, Location, Member, Operation, Service, Shape};
use crate::value::{Members, Value};

pub(super) use fault::encode_fault;

/// Returns the input of a call.
pub(super) fn decode(
    service: &Service,
    operation: &Operation,
    parts: &Parts,
    body: &[u8],
    limits: &Limits,
) -> Result<Members, Fault> {
    let mut input = Members::new();
    let shape = operation.input.map(|input| service.shape(input));
    if let Some(payload) = shape.and_then(payload_of)
        && !body.is_empty()
    {
        input.push(payload.name, payload_in(service, payload, body, limits)?);
    }
    bindings::decode(service, operation, parts, &addressing::path(parts), &mut input)
        .map_err(|text| Fault::new("InvalidArgument", text))?;
    Ok(input)
}

fn payload_in(
    service: &Service,
    payload: &Member,
    body: &[u8],
    limits: &Limits,
) -> Result<Value, Fault> {
    match service.shape(payload.shape).kind {
        Kind::Blob => Ok(Value::Blob(body.to_vec())),
        Kind::String { .. } => match std::str::from_utf8(body) {
            Ok(text) => Ok(Value::from(text)),
            Err(_) => Err(Fault::new("InvalidArgument", "The request body is not UTF-8")),
        },
        _ => xml::document(service, payload, body, limits),
    }
}

/// Returns the answer of a call that went well.
///
/// The status is the operation's, or 206 where the output names a range. A payload of bytes that
/// is absent leaves the body empty: whoever sends the answer may put its own in.
pub(super) fn encode(
    service: &Service,
    operation: &Operation,
    output: &Members,
    request_id: &str,
) -> Reply {
    let mut reply = fault::reply(operation.status.unwrap_or(200), request_id);
    let Some(shape) = operation.output.map(|output| service.shape(output)) else { return reply };
    bindings::encode(service, shape, output, &mut reply);
    if reply.status == 200 && has_header(&reply, "content-range") {
        reply.status = 206;
    }
    let (content_type, body) = body_out(service, operation, shape, output);
    reply.body = body;
    if !reply.body.is_empty() && !has_header(&reply, "content-type") {
        reply.headers.push((Cow::Borrowed("content-type"), content_type.to_owned()));
    }
    reply
}

fn has_header(reply: &Reply, name: &str) -> bool {
    reply.headers.iter().any(|(given, _)| given == name)
}

/// What stands in the outermost element.
#[derive(Clone, Copy)]
enum Inside<'a> {
    Nothing,
    Value(&'a Member, &'a Value),
    Members(&'a Shape, &'a Members),
}

fn body_out(
    service: &Service,
    operation: &Operation,
    shape: &Shape,
    output: &Members,
) -> (&'static str, Vec<u8>) {
    if let Some(payload) = payload_of(shape) {
        return payload_out(service, payload, output.get(payload.name));
    }
    let mut in_body = shape.members().iter().filter(|member| member.location == Location::Body);
    let Some(first) = in_body.next() else { return ("", Vec::new()) };
    let inside = match output.get(first.name) {
        _ if !operation.unwrapped => Inside::Members(shape, output),
        Some(value) => Inside::Value(first, value),
        None => Inside::Nothing,
    };
    document_out(service, operation.root.unwrap_or(shape.name), inside)
}

fn payload_out(
    service: &Service,
    payload: &Member,
    value: Option<&Value>,
) -> (&'static str, Vec<u8>) {
    let is_structure = matches!(service.shape(payload.shape).kind, Kind::Structure { .. });
    match value {
        Some(Value::Blob(bytes)) => ("binary/octet-stream", bytes.clone()),
        // The only text that S3 answers is a bucket's policy.
        Some(Value::String(text)) => ("application/json", text.clone().into_bytes()),
        Some(value) => document_out(service, payload.wire_name, Inside::Value(payload, value)),
        None if is_structure => document_out(service, payload.wire_name, Inside::Nothing),
        None => ("", Vec::new()),
    }
}

fn document_out(service: &Service, root: &str, inside: Inside<'_>) -> (&'static str, Vec<u8>) {
    let mut writer = Writer::new(Some(service), Dialect::Rest);
    writer.open_root(root, service.xml_namespace.unwrap_or_default());
    match inside {
        Inside::Nothing => {}
        Inside::Value(member, value) => writer.bare(member, value),
        Inside::Members(shape, members) => writer.structure(Some(shape), members),
    }
    writer.close(root);
    ("application/xml", writer.into_bytes())
}
