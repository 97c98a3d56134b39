//! How a service says that an input breaks its model's constraints.

use super::Violation;
use crate::fault::Fault;
use crate::model::{Location, Protocol, Service, Shape};
use crate::protocol::MALFORMED;
use crate::value::{Members, Value};

/// Returns the refusal of an input of `shape`.
pub(super) fn of(service: &Service, shape: &Shape, violations: &[Violation]) -> Fault {
    match violations.first() {
        Some(first) if service.protocols.contains(&Protocol::RestXml) => bucket_fault(shape, first),
        Some(first) if service.query_compatible => queue_fault(first),
        _ => common_fault(service, violations),
    }
}

/// Returns S3's refusal, which tells bodies from what stands beside them.
fn bucket_fault(shape: &Shape, violation: &Violation) -> Fault {
    let name = violation.field.split('.').next().unwrap_or_default();
    let in_body = shape.member(name).is_some_and(|member| member.location == Location::Body);
    match (in_body, violation.missing && violation.field == name) {
        (true, true) => Fault::new("MissingRequestBodyError", "Request Body is empty"),
        (true, false) => Fault::new("MalformedXML", MALFORMED),
        (false, _) => {
            Fault::new("InvalidArgument", &*violation.text).with_member("ArgumentName", name)
        }
    }
}

/// Returns SQS's refusal.
fn queue_fault(violation: &Violation) -> Fault {
    if violation.missing {
        let text = format!("The request must contain the parameter {}.", violation.field);
        return Fault::new("MissingParameter", text);
    }
    Fault::new("InvalidParameterValue", &*violation.text)
}

fn common_fault(service: &Service, violations: &[Violation]) -> Fault {
    let texts: Vec<_> = violations.iter().map(|violation| violation.text.as_str()).collect();
    let count = texts.len();
    let plural = if count == 1 { "" } else { "s" };
    let text = format!("{count} validation error{plural} detected: {}", texts.join("; "));
    if service.protocols.first() == Some(&Protocol::AwsQuery) {
        return Fault::new("ValidationError", text);
    }
    with_fields(service, Fault::new("ValidationException", text), violations)
}

/// Fills the field list of the service's own exception, in either of the two spellings in use.
fn with_fields(service: &Service, fault: Fault, violations: &[Violation]) -> Fault {
    let Some(shape) = service.shape_named(&fault.code) else { return fault };
    let has = |name| shape.members().iter().any(|member| member.name == name);
    let list =
        |one: fn(&Violation) -> Members| -> Vec<Members> { violations.iter().map(one).collect() };
    if has("ValidationExceptionFieldList") {
        let one = |violation: &Violation| {
            Members::new()
                .with("Reason", Value::from("FieldValidationFailed"))
                .with("Field", Value::from(violation.field.as_str()))
                .with("Message", Value::from(violation.text.as_str()))
        };
        return fault.with_member("ValidationExceptionFieldList", list(one));
    }
    if has("fields") && has("reason") {
        let one = |violation: &Violation| {
            Members::new()
                .with("name", Value::from(violation.field.as_str()))
                .with("message", Value::from(violation.text.as_str()))
        };
        return fault.with_member("reason", "OTHER").with_member("fields", list(one));
    }
    fault
}
