//! Rows become columns: the members of many records as Arrow arrays.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
    StringBuilder, StructArray, TimestampMicrosecondArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, SchemaRef};
use event::{Members, string};
use jiff::Timestamp;
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::columns::{self, HEAD, OBJECTS, TAIL};
use crate::row::Row;

/// A member of every row, where the row has it.
type Column<'a> = Vec<Option<&'a RawValue>>;

/// Returns rows as a batch of the tables' schema, in their order.
pub(crate) fn batch(schema: &SchemaRef, rows: &[&Row<'_>]) -> RecordBatch {
    let texts = |pick: Pick| strings(rows.iter().map(|row| pick(&row.members)));
    let mut arrays = vec![texts(|members| members.event_version), times_of(rows)];
    arrays.extend(HEAD_MEMBERS.iter().map(|pick| texts(*pick)));
    arrays.push(flags(rows.iter().map(|row| row.members.read_only)));
    arrays.push(flags(rows.iter().map(|row| row.members.management_event)));
    arrays.extend(TAIL_MEMBERS.iter().map(|pick| texts(*pick)));
    arrays
        .extend(OBJECT_MEMBERS.iter().map(|pick| json(rows.iter().map(|row| pick(&row.members)))));
    let pick = |pick: Pick| rows.iter().map(|row| pick(&row.members)).collect::<Column<'_>>();
    arrays.push(structs(&columns::identity(), &pick(|members| members.user_identity)));
    arrays.push(list(&columns::resource(), &pick(|members| members.resources)));
    arrays.push(structs(&columns::tls_details(), &pick(|members| members.tls_details)));
    arrays.push(json(rows.iter().map(|row| row.members.event_context)));
    arrays.extend(ours(rows));
    RecordBatch::try_new(Arc::clone(schema), arrays).expect("the arrays are those of the schema")
}

/// Which member of a record.
type Pick = for<'a> fn(&Members<'a>) -> Option<&'a RawValue>;

const HEAD_MEMBERS: [Pick; HEAD.len()] = [
    |members| members.event_source,
    |members| members.event_name,
    |members| members.aws_region,
    |members| members.source_ip_address,
    |members| members.user_agent,
    |members| members.error_code,
    |members| members.error_message,
    |members| members.request_id,
    |members| members.event_id,
    |members| members.event_type,
    |members| members.api_version,
];
const TAIL_MEMBERS: [Pick; TAIL.len()] = [
    |members| members.recipient_account_id,
    |members| members.shared_event_id,
    |members| members.annotation,
    |members| members.vpc_endpoint_id,
    |members| members.vpc_endpoint_account_id,
    |members| members.event_category,
    |members| members.session_credential_from_console,
];
const OBJECT_MEMBERS: [Pick; OBJECTS.len()] = [
    |members| members.request_parameters,
    |members| members.response_elements,
    |members| members.additional_event_data,
    |members| members.service_event_details,
    |members| members.addendum,
    |members| members.edge_device_details,
    |members| members.insight_details,
];

/// The record and the columns beside it.
fn ours(rows: &[&Row<'_>]) -> [ArrayRef; 5] {
    let sequences = rows.iter().map(|row| i64::try_from(row.sequence).unwrap_or(i64::MAX));
    let places = rows.iter().map(|row| i32::try_from(row.nth).unwrap_or(i32::MAX));
    [
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.record))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.account.as_ref()))),
        Arc::new(Int64Array::from_iter_values(sequences)),
        Arc::new(Int32Array::from_iter_values(places)),
        Arc::new(rows.iter().map(|row| row.extra.text()).collect::<StringArray>()),
    ]
}

/// The event times, which every row has.
fn times_of(rows: &[&Row<'_>]) -> ArrayRef {
    let micros = rows.iter().map(|row| row.time().as_microsecond());
    Arc::new(TimestampMicrosecondArray::from_iter_values(micros).with_timezone("UTC"))
}

/// Strings, unescaped; of anything else its JSON text.
fn strings<'a>(values: impl ExactSizeIterator<Item = Option<&'a RawValue>>) -> ArrayRef {
    let mut array = StringBuilder::with_capacity(values.len(), values.len() * 16);
    for value in values {
        match value {
            None => array.append_null(),
            Some(raw) => match string(Some(raw)) {
                Some(text) => array.append_value(text),
                None => array.append_value(raw.get()),
            },
        }
    }
    Arc::new(array.finish())
}

/// JSON values by their own text.
fn json<'a>(values: impl ExactSizeIterator<Item = Option<&'a RawValue>>) -> ArrayRef {
    Arc::new(values.map(|value| value.map(RawValue::get)).collect::<StringArray>())
}

/// Flags, also those that are written as text.
fn flags<'a>(values: impl Iterator<Item = Option<&'a RawValue>>) -> ArrayRef {
    let flag = |value: &RawValue| match value.get().trim_matches('"') {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    Arc::new(values.map(|value| value.and_then(flag)).collect::<BooleanArray>())
}

/// Times; what is none is null, and stays in the record.
fn times(values: &[Option<&RawValue>]) -> ArrayRef {
    let time = |value: &RawValue| {
        let time: Timestamp = string(Some(value))?.parse().ok()?;
        Some(time.as_microsecond())
    };
    let times = values.iter().map(|value| value.and_then(time));
    Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}

/// Objects as structs: members are found without minding case, as the columns are all lower case.
fn structs(fields: &Fields, values: &[Option<&RawValue>]) -> ArrayRef {
    let (members, valid) = members_of(fields, values);
    let children = fields
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let column: Column<'_> =
                members.iter().skip(at).step_by(fields.len()).copied().collect();
            child(field, &column)
        })
        .collect();
    Arc::new(StructArray::new(fields.clone(), children, Some(NullBuffer::from(valid))))
}

fn child(field: &FieldRef, column: &[Option<&RawValue>]) -> ArrayRef {
    match field.data_type() {
        DataType::Struct(fields) => structs(fields, column),
        DataType::Timestamp(..) => times(column),
        _ => strings(column.iter().copied()),
    }
}

/// Lists of objects; what is no list is null.
fn list(fields: &Fields, values: &[Option<&RawValue>]) -> ArrayRef {
    let mut elements: Column<'_> = Vec::new();
    let (mut lengths, mut valid) = (Vec::with_capacity(values.len()), Vec::new());
    for value in values {
        let read = value.and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok());
        valid.push(read.is_some());
        let read = read.unwrap_or_default();
        lengths.push(read.len());
        elements.extend(read.into_iter().map(Some));
    }
    let element: Field = columns::element(fields.clone());
    Arc::new(ListArray::new(
        Arc::new(element),
        OffsetBuffer::from_lengths(lengths),
        structs(fields, &elements),
        Some(NullBuffer::from(valid)),
    ))
}

/// Returns the members of many objects, row by row, in the order of the fields.
fn members_of<'a>(fields: &Fields, values: &[Option<&'a RawValue>]) -> (Column<'a>, Vec<bool>) {
    let mut members = Vec::with_capacity(values.len() * fields.len());
    let mut valid = Vec::with_capacity(values.len());
    for value in values {
        let begin = members.len();
        members.resize(begin + fields.len(), None);
        let into = members.get_mut(begin..).unwrap_or_default();
        let read = value.map(|raw| {
            let mut json = serde_json::Deserializer::from_str(raw.get());
            Object { fields, into }.deserialize(&mut json)
        });
        valid.push(matches!(read, Some(Ok(()))));
    }
    (members, valid)
}

/// Puts an object's members into their places.
struct Object<'f, 'v, 'a> {
    fields: &'f Fields,
    into: &'v mut [Option<&'a RawValue>],
}

impl<'a> DeserializeSeed<'a> for Object<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Object<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<std::borrow::Cow<'a, str>>()? {
            let value: Option<&RawValue> = map.next_value()?;
            let place =
                self.fields.iter().position(|field| field.name().eq_ignore_ascii_case(&name));
            if let Some(slot) = place.and_then(|at| self.into.get_mut(at)) {
                *slot = value;
            }
        }
        Ok(())
    }
}
