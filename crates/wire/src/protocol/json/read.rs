//! JSON into values, guided by the shapes, without a tree in between.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::Value as Json;

use crate::fault::Fault;
use crate::model::{Kind, Location, Member, Service, Shape, ShapeId};
use crate::protocol::budget::Budget;
use crate::protocol::{Limits, scalar, serialization};
use crate::value::{Members, Value};

/// Reads one body.
///
/// `serde_json` puts a position behind every error; so a refusal of ours waits aside in its own
/// words, and only the parser's complaints are taken from the error itself.
pub(in crate::protocol) struct Reader<'m> {
    service: &'m Service,
    budget: Budget,
    /// Whether members that travel in path, query or headers are unknown to the body.
    is_http_bound: bool,
    refusal: RefCell<Option<String>>,
}

impl<'m> Reader<'m> {
    pub(in crate::protocol) fn new(service: &'m Service, limits: &Limits) -> Self {
        let budget = Budget::new(*limits);
        Self { service, budget, is_http_bound: false, refusal: RefCell::new(None) }
    }

    /// Returns a reader for bodies of which the model puts some members elsewhere.
    pub(in crate::protocol) fn http_bound(mut self) -> Self {
        self.is_http_bound = true;
        self
    }

    /// Returns the structure in `body`; an empty body is an empty structure.
    ///
    /// An operation without input still gets its body read to the end, so that broken JSON and
    /// JSON bombs are refused alike everywhere.
    pub(in crate::protocol) fn structure(
        &self,
        shape: Option<ShapeId>,
        body: &[u8],
    ) -> Result<Members, Fault> {
        if body.trim_ascii().is_empty() {
            return Ok(Members::new());
        }
        let Some(shape) = shape else {
            return match self.parse(Free { reader: self, depth: 0 }, body)? {
                Json::Object(_) => Ok(Members::new()),
                _ => Err(serialization(scalar::UNEXPECTED_SCALAR)),
            };
        };
        match self.value(shape, body)? {
            Value::Map(members) => Ok(members),
            _ => Err(serialization(scalar::UNEXPECTED_SCALAR)),
        }
    }

    /// Returns the value in `body`.
    pub(in crate::protocol) fn value(&self, shape: ShapeId, body: &[u8]) -> Result<Value, Fault> {
        self.parse(Node { reader: self, shape: self.service.shape(shape), depth: 0 }, body)
    }

    fn parse<'de, S>(&self, seed: S, body: &'de [u8]) -> Result<S::Value, Fault>
    where
        S: DeserializeSeed<'de>,
    {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        seed.deserialize(&mut deserializer)
            .and_then(|value| deserializer.end().map(|()| value))
            .map_err(|error| self.fault(&error))
    }

    fn fault(&self, error: &serde_json::Error) -> Fault {
        let refusal = self.refusal.borrow_mut().take();
        serialization(
            refusal.unwrap_or_else(|| format!("Could not parse request body into json: {error}")),
        )
    }

    fn refuse<E: Error>(&self, text: impl Into<String>) -> E {
        *self.refusal.borrow_mut() = Some(text.into());
        E::custom("refused")
    }

    fn take<E: Error>(&self, depth: usize) -> Result<(), E> {
        self.budget.take(depth).map_err(|text| self.refuse(text))
    }

    fn ask<E: Error>(&self, value: Result<Value, String>) -> Result<Value, E> {
        value.map_err(|text| self.refuse(text))
    }

    /// Notes a name that the model does not bound, and refuses its second use.
    fn once<E: Error>(&self, names: &mut BTreeSet<String>, name: &str) -> Result<(), E> {
        if names.insert(name.to_owned()) { Ok(()) } else { Err(self.twice(name)) }
    }

    fn twice<E: Error>(&self, name: &str) -> E {
        let name: String = name.chars().take(64).collect();
        self.refuse(format!("Duplicate key '{name}' found in the request"))
    }
}

/// The place of one value whose shape is known.
#[derive(Clone, Copy)]
struct Node<'r, 'm> {
    reader: &'r Reader<'m>,
    shape: &'m Shape,
    depth: usize,
}

impl<'m> Node<'_, 'm> {
    fn below(&self, member: &Member) -> Self {
        let shape: &'m Shape = self.reader.service.shape(member.shape);
        Self { reader: self.reader, shape, depth: self.depth + 1 }
    }

    /// Free JSON here (the model says document) or one level below (the model says nothing).
    fn free(&self, depth: usize) -> Free<'_, 'm> {
        Free { reader: self.reader, depth }
    }

    fn structure<'de, A>(&self, members: &'m [Member], mut map: A) -> Result<Value, A::Error>
    where
        A: MapAccess<'de>,
    {
        let mut values = Members::new();
        let mut seen = vec![false; members.len()];
        let mut unknown_names = BTreeSet::new();
        let is_http_bound = self.reader.is_http_bound;
        while let Some(name) = map.next_key_seed(Name { members, is_http_bound })? {
            let at = match name {
                Named::Member(at) => at,
                Named::Unknown(name) => {
                    self.reader.once(&mut unknown_names, &name)?;
                    map.next_value_seed(self.free(self.depth + 1))?;
                    continue;
                }
            };
            let (Some(member), Some(seen)) = (members.get(at), seen.get_mut(at)) else { continue };
            if std::mem::replace(seen, true) {
                return Err(self.reader.twice(member.wire_name));
            }
            match map.next_value_seed(self.below(member))? {
                Value::Null => {}
                value => values.push(member.name, value),
            }
        }
        Ok(Value::Map(values))
    }

    fn map<'de, A>(&self, value: &'m Member, mut map: A) -> Result<Value, A::Error>
    where
        A: MapAccess<'de>,
    {
        let mut values = Members::new();
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            self.reader.once(&mut names, &name)?;
            match map.next_value_seed(self.below(value))? {
                Value::Null => {}
                value => values.push(name, value),
            }
        }
        Ok(Value::Map(values))
    }

    fn list<'de, A>(&self, member: &'m Member, mut list: A) -> Result<Value, A::Error>
    where
        A: SeqAccess<'de>,
    {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self.below(member))? {
            values.push(value);
        }
        Ok(Value::List(values))
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.reader.take(self.depth)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shape.name)
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.reader.ask(scalar::boolean(&self.shape.kind, value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        self.reader.ask(scalar::integer(&self.shape.kind, number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        self.reader.ask(scalar::unsigned(&self.shape.kind, number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        self.reader.ask(scalar::float(&self.shape.kind, number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.reader.ask(scalar::text(&self.shape.kind, text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Value, A::Error> {
        match &self.shape.kind {
            Kind::List { member, .. } => self.list(member, list),
            Kind::Document => self.free(self.depth).visit_seq(list).map(Value::Document),
            _ => Err(self.reader.refuse(scalar::UNEXPECTED_LIST)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        match &self.shape.kind {
            Kind::Structure { members, .. } => self.structure(members, map),
            Kind::Map { value, .. } => self.map(value, map),
            Kind::Document => self.free(self.depth).visit_map(map).map(Value::Document),
            _ => Err(self.reader.refuse(scalar::UNEXPECTED_MAP)),
        }
    }
}

/// The place of one value of any shape.
///
/// Also reads what the model does not know: the limits hold there too, and nothing broken hides.
#[derive(Clone, Copy)]
struct Free<'r, 'm> {
    reader: &'r Reader<'m>,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Free<'_, '_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        self.reader.take(self.depth)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Free<'_, '_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        Ok(number.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let below = Free { depth: self.depth + 1, ..self };
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(below)? {
            values.push(value);
        }
        Ok(Json::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let below = Free { depth: self.depth + 1, ..self };
        let mut values = serde_json::Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if values.contains_key(&name) {
                return Err(self.reader.twice(&name));
            }
            values.insert(name, map.next_value_seed(below)?);
        }
        Ok(Json::Object(values))
    }
}

/// Finds a structure's member by its name on the wire.
struct Name<'m> {
    members: &'m [Member],
    is_http_bound: bool,
}

enum Named {
    Member(usize),
    Unknown(String),
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Named;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Named, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Named;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Named, E> {
        let is_meant = |member: &Member| {
            member.wire_name == name && (!self.is_http_bound || member.location == Location::Body)
        };
        Ok(self
            .members
            .iter()
            .position(is_meant)
            .map_or_else(|| Named::Unknown(name.to_owned()), Named::Member))
    }
}
