//! AWS Marketplace and License Manager, small enough to live beside the audit log that watches them.
//!
//! This crate is the services' own behaviour as pure functions: an operation gets the state as it
//! is, its decoded input and the surroundings of the call, and answers an output and the changes
//! that would make it true. It is *not* a server: it reads no clock, opens no socket, keeps no
//! file, signs nothing and writes no event; whoever calls it has decoded and validated the input
//! against the model, and makes the changes durable before the answer goes out.
//!
//! ```text
//!              Members, Call{account, region, now, random}, Settings
//!                                   │
//!   State ──────────(read)──────▶ operation ──▶ Done{output, changes} | Fault
//!     ▲                                                     │
//!     └───────────────── apply, one by one ◀────────────────┘
//!
//!   market            products and agreements: the world the services below share
//!   metering          BatchMeterUsage and its ledger
//!   catalog           entities and change sets; they become products of the market
//!   license_manager   license configurations, inventory, tags
//! ```
//!
//! Invariants
//! - [`State::apply`] is a pure fold: no clock, no randomness, no settings. Folding the same changes
//!   twice gives the same bytes.
//! - An operation that answers a [`wire::Fault`] has changed nothing.
//! - Whatever time alone brings about comes out of [`due`], in an order that the state decides.
//! - Every choice that AWS leaves open is a field of [`Settings`] or is said where it is made.

pub mod catalog;
pub mod license_manager;
pub mod market;
pub mod metering;

mod due;
mod fingerprint;
mod operations;
mod page;
mod seed;
mod settings;
mod state;
#[cfg(test)]
mod trial;

pub use due::{Due, due};
pub use operations::{Entry, Run, any_resource, operations};
pub use seed::{Seed, SeedBuyer, SeedDimension, SeedError, SeedProduct, seed};
pub use settings::Settings;
pub use state::{Change, State};
