//! How a refused value is shown to the caller.

use super::path::lower_first;
use crate::model::{Kind, Service, Shape};
use crate::value::{Members, Value};

/// How many characters of a value are shown.
const SHOWN_MAX: usize = 256;

/// Returns `value` as AWS's Java services print it: `[a, b]`, `{key=value}`,
/// `UsageRecord(dimension=gb)`; secrets masked, long values cut.
pub(super) fn text(service: &Service, shape: &Shape, value: &Value) -> String {
    let mut shown = Shown { text: String::new(), room: SHOWN_MAX };
    shown.value(service, Some(shape), value);
    if shown.room == 0 {
        shown.text.push_str("...");
    }
    shown.text
}

/// Text that stops growing when it is long enough.
struct Shown {
    text: String,
    room: usize,
}

impl Shown {
    fn push(&mut self, text: &str) {
        for character in text.chars().take(self.room) {
            self.text.push(character);
            self.room -= 1;
        }
    }

    fn value(&mut self, service: &Service, shape: Option<&Shape>, value: &Value) {
        if self.room == 0 {
            return;
        }
        if shape.is_some_and(|shape| shape.sensitive) {
            return self.push("***Sensitive Data Redacted***");
        }
        match value {
            Value::Null => self.push("null"),
            Value::Bool(value) => self.push(&value.to_string()),
            Value::Integer(number) => self.push(&number.to_string()),
            Value::Float(number) => self.push(&number.to_string()),
            Value::String(text) => self.push(text),
            Value::Blob(bytes) => self.push(&format!("{} bytes", bytes.len())),
            Value::Timestamp(instant) => self.push(&instant.to_string()),
            Value::List(items) => self.list(service, shape, items),
            Value::Map(members) => self.map(service, shape, members),
            Value::Document(_) => self.push("document"),
        }
    }

    fn list(&mut self, service: &Service, shape: Option<&Shape>, items: &[Value]) {
        let item_shape = shape.and_then(|shape| service.part(shape, ""));
        self.push("[");
        for (at, item) in items.iter().take(SHOWN_MAX).enumerate() {
            self.push(if at > 0 { ", " } else { "" });
            self.value(service, item_shape, item);
        }
        self.push("]");
    }

    fn map(&mut self, service: &Service, shape: Option<&Shape>, members: &Members) {
        let is_structure = matches!(shape.map(|shape| &shape.kind), Some(Kind::Structure { .. }));
        self.push(shape.filter(|_| is_structure).map_or("", |shape| shape.name));
        self.push(if is_structure { "(" } else { "{" });
        for (at, (name, value)) in members.iter().take(SHOWN_MAX).enumerate() {
            self.push(if at > 0 { ", " } else { "" });
            if is_structure {
                self.push(&lower_first(name));
            } else {
                self.push(name);
            }
            self.push("=");
            self.value(service, shape.and_then(|shape| service.part(shape, name)), value);
        }
        self.push(if is_structure { ")" } else { "}" });
    }
}
