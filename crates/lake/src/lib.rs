//! Every event, for years: an open table with an index for lookups.
//!
//! ```text
//!   frames, imports ─▶ Row ─▶ data file (Parquet) + index ─▶ Delta's log ─┬▶ lookups, by the index
//!                             └── merged, expired, vacuumed ──┘           ├▶ SQL, by the file list
//!                                                                         └▶ DuckDB, Polars, Spark …
//! ```
//!
//! A [`Store`] is one table: the history of all events, or one event data store. Rows lie sorted by
//! service, event, principal and user agent, so that the lake is no larger than the gzip files that
//! the events came from; which rows a lookup is about is told by an index beside each file, so that
//! neither SQL nor Delta's log are on a lookup's way.
//!
//! It is *not* the journal: an event is accepted when its frame is durable, and only copied here. It
//! runs no SQL, knows no clock and no HTTP, and never decides who may see what: it answers what the
//! [`Question`] asks.
//!
//! Invariants
//! - A record comes back byte for byte.
//! - A batch of rows is in the table once, however often it is added: its commit says how far the
//!   journal or the import is.
//! - A lookup and every other reader see a batch whole or not at all.
//! - A value is found by its hash and then compared: what only looks alike is never answered.

mod arrays;
mod columns;
mod data;
pub mod import;
mod index;
mod load;
mod lookup;
mod question;
mod row;
mod store;
pub mod table;

pub use columns::schema;
pub use data::{DataError, Written};
pub use index::Attribute;
pub use load::{Load, Loaded, Options};
pub use lookup::{Hit, Page};
pub use question::Question;
pub use row::{Extra, Position, Row};
pub use store::{File, Goal, OWN_COLUMNS, Progress, Store, StoreError, look, write_apart};

#[cfg(test)]
mod tests;
