//! awsQuery answers, and the XML that they share with restXml.

mod read;
mod write;

pub(crate) use read::MALFORMED;
pub(super) use read::document;
pub(super) use write::{Dialect, Writer};

use super::{Reply, fault_status};
use crate::fault::Fault;
use crate::model::{Operation, Service};
use crate::value::Members;

/// The namespace of faults of requests that named no service.
const FAULT_NAMESPACE: &str = "http://webservices.amazon.com/AWSFault/2005-15-09";

/// Returns the answer of a call that went well.
pub(super) fn encode(
    service: &Service,
    operation: &Operation,
    output: &Members,
    request_id: &str,
) -> Reply {
    let response = format!("{}Response", operation.name);
    let mut writer = Writer::new(Some(service), Dialect::Query);
    writer.open_root(&response, service.xml_namespace.unwrap_or_default());
    let shape = operation.output.map(|output| service.shape(output));
    match operation.result_wrapper {
        Some(wrapper) => writer.nested(wrapper, |writer| writer.structure(shape, output)),
        None => writer.structure(shape, output),
    }
    writer.nested("ResponseMetadata", |writer| writer.leaf("RequestId", request_id));
    writer.close(&response);
    Reply::new(200, "text/xml", request_id, writer.into_bytes())
}

/// Returns the answer of a call that failed.
pub(super) fn encode_fault(service: Option<&Service>, fault: &Fault, request_id: &str) -> Reply {
    let status = fault_status(service, fault);
    let shape = service.and_then(|service| service.shape_named(&fault.code));
    let modelled = shape.and_then(|shape| shape.error).and_then(|error| error.query_code);
    let namespace = service.and_then(|service| service.xml_namespace).unwrap_or(FAULT_NAMESPACE);
    let mut writer = Writer::new(service, Dialect::Query);
    writer.open_root("ErrorResponse", namespace);
    writer.nested("Error", |writer| {
        writer.leaf("Type", if status < 500 { "Sender" } else { "Receiver" });
        writer.leaf("Code", modelled.unwrap_or(&fault.code));
        writer.leaf("Message", &fault.message);
        for (name, value) in fault.members.iter() {
            if let Some(member) = shape.and_then(|shape| shape.member(name)) {
                writer.named(member, value);
            }
        }
    });
    writer.leaf("RequestId", request_id);
    writer.close("ErrorResponse");
    Reply::new(status, "text/xml", request_id, writer.into_bytes())
}
