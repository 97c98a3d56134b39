//! What one call did, gathered on its way through the gateway and told as events at its end.

mod delivery;

use std::net::IpAddr;
use std::sync::Arc;

use event::{
    Body, Cut, EventType, Omitted, Record, RecordResource, SessionAttributes, SessionContext,
    SessionIssuer, TlsDetails, UserIdentity, WebIdFederationData, event_time,
};
use identity::{Caller, Principal};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use wire::model::{Operation, Service};
use wire::{Fault, Members, Resource};

use crate::body::Shown;
use crate::frame::FrameEvent;
use crate::services;
use crate::world::World;

pub(crate) use delivery::delivery_event;

/// How much of a body that was left out is shown in the record, in bytes.
const HEAD_BYTES: usize = 4096;

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
}

impl Story<'_> {
    /// Returns the account in whose history the call belongs.
    pub(crate) fn account(&self) -> &str {
        self.caller.account().unwrap_or(&self.fallback_account)
    }

    /// Returns the Region in whose history the call belongs.
    pub(crate) fn event_region(&self) -> &str {
        let global_host = self.host.as_deref() == Some("sts.amazonaws.com");
        let global = self.service.is_some_and(|service| services::is_global(service.name));
        if global || global_host { "us-east-1" } else { &self.region }
    }

    /// Tells the story: the caller's event, and the owner's copy where another account's resource
    /// was touched.
    pub(crate) fn events(
        &self,
        ending: &Ending<'_>,
        now: Timestamp,
        world: &World,
    ) -> Vec<FrameEvent<'static>> {
        let owner = match ending {
            Ending::Done { owner_account, .. } => *owner_account,
            Ending::Failed(_) => None,
        };
        let owner = owner.filter(|owner| *owner != self.account());
        let shared = Shared {
            ending,
            time: now,
            region: self.event_region(),
            event_id: owner.map(|_| world.uuid()),
        };
        let mut events = vec![self.event(&shared, self.account(), self.identity(), world)];
        if let Some(owner) = owner {
            let account = self.caller.account().unwrap_or_default();
            let identity = UserIdentity::other_account(account, &self.caller.principal_id());
            events.push(self.event(&shared, owner, identity, world));
        }
        events
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
        let service = self.service.map_or("", |service| service.name);
        let mut record = Record::new(EventType::AwsApiCall, identity, shared.time, &event_id);
        record.event_source = services::event_source(service);
        record.event_name = self.operation.map_or(&self.operation_name, |op| op.name);
        record.aws_region = shared.region;
        // a service that calls for somebody hides where and with what it was asked
        let service_caller = self.invoked_by.as_deref();
        record.source_ip_address = service_caller.unwrap_or(&source_ip);
        record.user_agent = service_caller.or(self.user_agent.as_deref()).map(Cut);
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
        if service_caller.is_some() {
            record.annotate("sourceIPAddress", Json::String(source_ip.clone()));
        }
        self.annotate_key(&mut record);
        if let Ending::Failed(fault) = shared.ending {
            record.error_code = Some(Cut(&fault.code));
            record.error_message = Some(Cut(&fault.message));
        }
        let request = match shared.ending {
            Ending::Failed(_) if self.hides_failed_requests() => None,
            _ => self.put_request(&mut record),
        };
        let response = self.put_ending(&mut record, shared.ending);
        let mut event = FrameEvent::new(record.to_json());
        event.whole = whole(request, response).map(Into::into);
        event.data = self.data_event;
        if let Ending::Done { resources, .. } = shared.ending {
            event.resources = resources
                .iter()
                .map(|resource| (resource.kind.into(), resource.name.clone().into()))
                .collect();
        }
        event
    }

    /// STS writes no parameters of a role that was not given.
    fn hides_failed_requests(&self) -> bool {
        self.service.is_some_and(|service| service.name == "sts")
            && self.operation.is_some_and(|operation| operation.name.starts_with("AssumeRole"))
    }

    /// Puts the request's parameters in; too large ones are named and returned whole.
    fn put_request(&self, record: &mut Record<'_>) -> Option<Omitted> {
        let (service, operation, input) = (self.service?, self.operation?, self.input.as_ref()?);
        let shown = Shown::new(service, operation.input, input)?;
        let (parameters, omitted) = Body::of(&shown).ok()?;
        record.request_parameters = parameters;
        if let Some(omitted) = &omitted {
            record.annotate("requestParameters", left_out(omitted));
        }
        omitted
    }

    /// Puts what came of the call in; too large an answer is named and returned whole.
    fn put_ending(&self, record: &mut Record<'_>, ending: &Ending<'_>) -> Option<Omitted> {
        if self.service.is_some_and(|service| service.name == "sts") {
            record.additional_event_data.get_or_insert_default().insert(
                "RequestDetails".to_owned(),
                json!({ "awsServingRegion": record.aws_region, "endpointType": self.endpoint_type() }),
            );
        }
        let Ending::Done { output, resources, .. } = ending else { return None };
        record.resources = resources.iter().filter_map(named).collect();
        let (service, operation) = (self.service?, self.operation?);
        if self.read_only && !shows_output_of_reads(operation) {
            return None;
        }
        let shown = Shown::new(service, operation.output, output)?;
        let (elements, omitted) = Body::of(&shown).ok()?;
        record.response_elements = elements;
        if let Some(omitted) = &omitted {
            record.annotate("responseElements", left_out(omitted));
        }
        omitted
    }

    /// Which of STS's endpoints was asked, by the name that the client used for it.
    fn endpoint_type(&self) -> &'static str {
        if self.host.as_deref() == Some("sts.amazonaws.com") { "global" } else { "regional" }
    }

    fn identity(&self) -> UserIdentity {
        UserIdentity { invoked_by: self.invoked_by.clone(), ..user_identity(&self.caller) }
    }

    /// Names the key of a signature that proved nothing: `Unknown` identities have no such member.
    fn annotate_key(&self, record: &mut Record<'_>) {
        if let (Principal::Unknown, Some(key)) = (&self.caller.principal, &self.access_key_id) {
            record.annotate("accessKeyId", Json::String(key.clone()));
        }
    }
}

/// Returns the bodies that were too large for their record, as one JSON text.
fn whole(request: Option<Omitted>, response: Option<Omitted>) -> Option<String> {
    if request.is_none() && response.is_none() {
        return None;
    }
    let text = |omitted: Option<Omitted>| omitted.map_or("null".to_owned(), |body| body.text);
    let (request, response) = (text(request), text(response));
    Some(format!(r#"{{"requestParameters":{request},"responseElements":{response}}}"#))
}

/// Names a body that was too large for its record.
fn left_out(omitted: &Omitted) -> Json {
    let text = &omitted.text;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let head = text.get(..text.floor_char_boundary(HEAD_BYTES)).unwrap_or_default();
    json!({
        "omitted": true,
        "reason": "over 100 KiB; the whole is kept beside the record",
        "sha256": hex(hash.as_ref()),
        "length": text.len(),
        "head": head,
    })
}

/// Returns bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// STS shows what the assuming of a role gave although it counts as a read.
fn shows_output_of_reads(operation: &Operation) -> bool {
    operation.name.starts_with("AssumeRole")
}

fn named(resource: &Resource) -> Option<RecordResource> {
    let account = resource.name.split(':').nth(4).filter(|account| !account.is_empty());
    resource.in_record.then(|| RecordResource {
        account_id: account.map(str::to_owned),
        kind: resource.kind.to_owned(),
        arn: resource.name.clone(),
    })
}

/// Returns the `userIdentity` of a caller, with exactly the members that its type has.
pub(crate) fn user_identity(caller: &Caller) -> UserIdentity {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let base = UserIdentity {
        kind: Some(caller.kind()),
        principal_id: some(&caller.principal_id()),
        arn: some(&caller.arn()),
        account_id: caller.account().map(str::to_owned),
        access_key_id: caller.access_key_id.clone(),
        user_name: caller.user_name().map(str::to_owned),
        session_context: caller.session.as_ref().map(session_context),
        ..UserIdentity::default()
    };
    match &caller.principal {
        Principal::Unknown => UserIdentity::unknown(),
        Principal::Service { host } => UserIdentity::aws_service(host),
        Principal::WebIdentityUser { provider, .. } => UserIdentity {
            identity_provider: Some(provider.clone()),
            arn: None,
            account_id: None,
            ..base
        },
        Principal::AssumedRole { .. } | Principal::FederatedUser { .. } => {
            UserIdentity { user_name: None, ..base }
        }
        Principal::Root { .. } | Principal::User { .. } => base,
    }
}

fn session_context(session: &identity::Session) -> SessionContext {
    SessionContext {
        session_issuer: session.issuer.as_ref().map(|issuer| SessionIssuer {
            kind: issuer.kind.clone(),
            principal_id: issuer.principal_id.clone(),
            arn: issuer.arn.clone(),
            account_id: issuer.account.clone(),
            user_name: issuer.user_name.clone(),
        }),
        web_id_federation_data: session.web_identity.as_ref().map(|web| WebIdFederationData {
            federated_provider: web.provider.clone(),
            attributes: web.attributes.clone(),
        }),
        attributes: SessionAttributes {
            creation_date: event_time(session.created),
            mfa_authenticated: if session.mfa_authenticated { "true" } else { "false" },
        },
        source_identity: session.source_identity.clone(),
        ..SessionContext::default()
    }
}

/// Returns the event of something that no request caused.
pub(crate) fn service_event(
    due: &sandbox::Due,
    now: Timestamp,
    world: &World,
) -> FrameEvent<'static> {
    let event_id = world.uuid();
    let identity = UserIdentity::internal(&due.account);
    let mut record = Record::new(EventType::AwsServiceEvent, identity, now, &event_id);
    record.event_source = services::event_source("marketplace-catalog");
    record.event_name = due.event_name;
    record.source_ip_address = "AWS Internal";
    record.user_agent = Some(Cut("AWS Internal"));
    record.recipient_account_id = &due.account;
    record.service_event_details = Some(due.service_event_details.clone());
    // AWS tells of this by other means and writes no such record
    record.annotate("own", Json::Bool(true));
    let mut event = FrameEvent::new(record.to_json());
    event.resources = due
        .resources
        .iter()
        .map(|resource| (resource.kind.into(), resource.name.clone().into()))
        .collect();
    event
}

/// Returns the event of something that the server itself did, such as founding a world.
pub(crate) fn own_event(event_name: &str, account: &str, world: &World) -> FrameEvent<'static> {
    let event_id = world.uuid();
    let identity = UserIdentity::internal(account);
    let mut record = Record::new(EventType::AwsServiceEvent, identity, world.now(), &event_id);
    record.event_source = services::event_source("opentrail");
    record.event_name = event_name;
    record.source_ip_address = "AWS Internal";
    record.recipient_account_id = account;
    record.annotate("own", Json::Bool(true));
    FrameEvent::new(record.to_json())
}
