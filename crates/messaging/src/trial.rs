//! A little world for tests: calls as a client would make them, judged and folded in.
#![expect(clippy::needless_pass_by_value, reason = "inputs are written where they are given")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use wire::model::{Kind, Models, Service, Shape};
use wire::validate::validate;
use wire::{Call, Done, Fault, Members, Value};

use crate::{
    Change, Entry, Need, Publisher, QueueSend, Request, Settings, SignatureVersion, Signed, State,
    operations, publish,
};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const OTHER: &str = "444455556666";

/// A state with a clock, a caller and everything that was done to it.
pub(crate) struct Trial {
    pub(crate) state: State,
    pub(crate) settings: Settings,
    pub(crate) now: Timestamp,
    pub(crate) account: &'static str,
    pub(crate) region: &'static str,
    pub(crate) last: Option<Done<Change>>,
    changes: Vec<Change>,
    answers: Vec<(&'static Entry, Members, Result<Members, Fault>)>,
    drawn: u64,
}

impl Trial {
    pub(crate) fn new() -> Self {
        Self {
            state: State::default(),
            settings: Settings::new("https://trail.example:4570"),
            now: "2026-11-20T08:00:00Z".parse().unwrap(),
            account: ACCOUNT,
            region: "us-east-1",
            last: None,
            changes: Vec::new(),
            answers: Vec::new(),
            drawn: 0,
        }
    }

    /// Calls an operation, written `service:Operation`, folds its changes in, returns its output.
    pub(crate) fn call(
        &mut self,
        operation: &str,
        input: &serde_json::Value,
    ) -> Result<serde_json::Value, Fault> {
        let entry = entry(operation);
        let Value::Map(input) = value("", input) else { panic!("inputs are objects") };
        let drawn = &mut self.drawn;
        let mut random = || drawn_next(drawn);
        let (account, region) = (self.account, self.region);
        let mut call = Call { account, region, now: self.now, random: &mut random };
        let answer = (entry.run)(&mut Request {
            state: &self.state,
            input: &input,
            call: &mut call,
            caller_id: "AIDAEXAMPLE",
            settings: &self.settings,
            sign: &sign,
            may_send: &may_send,
            check_policy: &check_policy,
        });
        let output = answer.as_ref().map(|done| done.output.clone()).map_err(Fault::clone);
        self.answers.push((entry, input, output));
        let done = answer?;
        self.apply(&done.changes);
        let output = json_of(&Value::Map(done.output.clone()));
        self.last = Some(done);
        Ok(output)
    }

    /// Calls an operation that must succeed.
    pub(crate) fn ok(&mut self, operation: &str, input: serde_json::Value) -> serde_json::Value {
        self.call(operation, &input).unwrap_or_else(|fault| panic!("{operation}: {fault}"))
    }

    /// Calls an operation that must fail without changing anything; returns code and text.
    pub(crate) fn refused(&mut self, operation: &str, input: serde_json::Value) -> String {
        let before = self.state.clone();
        let fault = self.call(operation, &input).expect_err(operation);
        assert_eq!(before, self.state, "a refused call has changed nothing");
        fault.to_string()
    }

    /// Publishes in the server's own name.
    pub(crate) fn announce(&mut self, topic_arn: &str, message: &str) -> Result<(), Fault> {
        let drawn = &mut self.drawn;
        let mut publisher = Publisher {
            settings: &self.settings,
            sign: &sign,
            may_send: &may_send,
            now: self.now,
            random: &mut || drawn_next(drawn),
        };
        let changes = publish(&self.state, topic_arn, message, &mut publisher)?;
        self.apply(&changes);
        Ok(())
    }

    /// Returns what a call needs.
    pub(crate) fn needs(&self, operation: &str, input: &serde_json::Value) -> Vec<Need> {
        let Value::Map(input) = value("", input) else { panic!("inputs are objects") };
        let (account, region) = (self.account, self.region);
        let call = Call { account, region, now: self.now, random: &mut || 0 };
        (entry(operation).needs)(&self.state, &input, &call)
    }

    /// Moves the clock.
    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    /// Folds changes in and keeps them.
    pub(crate) fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            self.state.apply(change);
        }
        self.changes.extend_from_slice(changes);
    }

    /// Creates a queue and returns its URL.
    pub(crate) fn queue(&mut self, name: &str, attributes: serde_json::Value) -> String {
        let input = json!({"QueueName": name, "Attributes": attributes});
        self.ok("sqs:CreateQueue", input)["QueueUrl"].as_str().unwrap().to_owned()
    }

    /// Creates a topic and returns its ARN.
    pub(crate) fn topic(&mut self, name: &str) -> String {
        let output = self.ok("sns:CreateTopic", json!({"Name": name}));
        output["TopicArn"].as_str().unwrap().to_owned()
    }

    /// Receives up to ten messages with everything that can be asked for.
    pub(crate) fn receive(&mut self, url: &str) -> Vec<serde_json::Value> {
        let input = json!({
            "QueueUrl": url, "MaxNumberOfMessages": 10,
            "MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"],
        });
        let output = self.ok("sqs:ReceiveMessage", input);
        output["Messages"].as_array().cloned().unwrap_or_default()
    }

    /// Returns the bodies of what is received.
    pub(crate) fn bodies(&mut self, url: &str) -> Vec<String> {
        let messages = self.receive(url);
        messages.iter().map(|message| message["Body"].as_str().unwrap().to_owned()).collect()
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
        for quarter in 1..4 {
            let (before, after) = self.changes.split_at(self.changes.len() * quarter / 4);
            let mut early = State::default();
            for change in before {
                early.apply(change);
            }
            let snapshot = serde_json::to_vec(&early).unwrap();
            let mut late: State = serde_json::from_slice(&snapshot).unwrap();
            for change in after {
                late.apply(change);
            }
            assert_eq!(late, self.state, "from a snapshot");
        }
        let read: State = serde_json::from_slice(&written).unwrap();
        assert_eq!(written, serde_json::to_vec(&read).unwrap());
        assert_eq!(read, self.state);
    }

    /// Asserts that inputs and answers so far are what the models say they can be; the models of
    /// services that are not built in are passed over.
    pub(crate) fn assert_fits_models(&self) {
        let models = Models::built_in();
        for (entry, input, answer) in &self.answers {
            let Some(service) = models.service(entry.service) else { continue };
            let operation = service.operation(entry.operation).unwrap();
            let name = entry.operation;
            let input_shape = operation.input.map(|id| service.shape(id));
            match answer {
                Ok(output) => {
                    check(service, input_shape, &Value::Map(input.clone()), name);
                    assert_eq!(validate(service, operation, input), Ok(()), "{name}");
                    let shape = operation.output.map(|id| service.shape(id));
                    check(service, shape, &Value::Map(output.clone()), name);
                }
                Err(fault) if COMMON.contains(&fault.code.as_ref()) => {}
                Err(fault) => {
                    assert!(service.shape_named(&fault.code).is_some(), "{name}: {fault}");
                }
            }
        }
    }
}

/// Codes that every query service has without modelling them.
const COMMON: &[&str] = &["InvalidParameterValue", "MissingParameter"];

/// A list whose model knows only the names of queues' attributes; it takes those of messages too.
const UNTOLD: &str = "ReceiveMessage.AttributeNames";

fn entry(operation: &str) -> &'static Entry {
    let found = operations().find(|entry| format!("{entry:?}") == operation);
    found.unwrap_or_else(|| panic!("{operation} is not served"))
}

fn drawn_next(drawn: &mut u64) -> u64 {
    *drawn += 1;
    drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (*drawn << 7)
}

fn sign(version: SignatureVersion, text: &str) -> Signed {
    Signed {
        signature: format!("v{}-{}", version.as_str(), text.len()),
        cert_url: "https://trail.example:4570/cert.pem".to_owned(),
    }
}

/// Stands in for the evaluator: a policy that names the topic allows it.
fn may_send(send: &QueueSend<'_>) -> bool {
    send.policy.is_some_and(|policy| policy.contains(send.topic_arn))
}

/// Stands in for the evaluator: it cannot read one word.
fn check_policy(text: &str) -> Result<(), String> {
    if text.contains("Unreadable") { Err("it has the word Unreadable".to_owned()) } else { Ok(()) }
}

/// Returns a policy that lets a topic send to a queue.
pub(crate) fn policy_for(topic_arn: &str, queue_arn: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage", "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }]})
    .to_string()
}

/// Asserts that a value is of its shape: kinds, member names and enum values.
fn check(service: &Service, shape: Option<&Shape>, value: &Value, path: &str) {
    let Some(shape) = shape else {
        assert_eq!(value, &Value::Map(Members::new()), "{path}");
        return;
    };
    let part = |name: &str| service.part(shape, name);
    match (&shape.kind, value) {
        (Kind::Structure { .. }, Value::Map(entries)) => {
            for (name, value) in entries.iter() {
                let path = format!("{path}.{name}");
                if path == UNTOLD {
                    continue;
                }
                let member = shape.member(name).expect(&path);
                check(service, Some(service.shape(member.shape)), value, &path);
            }
        }
        (Kind::Map { .. }, Value::Map(entries)) => {
            entries.iter().for_each(|(name, value)| check(service, part("value"), value, name));
        }
        (Kind::List { .. }, Value::List(items)) => {
            for item in items {
                check(service, part("member"), item, path);
            }
        }
        (Kind::String { values }, Value::String(text)) => {
            assert!(values.is_empty() || values.contains(&text.as_str()), "{path}: {text}");
        }
        (Kind::Boolean, Value::Bool(_))
        | (Kind::Integer | Kind::Long, Value::Integer(_))
        | (Kind::Blob, Value::Blob(_)) => {}
        (kind, value) => panic!("{path}: {value:?} is no {kind:?}"),
    }
}

fn value(name: &str, json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => Value::Integer(number.as_i64().unwrap()),
        serde_json::Value::String(text) if name == "BinaryValue" => {
            Value::Blob(STANDARD.decode(text).unwrap())
        }
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(items) => {
            Value::List(items.iter().map(|item| value(name, item)).collect())
        }
        serde_json::Value::Object(entries) => {
            let entry = |(name, json): (&String, _)| (name.clone().into(), value(name, json));
            Value::Map(entries.iter().map(entry).collect())
        }
    }
}

fn json_of(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => json!(null),
        Value::Bool(value) => json!(value),
        Value::Integer(number) => json!(number),
        Value::Float(number) => json!(number),
        Value::String(text) => json!(text),
        Value::Blob(bytes) => json!(STANDARD.encode(bytes)),
        Value::Timestamp(time) => json!(time.to_string()),
        Value::Document(json) => json.clone(),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Map(members) => {
            let entry = |(name, value): (&str, &Value)| (name.to_owned(), json_of(value));
            serde_json::Value::Object(members.iter().map(entry).collect())
        }
    }
}
