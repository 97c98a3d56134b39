//! The plain form in which values travel between the script and these tests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value as Json;
use wire::model::{Kind, Member, Service, Shape, ShapeId};
use wire::{Members, Value};

/// Returns members in plain form.
pub(super) fn members(members: &Members) -> Json {
    members.iter().map(|(name, value)| (name.to_owned(), plain(value))).collect()
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::String(text) => text.as_str().into(),
        Value::Blob(bytes) => STANDARD.encode(bytes).into(),
        Value::Timestamp(instant) => instant.as_millisecond().into(),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(entries) => members(entries),
        Value::Document(json) => json.clone(),
    }
}

/// Returns the members of a structure in plain form.
pub(super) fn read(service: &Service, shape: Option<ShapeId>, json: &Json) -> Members {
    shape.map(|shape| structure(service, service.shape(shape), json)).unwrap_or_default()
}

/// Returns the members of the structure named `shape`.
pub(super) fn read_named(service: &Service, shape: &str, json: &Json) -> Members {
    structure(service, service.shape_named(shape).unwrap(), json)
}

fn structure(service: &Service, shape: &Shape, json: &Json) -> Members {
    let member = |name: &str| shape.members().iter().find(|member| member.name == name).unwrap();
    let mut members = Members::new();
    for (name, value) in json.as_object().unwrap() {
        let member = member(name);
        members.push(member.name, typed(service, member, value));
    }
    members
}

fn typed(service: &Service, member: &Member, json: &Json) -> Value {
    let shape = service.shape(member.shape);
    match &shape.kind {
        Kind::Structure { .. } => Value::Map(structure(service, shape, json)),
        Kind::List { member, .. } => json
            .as_array()
            .unwrap()
            .iter()
            .map(|json| typed(service, member, json))
            .collect::<Vec<_>>()
            .into(),
        Kind::Map { value, .. } => {
            let entries = json.as_object().unwrap().iter();
            let entries =
                entries.map(|(name, json)| (name.clone().into(), typed(service, value, json)));
            Value::Map(entries.collect())
        }
        Kind::String { .. } => json.as_str().unwrap().into(),
        Kind::Boolean => json.as_bool().unwrap().into(),
        Kind::Integer | Kind::Long => json.as_i64().unwrap().into(),
        Kind::Float => Value::Float(json.as_f64().unwrap()),
        Kind::Blob => Value::Blob(STANDARD.decode(json.as_str().unwrap()).unwrap()),
        Kind::Timestamp => Timestamp::from_millisecond(json.as_i64().unwrap()).unwrap().into(),
        Kind::Document => Value::Document(json.clone()),
    }
}
