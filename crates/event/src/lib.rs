//! What an event is.
//!
//! A [`Record`] is written once, in AWS's member order, and from then on it is *bytes*: whoever
//! stores or serves it passes those bytes on unchanged. [`Facts`] are what can be read back from
//! any record, ours or imported, for searching; [`source`] finds the records in the files that
//! people have; [`selectors`] say which events a trail asks for.
//!
//! ```text
//!   what a call did ──▶ Record ──▶ bytes ──▶ Facts ──▶ index
//!   log files ──▶ source::records ──▶ compact bytes ──▶ Facts ──▶ index
//!   bytes ──▶ selectors::Subject ──▶ Selectors::select ──▶ this trail's log files, or not
//! ```
//!
//! It is *not* a store, knows no clock, no HTTP and no service: which operation is read-only or
//! what its parameters look like is told by whoever records it.
//!
//! Invariants
//! - A record is compact JSON on one line; unknown fields of imported ones survive to the byte.
//! - Text over AWS's limits is cut on a character boundary; a body over its limit is left out
//!   whole and named under `additionalEventData`, never shortened silently.

mod compact;
mod facts;
mod identity;
mod members;
mod record;
pub mod selectors;
pub mod source;

pub use compact::compact;
pub use facts::{Facts, FactsError, Named};
pub use identity::{
    InScopeOf, InvokedByDelegate, OnBehalfOf, SessionAttributes, SessionContext, SessionIssuer,
    UserIdentity, WebIdFederationData,
};
pub use members::{IdentityMembers, Members, string};
pub use record::{
    Body, Cut, EventType, Omitted, Record, RecordResource, ResourceName, TlsDetails, event_time,
};
