//! Values into CBOR.
//!
//! CBOR has its own timestamps and bytes, and members keep the model's names: shapes only say which
//! members there are.

use std::convert::Infallible;

use minicbor::Encoder;
use minicbor::data::IanaTag;
use minicbor::encode::Error;

use crate::fault::Fault;
use crate::model::{Kind, Service, Shape, ShapeId};
use crate::protocol::json::message_member;
use crate::protocol::timestamp::{Seconds, seconds};
use crate::value::{Members, Value};

/// Returns the body that holds a structure.
pub(super) fn structure(service: &Service, shape: Option<ShapeId>, members: &Members) -> Vec<u8> {
    let mut writer = Writer { service: Some(service), encoder: Encoder::new(Vec::new()) };
    let shape = shape.map(|shape| service.shape(shape));
    writer.entries(shape, members, &[]).expect("a vector takes every byte");
    writer.encoder.into_writer()
}

/// Returns the body of a fault.
pub(super) fn failure(service: Option<&Service>, fault: &Fault) -> Vec<u8> {
    let head = [("__type", fault.code.as_ref()), (message_member(service, fault), &fault.message)];
    let mut writer = Writer { service, encoder: Encoder::new(Vec::new()) };
    writer.entries(None, &fault.members, &head).expect("a vector takes every byte");
    writer.encoder.into_writer()
}

struct Writer<'m> {
    service: Option<&'m Service>,
    encoder: Encoder<Vec<u8>>,
}

type Written = Result<(), Error<Infallible>>;

impl<'m> Writer<'m> {
    /// Writes the texts of `head`, then the members, as one map.
    fn entries(
        &mut self,
        shape: Option<&'m Shape>,
        members: &Members,
        head: &[(&str, &str)],
    ) -> Written {
        let is_written =
            |(name, value): &(&str, &Value)| is_known(shape, name) && **value != Value::Null;
        let count = head.len() + members.iter().filter(is_written).count();
        self.encoder.map(count as u64)?;
        for (name, text) in head {
            self.encoder.str(name)?.str(text)?;
        }
        for (name, value) in members.iter().filter(is_written) {
            self.encoder.str(name)?;
            self.value(self.part(shape, name), value)?;
        }
        Ok(())
    }

    /// Writes one value; a document, which the protocol does not have, becomes null.
    fn value(&mut self, shape: Option<&'m Shape>, value: &Value) -> Written {
        let encoder = &mut self.encoder;
        match value {
            Value::Null | Value::Document(_) => encoder.null()?.ok(),
            Value::Bool(flag) => encoder.bool(*flag)?.ok(),
            Value::Integer(number) => encoder.i64(*number)?.ok(),
            Value::Float(number) => encoder.f64(*number)?.ok(),
            Value::String(text) => encoder.str(text)?.ok(),
            Value::Blob(bytes) => encoder.bytes(bytes)?.ok(),
            Value::Timestamp(instant) => match seconds(*instant) {
                Seconds::Whole(seconds) => encoder.tag(IanaTag::Timestamp)?.i64(seconds)?.ok(),
                Seconds::Fraction(seconds) => encoder.tag(IanaTag::Timestamp)?.f64(seconds)?.ok(),
            },
            Value::List(items) => {
                encoder.array(items.len() as u64)?;
                let item = self.part(shape, "");
                items.iter().try_for_each(|value| self.value(item, value))
            }
            Value::Map(members) => self.entries(shape, members, &[]),
        }
    }

    fn part(&self, shape: Option<&Shape>, name: &str) -> Option<&'m Shape> {
        self.service?.part(shape?, name)
    }
}

/// Returns whether a structure has a member of this name; what is no structure takes all names.
fn is_known(shape: Option<&Shape>, name: &str) -> bool {
    let is_known = shape.is_none_or(|shape| {
        !matches!(shape.kind, Kind::Structure { .. }) || shape.member(name).is_some()
    });
    debug_assert!(is_known, "{name} is no member of its shape");
    is_known
}
