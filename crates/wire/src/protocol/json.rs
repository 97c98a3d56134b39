//! JSON bodies: all of awsJson, the bodies of restJson.

mod read;
mod write;

use serde::Serialize as _;

use super::Limits;
use crate::fault::Fault;
use crate::model::{Service, ShapeId};
use crate::value::Members;

pub(super) use read::Reader;
pub(super) use write::Written;

/// Returns the structure in a body; an empty body is an empty structure.
pub(super) fn decode(
    service: &Service,
    shape: Option<ShapeId>,
    body: &[u8],
    limits: &Limits,
) -> Result<Members, Fault> {
    Reader::new(service, limits).structure(shape, body)
}

/// Returns the body that holds a structure.
pub(super) fn encode(service: &Service, shape: Option<ShapeId>, members: &Members) -> Vec<u8> {
    let mut body = Vec::with_capacity(256);
    Written::structure(service, shape, members)
        .serialize(&mut serde_json::Serializer::new(&mut body))
        .expect("a value tree has string keys only and a vector takes every byte");
    body
}

/// Where a protocol puts the code and the text of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultStyle {
    /// Code in `__type`; the text in both spellings, as clients of either kind read it.
    AwsJson,
    /// The code is in a header; the text in the model's spelling.
    RestJson,
}

/// Returns the body of a fault.
pub(super) fn encode_fault(service: Option<&Service>, fault: &Fault, style: FaultStyle) -> Vec<u8> {
    let mut body = Vec::with_capacity(256);
    write::Failure { service, fault, style }
        .serialize(&mut serde_json::Serializer::new(&mut body))
        .expect("a value tree has string keys only and a vector takes every byte");
    body
}

/// Returns the spelling of the text member in the model of a fault's exception.
pub(super) fn message_member(service: Option<&Service>, fault: &Fault) -> &'static str {
    service
        .and_then(|service| service.shape_named(&fault.code))
        .and_then(|shape| shape.members().iter().find(|m| m.name.eq_ignore_ascii_case("message")))
        .map_or("message", |member| member.name)
}

/// Returns the fault that an awsJson body tells of.
pub(super) fn decode_fault(status: u16, body: &[u8]) -> Fault {
    #[derive(serde::Deserialize)]
    struct Told {
        #[serde(rename = "__type")]
        code: String,
        message: Option<String>,
        #[serde(rename = "Message")]
        upper_message: Option<String>,
    }
    match serde_json::from_slice::<Told>(body) {
        Ok(told) => {
            let code = told.code.rsplit('#').next().unwrap_or_default().to_owned();
            let message = told.message.or(told.upper_message).unwrap_or_default();
            Fault::new(code, message).with_status(status)
        }
        Err(_) => Fault::new("UnknownError", String::from_utf8_lossy(body)).with_status(status),
    }
}
