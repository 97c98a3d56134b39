//! Holds answers against the model: what an operation says must be sayable on the wire.

use wire::model::{Kind, Models, Service, Shape};
use wire::{Fault, Members, Value};

use crate::Entry;

/// Faults that every query service may answer without modelling them.
const COMMON: &[&str] = &["AccessDenied", "InvalidClientTokenId", "ValidationError"];

/// Panics when an output has a member that the model does not know, or lacks a required one.
pub(crate) fn output(models: &Models, entry: &Entry, output: &Members) {
    let service = models.service(entry.service).unwrap();
    match service.operation(entry.operation).unwrap().output {
        Some(shape) => structure(service, service.shape(shape), output, entry.operation),
        None => assert!(output.is_empty(), "{} has no output", entry.operation),
    }
}

/// Panics when an operation answers an exception that its model does not list.
pub(crate) fn fault(models: &Models, entry: &Entry, fault: &Fault) {
    let service = models.service(entry.service).unwrap();
    let errors = &service.operation(entry.operation).unwrap().errors;
    let modelled = errors.iter().any(|error| service.shape(*error).name == fault.code);
    assert!(modelled || COMMON.contains(&&*fault.code), "{}: {fault}", entry.operation);
}

fn value(service: &Service, shape: &Shape, value: &Value, at: &str) {
    match (&shape.kind, value) {
        (Kind::Structure { .. }, Value::Map(members)) => structure(service, shape, members, at),
        (Kind::List { member, .. }, Value::List(items)) => {
            for item in items {
                self::value(service, service.shape(member.shape), item, at);
            }
        }
        (Kind::Map { value: of, .. }, Value::Map(entries)) => {
            for (key, entry) in entries.iter() {
                self::value(service, service.shape(of.shape), entry, &format!("{at}.{key}"));
            }
        }
        (Kind::String { values }, Value::String(text)) => {
            assert!(values.is_empty() || values.contains(&text.as_str()), "{at}: {text}");
        }
        (Kind::Boolean, Value::Bool(_))
        | (Kind::Integer | Kind::Long, Value::Integer(_))
        | (Kind::Timestamp, Value::Timestamp(_)) => {}
        (kind, value) => panic!("{at}: {value:?} is not a {kind:?}"),
    }
}

fn structure(service: &Service, shape: &Shape, members: &Members, at: &str) {
    for (name, found) in members.iter() {
        let member = shape.members().iter().find(|member| member.name == name);
        let member = member.unwrap_or_else(|| panic!("{at}: {} has no {name}", shape.name));
        value(service, service.shape(member.shape), found, &format!("{at}.{name}"));
    }
    for member in shape.members().iter().filter(|member| member.required) {
        assert!(members.get(member.name).is_some(), "{at}: {} lacks {}", shape.name, member.name);
    }
}
