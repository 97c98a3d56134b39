//! What one call did, gathered on its way through the gateway and told as events at its end.

mod bucket;
mod caller;
mod delivery;
mod omitted;
mod own;
mod previous;
mod told;
mod touched;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use event::{Cut, EventType, Record, TlsDetails, UserIdentity};
use identity::{Caller, Principal};
use jiff::Timestamp;
use serde_json::Value as Json;
use wire::model::{Operation, Service};
use wire::sigv4::Place;
use wire::{Fault, Members, Resource};

use crate::frame::FrameEvent;
use crate::services;
use crate::state::State;
use crate::world::World;
use touched::Touched;

pub(crate) use delivery::delivery_event;
pub(crate) use omitted::hex;
pub(crate) use own::{own_event, service_event};

/// One call's story.
pub(crate) struct Story<'m> {
    /// The id in the answer.
    pub request_id: String,
    /// The address of the client.
    pub source_ip: IpAddr,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// The `Host` header.
    pub host: Option<String>,
    /// The query string.
    pub query: Option<String>,
    /// How many bytes the body has, without what its framing in pieces adds.
    pub body_bytes: usize,
    /// The service, once routed.
    pub service: Option<&'m Service>,
    /// The operation, once routed.
    pub operation: Option<&'m Operation>,
    /// What the request called its operation, when that is not one of the model's.
    pub operation_name: String,
    /// The Region of the signature.
    pub region: String,
    /// The key of the signature, whether it proved right or not.
    pub access_key_id: Option<String>,
    /// Where that signature is.
    pub place: Option<Place>,
    /// Who called, once proven.
    pub caller: Caller,
    /// Whose history a call belongs in whose caller was not proven.
    pub fallback_account: String,
    /// The input, once decoded.
    pub input: Option<Arc<Members>>,
    /// Whether the operation only reads.
    pub read_only: bool,
    /// Whether its event is a data event.
    pub data_event: bool,
    /// The AWS service that called for the caller.
    pub(crate) invoked_by: Option<String>,
    /// Whether the call leaves no event: only refusals over the limit of failed signatures, so that
    /// nobody without a key can fill the disk. They are counted.
    pub unrecorded: bool,
}

/// How a call ended, as its events need to know it.
pub(crate) enum Ending<'a> {
    /// Well.
    Done {
        /// The output.
        output: &'a Members,
        /// What it was about.
        resources: &'a [Resource],
        /// The owner of what was touched, when it is another account.
        owner_account: Option<&'a str>,
    },
    /// With a fault.
    Failed(&'a Fault),
}

/// What the events of one call share.
struct Shared<'a> {
    ending: &'a Ending<'a>,
    time: Timestamp,
    region: &'a str,
    event_id: Option<String>,
    touched: &'a [Touched],
    previous: Option<Json>,
}

impl Story<'_> {
    /// Returns the account in whose history the call belongs.
    pub(crate) fn account(&self) -> &str {
        self.caller.account().unwrap_or(&self.fallback_account)
    }

    /// Returns the Region that the call asked for; that of its event, but for calls of S3 on
    /// buckets that are elsewhere.
    pub(crate) fn event_region(&self) -> &str {
        let global_host = self.host.as_deref() == Some("sts.amazonaws.com");
        let global = self.service.is_some_and(|service| services::is_global(service.name));
        if global || global_host { "us-east-1" } else { &self.region }
    }

    /// Tells the story on the state as it was before the call: the caller's event, and a copy
    /// for each other account whose resources were touched. Data events that no trail could take
    /// are not even made: nobody keeps them.
    pub(crate) fn events(
        &self,
        ending: &Ending<'_>,
        state: &State,
        now: Timestamp,
        world: &World,
    ) -> Vec<FrameEvent<'static>> {
        let is_kept =
            !self.data_event || touched::KINDS.iter().any(|kind| state.trail.wants_data_of(kind));
        if is_kept { self.tell(ending, state, now, world) } else { Vec::new() }
    }

    fn tell(
        &self,
        ending: &Ending<'_>,
        state: &State,
        now: Timestamp,
        world: &World,
    ) -> Vec<FrameEvent<'static>> {
        let touched = self.touched(state, now);
        let owners = self.owners(ending, &touched);
        let shared = Shared {
            ending,
            time: now,
            region: self.bucket_region(state, ending).unwrap_or_else(|| self.event_region()),
            event_id: (!owners.is_empty()).then(|| world.uuid()),
            touched: &touched,
            previous: self.previous(state, ending),
        };
        let mut events = vec![self.event(&shared, self.account(), self.identity(), world)];
        for owner in owners {
            let account = self.caller.account().unwrap_or_default();
            let identity = UserIdentity::other_account(account, &self.caller.principal_id());
            events.push(self.event(&shared, owner, identity, world));
        }
        events
    }

    /// Returns the other accounts that get a copy: whoever owns what was touched, and of data
    /// events also whoever owns what was only reached for.
    fn owners<'a>(&self, ending: &Ending<'a>, touched: &'a [Touched]) -> Vec<&'a str> {
        let done = match ending {
            Ending::Done { owner_account, .. } => *owner_account,
            Ending::Failed(_) => None,
        };
        let touched = touched.iter().filter(|_| self.data_event);
        let all = done.into_iter().chain(touched.filter_map(|touched| touched.owner.as_deref()));
        let mut owners: Vec<_> = all.filter(|owner| *owner != self.account()).collect();
        owners.sort_unstable();
        owners.dedup();
        owners
    }

    fn event(
        &self,
        shared: &Shared<'_>,
        recipient: &str,
        identity: UserIdentity,
        world: &World,
    ) -> FrameEvent<'static> {
        let event_id = world.uuid();
        let source_ip = self.source_ip.to_string();
        let agent = self.agent();
        let service = self.service.map_or("", |service| service.name);
        let mut record = Record::new(EventType::AwsApiCall, identity, shared.time, &event_id);
        record.event_source = services::event_source(service);
        record.event_name = self.event_name();
        record.aws_region = shared.region;
        // a service that calls for somebody hides where and with what it was asked
        let service_caller = self.invoked_by.as_deref();
        record.source_ip_address = service_caller.unwrap_or(&source_ip);
        record.user_agent = service_caller.or(agent.as_deref()).map(Cut);
        record.request_id = Some(&self.request_id);
        record.read_only = self.read_only;
        if self.data_event {
            (record.management_event, record.event_category) = (false, "Data");
        }
        record.recipient_account_id = recipient;
        record.shared_event_id = shared.event_id.as_deref();
        if service_caller.is_none() {
            let host = self.host.as_deref().map(Cut);
            record.tls_details =
                host.map(|client_provided_host_header| TlsDetails { client_provided_host_header });
        }
        self.put_transfer(&mut record, shared.ending);
        if service_caller.is_some() {
            record.annotate("sourceIPAddress", Json::String(source_ip.clone()));
        }
        self.annotate_key(&mut record);
        if let Some(previous) = &shared.previous {
            record.annotate("previous", previous.clone());
        }
        record.resources = self.resources(shared, recipient);
        let whole = self.put_bodies(&mut record, shared.ending);
        let mut event = FrameEvent::new(record.to_json());
        event.whole = whole.map(Into::into);
        event.data = self.data_event;
        event.resources = self.listed(shared.ending);
        event
    }

    fn event_name(&self) -> &str {
        match (self.service, self.name()) {
            (Some(service), Some(name)) if service.name == "s3" => bucket::event_name(name),
            (_, Some(name)) => name,
            (_, None) => &self.operation_name,
        }
    }

    /// Returns the client's name for itself; S3 puts it in brackets.
    fn agent(&self) -> Option<Cow<'_, str>> {
        let agent = self.user_agent.as_deref()?;
        let is_s3 = self.service.is_some_and(|service| service.name == "s3");
        Some(if is_s3 { format!("[{agent}]").into() } else { agent.into() })
    }

    fn previous(&self, state: &State, ending: &Ending<'_>) -> Option<Json> {
        let Ending::Done { resources, .. } = ending else { return None };
        let service = self.service.filter(|service| service.name == "cloudtrail");
        let operation = service.and(self.name())?;
        let mut trails =
            resources.iter().filter_map(|resource| state.trail.trails.get(&resource.name));
        previous::previous(operation, trails.next()?)
    }

    fn identity(&self) -> UserIdentity {
        UserIdentity { invoked_by: self.invoked_by.clone(), ..caller::user_identity(&self.caller) }
    }

    /// Names the key of a signature that proved nothing: `Unknown` identities have no such member.
    fn annotate_key(&self, record: &mut Record<'_>) {
        if let (Principal::Unknown, Some(key)) = (&self.caller.principal, &self.access_key_id) {
            record.annotate("accessKeyId", Json::String(key.clone()));
        }
    }
}

impl Ending<'_> {
    /// Returns whether the call failed because its caller may not do this.
    fn is_refusal(&self) -> bool {
        match self {
            Self::Done { .. } => false,
            Self::Failed(fault) => {
                fault.code.starts_with("AccessDenied") || fault.code == "AuthorizationError"
            }
        }
    }
}

#[cfg(test)]
mod tests;
