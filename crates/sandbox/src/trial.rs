//! For tests: a sandbox with a clock that is set by hand, called by operation name with JSON.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, json};
use wire::model::{Kind, Models, Service, Shape};
use wire::validate::validate;
use wire::{Call, Done, Fault, Members, Value};

use crate::{Change, Due, Entry, Settings, State, due, operations};

/// What was asked, and what the answer was.
type Answer = (&'static Entry, Members, Result<Members, Fault>);

/// A sandbox under trial, with every change it was asked to keep.
pub(crate) struct Trial {
    pub(crate) state: State,
    pub(crate) settings: Settings,
    pub(crate) now: Timestamp,
    pub(crate) account: &'static str,
    pub(crate) region: &'static str,
    pub(crate) changes: Vec<Change>,
    pub(crate) last: Option<Done<Change>>,
    answers: Vec<Answer>,
    drawn: u64,
}

impl Trial {
    /// Returns an empty sandbox whose caller is 111122223333 in us-east-1.
    pub(crate) fn new() -> Self {
        Self {
            state: State::default(),
            settings: Settings::default(),
            now: "2026-11-20T08:00:00Z".parse().unwrap(),
            account: "111122223333",
            region: "us-east-1",
            changes: Vec::new(),
            last: None,
            answers: Vec::new(),
            drawn: 0,
        }
    }

    /// Calls an operation, folds its changes in and returns its output.
    pub(crate) fn call(
        &mut self,
        operation: &str,
        input: serde_json::Value,
    ) -> Result<serde_json::Value, Fault> {
        let entry = operations().find(|entry| entry.operation == operation).expect(operation);
        let Value::Map(input) = value(input) else { panic!("inputs are objects") };
        let drawn = &mut self.drawn;
        let mut random = || {
            *drawn += 1;
            drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (*drawn << 7)
        };
        let (account, region) = (self.account, self.region);
        let mut call = Call { account, region, now: self.now, random: &mut random };
        let answer = (entry.run)(&self.state, &input, &mut call, &self.settings);
        let output = answer.as_ref().map(|it| it.output.clone()).map_err(Fault::clone);
        self.answers.push((entry, input, output));
        let done = answer?;
        self.apply(&done.changes);
        let output = json_of(&Value::Map(done.output.clone()));
        self.last = Some(done);
        Ok(output)
    }

    /// Holds an input against the model, as is done before every operation outside of tests.
    pub(crate) fn validate(operation: &str, input: serde_json::Value) -> Result<(), Fault> {
        let entry = operations().find(|entry| entry.operation == operation).expect(operation);
        let Value::Map(input) = value(input) else { panic!("inputs are objects") };
        let models = Models::built_in();
        let service = models.service(entry.service).unwrap();
        validate(service, service.operation(operation).unwrap(), &input)
    }

    /// Calls an operation that must succeed.
    pub(crate) fn ok(&mut self, operation: &str, input: serde_json::Value) -> serde_json::Value {
        self.call(operation, input).unwrap_or_else(|fault| panic!("{operation}: {fault}"))
    }

    /// Calls an operation that must fail, and returns the exception's name and text.
    pub(crate) fn refused(&mut self, operation: &str, input: serde_json::Value) -> Fault {
        let before = self.state.clone();
        let fault = self.call(operation, input).expect_err(operation);
        assert_eq!(before, self.state, "a refused call has changed nothing");
        fault
    }

    /// Moves the clock and folds in whatever is due by then.
    pub(crate) fn wait(&mut self, seconds: i64) -> Vec<Due> {
        self.now += SignedDuration::from_secs(seconds);
        let mut all = Vec::new();
        loop {
            let due = due(&self.state, self.now, &self.settings);
            if due.is_empty() {
                return all;
            }
            for one in &due {
                self.apply(&one.changes);
            }
            all.extend(due);
        }
    }

    /// Folds changes in and keeps them.
    pub(crate) fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            self.state.apply(change);
        }
        self.changes.extend_from_slice(changes);
    }

    /// Asserts that folding the kept changes anew, through their written form, gives the same
    /// bytes, and that the state can be read back.
    pub(crate) fn assert_folds_twice(&self) {
        let mut again = State::default();
        for change in &self.changes {
            let written = serde_json::to_vec(change).unwrap();
            again.apply(&serde_json::from_slice(&written).unwrap());
        }
        let written = serde_json::to_vec(&self.state).unwrap();
        assert_eq!(written, serde_json::to_vec(&again).unwrap());
        let read: State = serde_json::from_slice(&written).unwrap();
        assert_eq!(written, serde_json::to_vec(&read).unwrap());
        assert_eq!(read, self.state);
    }

    /// Asserts that the inputs that were accepted so far pass the model's own checks.
    pub(crate) fn assert_inputs_fit_model(&self) {
        let models = Models::built_in();
        for (entry, input, _) in self.answers.iter().filter(|(_, _, answer)| answer.is_ok()) {
            let service = models.service(entry.service).unwrap();
            let operation = service.operation(entry.operation).unwrap();
            assert_eq!(validate(service, operation, input), Ok(()), "{}", entry.operation);
        }
    }

    /// Asserts that all answers so far are what the service's model says they can be.
    pub(crate) fn assert_fits_model(&self) {
        let models = Models::built_in();
        for (entry, _, answer) in &self.answers {
            let service = models.service(entry.service).unwrap();
            let operation = service.operation(entry.operation).unwrap();
            match answer {
                Ok(output) => {
                    let shape = service.shape(operation.output.unwrap());
                    check(service, shape, &Value::Map(output.clone()), entry.operation);
                }
                Err(fault) => {
                    let mut codes = operation.errors.iter().map(|id| service.shape(*id).name);
                    assert!(codes.any(|code| code == fault.code), "{}: {fault}", entry.operation);
                    let shape = service.shape_named(&fault.code).unwrap();
                    check(service, shape, &Value::Map(fault.members.clone()), &fault.code);
                }
            }
        }
    }
}

/// Asserts that a value is of its shape: kinds, member names and enum values.
fn check(service: &Service, shape: &Shape, value: &Value, path: &str) {
    match (&shape.kind, value) {
        (Kind::Structure { members, .. }, Value::Map(entries)) => {
            for (name, value) in entries.iter() {
                let path = format!("{path}.{name}");
                let member = members.iter().find(|it| it.name == name).expect(&path);
                check(service, service.shape(member.shape), value, &path);
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
        | (Kind::Timestamp, Value::Timestamp(_))
        | (Kind::Document, Value::Document(_)) => {}
        (kind, value) => panic!("{path}: {value:?} is no {kind:?}"),
    }
}

fn value(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(number) => Value::Integer(number.as_i64().unwrap()),
        serde_json::Value::String(text) => Value::String(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(value).collect()),
        serde_json::Value::Object(entries) => Value::Map(members(entries)),
    }
}

fn members(entries: Map<String, serde_json::Value>) -> Members {
    entries.into_iter().map(|(name, json)| (name.clone().into(), member(&name, json))).collect()
}

/// Returns a member as its model would have it decoded.
fn member(name: &str, json: serde_json::Value) -> Value {
    match (name, json) {
        ("DetailsDocument", json) => Value::Document(json),
        ("Timestamp", serde_json::Value::String(text)) => Value::Timestamp(text.parse().unwrap()),
        (_, json) => value(json),
    }
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => json!(null),
        Value::Bool(value) => json!(value),
        Value::Integer(number) => json!(number),
        Value::Float(number) => json!(number),
        Value::String(text) => json!(text),
        Value::Blob(bytes) => json!(bytes),
        Value::Timestamp(time) => json!(time.to_string()),
        Value::Document(json) => json.clone(),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Map(members) => {
            let entry = |(name, value): (&str, &Value)| (name.to_owned(), json_of(value));
            serde_json::Value::Object(members.iter().map(entry).collect())
        }
    }
}
