//! The columns of the tables: the Lake's event schema, the record itself, and what history needs.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

/// Columns of text, up to where the first of another kind stands.
pub(crate) const HEAD: &[&str] = &[
    "eventsource",
    "eventname",
    "awsregion",
    "sourceipaddress",
    "useragent",
    "errorcode",
    "errormessage",
    "requestid",
    "eventid",
    "eventtype",
    "apiversion",
];
/// Columns of text behind the flags.
pub(crate) const TAIL: &[&str] = &[
    "recipientaccountid",
    "sharedeventid",
    "annotation",
    "vpcendpointid",
    "vpcendpointaccountid",
    "eventcategory",
    "sessioncredentialfromconsole",
];
/// Columns that hold a JSON value's own text.
pub(crate) const OBJECTS: &[&str] = &[
    "requestparameters",
    "responseelements",
    "additionaleventdata",
    "serviceeventdetails",
    "addendum",
    "edgedevicedetails",
    "insightdetails",
];
/// The record, byte for byte.
pub(crate) const RECORD: &str = "eventjson";
/// The account in whose history the event is.
pub(crate) const ACCOUNT: &str = "opentrail_account";
/// The frame or the batch that the event came with.
pub(crate) const SEQUENCE: &str = "opentrail_sequence";
/// Its place in there.
pub(crate) const NTH: &str = "opentrail_nth";
/// What history needs beside the record, as JSON.
pub(crate) const EXTRA: &str = "opentrail_extra";

/// Returns the schema of the tables of events.
///
/// Names are those of the Lake (spec: table columns of CloudTrail Lake), all lower case. Maps are
/// kept as their JSON text: searching in it is ten times faster than in a map column.
pub fn schema() -> SchemaRef {
    let mut fields = vec![text("eventversion"), time("eventtime")];
    fields.extend(HEAD.iter().copied().map(text));
    fields.extend([flag("readonly"), flag("managementevent")]);
    fields.extend(TAIL.iter().copied().map(text));
    fields.extend(OBJECTS.iter().copied().map(text));
    fields.extend([
        Field::new("useridentity", DataType::Struct(identity()), true),
        Field::new_list("resources", element(resource()), true),
        Field::new("tlsdetails", DataType::Struct(tls_details()), true),
        text("eventcontext"),
        Field::new(RECORD, DataType::Utf8, false),
        Field::new(ACCOUNT, DataType::Utf8, false),
        Field::new(SEQUENCE, DataType::Int64, false),
        Field::new(NTH, DataType::Int32, false),
        text(EXTRA),
    ]);
    Arc::new(Schema::new(fields))
}

/// Returns the fields of `useridentity`.
pub(crate) fn identity() -> Fields {
    let mut fields = texts(&["type", "principalid", "arn", "accountid", "accesskeyid", "username"]);
    fields.push(Field::new("sessioncontext", DataType::Struct(session_context()), true));
    fields.extend(texts(&["invokedby", "identityprovider"]));
    fields.push(Field::new("onbehalfof", DataType::Struct(on_behalf_of()), true));
    fields.push(Field::new("inscopeof", DataType::Struct(in_scope_of()), true));
    fields.into()
}

/// Returns the fields of `useridentity.sessioncontext`.
pub(crate) fn session_context() -> Fields {
    let mut fields = vec![
        Field::new("attributes", DataType::Struct(session_attributes()), true),
        Field::new("sessionissuer", DataType::Struct(session_issuer()), true),
        Field::new("webidfederationdata", DataType::Struct(web_id_federation()), true),
    ];
    fields.extend(texts(&["sourceidentity", "ec2roledelivery", "ec2issuedinvpc"]));
    fields.into()
}

/// Returns the fields of `…sessioncontext.attributes`.
pub(crate) fn session_attributes() -> Fields {
    vec![time("creationdate"), text("mfaauthenticated")].into()
}

/// Returns the fields of `…sessioncontext.sessionissuer`.
pub(crate) fn session_issuer() -> Fields {
    texts(&["type", "principalid", "arn", "accountid", "username"]).into()
}

/// Returns the fields of `…sessioncontext.webidfederationdata`; the attributes are JSON text.
pub(crate) fn web_id_federation() -> Fields {
    texts(&["federatedprovider", "attributes"]).into()
}

/// Returns the fields of `useridentity.onbehalfof`.
pub(crate) fn on_behalf_of() -> Fields {
    texts(&["userid", "identitystorearn"]).into()
}

/// Returns the fields of `useridentity.inscopeof`.
pub(crate) fn in_scope_of() -> Fields {
    texts(&["sourcearn", "sourceaccount", "issuertype", "credentialsissuedto"]).into()
}

/// Returns the fields of an element of `resources`.
pub(crate) fn resource() -> Fields {
    texts(&["accountid", "type", "arn", "arnprefix"]).into()
}

/// Returns the fields of `tlsdetails`.
pub(crate) fn tls_details() -> Fields {
    texts(&["tlsversion", "ciphersuite", "clientprovidedhostheader"]).into()
}

/// Returns the element of a list of structs, named as Delta and Parquet name it.
pub(crate) fn element(fields: Fields) -> Field {
    Field::new("element", DataType::Struct(fields), true)
}

fn texts(names: &[&str]) -> Vec<Field> {
    names.iter().copied().map(text).collect()
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn flag(name: &str) -> Field {
    Field::new(name, DataType::Boolean, true)
}

fn time(name: &str) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true)
}
