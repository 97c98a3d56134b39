//! Trino's SELECT over tables of Parquet files.
//!
//! It answers one query over tables that are lists of Parquet files: the SQL of CloudTrail Lake
//! and of Athena, planned and run by DataFusion. It is *not* a database: it writes nothing, keeps
//! nothing between two queries, reads no file that the catalog does not name, and knows neither
//! events nor accounts.
//!
//! ```text
//!   text ─▶ parse ─▶ rewrite ─▶ plan ─▶ optimize ─▶ run ─▶ rows ─▶ print
//!           limits   Trino's     tables of   DataFusion   own threads
//!           one      functions   the catalog,             with large
//!           SELECT   and names   listed                   stacks
//!                                functions
//! ```
//!
//! # Invariants
//! - Only one SELECT is run. What is no SELECT, reads no table of the catalog, or calls a function
//!   that is not on the list is refused with its place and with what to write instead.
//! - A row that does not pass its table's predicate has no part in anything that a query says:
//!   the predicate lies below a fence (`tables/fence.rs`), not beside the query's conditions.
//! - Text is limited before it is parsed, depth before anything recurses over it; planning and
//!   running have stacks that are large enough for all that passes.
//! - Nothing reads the clock: `now()` is a part of the catalog. Nothing is random.
//!
//! # Where it is kinder than Trino
//! A timestamp may be compared with text; text that holds a JSON object is read like a map; a
//! subscript that leads nowhere gives null; times take text where they can; aliases may be used in
//! GROUP BY and HAVING. Where it is poorer: one timestamp (µs, UTC, shown without a zone), zones
//! only as offsets, numbers with a point are doubles, no LATERAL, no `MATCH_RECOGNIZE`.

mod catalog;
mod check;
mod error;
mod functions;
mod nearest;
mod parse;
mod plan;
mod print;
mod rewrite;
mod run;
mod stack;
mod tables;
mod trino_type;

pub use catalog::{Catalog, DataFile, Limits, Table, View};
pub use check::{Column, Columns, check, functions};
pub use error::{SqlError, SqlErrorKind};
pub use print::text;
pub use run::{Statistics, run};
