//! rpcV2Cbor bodies.

mod read;
mod write;

use super::{Limits, Reply, fault_status};
use crate::fault::Fault;
use crate::model::{Service, ShapeId};
use crate::value::Members;

/// Returns the structure in a body; an empty body is an empty structure.
pub(super) fn decode(
    service: &Service,
    shape: Option<ShapeId>,
    body: &[u8],
    limits: &Limits,
) -> Result<Members, Fault> {
    if body.is_empty() {
        return Ok(Members::new());
    }
    read::Reader::new(service, limits, body).whole(shape.map(|shape| service.shape(shape)))
}

/// Returns the answer of a call that went well.
pub(super) fn encode(
    service: &Service,
    shape: Option<ShapeId>,
    output: &Members,
    request_id: &str,
) -> Reply {
    reply(200, request_id, write::structure(service, shape, output))
}

/// Returns the answer of a call that failed.
pub(super) fn encode_fault(service: Option<&Service>, fault: &Fault, request_id: &str) -> Reply {
    reply(fault_status(service, fault), request_id, write::failure(service, fault))
}

fn reply(status: u16, request_id: &str, body: Vec<u8>) -> Reply {
    Reply::new(status, "application/cbor", request_id, body)
        .with_header("smithy-protocol", "rpc-v2-cbor")
}
