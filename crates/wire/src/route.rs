//! Which operation a request means.
//!
//! One port answers for every service, so a request is recognised by what it says itself; host
//! and signing scope are asked only where several services would fit. (The scope `aws-marketplace`
//! alone stands for seven services.) Who signed is not looked at here, and nothing is decoded
//! beyond what recognising takes.
//!
//! ```text
//!   signed for s3: method, path, sub-resource   ──▶ bucket ─┐
//!   X-Amz-Target: Prefix.Operation              ──▶ target ─┤
//!   /service/<name>/operation/<Operation>       ──▶ cbor   ─┤
//!   Action=Operation&Version=… (form or query)  ──▶ action ─┼─▶ Route (service, operation, protocol)
//!   method and path                             ──▶ rest   ─┤
//!   unsigned, at one of S3's hosts              ──▶ bucket ─┘
//!   none of them ──▶ signs (content type, scope, host) ──▶ Unrouted, in a shape the client reads
//! ```
//!
//! Invariants
//! - Matching is exact, upper and lower case included: what AWS does not answer is not answered.
//! - Every request gets a protocol to be answered in; nothing is ever answered in HTML.

mod action;
mod bucket;
mod cbor;
mod rest;
mod signs;
mod target;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use http::request::Parts;

use crate::Fault;
use crate::model::{Models, Operation, Protocol, Service};
use signs::Signs;

/// The tables by which requests are recognised, made once.
#[derive(Debug)]
pub struct Router {
    models: Arc<Models>,
    targets: target::Targets,
    cbor: cbor::Names,
    actions: action::Actions,
    rest: rest::Paths,
    buckets: bucket::Resources,
}

/// What a request means.
#[derive(Debug, Clone, Copy)]
pub struct Route<'m> {
    /// The service.
    pub service: &'m Service,
    /// The operation.
    pub operation: &'m Operation,
    /// The protocol of the request, and so of the answer.
    pub protocol: Protocol,
}

/// A request that means no operation, with all that is known of it for the record.
#[derive(Debug)]
pub struct Unrouted<'m> {
    /// The protocol in whose error shape to answer.
    pub protocol: Protocol,
    /// The service, where only one can be meant.
    pub service: Option<&'m Service>,
    /// The operation that was asked for, as the caller wrote it, at most 128 characters.
    pub operation: Option<String>,
    /// What AWS answers.
    pub fault: Fault,
}

/// The place of a service in the models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(usize);

impl Router {
    /// Makes the tables for these services.
    pub fn new(models: Arc<Models>) -> Self {
        Self {
            targets: target::Targets::new(&models),
            cbor: cbor::Names::new(&models),
            actions: action::Actions::new(&models),
            rest: rest::Paths::new(&models),
            buckets: bucket::Resources::new(&models),
            models,
        }
    }

    /// Returns the services that are routed to.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// Returns what a request means.
    ///
    /// `body` is looked into only for form posts. The whole of it is needed: an `Action` that is
    /// given twice is refused.
    pub fn route(&self, parts: &Parts, body: &[u8]) -> Result<Route<'_>, Unrouted<'_>> {
        let signs = Signs::read(parts);
        let asked = self
            .by_scope_of_bucket(parts, &signs)
            .or_else(|| self.by_target(parts, &signs))
            .or_else(|| self.by_cbor_path(parts, &signs))
            .or_else(|| self.by_action(parts, &signs, body))
            .or_else(|| self.by_path(parts, &signs))
            .or_else(|| self.by_host_of_bucket(parts, &signs));
        asked.unwrap_or_else(|| Err(self.nothing(&signs)))
    }

    /// Answers a request that has no sign of any operation.
    fn nothing(&self, signs: &Signs<'_>) -> Unrouted<'_> {
        let service = self.meant(signs, |_| true);
        let protocol = signs
            .protocol()
            .or_else(|| service.and_then(|service| service.protocols.first().copied()))
            .unwrap_or(Protocol::RestJson);
        match protocol {
            Protocol::AwsQuery => Unrouted {
                protocol,
                service,
                operation: None,
                fault: Fault::new("MissingAction", "The request is missing an Action parameter."),
            },
            _ => unknown(protocol, service, None),
        }
    }

    /// Returns the only service, or by host and scope the likeliest, among those that `may`.
    fn meant(&self, signs: &Signs<'_>, may: impl Fn(Place) -> bool) -> Option<&Service> {
        let all: Vec<&Service> = self
            .models
            .services()
            .enumerate()
            .filter(|(at, _)| may(Place(*at)))
            .map(|(_, service)| service)
            .collect();
        only(&all).or_else(|| signs.choose(&all))
    }

    fn service(&self, place: Place) -> &Service {
        self.models.services().nth(place.0).expect("places are made from these models")
    }
}

/// Returns whether a service is spoken to at other paths than `/`: each queue of SQS is a URL.
fn has_paths(service: &Service) -> bool {
    service.query_compatible
}

/// Returns the service when there is but one.
fn only<'m>(services: &[&'m Service]) -> Option<&'m Service> {
    match services {
        [service] => Some(service),
        _ => None,
    }
}

/// Answers a request for an operation that is not there, as AWS does.
fn unknown<'m>(
    protocol: Protocol,
    service: Option<&'m Service>,
    operation: Option<&str>,
) -> Unrouted<'m> {
    let status = match protocol {
        Protocol::AwsJson1_0 | Protocol::AwsJson1_1 | Protocol::AwsQuery => 400,
        Protocol::RestJson | Protocol::RestXml | Protocol::RpcV2Cbor => 404,
    };
    let operation = operation.map(bounded).filter(|name| !name.is_empty());
    let text = Unknown { operation: operation.as_deref(), service }.to_string();
    let fault = Fault::new("UnknownOperationException", text).with_status(status);
    Unrouted { protocol, service, operation, fault }
}

/// The text of an answer to what is not known.
struct Unknown<'a> {
    operation: Option<&'a str>,
    service: Option<&'a Service>,
}

impl fmt::Display for Unknown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.operation, self.service) {
            (Some(operation), Some(service)) => {
                write!(f, "The operation {operation} is not known to {}.", service.service_id)
            }
            (Some(operation), None) => write!(f, "The operation {operation} is not known."),
            (None, _) => f.write_str("The request names no operation that is known."),
        }
    }
}

/// Returns the beginning of what a caller calls an operation.
fn bounded(name: &str) -> String {
    name.chars().take(128).collect()
}
