//! Turns committed tables into [`Models`], resolving names to ids once.

use std::collections::HashMap;

use super::table::{MemberTable, OperationTable, ServiceTable, ShapeTable};
use super::{
    Constraints, ErrorTrait, Kind, Location, Member, Models, Operation, Protocol, Service, Shape,
    ShapeId, TimestampFormat,
};

/// The tables that are part of the program, in the order of their names.
const TABLES: &[&str] = &[
    include_str!("../../models/cloudtrail.json"),
    include_str!("../../models/cloudtrail-data.json"),
    include_str!("../../models/iam.json"),
    include_str!("../../models/license-manager.json"),
    include_str!("../../models/marketplace-agreement.json"),
    include_str!("../../models/marketplace-catalog.json"),
    include_str!("../../models/marketplace-entitlement.json"),
    include_str!("../../models/meteringmarketplace.json"),
    include_str!("../../models/opentrail.json"),
    include_str!("../../models/organizations.json"),
    include_str!("../../models/s3.json"),
    include_str!("../../models/sns.json"),
    include_str!("../../models/sqs.json"),
    include_str!("../../models/sts.json"),
];

/// Why a table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The text is not a table.
    #[error("model table cannot be read")]
    Syntax(#[from] serde_json::Error),
    /// A name points nowhere.
    #[error("{service}: shape {shape} is named but not defined")]
    Dangling {
        /// The service.
        service: String,
        /// The missing shape.
        shape: String,
    },
    /// A word has no meaning here.
    #[error("{service}: {word} is not known")]
    Word {
        /// The service.
        service: String,
        /// The word.
        word: String,
    },
}

impl Models {
    /// Reads the tables that are part of the program.
    ///
    /// # Panics
    /// Never: a test reads every committed table.
    pub fn built_in() -> Self {
        let services = TABLES
            .iter()
            .map(|text| Service::parse(text))
            .collect::<Result<_, _>>()
            .expect("the committed tables are read by a test");
        Self { services }
    }
}

impl Service {
    /// Reads one table.
    pub fn parse(text: &'static str) -> Result<Self, ModelError> {
        let table: ServiceTable<'static> = serde_json::from_str(text)?;
        Resolver::new(&table).service(&table)
    }
}

impl Member {
    /// Gives the member of a list or map, which a table leaves nameless, the model's usual name.
    fn named(self, name: &'static str) -> Self {
        let or_usual = |given: &'static str| if given.is_empty() { name } else { given };
        let (wire_name, query_name) = (or_usual(self.wire_name), or_usual(self.query_name));
        Self { name, wire_name, query_name, ..self }
    }
}

struct Resolver {
    service: &'static str,
    ids: HashMap<&'static str, ShapeId>,
}

impl Resolver {
    fn new(table: &ServiceTable<'static>) -> Self {
        let ids = table.shapes.keys().enumerate().map(|(at, name)| (*name, ShapeId(at))).collect();
        Self { service: table.name, ids }
    }

    fn service(self, table: &ServiceTable<'static>) -> Result<Service, ModelError> {
        let protocols = table
            .protocols
            .iter()
            .map(|name| self.protocol(name, table.json_version))
            .collect::<Result<_, _>>()?;
        let operations = table
            .operations
            .iter()
            .map(|(name, operation)| self.operation(name, operation))
            .collect::<Result<Vec<_>, _>>()?;
        let shapes = table
            .shapes
            .iter()
            .map(|(name, shape)| self.shape(name, shape))
            .collect::<Result<_, _>>()?;
        let operation_by_name =
            operations.iter().enumerate().map(|(at, operation)| (operation.name, at)).collect();
        Ok(Service {
            name: table.name,
            api_version: table.api_version,
            service_id: table.service_id,
            endpoint_prefix: table.endpoint_prefix,
            signing_name: table.signing_name,
            protocols,
            target_prefix: table.target_prefix,
            xml_namespace: table.xml_namespace,
            query_compatible: table.query_compatible,
            operations,
            shapes,
            shape_by_name: self.ids,
            operation_by_name,
        })
    }

    fn operation(
        &self,
        name: &'static str,
        table: &OperationTable<'static>,
    ) -> Result<Operation, ModelError> {
        Ok(Operation {
            name,
            method: table.http.0,
            path: table.http.1,
            input: table.input.map(|shape| self.id(shape)).transpose()?,
            output: table.output.map(|shape| self.id(shape)).transpose()?,
            result_wrapper: table.wrapper,
            status: table.status,
            root: table.root,
            unwrapped: table.unwrapped,
            errors: table.errors.iter().map(|shape| self.id(shape)).collect::<Result<_, _>>()?,
        })
    }

    fn shape(&self, name: &'static str, table: &ShapeTable<'static>) -> Result<Shape, ModelError> {
        let pattern: Option<&'static str> =
            table.pattern.as_ref().map(|pattern| &*Box::leak(pattern.clone().into_boxed_str()));
        Ok(Shape {
            name,
            kind: self.kind(table)?,
            constraints: Constraints::new(table.min, table.max, pattern),
            sensitive: table.secret,
            error: table.exception.then_some(ErrorTrait {
                status: table.status.unwrap_or(400),
                query_code: table.code,
            }),
            timestamp_format: table.format.map(|word| self.format(word)).transpose()?,
        })
    }

    fn kind(&self, table: &ShapeTable<'static>) -> Result<Kind, ModelError> {
        let mut members =
            table.m.iter().map(|member| self.member(member)).collect::<Result<Vec<_>, _>>()?;
        Ok(match (table.t, members.len()) {
            ("structure", _) => {
                Kind::Structure { members, payload: table.payload, union: table.union }
            }
            ("list", 1) => Kind::List {
                member: members.swap_remove(0).named("member"),
                flattened: table.flat,
                sparse: table.sparse,
            },
            ("map", 2) => {
                let value = members.swap_remove(1).named("value");
                let key = members.swap_remove(0).named("key");
                Kind::Map { key, value, flattened: table.flat }
            }
            ("string", _) => Kind::String { values: table.values.clone() },
            ("boolean", _) => Kind::Boolean,
            ("integer", _) => Kind::Integer,
            ("long", _) => Kind::Long,
            ("float" | "double", _) => Kind::Float,
            ("blob", _) => Kind::Blob,
            ("timestamp", _) => Kind::Timestamp,
            ("document", _) => Kind::Document,
            (word, _) => return Err(self.word(word)),
        })
    }

    fn member(&self, table: &MemberTable<'static>) -> Result<Member, ModelError> {
        let location = match table.l {
            None => Location::Body,
            Some("uri") => Location::Path,
            Some("querystring") => Location::Query,
            Some("header") => Location::Header,
            Some("headers") => Location::PrefixHeaders,
            Some("statusCode") => Location::Status,
            Some(word) => return Err(self.word(word)),
        };
        let given = table.w.unwrap_or(table.n);
        Ok(Member {
            name: table.n,
            shape: self.id(table.s)?,
            location,
            wire_name: wire_name(location, given),
            query_name: table.q.unwrap_or(given),
            flattened: table.flat,
            attribute: table.attr,
            required: table.r,
            idempotency_token: table.token,
            timestamp_format: table.format.map(|word| self.format(word)).transpose()?,
        })
    }

    fn protocol(&self, name: &str, json_version: Option<&str>) -> Result<Protocol, ModelError> {
        match (name, json_version) {
            ("json", Some("1.0")) => Ok(Protocol::AwsJson1_0),
            ("json", _) => Ok(Protocol::AwsJson1_1),
            ("rest-json", _) => Ok(Protocol::RestJson),
            ("rest-xml", _) => Ok(Protocol::RestXml),
            ("query", _) => Ok(Protocol::AwsQuery),
            ("smithy-rpc-v2-cbor", _) => Ok(Protocol::RpcV2Cbor),
            (word, _) => Err(self.word(word)),
        }
    }

    fn format(&self, word: &str) -> Result<TimestampFormat, ModelError> {
        match word {
            "iso8601" => Ok(TimestampFormat::Iso8601),
            "unixTimestamp" => Ok(TimestampFormat::UnixSeconds),
            "rfc822" => Ok(TimestampFormat::HttpDate),
            _ => Err(self.word(word)),
        }
    }

    fn id(&self, shape: &str) -> Result<ShapeId, ModelError> {
        self.ids.get(shape).copied().ok_or_else(|| ModelError::Dangling {
            service: self.service.to_owned(),
            shape: shape.to_owned(),
        })
    }

    fn word(&self, word: &str) -> ModelError {
        ModelError::Word { service: self.service.to_owned(), word: word.to_owned() }
    }
}

/// Returns the name on the wire; headers are spelt in lower case, whatever the table says.
fn wire_name(location: Location, name: &'static str) -> &'static str {
    let is_header = matches!(location, Location::Header | Location::PrefixHeaders);
    if is_header && name.contains(|character: char| character.is_ascii_uppercase()) {
        return Box::leak(name.to_ascii_lowercase().into_boxed_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_committed_table_is_read() {
        let models = Models::built_in();
        let counts: Vec<_> =
            models.services().map(|service| (service.name, service.operations().count())).collect();
        assert_eq!(
            counts,
            [
                ("cloudtrail", 60),
                ("cloudtrail-data", 1),
                ("iam", 180),
                ("license-manager", 62),
                ("marketplace-agreement", 36),
                ("marketplace-catalog", 15),
                ("marketplace-entitlement", 1),
                ("meteringmarketplace", 4),
                ("opentrail", 9),
                ("organizations", 63),
                ("s3", 112),
                ("sns", 42),
                ("sqs", 23),
                ("sts", 11),
            ]
        );
    }
}
