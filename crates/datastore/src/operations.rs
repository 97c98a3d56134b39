//! The table of operations of the Lake: one line each.
//!
//! ```text
//!   an ARN or an id ─▶ find ─▶ is it in a state for this? ─▶ Change
//!   SQL ─▶ planned outside ─▶ stores in FROM ─▶ found, active ─▶ quota ─▶ bucket ─▶ Change
//! ```
//!
//! Texts of refusals are AWS's where AWS's are known. Nothing changes when a call is refused.

mod arn;
mod cancel_query;
mod channel;
mod create_channel;
mod create_dashboard;
mod create_event_data_store;
mod dashboard;
mod delete_channel;
mod delete_dashboard;
mod delete_event_data_store;
mod describe_query;
mod event_configuration;
mod federation;
mod find;
mod generate_query;
mod get_channel;
mod get_dashboard;
mod get_event_data_store;
mod get_import;
mod get_query_results;
mod import;
mod ingestion;
mod insight_selectors;
mod key;
mod list_channels;
mod list_dashboards;
mod list_event_data_stores;
mod list_import_failures;
mod list_imports;
mod list_queries;
mod organization;
mod quota;
mod resource;
mod resource_policy;
mod restore_event_data_store;
mod schedule;
mod search_sample_queries;
mod selectors;
mod show;
mod start_dashboard_refresh;
mod start_import;
mod start_query;
mod stop_import;
mod tags;
mod update_channel;
mod update_dashboard;
mod update_event_data_store;
mod widget;

use wire::{Call, Done, Fault, Members};

use crate::change::Change;
use crate::page::BadToken;
use crate::request::Request;
use crate::state::State;

pub(crate) use arn::Arn;
pub use get_query_results::{RowsWanted, rows_wanted, with_rows};
pub use resource::is_of_the_lake;

/// What an operation does with its request: reads the state, answers output and changes, or a fault
/// and no change.
pub type Run = fn(&mut Request<'_, '_>) -> Result<Done<Change>, Fault>;

/// One operation of the service `cloudtrail` on what belongs to the Lake.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The operation's name in the model, such as `StartQuery`.
    pub operation: &'static str,
    /// What it does.
    pub run: Run,
    /// Whether its event says `readOnly: true`.
    pub read_only: bool,
    /// Whether trails have this operation too: it is of the Lake only where [`is_of_the_lake`] says
    /// so.
    pub is_shared: bool,
    /// The ARNs that policies are evaluated against, each of which must be allowed; `*` where AWS
    /// knows none, or where nothing is named. The policy of a resource: [`State::ownership`].
    pub resources: fn(&State, &Call<'_>, &Members) -> Vec<String>,
}

/// Returns every operation of the service `cloudtrail` on what belongs to the Lake.
pub fn operations() -> &'static [Entry] {
    TABLE
}

/// The type of an event data store among the resources that an event is about.
pub(crate) const STORE: &str = "AWS::CloudTrail::EventDataStore";
/// The type of a channel.
pub(crate) const CHANNEL: &str = "AWS::CloudTrail::Channel";
/// The type of a dashboard.
pub(crate) const DASHBOARD: &str = "AWS::CloudTrail::Dashboard";

/// Returns the refusal of a parameter.
fn invalid(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterException", message)
}

/// Returns the refusal of a value for which the operation has no exception: that of what the model
/// forbids.
fn not_valid(message: impl Into<String>) -> Fault {
    Fault::new("ValidationException", message)
}

impl From<BadToken> for Fault {
    fn from(_: BadToken) -> Self {
        Self::new("InvalidNextTokenException", "Invalid token: ask again without NextToken.")
    }
}

type Resources = fn(&State, &Call<'_>, &Members) -> Vec<String>;

const fn read(operation: &'static str, resources: Resources, run: Run) -> Entry {
    Entry { operation, run, read_only: true, is_shared: false, resources }
}

const fn write(operation: &'static str, resources: Resources, run: Run) -> Entry {
    Entry { operation, run, read_only: false, is_shared: false, resources }
}

const fn shared(entry: Entry) -> Entry {
    Entry { is_shared: true, ..entry }
}

const TABLE: &[Entry] = &[
    write("CreateEventDataStore", resource::everything, create_event_data_store::run),
    read("GetEventDataStore", resource::store, get_event_data_store::run),
    write("UpdateEventDataStore", resource::store, update_event_data_store::run),
    write("DeleteEventDataStore", resource::store, delete_event_data_store::run),
    write("RestoreEventDataStore", resource::store, restore_event_data_store::run),
    read("ListEventDataStores", resource::everything, list_event_data_stores::run),
    write("StartEventDataStoreIngestion", resource::store, ingestion::start),
    write("StopEventDataStoreIngestion", resource::store, ingestion::stop),
    write("EnableFederation", resource::store, federation::enable),
    write("DisableFederation", resource::store, federation::disable),
    write("StartQuery", resource::statement, start_query::run),
    read("DescribeQuery", resource::query, describe_query::run),
    read("GetQueryResults", resource::query, get_query_results::run),
    write("CancelQuery", resource::query, cancel_query::run),
    read("ListQueries", resource::store, list_queries::run),
    read("GenerateQuery", resource::stores, generate_query::run),
    read("SearchSampleQueries", resource::everything, search_sample_queries::run),
    write("StartImport", resource::import, start_import::run),
    write("StopImport", resource::import, stop_import::run),
    read("GetImport", resource::import, get_import::run),
    read("ListImports", resource::everything, list_imports::run),
    read("ListImportFailures", resource::import, list_import_failures::run),
    write("CreateChannel", resource::everything, create_channel::run),
    read("GetChannel", resource::channel, get_channel::run),
    write("UpdateChannel", resource::channel, update_channel::run),
    write("DeleteChannel", resource::channel, delete_channel::run),
    read("ListChannels", resource::everything, list_channels::run),
    write("CreateDashboard", resource::dashboard_name, create_dashboard::run),
    read("GetDashboard", resource::dashboard, get_dashboard::run),
    write("UpdateDashboard", resource::dashboard, update_dashboard::run),
    write("DeleteDashboard", resource::dashboard, delete_dashboard::run),
    read("ListDashboards", resource::everything, list_dashboards::run),
    write("StartDashboardRefresh", resource::dashboard, start_dashboard_refresh::run),
    shared(write("AddTags", resource::tagged, tags::add)),
    shared(write("RemoveTags", resource::tagged, tags::remove)),
    shared(read("ListTags", resource::all_tagged, tags::list)),
    shared(write("PutResourcePolicy", resource::policy, resource_policy::put)),
    shared(read("GetResourcePolicy", resource::policy, resource_policy::get)),
    shared(write("DeleteResourcePolicy", resource::policy, resource_policy::delete)),
    shared(write("PutEventConfiguration", resource::store, event_configuration::put)),
    shared(read("GetEventConfiguration", resource::store, event_configuration::get)),
    shared(write("PutInsightSelectors", resource::store, insight_selectors::put)),
    shared(read("GetInsightSelectors", resource::store, insight_selectors::get)),
];
