//! The table of operations on trails: one line each.
//!
//! ```text
//!   a name or an ARN ─▶ find ─▶ may this account change it, from this Region? ─▶ Change
//!   settings ─▶ syntax ─▶ organization ─▶ quota ─▶ bucket ─▶ topic ─▶ Change
//! ```
//!
//! Texts of refusals are AWS's where AWS's are known. Nothing changes when a call is refused.

mod arn;
mod create_trail;
mod delete_trail;
mod describe_trails;
mod destinations;
mod event_configuration;
mod event_selectors;
mod find;
mod get_trail;
mod get_trail_status;
mod insight_selectors;
mod list_public_keys;
mod list_trails;
mod logging;
mod name;
mod organization;
mod quota;
mod resource;
mod resource_policy;
mod settings;
mod show;
mod source;
mod tags;
mod update_trail;

use wire::{Call, Done, Fault, Members};

use crate::change::Change;
use crate::request::Request;

/// What an operation does with its request: reads the state, answers output and changes, or a fault
/// and no change.
pub type Run = fn(&mut Request<'_, '_>) -> Result<Done<Change>, Fault>;

/// One operation of the service `cloudtrail` on trails.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The operation's name in the model, such as `CreateTrail`.
    pub operation: &'static str,
    /// What it does.
    pub run: Run,
    /// Whether its event says `readOnly: true`.
    pub read_only: bool,
    /// The ARNs that policies are evaluated against, each of which must be allowed; `*` where AWS
    /// knows none.
    pub resources: fn(&Call<'_>, &Members) -> Vec<String>,
}

/// Returns every operation on trails.
pub fn operations() -> &'static [Entry] {
    TABLE
}

/// The type of a trail among the resources that an event is about.
const TRAIL: &str = "AWS::CloudTrail::Trail";

/// Returns the sequence of the frame that will hold this call and its changes.
fn own_frame(request: &Request<'_, '_>) -> u64 {
    request.sequence.saturating_add(1)
}

type Resources = fn(&Call<'_>, &Members) -> Vec<String>;

const fn read(operation: &'static str, resources: Resources, run: Run) -> Entry {
    Entry { operation, run, read_only: true, resources }
}

const fn write(operation: &'static str, resources: Resources, run: Run) -> Entry {
    Entry { operation, run, read_only: false, resources }
}

const TABLE: &[Entry] = &[
    write("CreateTrail", resource::name, create_trail::run),
    write("UpdateTrail", resource::name, update_trail::run),
    write("DeleteTrail", resource::name, delete_trail::run),
    read("GetTrail", resource::name, get_trail::run),
    read("DescribeTrails", resource::everything, describe_trails::run),
    read("ListTrails", resource::everything, list_trails::run),
    read("GetTrailStatus", resource::name, get_trail_status::run),
    write("StartLogging", resource::name, logging::start),
    write("StopLogging", resource::name, logging::stop),
    write("PutEventSelectors", resource::source, event_selectors::put),
    read("GetEventSelectors", resource::source, event_selectors::get),
    write("PutInsightSelectors", resource::source, insight_selectors::put),
    read("GetInsightSelectors", resource::source, insight_selectors::get),
    write("PutEventConfiguration", resource::source, event_configuration::put),
    read("GetEventConfiguration", resource::source, event_configuration::get),
    write("AddTags", resource::tagged, tags::add),
    write("RemoveTags", resource::tagged, tags::remove),
    read("ListTags", resource::all_tagged, tags::list),
    read("ListPublicKeys", resource::everything, list_public_keys::run),
    write("PutResourcePolicy", resource::policy, resource_policy::run),
    read("GetResourcePolicy", resource::policy, resource_policy::run),
    write("DeleteResourcePolicy", resource::policy, resource_policy::run),
];

#[cfg(test)]
mod tests;
