//! CBOR into values, guided by the shapes.
//!
//! `minicbor` is a pull parser: it neither recurses nor takes memory by itself, so that how deep
//! and how large a body may be is decided here alone.

use std::borrow::Cow;
use std::collections::BTreeSet;

use minicbor::Decoder;
use minicbor::data::Type;

use crate::fault::Fault;
use crate::model::{Kind, Member, Service, Shape};
use crate::protocol::budget::Budget;
use crate::protocol::{Limits, scalar, serialization};
use crate::value::{Members, Value};

/// Reads one body.
pub(super) struct Reader<'m, 'b> {
    service: &'m Service,
    budget: Budget,
    decoder: Decoder<'b>,
}

impl<'m, 'b> Reader<'m, 'b> {
    pub(super) fn new(service: &'m Service, limits: &Limits, body: &'b [u8]) -> Self {
        Self { service, budget: Budget::new(*limits), decoder: Decoder::new(body) }
    }

    /// Returns the structure that fills the body to its end.
    pub(super) fn whole(mut self, shape: Option<&'m Shape>) -> Result<Members, Fault> {
        let is_map = matches!(self.next()?, Type::Map | Type::MapIndef);
        let value = self.value(shape.map(|shape| &shape.kind), 0)?;
        if self.decoder.position() != self.decoder.input().len() {
            return Err(serialization("The request body goes on behind its end"));
        }
        match value {
            Value::Map(members) => Ok(members),
            Value::Null if is_map && shape.is_none() => Ok(Members::new()),
            _ => Err(serialization(scalar::UNEXPECTED_SCALAR)),
        }
    }

    fn next(&self) -> Result<Type, Fault> {
        self.decoder.datatype().map_err(|error| broken(&error))
    }

    /// Returns the next value; what has no known kind is read to its end and becomes null.
    fn value(&mut self, kind: Option<&'m Kind>, depth: usize) -> Result<Value, Fault> {
        self.budget.take(depth).map_err(serialization)?;
        while self.next()? == Type::Tag {
            self.decoder.tag().map_err(|error| broken(&error))?;
        }
        match self.next()? {
            Type::Map | Type::MapIndef => self.map(kind, depth + 1),
            Type::Array | Type::ArrayIndef => self.list(kind, depth + 1),
            _ => self.scalar(kind),
        }
    }

    fn scalar(&mut self, kind: Option<&Kind>) -> Result<Value, Fault> {
        let next = self.next()?;
        let decoder = &mut self.decoder;
        let read = match next {
            Type::Null => decoder.null().map(|()| Scalar::Null),
            Type::Undefined => decoder.undefined().map(|()| Scalar::Null),
            Type::Bool => decoder.bool().map(Scalar::Bool),
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => decoder.u64().map(Scalar::Unsigned),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 => decoder.i64().map(Scalar::Integer),
            Type::F16 => return self.half().and_then(|number| Scalar::Float(number).value(kind)),
            Type::F32 => decoder.f32().map(f64::from).map(Scalar::Float),
            Type::F64 => decoder.f64().map(Scalar::Float),
            Type::String | Type::StringIndef => self.text().map(Scalar::Text),
            Type::Bytes | Type::BytesIndef => self.bytes().map(Scalar::Bytes),
            other => return Err(serialization(format!("CBOR {other} found where not expected"))),
        };
        read.map_err(|error| broken(&error))?.value(kind)
    }

    fn text(&mut self) -> Result<Cow<'b, str>, minicbor::decode::Error> {
        if self.decoder.datatype()? == Type::String {
            return self.decoder.str().map(Cow::Borrowed);
        }
        self.decoder.str_iter()?.collect::<Result<String, _>>().map(Cow::Owned)
    }

    fn bytes(&mut self) -> Result<Vec<u8>, minicbor::decode::Error> {
        let mut bytes = Vec::new();
        for part in self.decoder.bytes_iter()? {
            bytes.extend_from_slice(part?);
        }
        Ok(bytes)
    }

    /// Reads a float of 16 bits, which this build of the parser leaves to us.
    fn half(&mut self) -> Result<f64, Fault> {
        let at = self.decoder.position();
        let Some(&[_, high, low]) = self.decoder.input().get(at..at + 3) else {
            return Err(serialization("Could not parse request body into cbor: end of input"));
        };
        self.decoder.set_position(at + 3);
        Ok(half_from_bits(u16::from_be_bytes([high, low])))
    }

    fn list(&mut self, kind: Option<&'m Kind>, depth: usize) -> Result<Value, Fault> {
        let item = match kind {
            None => None,
            Some(Kind::List { member, .. }) => Some(self.kind_of(member)),
            Some(_) => return Err(serialization(scalar::UNEXPECTED_LIST)),
        };
        let length = self.decoder.array().map_err(|error| broken(&error))?;
        let mut values = Vec::new();
        self.each(length, |reader| {
            let value = reader.value(item, depth)?;
            if item.is_some() {
                values.push(value);
            }
            Ok(())
        })?;
        Ok(if item.is_some() { Value::List(values) } else { Value::Null })
    }

    fn map(&mut self, kind: Option<&'m Kind>, depth: usize) -> Result<Value, Fault> {
        if !matches!(kind, None | Some(Kind::Structure { .. } | Kind::Map { .. })) {
            return Err(serialization(scalar::UNEXPECTED_MAP));
        }
        let length = self.decoder.map().map_err(|error| broken(&error))?;
        let mut names = BTreeSet::new();
        let mut values = Members::new();
        self.each(length, |reader| {
            let name = reader.text().map_err(|error| broken(&error))?;
            if !names.insert(name.clone()) {
                let name: String = name.chars().take(64).collect();
                return Err(serialization(format!("Duplicate key '{name}' found in the request")));
            }
            let (name, kind) = reader.entry(kind, name);
            match reader.value(kind, depth)? {
                Value::Null => {}
                value => values.push(name, value),
            }
            Ok(())
        })?;
        Ok(if kind.is_some() { Value::Map(values) } else { Value::Null })
    }

    /// Returns a map entry's name, the model's own where it knows it, and the kind of its value.
    fn entry(
        &self,
        kind: Option<&'m Kind>,
        name: Cow<'b, str>,
    ) -> (Cow<'static, str>, Option<&'m Kind>) {
        match kind {
            Some(Kind::Structure { members, .. }) => {
                match members.iter().find(|member| member.name == name) {
                    Some(member) => (Cow::Borrowed(member.name), Some(self.kind_of(member))),
                    None => (Cow::Borrowed(""), None),
                }
            }
            Some(Kind::Map { value, .. }) => {
                (Cow::Owned(name.into_owned()), Some(self.kind_of(value)))
            }
            _ => (Cow::Borrowed(""), None),
        }
    }

    fn each(
        &mut self,
        length: Option<u64>,
        mut one: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut left = length;
        loop {
            match &mut left {
                Some(0) => return Ok(()),
                Some(left) => *left -= 1,
                None if self.next()? == Type::Break => {
                    self.decoder.set_position(self.decoder.position() + 1);
                    return Ok(());
                }
                None => {}
            }
            one(self)?;
        }
    }

    fn kind_of(&self, member: &Member) -> &'m Kind {
        &self.service.shape(member.shape).kind
    }
}

/// A value without parts.
enum Scalar<'b> {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Text(Cow<'b, str>),
    Bytes(Vec<u8>),
}

impl Scalar<'_> {
    fn value(self, kind: Option<&Kind>) -> Result<Value, Fault> {
        let Some(kind) = kind else { return Ok(Value::Null) };
        let value = match self {
            Self::Null => Ok(Value::Null),
            Self::Bool(value) => scalar::boolean(kind, value),
            Self::Integer(number) => scalar::integer(kind, number),
            Self::Unsigned(number) => scalar::unsigned(kind, number),
            Self::Float(number) => scalar::float(kind, number),
            Self::Text(text) => scalar::text(kind, &text),
            Self::Bytes(bytes) => scalar::bytes(kind, bytes),
        };
        value.map_err(serialization)
    }
}

fn broken(error: &minicbor::decode::Error) -> Fault {
    serialization(format!("Could not parse request body into cbor: {error}"))
}

/// Widens an IEEE 754 half: sign, 5 bits of exponent, 10 bits of fraction.
fn half_from_bits(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1F);
    let fraction = f64::from(bits & 0x3FF) / 1024.0;
    let magnitude = match exponent {
        0 => fraction * 2f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2f64.powi(exponent - 15),
    };
    sign * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_widened() {
        let examples =
            [(0x0000, 0.0), (0x3C00, 1.0), (0x3E00, 1.5), (0x7BFF, 65504.0), (0xC400, -4.0)];
        for (bits, number) in examples {
            assert!((half_from_bits(bits) - number).abs() < f64::EPSILON, "{bits:04x}");
        }
        assert!((half_from_bits(0x0001) - 5.960_464_477_539_063e-8).abs() < 1e-20);
        assert!(half_from_bits(0x7C00).is_infinite() && half_from_bits(0x7E00).is_nan());
    }
}
