//! Queries over Parquet files: what they answer, what is refused, and whose rows they see.

mod aggregates;
mod functions;
mod isolation;
mod lake;
mod malformed;
mod refused;
mod shapes;
mod world;
