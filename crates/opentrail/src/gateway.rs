//! The way of a call, from bytes to bytes.
//!
//! ```text
//!  bytes in ─▶ route ─▶ prove & identify ─▶ decode ─▶ authorize ─▶ validate ─▶ operation
//!                                                                                  │
//!  bytes out ◀─ encode ◀─ durable? ◀─ journal.append ◀─ record ◀───────────────────┘
//! ```
//!
//! Whatever ends the way early is a [`Fault`], is recorded like a success, and leaves by the same
//! door. Without a durable record there is no answer but 503.

mod allowance;
mod buckets;
mod messages;
mod perform;
mod permit;
mod policies;
mod prove;
mod record;
mod settle;
mod trails;

pub(crate) use record::Unrecorded;
use std::borrow::Cow;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use bucket::Content;
use bytes::Bytes;
use http::HeaderName;
use http::header::{HOST, USER_AGENT};
use http::request::Parts;
use identity::Vault;
use wire::model::Protocol;
use wire::protocol::{self, Reply};
use wire::route::{Route, Router, Unrouted};
use wire::sigv4::{Keys, Verified};
use wire::{Done, Fault, Members};

use crate::acknowledge::Acknowledge;
use crate::archive::Archive;
use crate::blobs::{Blobs, Room};
use crate::checkpoints::Checkpoints;
use crate::commit::Commits;
use crate::config::Config;
use crate::delivery::Delivery;
use crate::operations::{Operation, Operations, Run};
use crate::outgoing::posts::Posts;
use crate::progress::Progress;
use crate::services;
use crate::state::Change;
use crate::story::Story;
use crate::throttle::Throttle;
use crate::tokens::Tokens;
use crate::world::World;

pub(crate) use allowance::Allowance;
pub(crate) use policies::Policies;

/// Everything a call passes through.
pub(crate) struct Gateway {
    /// Finds the operation of a request.
    pub router: Router,
    /// The operations that are served.
    pub operations: Operations,
    /// State and journal.
    pub commits: Commits,
    /// The events.
    pub archive: Arc<Archive>,
    /// Tells calls that their frames are on disk.
    pub acknowledge: Acknowledge,
    /// How far the readers are.
    pub progress: Progress,
    /// The configuration.
    pub config: Config,
    /// Time and randomness.
    pub world: Arc<World>,
    /// What opens secrets.
    pub vault: Arc<Vault>,
    /// What trails have taken, on its way to their buckets.
    pub delivery: Delivery,
    /// The bytes of objects.
    pub blobs: Arc<Blobs>,
    /// The signer of checkpoints.
    pub checkpoints: Checkpoints,
    /// The way to subscribers.
    pub posts: Posts,
    /// What makes paging tokens.
    pub tokens: Tokens,
    /// Derived signing keys.
    pub keys: Keys,
    /// The resource policies that were read lately.
    pub policies: Policies,
    /// Counts failed signatures by address and key.
    pub failures: Throttle,
    /// Counts failed signatures by address alone.
    pub strangers: Throttle,
    /// Counts lookups by account and Region.
    pub lookups: Throttle,
    /// One import at a time, so that no record comes in twice.
    pub imports: tokio::sync::Mutex<()>,
}

/// A request as it came in.
pub(crate) struct Arrival {
    /// Its head.
    pub parts: Parts,
    /// Its body, or why it was not taken.
    pub body: Result<Bytes, Fault>,
    /// The body's place in memory, kept until the call is answered.
    pub room: Option<Room>,
    /// Where it came from.
    pub source_ip: IpAddr,
}

/// An answer, and what it was about for logs and metrics.
pub(crate) struct Answer {
    /// The bytes.
    pub reply: Reply,
    /// The service's name.
    pub service: &'static str,
    /// The operation's name.
    pub operation: &'static str,
    /// The fault's code, when it failed.
    pub error_code: Option<String>,
    /// Whether it left no event.
    pub unrecorded: bool,
    /// The bytes of an object, which follow the head.
    pub content: Option<Content>,
}

/// What is known of a call once it may be judged.
struct Judged<'g> {
    operation: &'g Operation,
    validity: Result<(), Fault>,
    input: Arc<Members>,
    /// The bytes of an object or a part, which are no part of the input.
    object: Bytes,
    /// The check sums that the body was proven against, by algorithm.
    checksums: BTreeMap<String, String>,
}

/// What came of a call.
type Outcome = Result<Done<Change>, Fault>;

impl Gateway {
    /// Answers one request.
    pub(crate) async fn answer(&self, arrival: Arrival) -> Answer {
        let mut story = self.begin(&arrival);
        let body = arrival.body.as_deref().unwrap_or_default();
        let (protocol, judged) = match self.router.route(&arrival.parts, body) {
            Ok(route) => (route.protocol, self.judge_in_place(&route, &arrival, &mut story)),
            Err(unrouted) => (unrouted.protocol, Err(self.refuse(unrouted, &arrival, &mut story))),
        };
        let (outcome, content) = match judged {
            Ok(judged) => self.perform(judged, &mut story).await,
            Err(fault) => {
                let fault = services::spelled(protocol, fault);
                (self.commit(&story, Vec::new(), |_, _, _| Err(fault)).await, None)
            }
        };
        encode(&story, protocol, outcome, content)
    }

    /// Begins the story with what every request has.
    fn begin<'g>(&'g self, arrival: &Arrival) -> Story<'g> {
        let header = |name: HeaderName| {
            let value = arrival.parts.headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Story {
            request_id: self.world.uuid(),
            source_ip: arrival.source_ip,
            user_agent: header(USER_AGENT),
            host: header(HOST),
            query: arrival.parts.uri.query().map(str::to_owned),
            body_bytes: arrival.body.as_deref().map_or(0, <[u8]>::len),
            service: None,
            operation: None,
            operation_name: "Unknown".to_owned(),
            region: "us-east-1".to_owned(),
            access_key_id: None,
            place: None,
            caller: identity::Caller::unknown(),
            fallback_account: String::new(),
            input: None,
            read_only: false,
            data_event: false,
            unrecorded: false,
            invoked_by: None,
        }
    }

    /// Judges a call; one with a large body, whose sums take long, beside the other calls.
    fn judge_in_place<'g>(
        &'g self,
        route: &Route<'g>,
        arrival: &Arrival,
        story: &mut Story<'g>,
    ) -> Result<Judged<'g>, Fault> {
        if arrival.room.is_none() {
            return self.judge(route, arrival, story);
        }
        tokio::task::block_in_place(|| self.judge(route, arrival, story))
    }

    /// Proves, identifies and decodes: everything before the state is asked.
    fn judge<'g>(
        &'g self,
        route: &Route<'g>,
        arrival: &Arrival,
        story: &mut Story<'g>,
    ) -> Result<Judged<'g>, Fault> {
        let (service, name) = (route.service, route.operation.name);
        let served = self.operations.get(service.name, name);
        story.service = Some(service);
        story.operation = Some(route.operation);
        story.read_only =
            served.map_or_else(|| services::reads_by_verb(name), |operation| operation.read_only);
        story.data_event = served.is_some_and(|operation| operation.data_event);
        let body = self.prove(route, arrival, story)?;
        story.body_bytes = body.body.len();
        let checksums =
            checksums(route, arrival, &body).map_err(|fault| self.count_unproven(fault, story))?;
        self.believe_invoked_by(&arrival.parts, story)
            .map_err(|fault| self.count_unproven(fault, story))?;
        let (parts, limits) = (&arrival.parts, self.decode_limits());
        let takes_object = served.is_some_and(takes_object);
        let text = if takes_object { &[] } else { &*body.body };
        let mut input =
            protocol::decode(service, route.operation, route.protocol, parts, text, &limits)
                .map_err(|fault| self.count_unproven(fault, story))?;
        self.delivery.messages.name_queue(route, parts.uri.path(), &mut input);
        let input = Arc::new(input);
        let validity = wire::validate::validate(service, route.operation, &input);
        story.input = Some(Arc::clone(&input));
        self.know_web_identity(name, &input, story)?;
        let operation = served.ok_or_else(|| not_served(route))?;
        let object = if takes_object { object(arrival, body) } else { Bytes::new() };
        Ok(Judged { operation, validity, input, object, checksums })
    }

    /// Tells the story of a request that means no operation, as far as it can be told.
    fn refuse<'g>(
        &'g self,
        unrouted: Unrouted<'g>,
        arrival: &Arrival,
        story: &mut Story<'g>,
    ) -> Fault {
        story.service = unrouted.service;
        if let Some(name) = unrouted.operation {
            story.operation_name = name;
        }
        self.prove_unrouted(arrival, unrouted.protocol, story)
            .and_then(|()| self.believe_invoked_by(&arrival.parts, story))
            .err()
            .unwrap_or(unrouted.fault)
    }

    fn decode_limits(&self) -> protocol::Limits {
        let limits = &self.config.limits;
        protocol::Limits { depth_max: limits.depth_max, nodes_max: limits.values_max }
    }
}

/// Returns whether a call of this operation brings an object or a part of one.
fn takes_object(operation: &Operation) -> bool {
    matches!(operation.run, Run::Bucket(entry) if entry.takes_body)
}

/// Returns the proven bytes of an object, without copying them.
fn object(arrival: &Arrival, verified: Verified<'_>) -> Bytes {
    match verified.body {
        Cow::Owned(bytes) => bytes.into(),
        Cow::Borrowed(_) => arrival.body.clone().unwrap_or_default(),
    }
}

/// Answers for an operation that the service has and this server does not.
fn not_served(route: &Route<'_>) -> Fault {
    let message = format!(
        "{}:{} is not served by this opentrail; the call was recorded. The README lists what is.",
        services::action_prefix(route.service.name),
        route.operation.name
    );
    if route.protocol == Protocol::RestXml {
        return Fault::new("NotImplemented", message).with_status(501);
    }
    Fault::new("UnsupportedOperationException", message)
}

fn encode(
    story: &Story<'_>,
    protocol: Protocol,
    outcome: Outcome,
    content: Option<Content>,
) -> Answer {
    let id = &story.request_id;
    let (reply, error_code) = match (outcome, story.service, story.operation) {
        (Ok(done), Some(service), Some(operation)) => {
            (protocol::encode(service, operation, protocol, &done.output, id), None)
        }
        (Ok(_), ..) => unreachable!("only routed calls succeed"),
        (Err(fault), service, _) => {
            (protocol::encode_fault(service, protocol, &fault, id), Some(fault.code.into_owned()))
        }
    };
    Answer {
        reply,
        service: story.service.map_or("unknown", |service| service.name),
        operation: story.operation.map_or("unknown", |operation| operation.name),
        error_code,
        unrecorded: story.unrecorded,
        content,
    }
}

/// Proves an object's bytes against the check sums that came with them.
fn checksums(
    route: &Route<'_>,
    arrival: &Arrival,
    verified: &Verified<'_>,
) -> Result<BTreeMap<String, String>, Fault> {
    let is_of_another_body = route.operation.name == "CompleteMultipartUpload";
    if route.protocol != Protocol::RestXml || is_of_another_body {
        return Ok(BTreeMap::new());
    }
    let (headers, trailers) = (&arrival.parts.headers, &verified.trailers);
    let sums = wire::checksum::check_body(headers, trailers, &verified.body)?;
    Ok(sums.into_iter().map(|(algorithm, sum)| (algorithm.name().to_owned(), sum)).collect())
}
