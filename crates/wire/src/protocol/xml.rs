//! awsQuery answers: XML.

use std::fmt::Write as _;

use super::{Reply, fault_status, query, scalar, timestamp};
use crate::fault::Fault;
use crate::model::{Kind, Member, Operation, Service, Shape, TimestampFormat};
use crate::value::{Members, Value};

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
    let mut writer = Writer { service: Some(service), xml: String::with_capacity(512) };
    writer.open_root(&response, service.xml_namespace.unwrap_or_default());
    let shape = operation.output.map(|output| service.shape(output));
    match operation.result_wrapper {
        Some(wrapper) => writer.nested(wrapper, |writer| writer.structure(shape, output)),
        None => writer.structure(shape, output),
    }
    writer.nested("ResponseMetadata", |writer| writer.leaf("RequestId", request_id));
    writer.close(&response);
    Reply::new(200, "text/xml", request_id, writer.xml.into_bytes())
}

/// Returns the answer of a call that failed.
pub(super) fn encode_fault(service: Option<&Service>, fault: &Fault, request_id: &str) -> Reply {
    let status = fault_status(service, fault);
    let shape = service.and_then(|service| service.shape_named(&fault.code));
    let modelled = shape.and_then(|shape| shape.error).and_then(|error| error.query_code);
    let namespace = service.and_then(|service| service.xml_namespace).unwrap_or(FAULT_NAMESPACE);
    let mut writer = Writer { service, xml: String::with_capacity(512) };
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
    Reply::new(status, "text/xml", request_id, writer.xml.into_bytes())
}

struct Writer<'a> {
    service: Option<&'a Service>,
    xml: String,
}

impl<'a> Writer<'a> {
    fn open_root(&mut self, name: &str, namespace: &str) {
        write!(self.xml, "<{name} xmlns=\"").expect("a string takes every byte");
        self.text(namespace);
        self.xml.push_str("\">");
    }

    fn open(&mut self, name: &str) {
        self.xml.extend(["<", name, ">"]);
    }

    fn close(&mut self, name: &str) {
        self.xml.extend(["</", name, ">"]);
    }

    fn nested(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.open(name);
        inside(self);
        self.close(name);
    }

    fn leaf(&mut self, name: &str, text: &str) {
        self.nested(name, |writer| writer.text(text));
    }

    /// Writes text such that a parser reads the same text, line ends included.
    ///
    /// XML 1.0 has no way to say the other control characters; each becomes U+FFFD.
    fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.xml.push_str("&amp;"),
                '<' => self.xml.push_str("&lt;"),
                '>' => self.xml.push_str("&gt;"),
                '"' => self.xml.push_str("&quot;"),
                '\r' => self.xml.push_str("&#xD;"),
                '\t' | '\n' => self.xml.push(character),
                '\0'..='\x1F' | '\u{FFFE}' | '\u{FFFF}' => self.xml.push('\u{FFFD}'),
                _ => self.xml.push(character),
            }
        }
    }

    fn structure(&mut self, shape: Option<&'a Shape>, members: &Members) {
        for (name, value) in members.iter() {
            match shape.and_then(|shape| shape.member(name)) {
                Some(member) => self.named(member, value),
                None => debug_assert!(shape.is_none(), "{name} is no member of its shape"),
            }
        }
    }

    fn named(&mut self, member: &'a Member, value: &Value) {
        if let Some(service) = self.service {
            self.member(query::name_of(service, member), member, value);
        }
    }

    fn member(&mut self, name: &str, member: &'a Member, value: &Value) {
        let Some(service) = self.service else { return };
        let shape = service.shape(member.shape);
        match (&shape.kind, value) {
            (_, Value::Null) => {}
            (Kind::List { member: item, flattened: true, .. }, Value::List(items)) => {
                for value in items {
                    self.member(name, item, value);
                }
            }
            (Kind::Map { key, value, flattened: true }, Value::Map(entries)) => {
                self.entries(name, (key, value), entries);
            }
            (kind, value) => self.nested(name, |writer| match (kind, value) {
                (Kind::List { member: item, .. }, Value::List(items)) => {
                    for value in items {
                        writer.member(item.wire_name, item, value);
                    }
                }
                (Kind::Map { key, value, .. }, Value::Map(entries)) => {
                    writer.entries("entry", (key, value), entries);
                }
                (_, Value::Map(members)) => writer.structure(Some(shape), members),
                (_, value) => writer.text(&scalar_text(member, shape, value)),
            }),
        }
    }

    fn entries(&mut self, name: &str, (key, item): (&Member, &'a Member), entries: &Members) {
        for (entry, value) in entries.iter() {
            self.nested(name, |writer| {
                writer.leaf(key.wire_name, entry);
                writer.member(item.wire_name, item, value);
            });
        }
    }
}

fn scalar_text(member: &Member, shape: &Shape, value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => {
            scalar::not_finite(*number).map_or_else(|| number.to_string(), ToOwned::to_owned)
        }
        Value::Blob(bytes) => scalar::base64(bytes),
        Value::Timestamp(instant) => {
            let format = timestamp::format_of(Some(member), shape, TimestampFormat::Iso8601);
            timestamp::text(*instant, format)
        }
        Value::Null | Value::List(_) | Value::Map(_) | Value::Document(_) => String::new(),
    }
}
