//! A state, the blobs that were written for it, and calls on both.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use jiff::Timestamp;
use wire::model::{Kind, Models, Protocol, Service, Shape};
use wire::protocol::{encode, encode_fault};
use wire::validate::validate;
use wire::{Call, Fault, Members, Value};

use crate::{Blob, Change, Effect, Request, State, operations};

/// A state under trial.
pub(super) struct World {
    models: Rc<Models>,
    pub(super) state: State,
    pub(super) account: String,
    pub(super) region: String,
    pub(super) now: Timestamp,
    /// Every change so far.
    pub(super) changes: Vec<Change>,
    /// The blobs that are there: written, and not yet garbage.
    pub(super) blobs: BTreeMap<String, Vec<u8>>,
    drawn: u64,
}

impl World {
    /// Returns an empty state, called by 111122223333 in us-east-1.
    pub(super) fn new() -> Self {
        Self::with(Rc::new(Models::built_in()))
    }

    /// Returns the same with models that were read before.
    pub(super) fn with(models: Rc<Models>) -> Self {
        Self {
            models,
            state: State::default(),
            account: "111122223333".to_owned(),
            region: "us-east-1".to_owned(),
            now: "2026-11-20T08:00:00.25Z".parse().unwrap(),
            changes: Vec::new(),
            blobs: BTreeMap::new(),
            drawn: 0,
        }
    }

    fn service(&self) -> &Service {
        self.models.service("s3").unwrap()
    }

    /// Calls an operation, holds in- and output against the model, and folds its changes in.
    pub(super) fn call(
        &mut self,
        operation: &str,
        input: &Members,
        blob: Option<Blob>,
    ) -> Result<Effect, Fault> {
        let outcome = self.run(operation, input, blob);
        let service = self.service();
        let modelled = service.operation(operation).unwrap();
        if let Err(fault) = &outcome {
            let reply = encode_fault(Some(service), Protocol::RestXml, fault, "request");
            assert_eq!(reply.status, fault.status, "{operation}: {fault}");
        }
        if let Ok(effect) = &outcome {
            // asserts by itself that the model has every member
            encode(service, modelled, Protocol::RestXml, &effect.done.output, "request");
            assert_eq!(validate(service, modelled, input), Ok(()), "{operation}");
            match modelled.output {
                None => assert!(effect.done.output.is_empty(), "{operation} answers nothing"),
                Some(shape) => {
                    let output = Value::Map(effect.done.output.clone());
                    check(service, service.shape(shape), &output, operation);
                }
            }
            let (changes, garbage) = (effect.done.changes.clone(), effect.garbage.clone());
            self.fold(&changes, &garbage);
        }
        outcome
    }

    fn run(
        &mut self,
        operation: &str,
        input: &Members,
        blob: Option<Blob>,
    ) -> Result<Effect, Fault> {
        let entry = operations().iter().find(|entry| entry.operation == operation);
        let drawn = &mut self.drawn;
        let mut random = || {
            *drawn += 1;
            drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (*drawn << 7)
        };
        let mut call = Call {
            account: &self.account,
            region: &self.region,
            now: self.now,
            random: &mut random,
        };
        let mut request = Request { state: &self.state, input, call: &mut call, blob };
        (entry.expect(operation).run)(&mut request)
    }

    /// Folds changes in and removes what they left as garbage: exactly what is referred to stays.
    pub(super) fn fold(&mut self, changes: &[Change], garbage: &[String]) {
        for change in changes {
            self.state.apply(change);
        }
        self.changes.extend_from_slice(changes);
        for blob in garbage {
            assert!(self.blobs.remove(blob).is_some(), "{blob} was there");
        }
        let held: BTreeSet<&str> = self.state.blobs().collect();
        let there: BTreeSet<&str> = self.blobs.keys().map(String::as_str).collect();
        assert_eq!(held, there, "a blob is garbage exactly when nothing refers to it");
    }

    /// Returns an input read from JSON by the model.
    pub(super) fn input(&self, operation: &str, json: &serde_json::Value) -> Members {
        let service = self.service();
        let shape = service.shape(service.operation(operation).expect(operation).input.unwrap());
        match read(service, shape, json, operation) {
            Value::Map(members) => members,
            _ => panic!("inputs are objects"),
        }
    }

    /// Asserts that folding all changes anew, through their written form, gives the same bytes.
    pub(super) fn assert_folds_twice(&self) {
        let mut again = State::default();
        for change in &self.changes {
            let written = serde_json::to_vec(change).unwrap();
            again.apply(&serde_json::from_slice(&written).unwrap());
        }
        let written = serde_json::to_vec(&self.state).unwrap();
        assert_eq!(written, serde_json::to_vec(&again).unwrap());
        let read: State = serde_json::from_slice(&written).unwrap();
        assert_eq!(read, self.state);
    }
}

fn read(service: &Service, shape: &Shape, json: &serde_json::Value, path: &str) -> Value {
    use serde_json::Value as Json;
    match (&shape.kind, json) {
        (Kind::Structure { .. }, Json::Object(entries)) => entries
            .iter()
            .map(|(name, json)| {
                let path = format!("{path}.{name}");
                let member = shape.member(name).unwrap_or_else(|| panic!("{path}"));
                (member.name.into(), read(service, service.shape(member.shape), json, &path))
            })
            .collect::<Members>()
            .into(),
        (Kind::Map { value, .. }, Json::Object(entries)) => entries
            .iter()
            .map(|(name, json)| {
                (name.clone().into(), read(service, service.shape(value.shape), json, path))
            })
            .collect::<Members>()
            .into(),
        (Kind::List { member, .. }, Json::Array(items)) => {
            let items = items.iter().map(|it| read(service, service.shape(member.shape), it, path));
            Value::List(items.collect())
        }
        (Kind::Timestamp, Json::String(text)) => Value::Timestamp(text.parse().unwrap()),
        (Kind::String { .. }, Json::String(text)) => Value::from(&**text),
        (Kind::Boolean, Json::Bool(value)) => Value::from(*value),
        (Kind::Integer | Kind::Long, Json::Number(number)) => {
            Value::Integer(number.as_i64().unwrap())
        }
        (kind, json) => panic!("{path}: {json} is no {kind:?}"),
    }
}

/// Asserts that a value is of its shape: kinds, member names and enum values.
fn check(service: &Service, shape: &Shape, value: &Value, path: &str) {
    match (&shape.kind, value) {
        (Kind::Structure { .. }, Value::Map(entries)) => {
            for (name, value) in entries.iter() {
                let path = format!("{path}.{name}");
                let member = shape.member(name).unwrap_or_else(|| panic!("{path}"));
                check(service, service.shape(member.shape), value, &path);
            }
            let mut names: Vec<&str> = entries.iter().map(|(name, _)| name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), entries.len(), "{path} has a member twice");
        }
        (Kind::Map { value: shape, .. }, Value::Map(entries)) => {
            for (_, value) in entries.iter() {
                check(service, service.shape(shape.shape), value, path);
            }
        }
        (Kind::List { member, .. }, Value::List(items)) => {
            for item in items {
                check(service, service.shape(member.shape), item, path);
            }
        }
        (Kind::String { values }, Value::String(text)) => {
            assert!(values.is_empty() || values.contains(&text.as_str()), "{path}: {text}");
        }
        (Kind::Boolean, Value::Bool(_))
        | (Kind::Integer | Kind::Long, Value::Integer(_))
        | (Kind::Timestamp, Value::Timestamp(_)) => {}
        (kind, value) => panic!("{path}: {value:?} is no {kind:?}"),
    }
}
