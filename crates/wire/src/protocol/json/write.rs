//! Values into JSON.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{FaultStyle, message_member};
use crate::fault::Fault;
use crate::model::{Kind, Location, Member, Service, Shape, ShapeId, TimestampFormat};
use crate::protocol::{scalar, timestamp};
use crate::value::{Members, Value};

/// A value and the shape it is written by; without a shape it is written as it comes.
pub(in crate::protocol) struct Written<'a> {
    service: Option<&'a Service>,
    shape: Option<&'a Shape>,
    member: Option<&'a Member>,
    value: Content<'a>,
    is_http_bound: bool,
}

enum Content<'a> {
    Members(&'a Members),
    Value(&'a Value),
}

impl<'a> Written<'a> {
    pub(in crate::protocol) fn structure(
        service: &'a Service,
        shape: Option<ShapeId>,
        members: &'a Members,
    ) -> Self {
        Self {
            service: Some(service),
            shape: shape.map(|shape| service.shape(shape)),
            member: None,
            value: Content::Members(members),
            is_http_bound: false,
        }
    }

    /// Returns one value, as the use `member` of its shape where that is known.
    pub(in crate::protocol) fn below(
        service: Option<&'a Service>,
        member: Option<&'a Member>,
        value: &'a Value,
    ) -> Self {
        let shape = service.zip(member).map(|(service, member)| service.shape(member.shape));
        Self { service, shape, member, value: Content::Value(value), is_http_bound: false }
    }

    /// Leaves out the members that travel in headers or as the status.
    pub(in crate::protocol) const fn http_bound(mut self) -> Self {
        self.is_http_bound = true;
        self
    }

    fn entries<S: Serializer>(&self, members: &Members, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in members.iter() {
            if let Some((name, member)) = self.entry(name, value) {
                map.serialize_entry(name, &Written::below(self.service, member, value))?;
            }
        }
        map.end()
    }

    /// Returns under which name and as what an entry is written; absent when it is left out.
    fn entry<'b>(&self, name: &'b str, value: &Value) -> Option<(&'b str, Option<&'b Member>)>
    where
        'a: 'b,
    {
        match self.shape.map(|shape| &shape.kind) {
            Some(Kind::Structure { members, .. }) => {
                let member = members.iter().find(|member| member.name == name);
                debug_assert!(member.is_some(), "{name} is no member of its shape");
                let is_elsewhere =
                    |member: &Member| self.is_http_bound && member.location != Location::Body;
                let member = member.filter(|member| !is_elsewhere(member))?;
                (*value != Value::Null).then_some((member.wire_name, Some(member)))
            }
            Some(Kind::Map { value, .. }) => Some((name, Some(value))),
            _ => Some((name, None)),
        }
    }

    fn list<S: Serializer>(&self, values: &[Value], serializer: S) -> Result<S::Ok, S::Error> {
        let member = match self.shape.map(|shape| &shape.kind) {
            Some(Kind::List { member, .. }) => Some(member),
            _ => None,
        };
        serializer
            .collect_seq(values.iter().map(|value| Written::below(self.service, member, value)))
    }

    fn timestamp_format(&self) -> TimestampFormat {
        let usual = TimestampFormat::UnixSeconds;
        self.shape.map_or(usual, |shape| timestamp::format_of(self.member, shape, usual))
    }
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = match self.value {
            Content::Members(members) => return self.entries(members, serializer),
            Content::Value(value) => value,
        };
        match value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Float(number) => match scalar::not_finite(*number) {
                Some(word) => serializer.serialize_str(word),
                None => serializer.serialize_f64(*number),
            },
            Value::String(text) => serializer.serialize_str(text),
            Value::Blob(bytes) => serializer.serialize_str(&scalar::base64(bytes)),
            Value::Timestamp(instant) => match self.timestamp_format() {
                TimestampFormat::UnixSeconds => match timestamp::seconds(*instant) {
                    timestamp::Seconds::Whole(seconds) => serializer.serialize_i64(seconds),
                    timestamp::Seconds::Fraction(seconds) => serializer.serialize_f64(seconds),
                },
                format => serializer.serialize_str(&timestamp::text(*instant, format)),
            },
            Value::List(values) => self.list(values, serializer),
            Value::Map(members) => self.entries(members, serializer),
            Value::Document(json) => json.serialize(serializer),
        }
    }
}

/// The body of a fault.
pub(super) struct Failure<'a> {
    pub(super) service: Option<&'a Service>,
    pub(super) fault: &'a Fault,
    pub(super) style: FaultStyle,
}

impl Serialize for Failure<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { service, fault, style } = *self;
        let mut map = serializer.serialize_map(None)?;
        match style {
            FaultStyle::AwsJson => {
                map.serialize_entry("__type", &fault.code)?;
                map.serialize_entry("message", &fault.message)?;
                map.serialize_entry("Message", &fault.message)?;
            }
            FaultStyle::RestJson => {
                map.serialize_entry(message_member(service, fault), &fault.message)?;
            }
        }
        let shape = service.and_then(|service| service.shape_named(&fault.code));
        for (name, value) in fault.members.iter() {
            let member = shape.and_then(|shape| shape.member(name));
            let name = member.map_or(name, |member| member.wire_name);
            map.serialize_entry(name, &Written::below(service, member, value))?;
        }
        map.end()
    }
}
