//! What a call carries once its protocol is peeled off: the same tree for JSON, XML and CBOR.

use std::borrow::Cow;

use jiff::Timestamp;

/// A decoded input or an output to encode, in the terms of the model.
///
/// A structure and a map are both [`Value::Map`]: only the shape tells them apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An explicit null: only in sparse lists and maps.
    Null,
    /// A boolean.
    Bool(bool),
    /// A byte, short, integer or long.
    Integer(i64),
    /// A float or double.
    Float(f64),
    /// A string or an enum value.
    String(String),
    /// Bytes; base64 on text protocols.
    Blob(Vec<u8>),
    /// A point in time; its text form is the protocol's business.
    Timestamp(Timestamp),
    /// A list, in order.
    List(Vec<Value>),
    /// A structure or a map, in the order in which it was written.
    Map(Members),
    /// Free JSON where the model has a document type.
    Document(serde_json::Value),
}

/// The named members of a structure or the entries of a map, in order.
///
/// Names of modelled members are borrowed from the model; keys that a caller chose are owned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members(Vec<(Cow<'static, str>, Value)>);

impl Members {
    /// Returns an empty structure.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns an empty structure with room for `count` members.
    pub fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Returns these members and one more; `None` leaves the member out, as AWS does for absent ones.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Option<Value>>) -> Self {
        if let Some(value) = value.into() {
            self.0.push((Cow::Borrowed(name), value));
        }
        self
    }

    /// Adds an entry under a modelled or a caller's name, behind those that are there.
    pub fn push(&mut self, name: impl Into<Cow<'static, str>>, value: Value) {
        self.0.push((name.into(), value));
    }

    /// Returns the value of `name`, when present.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Returns the string member `name`.
    pub fn string(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// Returns the integer member `name`.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_integer)
    }

    /// Returns the boolean member `name`.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Some(Value::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    /// Returns the timestamp member `name`.
    pub fn timestamp(&self, name: &str) -> Option<Timestamp> {
        match self.get(name) {
            Some(Value::Timestamp(value)) => Some(*value),
            _ => None,
        }
    }

    /// Returns the list member `name`; an absent one is empty.
    pub fn list(&self, name: &str) -> &[Value] {
        match self.get(name) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// Returns the structure or map member `name`.
    pub fn map(&self, name: &str) -> Option<&Members> {
        self.get(name).and_then(Value::as_map)
    }

    /// Returns the strings of the list member `name`; items of another kind are passed over.
    pub fn strings(&self, name: &str) -> impl Iterator<Item = &str> {
        self.list(name).iter().filter_map(Value::as_str)
    }

    /// Returns the structures of the list member `name`; items of another kind are passed over.
    pub fn maps(&self, name: &str) -> impl Iterator<Item = &Members> {
        self.list(name).iter().filter_map(Value::as_map)
    }

    /// Returns the entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Members {
    type Item = (Cow<'static, str>, Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<(Cow<'static, str>, Value)> for Members {
    fn from_iter<I: IntoIterator<Item = (Cow<'static, str>, Value)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl Value {
    /// Returns the text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number of an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns the members of a structure or map.
    pub fn as_map(&self) -> Option<&Members> {
        match self {
            Self::Map(members) => Some(members),
            _ => None,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value)
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self::Timestamp(value)
    }
}

impl From<Members> for Value {
    fn from(value: Members) -> Self {
        Self::Map(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}
