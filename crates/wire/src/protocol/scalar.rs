//! One number, text or flag of a body, turned into what its shape asks for.
//!
//! The texts of refusals are those that AWS's JSON services give.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::timestamp;
use crate::model::Kind;
use crate::value::Value;

/// A structure or map where the shape is something else.
pub(super) const UNEXPECTED_MAP: &str = "Start of structure or map found where not expected.";
/// A list where the shape is something else.
pub(super) const UNEXPECTED_LIST: &str = "Start of list found where not expected";
/// A single value where the shape is a structure, list or map.
pub(super) const UNEXPECTED_SCALAR: &str = "Unexpected value type in payload";

/// The greatest distance from zero at which every whole `f64` is exact.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

pub(super) fn boolean(kind: &Kind, value: bool) -> Result<Value, String> {
    match kind {
        Kind::Boolean => Ok(Value::Bool(value)),
        Kind::Document => Ok(Value::Document(value.into())),
        _ => Err(wrong(if value { "TRUE_VALUE" } else { "FALSE_VALUE" }, kind)),
    }
}

pub(super) fn integer(kind: &Kind, number: i64) -> Result<Value, String> {
    let value = match kind {
        Kind::Integer if i32::try_from(number).is_ok() => Some(Value::Integer(number)),
        Kind::Long => Some(Value::Integer(number)),
        Kind::Timestamp => Timestamp::from_second(number).ok().map(Value::Timestamp),
        #[expect(clippy::cast_precision_loss, reason = "what the client's float means")]
        Kind::Float => Some(Value::Float(number as f64)),
        Kind::Document => Some(Value::Document(number.into())),
        _ => None,
    };
    value.ok_or_else(|| wrong("NUMBER_VALUE", kind))
}

/// A number beyond `i64`.
pub(super) fn unsigned(kind: &Kind, number: u64) -> Result<Value, String> {
    match (i64::try_from(number), kind) {
        (Ok(number), _) => integer(kind, number),
        #[expect(clippy::cast_precision_loss, reason = "what the client's float means")]
        (Err(_), Kind::Float) => Ok(Value::Float(number as f64)),
        (Err(_), Kind::Document) => Ok(Value::Document(number.into())),
        (Err(_), _) => Err(wrong("NUMBER_VALUE", kind)),
    }
}

/// A number with a fraction or an exponent; a whole one also serves as an integer.
pub(super) fn float(kind: &Kind, number: f64) -> Result<Value, String> {
    match kind {
        Kind::Float => Ok(Value::Float(number)),
        Kind::Integer | Kind::Long if number.fract() == 0.0 && number.abs() <= EXACT_MAX =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            integer(kind, number as i64)
        }
        Kind::Timestamp => timestamp::from_seconds(number)
            .map(Value::Timestamp)
            .ok_or_else(|| wrong("NUMBER_VALUE", kind)),
        Kind::Document if number.is_finite() => Ok(Value::Document(number.into())),
        _ => Err(wrong("NUMBER_VALUE", kind)),
    }
}

pub(super) fn text(kind: &Kind, text: &str) -> Result<Value, String> {
    let value = match kind {
        Kind::String { .. } => Some(Value::String(text.to_owned())),
        Kind::Timestamp => timestamp::parse(text).map(Value::Timestamp),
        Kind::Blob => STANDARD.decode(text).ok().map(Value::Blob),
        Kind::Document => Some(Value::Document(text.into())),
        Kind::Float => match text {
            "NaN" => Some(Value::Float(f64::NAN)),
            "Infinity" => Some(Value::Float(f64::INFINITY)),
            "-Infinity" => Some(Value::Float(f64::NEG_INFINITY)),
            _ => None,
        },
        _ => None,
    };
    value.ok_or_else(|| wrong("STRING_VALUE", kind))
}

/// Bytes that are bytes on the wire.
pub(super) fn bytes(kind: &Kind, bytes: Vec<u8>) -> Result<Value, String> {
    match kind {
        Kind::Blob => Ok(Value::Blob(bytes)),
        _ => Err(wrong("BINARY_VALUE", kind)),
    }
}

/// Text of a form, a path or a header, where numbers and flags are text too.
pub(super) fn plain(kind: &Kind, written: &str) -> Result<Value, String> {
    let value = match kind {
        Kind::Boolean => match written {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Integer | Kind::Long => {
            written.parse().ok().and_then(|number| integer(kind, number).ok())
        }
        Kind::Float => match text(kind, written) {
            Ok(value) => Some(value),
            Err(_) => {
                written.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float)
            }
        },
        _ => return text(kind, written),
    };
    value.ok_or_else(|| wrong("STRING_VALUE", kind))
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Returns the spelling of a float that JSON and XML have no number for.
pub(super) fn not_finite(number: f64) -> Option<&'static str> {
    match number {
        _ if number.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

fn wrong(token: &str, kind: &Kind) -> String {
    let target = match kind {
        Kind::String { .. } => "a String",
        Kind::Boolean => "a Boolean",
        Kind::Integer => "an Integer",
        Kind::Long => "a Long",
        Kind::Float => "a Double",
        Kind::Blob => "a Blob",
        Kind::Timestamp => "milliseconds since epoch",
        Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. } | Kind::Document => {
            return UNEXPECTED_SCALAR.to_owned();
        }
    };
    format!("{token} can not be converted to {target}")
}
