//! Writes XML by the shapes of a model.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::model::{Kind, Location, Member, Service, Shape, TimestampFormat};
use crate::protocol::{query, scalar, timestamp};
use crate::value::{Members, Value};

/// What `xsi` stands for, the only prefix that a model uses.
const XSI_NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Whose XML it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::protocol) enum Dialect {
    /// awsQuery: lists go by the names of forms.
    Query,
    /// restXml: attributes, and times always with milliseconds.
    Rest,
}

/// An XML document in the making.
pub(in crate::protocol) struct Writer<'a> {
    service: Option<&'a Service>,
    dialect: Dialect,
    xml: String,
}

impl<'a> Writer<'a> {
    /// Returns an empty document.
    pub(in crate::protocol) fn new(service: Option<&'a Service>, dialect: Dialect) -> Self {
        let mut xml = String::with_capacity(512);
        if dialect == Dialect::Rest {
            xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        }
        Self { service, dialect, xml }
    }

    /// Returns the document.
    pub(in crate::protocol) fn into_bytes(self) -> Vec<u8> {
        self.xml.into_bytes()
    }

    /// Opens the outermost element.
    pub(in crate::protocol) fn open_root(&mut self, name: &str, namespace: &str) {
        write!(self.xml, "<{name} xmlns=\"").expect("a string takes every byte");
        self.text(namespace);
        self.xml.push_str("\">");
    }

    fn open(&mut self, name: &str) {
        self.xml.extend(["<", name, ">"]);
    }

    /// Closes an element.
    pub(in crate::protocol) fn close(&mut self, name: &str) {
        self.xml.extend(["</", name, ">"]);
    }

    /// Writes an element around what `inside` writes.
    pub(in crate::protocol) fn nested(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.open(name);
        inside(self);
        self.close(name);
    }

    /// Writes an element of text.
    pub(in crate::protocol) fn leaf(&mut self, name: &str, text: &str) {
        self.nested(name, |writer| writer.text(text));
    }

    /// Writes text such that a parser reads the same text, line ends included.
    ///
    /// XML 1.0 has no way to say the other control characters; each becomes U+FFFD.
    pub(in crate::protocol) fn text(&mut self, text: &str) {
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

    /// Writes the members that travel in the body, in the order in which they were given.
    pub(in crate::protocol) fn structure(&mut self, shape: Option<&'a Shape>, members: &Members) {
        for (name, value) in members.iter() {
            match shape.and_then(|shape| shape.member(name)) {
                Some(member) if member.location == Location::Body && !member.attribute => {
                    self.named(member, value);
                }
                found => {
                    let is_known = found.is_some() || shape.is_none();
                    debug_assert!(is_known, "{name} is no member of its shape");
                }
            }
        }
    }

    /// Writes a member of a structure.
    pub(in crate::protocol) fn named(&mut self, member: &'a Member, value: &Value) {
        if let Some(service) = self.service {
            let name = match self.dialect {
                Dialect::Query => query::name_of(service, member),
                Dialect::Rest => member.wire_name,
            };
            self.member(name, member, value);
        }
    }

    /// Writes a value without an element around it.
    pub(in crate::protocol) fn bare(&mut self, member: &'a Member, value: &Value) {
        let Some(service) = self.service else { return };
        let shape = service.shape(member.shape);
        match (&shape.kind, value) {
            (Kind::List { member: item, .. }, Value::List(items)) => {
                for value in items {
                    self.member(self.part_name(item), item, value);
                }
            }
            (Kind::Map { key, value, .. }, Value::Map(entries)) => {
                self.entries("entry", (key, value), entries);
            }
            (_, Value::Map(members)) => self.structure(Some(shape), members),
            (_, value) => {
                let text = self.scalar_text(member, shape, value);
                self.text(&text);
            }
        }
    }

    fn member(&mut self, name: &str, member: &'a Member, value: &Value) {
        let Some(service) = self.service else { return };
        let shape = service.shape(member.shape);
        match (&shape.kind, value) {
            (_, Value::Null) => {}
            (Kind::List { member: item, flattened, .. }, Value::List(items))
                if *flattened || member.flattened =>
            {
                for value in items {
                    self.member(name, item, value);
                }
            }
            (Kind::Map { key, value, flattened: true }, Value::Map(entries)) => {
                self.entries(name, (key, value), entries);
            }
            (_, value) => {
                self.open_with_attributes(name, shape, value);
                self.bare(member, value);
                self.close(name);
            }
        }
    }

    fn open_with_attributes(&mut self, name: &str, shape: &Shape, value: &Value) {
        self.xml.extend(["<", name]);
        for member in shape.members().iter().filter(|member| member.attribute) {
            let Some(text) = value.as_map().and_then(|members| members.string(member.name)) else {
                continue;
            };
            if member.wire_name.starts_with("xsi:") {
                self.xml.extend([" xmlns:xsi=\"", XSI_NAMESPACE, "\""]);
            }
            self.xml.extend([" ", member.wire_name, "=\""]);
            self.text(text);
            self.xml.push('"');
        }
        self.xml.push('>');
    }

    fn entries(&mut self, name: &str, (key, item): (&Member, &'a Member), entries: &Members) {
        for (entry, value) in entries.iter() {
            self.nested(name, |writer| {
                writer.leaf(writer.part_name(key), entry);
                writer.member(writer.part_name(item), item, value);
            });
        }
    }

    /// Returns the name of an item, key or value.
    fn part_name(&self, part: &Member) -> &'static str {
        match self.dialect {
            Dialect::Query => part.query_name,
            Dialect::Rest => part.wire_name,
        }
    }

    fn scalar_text(&self, member: &Member, shape: &Shape, value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Bool(value) => value.to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => {
                scalar::not_finite(*number).map_or_else(|| number.to_string(), ToOwned::to_owned)
            }
            Value::Blob(bytes) => scalar::base64(bytes),
            Value::Timestamp(instant) => self.time_text(*instant, member, shape),
            Value::Null | Value::List(_) | Value::Map(_) | Value::Document(_) => String::new(),
        }
    }

    fn time_text(&self, instant: Timestamp, member: &Member, shape: &Shape) -> String {
        match timestamp::format_of(Some(member), shape, TimestampFormat::Iso8601) {
            TimestampFormat::Iso8601 if self.dialect == Dialect::Rest => {
                timestamp::iso8601_millis(instant)
            }
            format => timestamp::text(instant, format),
        }
    }
}
