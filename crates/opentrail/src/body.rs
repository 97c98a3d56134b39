//! Renders inputs and outputs the way records show them.
//!
//! The rules are those that hold almost everywhere in real events: member names with the first
//! letter lowered and nothing else, caller's map keys untouched, numbers as numbers, secrets and
//! bytes left out, dates in the style of the service. S3 has a style of its own.

pub(crate) mod bucket;

mod redaction;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use wire::model::{Kind, Service, ShapeId};
use wire::{Members, Value};

pub(crate) use redaction::HIDDEN;
use redaction::Redaction;

/// How a service writes dates in its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dates {
    /// `Apr 19, 2018 4:32:50 PM`: the older Java services, IAM and metering among them.
    Java,
    /// `Jul 30, 2024, 9:46:15 PM`: STS.
    JavaWithComma,
    /// `2026-11-20T08:00:00Z`: CloudTrail itself and everything newer.
    Iso,
}

/// Returns the style of a service's dates.
pub(crate) fn dates(service: &Service) -> Dates {
    match service.name {
        "iam"
        | "meteringmarketplace"
        | "license-manager"
        | "marketplace-agreement"
        | "marketplace-entitlement"
        | "organizations" => Dates::Java,
        "sts" => Dates::JavaWithComma,
        _ => Dates::Iso,
    }
}

/// An input or output as a record shows it.
pub(crate) struct Shown<'a> {
    service: &'a Service,
    dates: Dates,
    shape: ShapeId,
    members: &'a Members,
}

/// One value within it.
struct Part<'a> {
    service: &'a Service,
    dates: Dates,
    shape: ShapeId,
    value: &'a Value,
}

impl<'a> Shown<'a> {
    /// Returns how `members` of `shape` are shown; `None` when there is nothing to show, which
    /// records write as null.
    pub(crate) fn new(
        service: &'a Service,
        shape: Option<ShapeId>,
        members: &'a Members,
    ) -> Option<Self> {
        let shape = shape.filter(|_| !members.is_empty())?;
        Some(Self { service, dates: dates(service), shape, members })
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (service, dates) = (self.service, self.dates);
        let structure = service.shape(self.shape);
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.members.iter() {
            let Some(member) = structure.member(name) else { continue };
            match redaction::of(service, structure, member, value) {
                Redaction::LeftOut => {}
                Redaction::Hidden(instead) => map.serialize_entry(&Lowered(name), instead)?,
                Redaction::Shown => {
                    let part = Part { service, dates, shape: member.shape, value };
                    map.serialize_entry(&Lowered(name), &part)?;
                }
            }
        }
        map.end()
    }
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Null | Value::Blob(_) => serializer.serialize_none(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Integer(value) => serializer.serialize_i64(*value),
            Value::Float(value) if value.is_finite() => serializer.serialize_f64(*value),
            Value::Float(value) => serializer.collect_str(value),
            Value::String(value) => serializer.serialize_str(value),
            Value::Timestamp(value) => serializer.serialize_str(&date(self.dates, *value)),
            Value::List(items) => self.list(serializer, items),
            Value::Map(members) => self.map(serializer, members),
            Value::Document(document) => document.serialize(serializer),
        }
    }
}

impl Part<'_> {
    fn list<S: Serializer>(&self, serializer: S, items: &[Value]) -> Result<S::Ok, S::Error> {
        let Kind::List { member, .. } = &self.service.shape(self.shape).kind else {
            return serializer.serialize_none();
        };
        serializer.collect_seq(items.iter().map(|value| self.of(member.shape, value)))
    }

    fn map<S: Serializer>(&self, serializer: S, members: &Members) -> Result<S::Ok, S::Error> {
        let (service, dates, shape) = (self.service, self.dates, self.shape);
        match &service.shape(shape).kind {
            Kind::Map { value, .. } => serializer
                .collect_map(members.iter().map(|(key, item)| (key, self.of(value.shape, item)))),
            _ => Shown { service, dates, shape, members }.serialize(serializer),
        }
    }

    fn of<'b>(&'b self, shape: ShapeId, value: &'b Value) -> Part<'b> {
        Part { service: self.service, dates: self.dates, shape, value }
    }
}

/// A member's name with its first letter lowered.
struct Lowered<'a>(&'a str);

impl Serialize for Lowered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut name = self.0.to_owned();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        serializer.serialize_str(&name)
    }
}

/// Returns a date in a service's style.
pub(crate) fn date(style: Dates, time: Timestamp) -> String {
    let format = match style {
        Dates::Java => "%b %-d, %Y %-I:%M:%S %p",
        Dates::JavaWithComma => "%b %-d, %Y, %-I:%M:%S %p",
        Dates::Iso => return event::event_time(time),
    };
    time.to_zoned(TimeZone::UTC).strftime(format).to_string()
}

#[cfg(test)]
mod tests;
