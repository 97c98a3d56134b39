//! Attributes of messages: typed values beside a body, alike in both services.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};
use wire::{Members, Value};

/// The longest name of an attribute, in bytes.
const NAME_BYTES_MAX: usize = 256;
/// The longest data type, in bytes.
const DATA_TYPE_BYTES_MAX: usize = 256;

/// The attributes of one message, by name.
pub type Attributes = BTreeMap<String, Attribute>;

/// One attribute of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// `String`, `Number`, `Binary` or `String.Array`, perhaps with a label behind a period.
    pub data_type: String,
    /// The value.
    pub content: Content,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// The value of every type but `Binary`.
    Text(String),
    /// The value of a `Binary`; base64 where it is written down.
    Binary(#[serde(with = "base64_text")] Vec<u8>),
}

/// Why attributes are refused; the text is for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Malformed(pub(crate) String);

impl Content {
    /// Returns the bytes of the value.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

impl Attribute {
    /// Returns the type without its label.
    pub fn base_type(&self) -> &str {
        self.data_type.split_once('.').map_or(self.data_type.as_str(), |(base, _)| base)
    }

    /// Returns the value as notifications show it: text as it is, bytes in base64.
    pub fn shown(&self) -> String {
        match &self.content {
            Content::Text(text) => text.clone(),
            Content::Binary(bytes) => STANDARD.encode(bytes),
        }
    }

    /// Returns the attribute in the terms of SQS's model.
    pub(crate) fn members(&self) -> Members {
        let members = match &self.content {
            Content::Text(text) => Members::new().with("StringValue", Value::from(text.as_str())),
            Content::Binary(bytes) => {
                Members::new().with("BinaryValue", Value::Blob(bytes.clone()))
            }
        };
        members.with("DataType", Value::from(self.data_type.as_str()))
    }
}

/// Reads the map `MessageAttributes` of an input.
pub(crate) fn read(input: &Members) -> Result<Attributes, Malformed> {
    let Some(given) = input.map("MessageAttributes") else { return Ok(Attributes::new()) };
    let mut attributes = Attributes::new();
    for (name, value) in given.iter() {
        check_name(name)?;
        let value = value.as_map().ok_or_else(|| empty(name))?;
        attributes.insert(name.to_owned(), attribute(name, value)?);
    }
    Ok(attributes)
}

/// Reads one typed value, as attributes and system attributes have them.
pub(crate) fn attribute(name: &str, value: &Members) -> Result<Attribute, Malformed> {
    let data_type = value.string("DataType").unwrap_or_default();
    let base = data_type.split('.').next().unwrap_or_default();
    let text = value.string("StringValue").filter(|text| !text.is_empty());
    let bytes = match value.get("BinaryValue") {
        Some(Value::Blob(bytes)) if !bytes.is_empty() => Some(bytes),
        _ => None,
    };
    if data_type.len() > DATA_TYPE_BYTES_MAX {
        return Err(bad_type(name));
    }
    let content = match base {
        "String" => Content::Text(text.ok_or_else(|| empty(name))?.to_owned()),
        "Number" => Content::Text(number(name, text.ok_or_else(|| empty(name))?)?),
        "Binary" => Content::Binary(bytes.ok_or_else(|| empty(name))?.clone()),
        _ => return Err(bad_type(name)),
    };
    Ok(Attribute { data_type: data_type.to_owned(), content })
}

/// Returns how many bytes attributes count towards a message's size.
pub(crate) fn size(attributes: &Attributes) -> usize {
    let one = |(name, attribute): (&String, &Attribute)| {
        name.len() + attribute.data_type.len() + attribute.content.bytes().len()
    };
    attributes.iter().map(one).sum()
}

/// Returns the MD5 of attributes that SDKs hold an answer against; none where there are none.
///
/// Over the names in byte order: length and name, length and type, one byte for text (1) or
/// bytes (2), length and value; lengths are four bytes, the highest first. Source: the SQS
/// developer guide, "Calculating the MD5 message digest for message attributes".
pub(crate) fn md5_of<'a>(
    attributes: impl IntoIterator<Item = (&'a String, &'a Attribute)>,
) -> Option<String> {
    let mut digest = Md5::new();
    let mut any = false;
    for (name, attribute) in attributes {
        any = true;
        measured(&mut digest, name.as_bytes());
        measured(&mut digest, attribute.data_type.as_bytes());
        digest.update([match attribute.content {
            Content::Text(_) => 1,
            Content::Binary(_) => 2,
        }]);
        measured(&mut digest, attribute.content.bytes());
    }
    any.then(|| hex(&digest.finalize()))
}

/// Returns the MD5 of a body.
pub(crate) fn md5_of_text(text: &str) -> String {
    hex(&Md5::digest(text.as_bytes()))
}

fn measured(digest: &mut Md5, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).expect("messages are far below 4 GiB");
    digest.update(length.to_be_bytes());
    digest.update(bytes);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

fn check_name(name: &str) -> Result<(), Malformed> {
    let lower = name.to_ascii_lowercase();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let text = if name.is_empty() || name.len() > NAME_BYTES_MAX {
        format!("The message attribute name must have 1 to {NAME_BYTES_MAX} characters.")
    } else if !name.bytes().all(known) {
        format!("The message attribute name '{name}' has characters other than A-Z a-z 0-9 _ - .")
    } else if lower.starts_with("aws.") || lower.starts_with("amazon.") {
        format!("The message attribute name '{name}' begins with a reserved prefix.")
    } else if name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        format!("The message attribute name '{name}' has a period where none may be.")
    } else {
        return Ok(());
    };
    Err(Malformed(text))
}

/// Checks a number: digits with a fraction and an exponent, as in JSON, perhaps with a plus.
fn number(name: &str, text: &str) -> Result<String, Malformed> {
    let plain = text.trim().parse::<f64>().is_ok_and(f64::is_finite);
    let written = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    if plain && written {
        return Ok(text.to_owned());
    }
    Err(Malformed(format!("Could not cast message attribute '{name}' value to number.")))
}

fn empty(name: &str) -> Malformed {
    Malformed(format!(
        "The message attribute '{name}' must contain non-empty message attribute value."
    ))
}

fn bad_type(name: &str) -> Malformed {
    Malformed(format!(
        "The message attribute '{name}' has an invalid message attribute type, the set of \
         supported type prefixes is Binary, Number, and String."
    ))
}

/// Bytes as base64 text in the journal.
mod base64_text {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(serde::de::Error::custom)
    }
}
