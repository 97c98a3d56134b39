//! The whole API in one table.
//!
//! Identity and the sandboxes keep their own lines; the lines below are of the operations that need
//! the journal's events. What a served service models beyond the table is answered with an error
//! that names the operation, and is recorded like everything else.

mod clock;
mod delegated_admin;
mod filter;
mod find_events;
mod get_checkpoint;
mod get_event;
mod import_events;
mod list_trail_deliveries;
mod lookup_events;
mod tail_events;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use wire::{Call, Done, Fault, Members, Value};

use crate::archive::{Archive, ArchiveError, Page, StoredEvent};
use crate::checkpoints::Checkpoints;
use crate::config::Config;
use crate::delivery::Board;
use crate::frame::FrameEvent;
use crate::history::Position;
use crate::state::{Change, State};
use crate::throttle::Throttle;
use crate::tokens::Tokens;

pub(crate) use clock::reading as clock;
pub(crate) use get_checkpoint::shown as checkpoint;
pub(crate) use tail_events::wait_seconds;

/// One operation.
#[derive(Clone)]
pub(crate) struct Operation {
    /// The service's name in the models.
    pub service: &'static str,
    /// The operation's name in the model.
    pub name: &'static str,
    /// What it does.
    pub run: Run,
    /// Whether its event says `readOnly: true`.
    pub read_only: bool,
    /// Whether its event is a data event: kept only where a trail asks for it.
    pub data_event: bool,
    /// The IAM action that a caller needs; buckets, topics and queues know their own.
    pub action: String,
    /// The ARNs that policies are evaluated against.
    pub resources: fn(&Call<'_>, &Members) -> Vec<String>,
}

/// The ways in which operations run.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// On identities, under the state's lock.
    Identity(&'static identity::Entry),
    /// On a sandbox, under the state's lock.
    Sandbox(sandbox::Run),
    /// On buckets and objects.
    Bucket(&'static bucket::Entry),
    /// On topics and queues.
    Message(&'static messaging::Entry),
    /// On trails.
    Trail(&'static trail::Entry),
    /// On the roof's own state, under the state's lock.
    Roof(fn(&State, &Members, &mut Call<'_>) -> Result<Done<Change>, Fault>),
    /// From events that are there already; changes nothing.
    Events(fn(&Reading<'_>, &Members) -> Result<Members, Fault>),
    /// As `Events`, after a wait for news.
    Live(fn(&Reading<'_>, &Members) -> Result<Members, Fault>),
    /// Adds events from outside.
    Import(fn(&Reading<'_>, &Members) -> Result<Imported, Fault>),
}

/// What the operations on events see.
pub(crate) struct Reading<'a> {
    /// The events.
    pub archive: &'a Archive,
    /// What trails have still to deliver.
    pub board: &'a Board,
    /// The signer of checkpoints.
    pub checkpoints: &'a Checkpoints,
    /// The maker of paging tokens.
    pub tokens: &'a Tokens,
    /// The configuration.
    pub config: &'a Config,
    /// The caller's account.
    pub account: &'a str,
    /// The caller's ARN.
    pub caller_arn: &'a str,
    /// The Region of the call.
    pub region: &'a str,
    /// The time of the call.
    pub now: Timestamp,
    /// Whether the caller's account may see the events of every account.
    pub sees_all: bool,
    /// Counts lookups.
    pub lookups: &'a Throttle,
    /// The time since the server began, for counting.
    pub elapsed: Duration,
}

/// What an import adds, and what it answers.
pub(crate) struct Imported {
    /// The new events.
    pub events: Vec<FrameEvent<'static>>,
    /// The answer.
    pub output: Members,
}

/// The table, by service and operation.
pub(crate) struct Operations(BTreeMap<&'static str, BTreeMap<&'static str, Operation>>);

/// The operations on events: service, name, run, whether it only reads.
const OURS: &[(&str, &str, Run, bool)] = &[
    (
        "cloudtrail",
        "DeregisterOrganizationDelegatedAdmin",
        Run::Roof(delegated_admin::deregister),
        false,
    ),
    ("cloudtrail", "LookupEvents", Run::Events(lookup_events::run), true),
    (
        "cloudtrail",
        "RegisterOrganizationDelegatedAdmin",
        Run::Roof(delegated_admin::register),
        false,
    ),
    ("opentrail", "FindEvents", Run::Events(find_events::run), true),
    ("opentrail", "GetCheckpoint", Run::Events(get_checkpoint::run), true),
    ("opentrail", "GetClock", Run::Roof(clock::get), true),
    ("opentrail", "GetEvent", Run::Events(get_event::run), true),
    ("opentrail", "ImportEvents", Run::Import(import_events::run), false),
    ("opentrail", "ListTrailDeliveries", Run::Events(list_trail_deliveries::run), true),
    ("opentrail", "SetClock", Run::Roof(clock::set), false),
    ("opentrail", "TailEvents", Run::Live(tail_events::run), true),
];

impl Operations {
    /// Returns the whole table.
    pub(crate) fn new() -> Self {
        let ours = OURS.iter().map(|(service, name, run, read_only)| Operation {
            service,
            name,
            run: *run,
            read_only: *read_only,
            data_event: false,
            action: format!("{}:{name}", crate::services::action_prefix(service)),
            resources: sandbox::any_resource,
        });
        let sandbox = sandbox::operations().map(|entry| Operation {
            service: entry.service,
            name: entry.operation,
            run: Run::Sandbox(entry.run),
            read_only: entry.read_only,
            data_event: false,
            action: entry.action.to_owned(),
            resources: entry.resources,
        });
        let identity = identity::operations().iter().map(|entry| Operation {
            service: entry.service,
            name: entry.operation,
            run: Run::Identity(entry),
            read_only: entry.read_only,
            data_event: false,
            action: entry.action(),
            // the entry itself knows them
            resources: sandbox::any_resource,
        });
        let buckets = bucket::operations().iter().map(|entry| Operation {
            service: "s3",
            name: entry.operation,
            run: Run::Bucket(entry),
            read_only: entry.read_only,
            data_event: entry.level == bucket::Level::Object,
            action: format!("s3:{}", entry.operation),
            resources: sandbox::any_resource,
        });
        let messages = messaging::operations().map(|entry| Operation {
            service: entry.service,
            name: entry.operation,
            run: Run::Message(entry),
            read_only: entry.read_only,
            data_event: entry.data_event,
            action: format!("{}:{}", entry.service, entry.operation),
            resources: sandbox::any_resource,
        });
        let trails = trail::operations().iter().map(|entry| Operation {
            service: "cloudtrail",
            name: entry.operation,
            run: Run::Trail(entry),
            read_only: entry.read_only,
            data_event: false,
            action: format!("cloudtrail:{}", entry.operation),
            resources: entry.resources,
        });
        let mut table: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        let others = identity.chain(buckets).chain(messages).chain(trails);
        for operation in ours.chain(sandbox).chain(others) {
            table.entry(operation.service).or_default().insert(operation.name, operation);
        }
        Self(table)
    }

    /// Returns the operation of this name, when it is served.
    pub(crate) fn get(&self, service: &str, name: &str) -> Option<&Operation> {
        self.0.get(service)?.get(name)
    }

    /// Returns whether an operation may come without a signature, as a link in a message does.
    pub(crate) fn takes_unsigned(&self, (service, name): (&str, &str)) -> bool {
        let operation = self.get(service, name);
        operation.is_some_and(|operation| match operation.run {
            Run::Message(entry) => entry.unsigned,
            _ => false,
        })
    }

    /// Returns every served operation in the order of service and name.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.0.values().flat_map(BTreeMap::values)
    }
}

impl Reading<'_> {
    /// Reads the events of a page back, as many as an answer may hold; returns them with the place
    /// where the next page begins. What cannot be read is told as a fault of the server's.
    fn stored(&self, page: Page) -> Result<(Vec<StoredEvent>, Option<Position>), Fault> {
        self.archive.read(page, ANSWER_BYTES_MAX).map_err(|cause| unreadable(&cause))
    }
}

/// How many bytes of records one answer holds; a page ends early when its records are large.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Runs an operation on events without a server.
///
/// # Errors
/// The operation's own faults; `UnsupportedOperationException` for those that need a server.
pub(crate) fn run_at_rest(
    name: &str,
    reading: &Reading<'_>,
    input: &Members,
) -> Result<Members, Fault> {
    let ours = OURS.iter().find(|(service, ours, ..)| *service == "opentrail" && *ours == name);
    match ours {
        Some((_, _, Run::Events(run) | Run::Live(run), _)) => run(reading, input),
        _ => Err(Fault::new(
            "UnsupportedOperationException",
            format!("{name} needs a running server; leave --data out."),
        )),
    }
}

/// Answers for a journal that does not give back what it holds; the cause goes to the log.
fn unreadable(cause: &ArchiveError) -> Fault {
    tracing::error!(cause = %crate::logs::chain(cause), "an event cannot be read back");
    Fault::new(
        "ServiceUnavailableException",
        "The event store cannot be read; see the server's log.",
    )
    .with_status(503)
}

/// Returns an event in the form of the server's own API.
fn detail(event: &StoredEvent) -> Value {
    let facts = event::Facts::read(&event.record).ok();
    let account = facts.as_ref().and_then(|facts| facts.account_id.as_deref());
    let account = event.account.as_deref().or(account).unwrap_or_default();
    let region = facts.as_ref().map_or("", |facts| facts.aws_region.as_ref());
    let sequence = i64::try_from(event.sequence).unwrap_or(i64::MAX);
    Value::from(
        Members::new()
            .with("Sequence", Value::from(sequence))
            .with("RecipientAccountId", Value::from(account))
            .with("AwsRegion", Value::from(region))
            .with("Imported", Value::from(event.imported))
            .with("CloudTrailEvent", Value::from(event.record.as_str())),
    )
}

#[cfg(test)]
mod tests;
