//! The services as data: operations, shapes and constraints, read from compact tables.
//!
//! A table is JSON, one line an operation or a shape, made from the published botocore models by
//! `cargo xtask models` (documentation left out) and committed under `crates/wire/models/`.

mod constraints;
mod load;
pub mod table;

use std::collections::HashMap;

pub use constraints::Constraints;
pub use load::ModelError;

/// Every service this build can speak.
#[derive(Debug)]
pub struct Models {
    services: Vec<Service>,
}

/// One service's API.
#[derive(Debug)]
pub struct Service {
    /// The folder name in botocore, such as `meteringmarketplace`; our key for the service.
    pub name: &'static str,
    /// The API version, such as `2013-11-01`.
    pub api_version: &'static str,
    /// The Smithy service name, such as `CloudTrail`.
    pub service_id: &'static str,
    /// The first label of the host, such as `metering.marketplace`.
    pub endpoint_prefix: &'static str,
    /// The service name in the credential scope of a signature.
    pub signing_name: &'static str,
    /// The protocols it answers, the preferred one first.
    pub protocols: Vec<Protocol>,
    /// What stands before the dot of `X-Amz-Target`, and of rpcV2Cbor's `/service/<this>`.
    pub target_prefix: Option<&'static str>,
    /// The XML namespace of awsQuery and restXml answers.
    pub xml_namespace: Option<&'static str>,
    /// Whether awsJson faults also say their awsQuery code, for clients that came from there.
    pub query_compatible: bool,
    operations: Vec<Operation>,
    shapes: Vec<Shape>,
    shape_by_name: HashMap<&'static str, ShapeId>,
    operation_by_name: HashMap<&'static str, usize>,
}

/// A protocol of the AWS family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `POST /` with `X-Amz-Target`, `application/x-amz-json-1.0`.
    AwsJson1_0,
    /// `POST /` with `X-Amz-Target`, `application/x-amz-json-1.1`.
    AwsJson1_1,
    /// Paths, query strings and headers with JSON bodies.
    RestJson,
    /// Paths, query strings and headers with XML or raw bodies: S3.
    RestXml,
    /// Form posts with `Action`, XML answers.
    AwsQuery,
    /// `POST /service/<name>/operation/<op>` with CBOR bodies.
    RpcV2Cbor,
}

/// One operation of a service.
#[derive(Debug)]
pub struct Operation {
    /// The operation's name, which is also its event's `eventName`.
    pub name: &'static str,
    /// The HTTP method that restJson and restXml want; `POST` elsewhere.
    pub method: &'static str,
    /// The path template, such as `/StartChangeSet` or `/tags/{ResourceArn}`.
    pub path: &'static str,
    /// The shape of the input, when there is one.
    pub input: Option<ShapeId>,
    /// The shape of the output, when there is one.
    pub output: Option<ShapeId>,
    /// The name of the element around the output in awsQuery, such as `CreateUserResult`.
    pub result_wrapper: Option<&'static str>,
    /// The HTTP status of a restXml answer, when it is not 200.
    pub status: Option<u16>,
    /// The outermost element of a restXml answer, when it is not the output's shape.
    pub root: Option<&'static str>,
    /// Whether the output's only member stands in the outermost element without one of its own.
    pub unwrapped: bool,
    /// The exceptions that the operation may answer.
    pub errors: Vec<ShapeId>,
}

/// The place of a shape in its service's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapeId(usize);

/// One type of the model.
#[derive(Debug)]
pub struct Shape {
    /// The shape's name.
    pub name: &'static str,
    /// What kind of data it holds.
    pub kind: Kind,
    /// Limits on length, size or value.
    pub constraints: Constraints,
    /// Whether values are secrets that no log and no event may show.
    pub sensitive: bool,
    /// How the exception appears on the wire, for error shapes.
    pub error: Option<ErrorTrait>,
    /// How a timestamp of this shape is written, when the model says so.
    pub timestamp_format: Option<TimestampFormat>,
}

/// The kinds of data.
#[derive(Debug)]
pub enum Kind {
    /// Named members in the model's order.
    Structure {
        /// The members.
        members: Vec<Member>,
        /// The member that alone makes up the HTTP body in restJson and restXml.
        payload: Option<&'static str>,
        /// Whether exactly one member may be set.
        union: bool,
    },
    /// A list of one type.
    List {
        /// The item.
        member: Member,
        /// Whether awsQuery leaves out the `.member` level, and XML the list's own element.
        flattened: bool,
        /// Whether items may be null.
        sparse: bool,
    },
    /// A map from strings to one type.
    Map {
        /// The key.
        key: Member,
        /// The value.
        value: Member,
        /// Whether awsQuery leaves out the `.entry` level.
        flattened: bool,
    },
    /// A string; with the allowed values when it is an enum.
    String {
        /// The enum values; empty when any text goes.
        values: Vec<&'static str>,
    },
    /// A boolean.
    Boolean,
    /// A whole number that fits 32 bits.
    Integer,
    /// A whole number that fits 64 bits.
    Long,
    /// A number.
    Float,
    /// Bytes.
    Blob,
    /// A point in time.
    Timestamp,
    /// Free JSON.
    Document,
}

/// A use of a shape as member, item, key or value.
#[derive(Debug)]
pub struct Member {
    /// The member's name in the model (`member`, `key`, `value` inside lists and maps).
    pub name: &'static str,
    /// Its type.
    pub shape: ShapeId,
    /// Where it travels in restJson and restXml.
    pub location: Location,
    /// Its name on the wire: in the body, the query string, the path or the header (lower-case).
    pub wire_name: &'static str,
    /// Its name in forms and awsQuery answers; mostly `wire_name`.
    pub query_name: &'static str,
    /// Whether this use of a list leaves out the level of its own, whatever the list says.
    pub flattened: bool,
    /// Whether it is an attribute of its structure's XML element.
    pub attribute: bool,
    /// Whether a caller must give it.
    pub required: bool,
    /// Whether SDKs fill it with a fresh token when absent.
    pub idempotency_token: bool,
    /// How it is written, when this use differs from the shape's own format.
    pub timestamp_format: Option<TimestampFormat>,
}

/// Where a member travels in restJson and restXml.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the body.
    Body,
    /// In the path.
    Path,
    /// In the query string.
    Query,
    /// In one header.
    Header,
    /// In all headers with a prefix.
    PrefixHeaders,
    /// As the HTTP status.
    Status,
}

/// The written forms of a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `2026-11-20T08:00:00Z`
    Iso8601,
    /// Seconds since 1970 as a number.
    UnixSeconds,
    /// `Fri, 20 Nov 2026 08:00:00 GMT`
    HttpDate,
}

/// How an exception appears on the wire.
#[derive(Debug, Clone, Copy)]
pub struct ErrorTrait {
    /// The HTTP status.
    pub status: u16,
    /// The code on awsQuery, when it differs from the shape's name.
    pub query_code: Option<&'static str>,
}

impl Models {
    /// Returns the service of this (botocore) name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// Returns all services in the order of their names.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.iter()
    }
}

impl Service {
    /// Returns the operation of this name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operation_by_name.get(name).and_then(|at| self.operations.get(*at))
    }

    /// Returns all operations in the order of their names.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    /// Returns the shape with this id.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        self.shapes.get(id.0).expect("ids are made by this service's own table")
    }

    /// Returns all shapes in the order of their names.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        self.shapes.iter()
    }

    /// Returns the shape of this name.
    pub fn shape_named(&self, name: &str) -> Option<&Shape> {
        self.shape_by_name.get(name).map(|id| self.shape(*id))
    }

    /// Returns the shape of a structure's member `name`, of all items or of all values of a map.
    pub fn part(&self, shape: &Shape, name: &str) -> Option<&Shape> {
        let member = match &shape.kind {
            Kind::List { member, .. } => member,
            Kind::Map { value, .. } => value,
            _ => shape.member(name)?,
        };
        Some(self.shape(member.shape))
    }

    /// Returns how the exception `code` appears on the wire, when this service models it.
    pub fn error(&self, code: &str) -> Option<ErrorTrait> {
        self.shape_named(code).and_then(|shape| shape.error)
    }
}

impl Shape {
    /// Returns the member of this name of a structure.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name == name)
    }

    /// Returns the members of a structure; none for other kinds.
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Structure { members, .. } => members,
            _ => &[],
        }
    }
}
