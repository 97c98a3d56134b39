//! Filter policies: which messages a subscription wants, by their attributes.
//!
//! ```text
//!   {"store": ["books", {"prefix": "music-"}], "price": [{"numeric": [">", 0, "<=", 100]}]}
//!     every name must match (and), by any of its conditions (or)
//! ```
//!
//! What is not understood is refused when it is set, never passed over when a message comes.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::attribute::{Attribute, Attributes, Content};

/// The names that one policy may have.
const NAMES_MAX: usize = 5;
/// The product of the counts of conditions that one policy may have.
const COMBINATIONS_MAX: usize = 150;
/// The largest number that a condition may name, either way.
const NUMBER_MAX: f64 = 1e9;

/// A filter policy, read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filter(BTreeMap<String, Vec<Condition>>);

/// Why a policy is refused; the text is for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("FilterPolicy: {0}")]
pub(crate) struct BadFilter(String);

/// One condition on an attribute.
#[derive(Debug, Clone, PartialEq)]
enum Condition {
    /// The value is this text, number, truth or null.
    Is(Scalar),
    /// The text begins so.
    Prefix(String),
    /// The text ends so.
    Suffix(String),
    /// The text is this, whatever its case.
    SameLetters(String),
    /// There is a value, and no condition in here meets it.
    AnythingBut(Vec<Condition>),
    /// The number is within these bounds.
    Numeric(Vec<(Comparison, f64)>),
    /// There is an attribute of this name, or there is none.
    Exists(bool),
}

/// A value of an attribute or of a condition.
#[derive(Debug, Clone, PartialEq)]
enum Scalar {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Filter {
    /// Reads a policy.
    pub(crate) fn read(text: &str) -> Result<Self, BadFilter> {
        let Ok(Value::Object(given)) = serde_json::from_str(text) else {
            return bad("it is not a JSON object");
        };
        if given.len() > NAMES_MAX {
            return bad(format!("it has more than {NAMES_MAX} keys"));
        }
        let mut names = BTreeMap::new();
        let mut combinations = 1_usize;
        for (name, conditions) in given {
            let conditions = match conditions {
                _ if name.starts_with('$') => return bad(format!("{name} is not served")),
                Value::Array(items) if !items.is_empty() => {
                    items.iter().map(condition).collect::<Result<Vec<_>, _>>()?
                }
                _ => return bad(format!("\"{name}\" must be an array with a condition in it")),
            };
            combinations = combinations.saturating_mul(conditions.len());
            names.insert(name, conditions);
        }
        if combinations > COMBINATIONS_MAX {
            return bad(format!("it has more than {COMBINATIONS_MAX} combinations of values"));
        }
        Ok(Self(names))
    }

    /// Returns whether a message with these attributes is wanted.
    pub(crate) fn wants(&self, attributes: &Attributes) -> bool {
        self.0.iter().all(|(name, conditions)| {
            let attribute = attributes.get(name);
            let values = attribute.map(values).unwrap_or_default();
            conditions.iter().any(|condition| match condition {
                Condition::Exists(wanted) => attribute.is_some() == *wanted,
                other => values.iter().any(|value| other.meets(value)),
            })
        })
    }
}

impl Condition {
    fn meets(&self, value: &Scalar) -> bool {
        match (self, value) {
            (Self::Is(wanted), value) => wanted == value,
            (Self::Prefix(prefix), Scalar::Text(text)) => text.starts_with(prefix),
            (Self::Suffix(suffix), Scalar::Text(text)) => text.ends_with(suffix),
            (Self::SameLetters(wanted), Scalar::Text(text)) => {
                wanted.to_lowercase() == text.to_lowercase()
            }
            (Self::AnythingBut(unwanted), value) => {
                !unwanted.iter().any(|condition| condition.meets(value))
            }
            (Self::Numeric(bounds), Scalar::Number(number)) => {
                bounds.iter().all(|(comparison, bound)| comparison.holds(*number, *bound))
            }
            _ => false,
        }
    }
}

impl Comparison {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "=" => Self::Equal,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    fn holds(self, number: f64, bound: f64) -> bool {
        let Some(order) = number.partial_cmp(&bound) else { return false };
        match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }

    fn is_lower(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterOrEqual)
    }

    fn is_upper(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual)
    }
}

/// Returns the values of an attribute; bytes have none.
fn values(attribute: &Attribute) -> Vec<Scalar> {
    let Content::Text(text) = &attribute.content else { return Vec::new() };
    if attribute.data_type == "String.Array" {
        let Ok(Value::Array(items)) = serde_json::from_str(text) else { return Vec::new() };
        return items.iter().filter_map(|item| scalar(item).ok()).collect();
    }
    match attribute.base_type() {
        "Number" => text.parse().map(Scalar::Number).into_iter().collect(),
        _ => vec![Scalar::Text(text.clone())],
    }
}

fn scalar(value: &Value) -> Result<Scalar, BadFilter> {
    match value {
        Value::String(text) => Ok(Scalar::Text(text.clone())),
        Value::Number(_) => number(value).map(Scalar::Number),
        Value::Bool(value) => Ok(Scalar::Bool(*value)),
        Value::Null => Ok(Scalar::Null),
        _ => bad("a value is neither text nor number, true, false or null"),
    }
}

fn number(value: &Value) -> Result<f64, BadFilter> {
    let number = value.as_f64().filter(|number| number.abs() <= NUMBER_MAX);
    number.ok_or_else(|| BadFilter(format!("{value} is not a number from -1e9 to 1e9")))
}

fn condition(value: &Value) -> Result<Condition, BadFilter> {
    let Value::Object(words) = value else { return scalar(value).map(Condition::Is) };
    let mut words = words.iter();
    let (Some((word, operand)), None) = (words.next(), words.next()) else {
        return bad("a condition must have exactly one word");
    };
    match (word.as_str(), operand) {
        ("prefix", Value::String(text)) => Ok(Condition::Prefix(text.clone())),
        ("suffix", Value::String(text)) => Ok(Condition::Suffix(text.clone())),
        ("equals-ignore-case", Value::String(text)) => Ok(Condition::SameLetters(text.clone())),
        ("exists", Value::Bool(wanted)) => Ok(Condition::Exists(*wanted)),
        ("numeric", Value::Array(items)) => numeric(items),
        ("anything-but", Value::Array(items)) if !items.is_empty() => {
            let unwanted = items.iter().map(|item| scalar(item).map(Condition::Is));
            unwanted.collect::<Result<_, _>>().map(Condition::AnythingBut)
        }
        ("anything-but", Value::Object(_)) => match condition(operand)? {
            inner @ (Condition::Prefix(_) | Condition::Suffix(_) | Condition::SameLetters(_)) => {
                Ok(Condition::AnythingBut(vec![inner]))
            }
            _ => bad("anything-but takes values, prefix, suffix or equals-ignore-case"),
        },
        ("anything-but", Value::String(_) | Value::Number(_)) => {
            Ok(Condition::AnythingBut(vec![Condition::Is(scalar(operand)?)]))
        }
        _ => bad(format!("{word} is not served, or not with {operand}")),
    }
}

/// Reads `["=", 1]` or `[">", 0, "<=", 100]`.
fn numeric(items: &[Value]) -> Result<Condition, BadFilter> {
    let mut bounds = Vec::new();
    for pair in items.chunks(2) {
        let [Value::String(word), bound] = pair else {
            return bad("numeric must be pairs of an operator and a number");
        };
        let Some(comparison) = Comparison::read(word) else {
            return bad(format!("{word} is no operator of numeric"));
        };
        bounds.push((comparison, number(bound)?));
    }
    match bounds.as_slice() {
        [_] => Ok(Condition::Numeric(bounds)),
        [(low, from), (high, to)] if low.is_lower() && high.is_upper() && from < to => {
            Ok(Condition::Numeric(bounds))
        }
        _ => bad("numeric must be one bound, or a lower and then a higher one"),
    }
}

fn bad<T>(text: impl Into<String>) -> Result<T, BadFilter> {
    Err(BadFilter(text.into()))
}

#[cfg(test)]
mod tests {
    use super::Filter;
    use crate::attribute::{Attribute, Attributes, Content};

    fn attributes() -> Attributes {
        let text = |data_type: &str, text: &str| Attribute {
            data_type: data_type.to_owned(),
            content: Content::Text(text.to_owned()),
        };
        let bytes = Content::Binary(vec![1]);
        [
            ("store", text("String", "books-and-more")),
            ("price", text("Number", "99.5")),
            ("sports", text("String.Array", r#"["rugby", 7, true, null]"#)),
            ("raw", Attribute { data_type: "Binary".to_owned(), content: bytes }),
        ]
        .map(|(name, attribute)| (name.to_owned(), attribute))
        .into()
    }

    #[test]
    fn wanted_or_not() {
        for (policy, wanted) in [
            ("{}", true),
            (r#"{"store":["books-and-more"]}"#, true),
            (r#"{"store":["other","books-and-more"]}"#, true),
            (r#"{"store":["books"]}"#, false),
            (r#"{"none":["books"]}"#, false),
            (r#"{"store":[{"prefix":"books"}],"price":[99.5]}"#, true),
            (r#"{"store":[{"prefix":"books"}],"price":[1]}"#, false),
            (r#"{"store":[{"suffix":"-more"}]}"#, true),
            (r#"{"store":[{"suffix":"-less"}]}"#, false),
            (r#"{"store":[{"equals-ignore-case":"Books-AND-more"}]}"#, true),
            (r#"{"store":[{"anything-but":["x","y"]}]}"#, true),
            (r#"{"store":[{"anything-but":"books-and-more"}]}"#, false),
            (r#"{"store":[{"anything-but":{"prefix":"books"}}]}"#, false),
            (r#"{"store":[{"anything-but":{"suffix":"x"}}]}"#, true),
            (r#"{"none":[{"anything-but":["x"]}]}"#, false),
            (r#"{"price":["99.5"]}"#, false),
            (r#"{"price":[{"numeric":["=",99.5]}]}"#, true),
            (r#"{"price":[{"numeric":[">",0,"<=",99.5]}]}"#, true),
            (r#"{"price":[{"numeric":[">=",0,"<",99.5]}]}"#, false),
            (r#"{"store":[{"numeric":[">",0]}]}"#, false),
            (r#"{"store":[{"exists":true}]}"#, true),
            (r#"{"store":[{"exists":false}]}"#, false),
            (r#"{"none":[{"exists":false}]}"#, true),
            (r#"{"raw":[{"exists":true}]}"#, true),
            (r#"{"raw":[{"prefix":""}]}"#, false),
            (r#"{"sports":["rugby"]}"#, true),
            (r#"{"sports":[7]}"#, true),
            (r#"{"sports":[true]}"#, true),
            (r#"{"sports":[null]}"#, true),
            (r#"{"sports":["tennis"]}"#, false),
        ] {
            assert_eq!(Filter::read(policy).unwrap().wants(&attributes()), wanted, "{policy}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let many: Vec<String> = (0..151).map(|number| number.to_string()).collect();
        let many = format!(r#"{{"a":[{}]}}"#, many.join(","));
        for bad in [
            "[]",
            "{",
            r#"{"a":"b"}"#,
            r#"{"a":[]}"#,
            r#"{"a":{"b":["c"]}}"#,
            r#"{"$or":[{"a":["b"]}]}"#,
            r#"{"a":[["b"]]}"#,
            r#"{"a":[{"cidr":"10.0.0.0/24"}]}"#,
            r#"{"a":[{"wildcard":"x*"}]}"#,
            r#"{"a":[{"prefix":1}]}"#,
            r#"{"a":[{"prefix":"x","suffix":"y"}]}"#,
            r#"{"a":[{"exists":"true"}]}"#,
            r#"{"a":[{"numeric":[]}]}"#,
            r#"{"a":[{"numeric":["!",1]}]}"#,
            r#"{"a":[{"numeric":[">",5,"<",1]}]}"#,
            r#"{"a":[{"numeric":["<",5,">",1]}]}"#,
            r#"{"a":[{"numeric":["=",2000000000]}]}"#,
            r#"{"a":[{"anything-but":[]}]}"#,
            r#"{"a":[{"anything-but":{"exists":true}}]}"#,
            r#"{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}"#,
            &many,
        ] {
            assert!(Filter::read(bad).is_err(), "{bad}");
        }
    }
}
