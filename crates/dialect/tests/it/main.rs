//! Queries over Parquet files: what they answer, what is refused, and whose rows they see.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod aggregates;
mod functions;
mod isolation;
mod lake;
mod malformed;
mod questions;
mod refused;
mod running;
mod shapes;
mod world;
