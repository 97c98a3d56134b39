//! Values into CBOR.
//!
//! No shape is needed: CBOR has its own timestamps and bytes, and members keep the model's names.

use std::convert::Infallible;

use minicbor::Encoder;
use minicbor::data::IanaTag;
use minicbor::encode::Error;

use crate::fault::Fault;
use crate::model::Service;
use crate::protocol::json::message_member;
use crate::protocol::timestamp::{Seconds, seconds};
use crate::value::{Members, Value};

/// Returns the body that holds a structure.
pub(super) fn structure(members: &Members) -> Vec<u8> {
    let mut writer = Encoder::new(Vec::with_capacity(256));
    entries(&mut writer, members, &[]).expect("a vector takes every byte");
    writer.into_writer()
}

/// Returns the body of a fault.
pub(super) fn failure(service: Option<&Service>, fault: &Fault) -> Vec<u8> {
    let head = [("__type", fault.code.as_ref()), (message_member(service, fault), &fault.message)];
    let mut writer = Encoder::new(Vec::with_capacity(256));
    entries(&mut writer, &fault.members, &head).expect("a vector takes every byte");
    writer.into_writer()
}

type Written = Result<(), Error<Infallible>>;

/// Writes the texts of `head`, then the members, as one map.
fn entries(writer: &mut Encoder<Vec<u8>>, members: &Members, head: &[(&str, &str)]) -> Written {
    let is_written = |(_, value): &(&str, &Value)| !matches!(value, Value::Null);
    let count = head.len() + members.iter().filter(is_written).count();
    writer.map(count as u64)?;
    for (name, text) in head {
        writer.str(name)?.str(text)?;
    }
    for (name, member) in members.iter().filter(is_written) {
        writer.str(name)?;
        value(writer, member)?;
    }
    Ok(())
}

/// Writes one value; a document, which the protocol does not have, becomes null.
fn value(writer: &mut Encoder<Vec<u8>>, written: &Value) -> Written {
    match written {
        Value::Null | Value::Document(_) => writer.null()?.ok(),
        Value::Bool(flag) => writer.bool(*flag)?.ok(),
        Value::Integer(number) => writer.i64(*number)?.ok(),
        Value::Float(number) => writer.f64(*number)?.ok(),
        Value::String(text) => writer.str(text)?.ok(),
        Value::Blob(bytes) => writer.bytes(bytes)?.ok(),
        Value::Timestamp(instant) => match seconds(*instant) {
            Seconds::Whole(seconds) => writer.tag(IanaTag::Timestamp)?.i64(seconds)?.ok(),
            Seconds::Fraction(seconds) => writer.tag(IanaTag::Timestamp)?.f64(seconds)?.ok(),
        },
        Value::List(items) => {
            writer.array(items.len() as u64)?;
            items.iter().try_for_each(|item| value(writer, item))
        }
        Value::Map(members) => entries(writer, members, &[]),
    }
}
