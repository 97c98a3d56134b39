//! An entity while it is read or changed: a document with an id, an owner and a revision.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// An entity of any type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entity {
    /// The id.
    pub(super) id: String,
    /// The type with its version.
    pub(super) kind: String,
    /// The account whose it is.
    pub(super) owner: String,
    /// How many change sets have made it what it is.
    pub(super) revision: u64,
    /// When the latest revision came about.
    pub(super) last_modified: Timestamp,
    /// What `DescribeEntity` answers.
    pub(super) details: Value,
}

impl Entity {
    /// Returns the text at a JSON pointer of the document; empty when there is none.
    pub(super) fn text(&self, pointer: &str) -> &str {
        self.details.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns the list at a JSON pointer of the document; empty when there is none.
    pub(super) fn list(&self, pointer: &str) -> &[Value] {
        self.details.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Returns the object `name` at the top of the document, made when it is missing.
    pub(super) fn object_mut(&mut self, name: &str) -> &mut Map<String, Value> {
        let place = self.top_mut(name);
        if !place.is_object() {
            *place = json!({});
        }
        place.as_object_mut().expect("made an object just now")
    }

    /// Returns the list `name` at the top of the document, made when it is missing.
    pub(super) fn list_mut(&mut self, name: &str) -> &mut Vec<Value> {
        let place = self.top_mut(name);
        if !place.is_array() {
            *place = json!([]);
        }
        place.as_array_mut().expect("made a list just now")
    }

    fn top_mut(&mut self, name: &str) -> &mut Value {
        if !self.details.is_object() {
            self.details = json!({});
        }
        let top = self.details.as_object_mut().expect("made an object just now");
        top.entry(name.to_owned()).or_insert(Value::Null)
    }
}
