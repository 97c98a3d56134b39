//! CloudTrail Lake without its rows: event data stores, queries, imports, channels and dashboards.
//!
//! ```text
//!   Request ─▶ operations ─▶ Change ─▶ State::apply      (CreateEventDataStore, StartQuery, …)
//!
//!   event ─▶ State::stores_for ─▶ numbers of the stores that take it
//!   PutAuditEvents ─▶ records for the stores that a channel leads to
//!
//!   State ─▶ queries_to_run, imports_to_run ─▶ whoever runs them ─▶ Change (Started, Ended, …)
//!   State + now ─▶ due ─▶ Change          (ready, timed out, refreshed, gone)
//! ```
//!
//! Everything here is a pure function of the state, the call and the time that is given. It is
//! *not* a database: it reads no bucket, keeps no row and plans no SQL. The roof does, and tells
//! what came of it as a [`Change`]. An event data store's rows are known by its number, a query's
//! by its id.
//!
//! What the roof does with it: it plans SQL for [`Surroundings::check_sql`]; runs what
//! [`State::queries_to_run`] names, over the stores of [`Query::stores`] and the caller's own
//! events and nothing else; keeps rows under the query's id and puts them into answers by
//! [`rows_wanted`] and [`with_rows`]; reads buckets for [`State::imports_to_run`]; writes what
//! [`State::stores_for`] and [`put_audit_events`] name; and lets go of rows when a store or a query
//! is `Gone`.
//!
//! Invariants
//! - Numbers and ids are never used twice: a store that is made again under an old name has none
//!   of the old one's rows.
//! - A query and an import end once; what is reported afterwards changes nothing.
//! - A status is what a [`Change`] told. What nothing here could do, such as to share tables with
//!   Glue, is refused and never stored.
//! - What belongs to another account is found only where it has a resource policy, which the roof
//!   has then asked ([`State::ownership`]).

mod audit;
mod change;
pub mod delivery;
mod due;
mod operations;
mod page;
mod plan;
mod refresh;
mod request;
mod samples;
mod settings;
mod state;
mod statement;
mod takers;

pub use audit::{AuditRecord, Audited, put_audit_events};
pub use change::{
    Change, ChannelChange, DashboardChange, ImportChange, QueryChange, QueryEnd, StoreChange,
};
pub use due::due;
pub use operations::{Entry, RowsWanted, Run, is_of_the_lake, operations, rows_wanted, with_rows};
pub use request::{
    BucketTrouble, DeliveryCheck, Organization, PutNeed, Request, SqlTrouble, Surroundings,
};
pub use samples::{Sample, highlights, samples};
pub use settings::Settings;
pub use state::{
    BillingMode, Category, Channel, ContextKeySelector, Dashboard, DashboardKind, Delivery,
    DeliveryStatus, EventDataStore, FailureStatus, Frequency, FromDashboard, Import, ImportFailure,
    ImportSource, ImportStatistics, ImportStatus, Ingestion, InsightSelector, MaxEventSize,
    Ownership, Query, QueryStatistics, QueryStatus, Schedule, State, StoreStatus, Tags, Widget,
};
pub use statement::store_ids;
pub use takers::Recorded;

#[cfg(test)]
mod tests;
