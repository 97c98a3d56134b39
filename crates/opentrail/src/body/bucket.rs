//! Inputs and outputs of S3: by the names of headers, query parameters and XML elements.
//!
//! ```text
//!   PUT /logs?policy               {"bucketName":"logs","Host":"…","policy":"","bucketPolicy":{…}}
//!   GET /logs?list-type=2&prefix=  {"bucketName":"logs","Host":"…","list-type":"2","prefix":""}
//!   PUT /logs/k  x-amz-acl: …      {"bucketName":"logs","Host":"…","key":"k","x-amz-acl":"…"}
//! ```
//!
//! Of headers only those of S3's own are shown; what an object holds never is.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json, json};
use wire::model::{Kind, Location, Member, Operation, Service};
use wire::{Members, Value};

use super::HIDDEN;

/// The parameters of a presigned request that are shown; the signature and the key are not.
const PRESIGNED: &[&str] =
    &["X-Amz-Algorithm", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"];

/// A call of S3, as its parameters are shown.
pub(crate) struct Asked<'a> {
    /// The service.
    pub service: &'a Service,
    /// The operation.
    pub operation: &'a Operation,
    /// The input.
    pub input: &'a Members,
    /// The `Host` header.
    pub host: Option<&'a str>,
    /// The query string, when it holds the signature.
    pub presigned: Option<&'a str>,
}

/// Returns the request's parameters.
pub(crate) fn parameters(asked: &Asked<'_>) -> Map<String, Json> {
    let Asked { service, operation, input, host, presigned } = *asked;
    let mut shown = Map::new();
    let named =
        [("bucketName", input.string("Bucket")), ("Host", host), ("key", input.string("Key"))];
    for (name, text) in named {
        shown.extend(text.map(|text| (name.to_owned(), json!(text))));
    }
    shown.extend(pairs(operation.path.split_once('?').map(|(_, marker)| marker)));
    let members = operation.input.map(|input| service.shape(input).members()).unwrap_or_default();
    for member in members {
        if let Some(value) = input.get(member.name) {
            put(service, member, value, &mut shown);
        }
    }
    shown.extend(pairs(presigned).filter(|(name, _)| PRESIGNED.contains(&name.as_str())));
    shown
}

/// Returns what the answer's own headers say of what was written; `None` when they say nothing.
pub(crate) fn elements(
    service: &Service,
    operation: &Operation,
    output: &Members,
) -> Option<Map<String, Json>> {
    let members = operation.output.map(|output| service.shape(output).members())?;
    let mut shown = Map::new();
    for member in members.iter().filter(|member| member.location == Location::Header) {
        if let Some(value) = output.get(member.name) {
            put(service, member, value, &mut shown);
        }
    }
    (!shown.is_empty()).then_some(shown)
}

fn put(service: &Service, member: &Member, value: &Value, shown: &mut Map<String, Json>) {
    let name = member.wire_name;
    if service.shape(member.shape).sensitive {
        return;
    }
    match (member.location, value) {
        (Location::Header, _) if name == "x-amz-mfa" => {
            shown.insert(name.to_owned(), json!(HIDDEN));
        }
        (Location::Query, _) => {
            shown.insert(name.to_owned(), json!(text(value)));
        }
        (Location::Header, _) if name.starts_with("x-amz-") => {
            shown.insert(name.to_owned(), json!(text(value)));
        }
        (Location::PrefixHeaders, Value::Map(entries)) => {
            shown.extend(
                entries.iter().map(|(key, value)| (format!("{name}{key}"), json!(text(value)))),
            );
        }
        (Location::Body, Value::Blob(_)) => {}
        (Location::Body, Value::String(policy)) if name == "Policy" => {
            let parsed = serde_json::from_str(policy).unwrap_or_else(|_| json!(policy));
            shown.insert("bucketPolicy".to_owned(), parsed);
        }
        (Location::Body, _) => {
            let element = element(service, member, value);
            shown.extend(element.map(|element| (name.to_owned(), element)));
        }
        _ => {}
    }
}

/// Returns the names and texts of a query string; a name without a text is a sub-resource.
fn pairs(query: Option<&str>) -> impl Iterator<Item = (String, Json)> {
    query.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty()).map(
        |pair| {
            let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
            (name.to_owned(), json!(percent_decode_str(text).decode_utf8_lossy()))
        },
    )
}

/// Headers and query parameters are texts.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Timestamp(instant) => event::event_time(*instant),
        Value::List(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Null | Value::Blob(_) | Value::Map(_) | Value::Document(_) => String::new(),
    }
}

/// Returns an XML element as JSON: what comes several times is a list, what is empty an empty text.
fn element(service: &Service, member: &Member, value: &Value) -> Option<Json> {
    let shape = service.shape(member.shape);
    match (&shape.kind, value) {
        _ if shape.sensitive => None,
        (Kind::List { member: item, flattened, .. }, Value::List(items)) => {
            let items: Vec<_> =
                items.iter().filter_map(|value| element(service, item, value)).collect();
            let has_own_level = !(*flattened || member.flattened || items.is_empty());
            let items = one_or_many(items);
            Some(if has_own_level { json!({ (item.wire_name): items }) } else { items })
        }
        (_, Value::Map(members)) => {
            let parts = shape.members().iter().filter_map(|part| {
                let shown = element(service, part, members.get(part.name)?)?;
                Some((part.wire_name.to_owned(), shown))
            });
            let parts: Map<_, _> = parts.collect();
            Some(if parts.is_empty() { json!("") } else { Json::Object(parts) })
        }
        (_, Value::Bool(value)) => Some(json!(value)),
        (_, Value::Integer(number)) => Some(json!(number)),
        (_, Value::Null | Value::Blob(_)) => None,
        (_, other) => Some(json!(text(other))),
    }
}

fn one_or_many(mut items: Vec<Json>) -> Json {
    match items.len() {
        0 => json!(""),
        1 => items.remove(0),
        _ => Json::Array(items),
    }
}

#[cfg(test)]
mod tests;
