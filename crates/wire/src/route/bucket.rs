//! restXml, which is S3: the operation is in the method, the path's depth and the sub-resource.
//!
//! ```text
//!   GET /bucket/some/key?acl            one of three depths, then what the query string must hold
//!   PUT /bucket/key?partNumber=1&uploadId=x   + header x-amz-copy-source ──▶ UploadPartCopy
//! ```
//!
//! Of the operations whose demands are all met, the one with the most of them is meant. A
//! sub-resource that an operation does not know is never passed over: `PUT /bucket?new` must not
//! make a bucket.

use std::collections::BTreeSet;

use http::request::Parts;

use super::signs::Signs;
use super::{Place, Route, Router, Unrouted, bounded};
use crate::model::{Location, Models, Operation, Protocol, Service};
use crate::{Fault, addressing, percent, sigv4};

/// The operations by what a request must be to mean them.
#[derive(Debug, Default)]
pub(super) struct Resources {
    place: Option<Place>,
    demands: Vec<Demand>,
    /// Parameters that choose an operation.
    words: BTreeSet<&'static str>,
}

/// What a request must be to mean one operation.
#[derive(Debug)]
struct Demand {
    operation: &'static str,
    method: &'static str,
    depth: Depth,
    /// Parameters that must be there, with the value when only one will do.
    query: Vec<(&'static str, Option<&'static str>)>,
    /// Headers that must be there.
    headers: Vec<&'static str>,
    /// Parameters that may be there.
    known: Vec<&'static str>,
}

/// How far down a path goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    Service,
    Bucket,
    Object,
}

/// What a request holds of all that.
struct Asked<'r> {
    parts: &'r Parts,
    depth: Depth,
    query: Vec<(String, String)>,
}

impl Resources {
    pub(super) fn new(models: &Models) -> Self {
        let xml = |service: &&Service| service.protocols.contains(&Protocol::RestXml);
        let Some(at) = models.services().position(|service| xml(&service)) else {
            return Self::default();
        };
        let Some(service) = models.services().nth(at) else { return Self::default() };
        let demands: Vec<_> =
            service.operations().filter_map(|it| Demand::new(service, it)).collect();
        let words = demands.iter().flat_map(Demand::words).collect();
        Self { place: Some(Place(at)), demands, words }
    }

    /// Returns the operation that is meant.
    fn find(&self, asked: &Asked<'_>) -> Option<&Demand> {
        let mut best: Option<&Demand> = None;
        for demand in self.demands.iter().filter(|demand| demand.is_met(asked, &self.words)) {
            if best.is_none_or(|best| demand.count() > best.count()) {
                best = Some(demand);
            }
        }
        best
    }

    /// Returns whether another method would mean something.
    fn has_other_method(&self, asked: &Asked<'_>) -> bool {
        self.demands.iter().any(|demand| demand.is_met_but_for_method(asked, &self.words))
    }
}

impl Demand {
    /// Returns what `operation` demands; `None` for what is not of a bucket or an object.
    fn new(service: &Service, operation: &Operation) -> Option<Self> {
        let (path, literals) = operation.path.split_once('?').unwrap_or((operation.path, ""));
        let depth = match path {
            "/" => Depth::Service,
            "/{Bucket}" => Depth::Bucket,
            "/{Bucket}/{Key+}" => Depth::Object,
            _ => return None,
        };
        let members = operation.input.map(|input| service.shape(input).members());
        let at = |location: Location| {
            let members = members.unwrap_or_default().iter();
            members.filter(move |member| member.location == location)
        };
        let literal = |pair: &'static str| match pair.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (pair, None),
        };
        let mut query: Vec<_> =
            literals.split('&').filter(|pair| !pair.is_empty()).map(literal).collect();
        // With a sub-resource the operation is clear: what else is missing, validation tells.
        let required = at(Location::Header).filter(|member| member.required && query.is_empty());
        let headers = required.map(|member| member.wire_name).collect();
        let known = at(Location::Query).map(|member| member.wire_name).collect();
        let required = at(Location::Query).filter(|member| member.required);
        query.extend(required.map(|member| (member.wire_name, None)));
        let (operation, method) = (operation.name, operation.method);
        Some(Self { operation, method, depth, query, headers, known })
    }

    /// Returns the parameters that choose this operation: its literal ones, or those that stand in
    /// for them.
    fn words(&self) -> impl Iterator<Item = &'static str> {
        let is_literal = |name: &str| !self.known.contains(&name);
        let has_literal = self.query.iter().any(|(name, _)| is_literal(name));
        self.query.iter().map(|(name, _)| *name).filter(move |it| !has_literal || is_literal(it))
    }

    fn count(&self) -> usize {
        self.query.len() + self.headers.len()
    }

    fn is_met(&self, asked: &Asked<'_>, words: &BTreeSet<&'static str>) -> bool {
        self.method == asked.parts.method.as_str() && self.is_met_but_for_method(asked, words)
    }

    fn is_met_but_for_method(&self, asked: &Asked<'_>, words: &BTreeSet<&'static str>) -> bool {
        let query_is_there = self.query.iter().all(|(name, value)| {
            let mut given = asked.query.iter().filter(|(given, _)| given == name);
            given.any(|(_, given)| value.is_none_or(|value| value == given))
        });
        self.depth == asked.depth
            && query_is_there
            && self.headers.iter().all(|name| asked.has_header(name))
            && asked.query.iter().all(|pair| self.knows(pair, words))
    }

    /// Returns whether a parameter does not ask for something else.
    fn knows(&self, (name, value): &(String, String), words: &BTreeSet<&'static str>) -> bool {
        let is_header = name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
        let is_sub_resource = words.contains(&**name) || (value.is_empty() && !is_header);
        !is_sub_resource
            || self.known.contains(&&**name)
            || self.query.iter().any(|(known, _)| known == name)
    }
}

impl<'r> Asked<'r> {
    fn read(parts: &'r Parts) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let query = parts.uri.query().unwrap_or_default();
        let query = percent::pairs(query.as_bytes())
            .map(|(name, value)| (text(&name), text(&value)))
            .collect();
        Self { parts, depth: depth(&addressing::path(parts)), query }
    }

    /// Returns whether a header is there, or the parameter by which a presigned request says it.
    fn has_header(&self, name: &str) -> bool {
        let is_it = |(given, _): &(String, String)| given.eq_ignore_ascii_case(name);
        self.parts.headers.contains_key(name) || self.query.iter().any(is_it)
    }

    /// Returns a name for what was asked, in the manner of S3's own.
    fn name(&self, words: &BTreeSet<&'static str>) -> String {
        let method = self.parts.method.as_str().to_ascii_lowercase();
        let target = match self.depth {
            Depth::Service => "Service",
            Depth::Bucket => "Bucket",
            Depth::Object => "Object",
        };
        let is_word =
            |(name, value): &&(String, String)| words.contains(&**name) || value.is_empty();
        let word = self.query.iter().find(is_word).map_or("", |(name, _)| name);
        bounded(&[&*method, target, word].map(camel).concat())
    }
}

/// Returns the letters and digits of a word, the first and those behind others in upper case.
fn camel(word: &str) -> String {
    let mut starts = true;
    let mut camel = String::new();
    for character in word.chars() {
        if character.is_ascii_alphanumeric() {
            camel.push(if starts { character.to_ascii_uppercase() } else { character });
        }
        starts = !character.is_ascii_alphanumeric();
    }
    camel
}

fn depth(path: &str) -> Depth {
    let path = path.strip_prefix('/').unwrap_or(path);
    match path.split_once('/') {
        None if path.is_empty() => Depth::Service,
        None | Some((_, "")) => Depth::Bucket,
        Some(_) => Depth::Object,
    }
}

impl Router {
    /// Returns what a request means that is signed for S3.
    pub(super) fn by_scope_of_bucket(
        &self,
        parts: &Parts,
        signs: &Signs<'_>,
    ) -> Option<Result<Route<'_>, Unrouted<'_>>> {
        let service = self.service(self.buckets.place?);
        let is_signed = signs.scope().is_some_and(|scope| scope == service.signing_name);
        let is_linked =
            || signs.scope().is_none() && sigv4::is_link(parts.uri.query().unwrap_or_default());
        (is_signed || is_linked()).then(|| self.by_bucket(parts, service))
    }

    /// Returns what an unsigned request means that came to one of S3's own hosts.
    pub(super) fn by_host_of_bucket(
        &self,
        parts: &Parts,
        signs: &Signs<'_>,
    ) -> Option<Result<Route<'_>, Unrouted<'_>>> {
        let service = self.service(self.buckets.place?);
        let is_meant = signs.scope().is_none() && addressing::is_s3_host(parts);
        is_meant.then(|| self.by_bucket(parts, service))
    }

    fn by_bucket<'m>(
        &'m self,
        parts: &Parts,
        service: &'m Service,
    ) -> Result<Route<'m>, Unrouted<'m>> {
        let asked = Asked::read(parts);
        let protocol = Protocol::RestXml;
        let found = self.buckets.find(&asked);
        if let Some(operation) = found.and_then(|demand| service.operation(demand.operation)) {
            return Ok(Route { service, operation, protocol });
        }
        let operation = Some(asked.name(&self.buckets.words)).filter(|name| !name.is_empty());
        let fault = if self.buckets.has_other_method(&asked) {
            method_not_allowed(parts)
        } else {
            not_implemented()
        };
        Err(Unrouted { protocol, service: Some(service), operation, fault })
    }
}

fn method_not_allowed(parts: &Parts) -> Fault {
    let text = "The specified method is not allowed against this resource.";
    Fault::new("MethodNotAllowed", text)
        .with_status(405)
        .with_member("Method", bounded(parts.method.as_str()))
}

fn not_implemented() -> Fault {
    let text = "A parameter you provided implies functionality that is not implemented.";
    Fault::new("NotImplemented", text).with_status(501)
}
