//! The committed form of a service's model: what `cargo xtask models` writes and [`super::Models`]
//! reads.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One service's table.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceTable<'a> {
    /// See [`super::Service::name`].
    pub name: &'a str,
    /// See [`super::Service::api_version`].
    pub api_version: &'a str,
    /// See [`super::Service::service_id`].
    pub service_id: &'a str,
    /// See [`super::Service::endpoint_prefix`].
    pub endpoint_prefix: &'a str,
    /// See [`super::Service::signing_name`].
    pub signing_name: &'a str,
    /// Botocore's names: `json`, `rest-json`, `rest-xml`, `query`, `smithy-rpc-v2-cbor`.
    #[serde(borrow)]
    pub protocols: Vec<&'a str>,
    /// `1.0` or `1.1`, for the protocol `json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json_version: Option<&'a str>,
    /// See [`super::Service::target_prefix`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_prefix: Option<&'a str>,
    /// See [`super::Service::xml_namespace`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xml_namespace: Option<&'a str>,
    /// See [`super::Service::query_compatible`].
    #[serde(default, skip_serializing_if = "is_false")]
    pub query_compatible: bool,
    /// The operations by name.
    pub operations: BTreeMap<&'a str, OperationTable<'a>>,
    /// The shapes by name.
    pub shapes: BTreeMap<&'a str, ShapeTable<'a>>,
}

/// One operation.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationTable<'a> {
    /// Method and path template.
    #[serde(borrow)]
    pub http: (&'a str, &'a str),
    /// The input's shape.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    pub input: Option<&'a str>,
    /// The output's shape.
    #[serde(default, rename = "out", skip_serializing_if = "Option::is_none")]
    pub output: Option<&'a str>,
    /// See [`super::Operation::result_wrapper`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapper: Option<&'a str>,
    /// See [`super::Operation::status`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// See [`super::Operation::root`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<&'a str>,
    /// See [`super::Operation::unwrapped`].
    #[serde(default, skip_serializing_if = "is_false")]
    pub unwrapped: bool,
    /// The exceptions' shapes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<&'a str>,
}

/// One shape; `t` is its type, other fields by kind.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShapeTable<'a> {
    /// `structure`, `list`, `map`, `string`, `boolean`, `integer`, `long`, `float`, `double`,
    /// `blob`, `timestamp` or `document`.
    pub t: &'a str,
    /// Members of a structure in the model's order; `[member]` of a list, `[key, value]` of a map.
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    pub m: Vec<MemberTable<'a>>,
    /// The payload member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<&'a str>,
    /// Whether it is a union.
    #[serde(default, skip_serializing_if = "is_false")]
    pub union: bool,
    /// Whether it is flattened.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flat: bool,
    /// Whether nulls may stand in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sparse: bool,
    /// Whether it is sensitive.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
    /// The enum values.
    #[serde(default, rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<&'a str>,
    /// The least length or value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest length or value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The pattern; owned because its escapes must be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// `iso8601`, `unixTimestamp` or `rfc822`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<&'a str>,
    /// The HTTP status of an exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Whether it is an exception.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exception: bool,
    /// The code of an exception on awsQuery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<&'a str>,
}

/// One use of a shape.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberTable<'a> {
    /// The member's name; left out in lists and maps.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub n: &'a str,
    /// The shape's name.
    pub s: &'a str,
    /// The name on the wire, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub w: Option<&'a str>,
    /// The name in forms and awsQuery answers, where it differs from the other protocols'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<&'a str>,
    /// `uri`, `querystring`, `header`, `headers` or `statusCode`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub l: Option<&'a str>,
    /// Whether it is required.
    #[serde(default, skip_serializing_if = "is_false")]
    pub r: bool,
    /// Whether this use of a list is flattened.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flat: bool,
    /// Whether it is an attribute of its structure's XML element.
    #[serde(default, skip_serializing_if = "is_false")]
    pub attr: bool,
    /// Whether it is an idempotency token.
    #[serde(default, skip_serializing_if = "is_false")]
    pub token: bool,
    /// The timestamp format of this use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<&'a str>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes by reference")]
fn is_false(value: &bool) -> bool {
    !value
}
