//! The whole API in one table.
//!
//! Identity and the sandboxes keep their own lines; the lines below are of the operations that need
//! the journal's events. What a served service models beyond the table is answered with an error
//! that names the operation, and is recorded like everything else.

mod clock;
mod filter;
mod find_events;
mod get_event;
mod import_events;
mod lookup_events;
mod tail_events;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use wire::{Call, Done, Fault, Members, Value};

use crate::archive::{Archive, ArchiveError, StoredEvent};
use crate::config::Config;
use crate::frame::FrameEvent;
use crate::history::{Page, Position};
use crate::state::{Change, State};
use crate::throttle::Throttle;
use crate::tokens::Tokens;

pub(crate) use clock::reading as clock;
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
    /// The IAM action that a caller needs.
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
    ("cloudtrail", "LookupEvents", Run::Events(lookup_events::run), true),
    ("opentrail", "FindEvents", Run::Events(find_events::run), true),
    ("opentrail", "GetClock", Run::Roof(clock::get), true),
    ("opentrail", "GetEvent", Run::Events(get_event::run), true),
    ("opentrail", "ImportEvents", Run::Import(import_events::run), false),
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
            action: format!("{}:{name}", crate::services::action_prefix(service)),
            resources: sandbox::any_resource,
        });
        let sandbox = sandbox::operations().map(|entry| Operation {
            service: entry.service,
            name: entry.operation,
            run: Run::Sandbox(entry.run),
            read_only: entry.read_only,
            action: entry.action.to_owned(),
            resources: entry.resources,
        });
        let identity = identity::operations().iter().map(|entry| Operation {
            service: entry.service,
            name: entry.operation,
            run: Run::Identity(entry),
            read_only: entry.read_only,
            action: entry.action(),
            // the entry itself knows them
            resources: sandbox::any_resource,
        });
        let mut table: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for operation in ours.chain(sandbox).chain(identity) {
            table.entry(operation.service).or_default().insert(operation.name, operation);
        }
        Self(table)
    }

    /// Returns the operation of this name, when it is served.
    pub(crate) fn get(&self, service: &str, name: &str) -> Option<&Operation> {
        self.0.get(service)?.get(name)
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
    fn stored(&self, page: &Page) -> Result<(Vec<StoredEvent>, Option<Position>), Fault> {
        let events = self
            .archive
            .events(&page.events, ANSWER_BYTES_MAX)
            .map_err(|cause| unreadable(&cause))?;
        let cut_off = events.len() < page.events.len();
        let last = page.events.get(events.len().saturating_sub(1)).copied();
        Ok((events, if cut_off { last } else { page.next }))
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
