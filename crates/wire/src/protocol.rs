//! How input and output look in each protocol, from the model alone.
//!
//! Decoding goes straight from bytes into [`Members`], guided by the operation's shapes: there is
//! no tree in between. What the model does not know is passed over, as AWS does, but is held to the
//! same [`Limits`]. Texts of refusals are AWS's where AWS's are known.
//!
//! ```text
//!             awsJson 1.0/1.1   restJson            restXml             awsQuery     rpcV2Cbor
//!   input     json              json + path, query  xml + path, query   form         cbor
//!   output    json              json + headers      xml + headers       xml          cbor
//!   code at   __type            x-amzn-errortype    Code                Error/Code   __type
//! ```

mod bindings;
mod budget;
mod cbor;
mod json;
mod query;
mod rest_json;
mod rest_xml;
mod scalar;
mod timestamp;
mod xml;

use std::borrow::Cow;

use http::request::Parts;

use crate::fault::Fault;
use crate::model::{Operation, Protocol, Service};
use crate::value::Members;

pub(crate) use xml::MALFORMED;

/// How much a body may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How deep structures, lists and maps may nest; JSON bodies never go beyond 127.
    pub depth_max: usize,
    /// How many values one body may hold, those that the model does not know included.
    pub nodes_max: usize,
}

impl Default for Limits {
    /// Returns 64 levels and 100,000 values: far more than any served operation can use.
    fn default() -> Self {
        Self { depth_max: 64, nodes_max: 100_000 }
    }
}

/// An HTTP answer, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers; names are lower-case. Those of S3 metadata are a caller's own.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    fn new(status: u16, content_type: &str, request_id: &str, body: Vec<u8>) -> Self {
        let reply = Self { status, headers: Vec::new(), body };
        reply.with_header("content-type", content_type).with_header("x-amzn-requestid", request_id)
    }

    fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((Cow::Borrowed(name), value.into()));
        self
    }
}

/// Returns the input of a call.
///
/// A null stands for an absent member or entry. In a list it stays, since leaving it out would move
/// the items behind it; where the model does not allow it, validation refuses it.
///
/// # Errors
/// `SerializationException` (awsQuery: `MalformedInput`, restXml: `MalformedXML` and, beside the
/// body, `InvalidArgument`), status 400, when the body is not of the protocol, is not of the
/// operation's shapes, or asks for more than `limits`. Constraints are not looked at: that is
/// [`validate`](crate::validate::validate).
pub fn decode(
    service: &Service,
    operation: &Operation,
    protocol: Protocol,
    parts: &Parts,
    body: &[u8],
    limits: &Limits,
) -> Result<Members, Fault> {
    match protocol {
        Protocol::AwsJson1_0 | Protocol::AwsJson1_1 => {
            json::decode(service, operation.input, body, limits)
        }
        Protocol::RestJson => rest_json::decode(service, operation, parts, body, limits),
        Protocol::RestXml => rest_xml::decode(service, operation, parts, body, limits),
        Protocol::AwsQuery => query::decode(service, operation, parts.uri.query(), body, limits),
        Protocol::RpcV2Cbor => cbor::decode(service, operation.input, body, limits),
    }
}

/// Returns the answer of a call that went well.
///
/// Members that the operation's output does not have are left out (and caught by an assertion in
/// debug builds): a client never sees what the model does not say.
pub fn encode(
    service: &Service,
    operation: &Operation,
    protocol: Protocol,
    output: &Members,
    request_id: &str,
) -> Reply {
    let nothing = Members::new();
    let output = if operation.output.is_some() { output } else { &nothing };
    match protocol {
        Protocol::AwsJson1_0 | Protocol::AwsJson1_1 => {
            let body = json::encode(service, operation.output, output);
            Reply::new(200, json_content_type(protocol), request_id, body)
        }
        Protocol::RestJson => rest_json::encode(service, operation, output, request_id),
        Protocol::RestXml => rest_xml::encode(service, operation, output, request_id),
        Protocol::AwsQuery => xml::encode(service, operation, output, request_id),
        Protocol::RpcV2Cbor => cbor::encode(service, operation.output, output, request_id),
    }
}

/// Returns the answer of a call that failed.
///
/// The status is the model's where the service models the exception, else the fault's own.
/// `service` is absent when the request did not even say which one it meant.
pub fn encode_fault(
    service: Option<&Service>,
    protocol: Protocol,
    fault: &Fault,
    request_id: &str,
) -> Reply {
    match protocol {
        Protocol::AwsJson1_0 | Protocol::AwsJson1_1 => {
            let body = json::encode_fault(service, fault, json::FaultStyle::AwsJson);
            let status = fault_status(service, fault);
            let reply = Reply::new(status, json_content_type(protocol), request_id, body);
            match query_error(service, fault, status) {
                Some(error) => reply.with_header("x-amzn-query-error", error),
                None => reply,
            }
        }
        Protocol::RestJson => rest_json::encode_fault(service, fault, request_id),
        Protocol::RestXml => rest_xml::encode_fault(service, fault, request_id),
        Protocol::AwsQuery => xml::encode_fault(service, fault, request_id),
        Protocol::RpcV2Cbor => cbor::encode_fault(service, fault, request_id),
    }
}

/// Returns the awsJson body of a request: for a caller that speaks to a server by hand.
pub fn encode_input(service: &Service, operation: &Operation, input: &Members) -> Vec<u8> {
    json::encode(service, operation.input, input)
}

/// Returns the output in the awsJson body of an answer with status 200.
///
/// # Errors
/// `SerializationException` as for [`decode`].
pub fn decode_output(
    service: &Service,
    operation: &Operation,
    body: &[u8],
    limits: &Limits,
) -> Result<Members, Fault> {
    json::decode(service, operation.output, body, limits)
}

/// Returns the fault in the awsJson body of an answer with another status than 200.
///
/// A body that is no fault becomes one of code `UnknownError` with the body as its text.
pub fn decode_fault(status: u16, body: &[u8]) -> Fault {
    json::decode_fault(status, body)
}

fn fault_status(service: Option<&Service>, fault: &Fault) -> u16 {
    service
        .and_then(|service| service.error(&fault.code))
        .map_or(fault.status, |error| error.status)
}

/// Returns what clients that came from awsQuery read instead of the JSON's own code.
fn query_error(service: Option<&Service>, fault: &Fault, status: u16) -> Option<String> {
    let service = service.filter(|service| service.query_compatible)?;
    let modelled = service.error(&fault.code).and_then(|error| error.query_code);
    let sender = if status < 500 { "Sender" } else { "Receiver" };
    Some(format!("{};{sender}", modelled.unwrap_or(&fault.code)))
}

fn json_content_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::AwsJson1_0 => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    }
}

/// A body that is not what its shapes ask for.
fn serialization(text: impl Into<String>) -> Fault {
    Fault::new("SerializationException", text)
}

#[cfg(test)]
mod tests;
