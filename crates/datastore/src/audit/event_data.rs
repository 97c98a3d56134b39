//! What a caller says of one event, held against AWS's rules.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Refused;

/// The fields that must be texts of at most so many characters: path, most, whether they must be
/// there.
const TEXTS: [(&str, usize, bool); 12] = [
    ("version", 256, true),
    ("userIdentity.type", 128, true),
    ("userIdentity.principalId", 1024, true),
    ("userAgent", 1024, false),
    ("eventSource", 1024, true),
    ("eventName", 1024, true),
    ("eventTime", 1024, true),
    ("UID", 1024, true),
    ("errorCode", 256, false),
    ("errorMessage", 256, false),
    ("sourceIPAddress", 1024, false),
    ("recipientAccountId", 1024, true),
];

const KIB: usize = 1024;

/// The fields that may be of at most so many bytes, as JSON.
const BODIES: [(&str, usize); 4] = [
    ("requestParameters", 100 * KIB),
    ("responseElements", 100 * KIB),
    ("additionalEventData", 28 * KIB),
    ("userIdentity.details", 100 * KIB),
];

/// What is needed of an event's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventData {
    /// When it happened.
    pub(super) event_time: Timestamp,
}

impl EventData {
    /// Reads and checks the data of an event; `account` is the channel's.
    pub(super) fn read(text: &str, account: &str) -> Result<Self, Refused> {
        let data: Map<String, Value> = serde_json::from_str(text)
            .map_err(|error| invalid(format!("eventData is no JSON object: {error}.")))?;
        TEXTS.iter().try_for_each(|(path, most, required)| {
            check_text(path, find(&data, path), *most, *required)
        })?;
        BODIES.iter().try_for_each(|(path, most)| check_body(path, find(&data, path), *most))?;
        let recipient = text_of(&data, "recipientAccountId");
        if recipient != account {
            let message = format!("recipientAccountId {recipient} is not the channel's account.");
            return Err(Refused { code: "InvalidRecipient", message });
        }
        time(text_of(&data, "eventTime")).map(|event_time| Self { event_time })
    }
}

/// Finds a field, or one inside of `userIdentity`; null is as good as absent.
fn find<'a>(data: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let found = match path.split_once('.') {
        Some((outer, inner)) => data.get(outer)?.get(inner),
        None => data.get(path),
    };
    found.filter(|value| !value.is_null())
}

fn text_of<'a>(data: &'a Map<String, Value>, path: &str) -> &'a str {
    find(data, path).and_then(Value::as_str).unwrap_or_default()
}

fn check_text(
    path: &str,
    value: Option<&Value>,
    most: usize,
    required: bool,
) -> Result<(), Refused> {
    match value {
        None if required => {
            Err(Refused { code: "FieldNotFound", message: format!("{path} is missing.") })
        }
        Some(Value::String(text)) if required && text.is_empty() => {
            Err(Refused { code: "FieldNotFound", message: format!("{path} is empty.") })
        }
        Some(Value::String(text)) if text.chars().count() > most => Err(too_long(path, most)),
        None | Some(Value::String(_)) => Ok(()),
        Some(_) => Err(invalid(format!("{path} is no text."))),
    }
}

/// Parameters and elements are objects; what is too large is refused and not cut.
fn check_body(path: &str, value: Option<&Value>, most: usize) -> Result<(), Refused> {
    match value {
        None => Ok(()),
        Some(Value::Object(_)) => {
            let size = value.map_or(0, |value| value.to_string().len());
            if size > most { Err(too_long(path, most)) } else { Ok(()) }
        }
        Some(_) => Err(invalid(format!("{path} is no JSON object."))),
    }
}

/// The one form that AWS takes: whole seconds, UTC.
fn time(text: &str) -> Result<Timestamp, Refused> {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    let fits = |(byte, form): (u8, u8)| {
        if form == b'0' { byte.is_ascii_digit() } else { byte == form }
    };
    let has_form = text.len() == FORM.len() && text.bytes().zip(FORM.iter().copied()).all(fits);
    let time = text.parse().ok().filter(|_| has_form);
    time.ok_or_else(|| invalid(format!("eventTime {text} is no time, as in 2026-11-20T08:00:00Z.")))
}

fn too_long(path: &str, most: usize) -> Refused {
    Refused { code: "FieldTooLong", message: format!("{path} is longer than {most}.") }
}

fn invalid(message: String) -> Refused {
    Refused { code: "InvalidData", message }
}
