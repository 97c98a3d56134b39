//! Trails: what they are, when they deliver, and the signed files that they leave in a bucket.
//!
//! ```text
//!   Request ─▶ operations ─▶ Change ─▶ State::apply          (CreateTrail, StartLogging, …)
//!
//!   event ─▶ State::takers ─▶ numbers beside the record in its frame
//!                                        │
//!   State + waiting events ─▶ plan ─▶ Cut ─▶ log files ─▶ Delivered ─▶ digests ─▶ DigestWritten
//! ```
//!
//! Everything here is a pure function of the state, the frames and the time that is given. It is
//! *not* a deliverer: it reaches no bucket, no topic and no journal; the roof does, and tells what
//! came of it as a [`Change`].
//!
//! Invariants
//! - Which trails take an event is decided when the event is recorded, by the selectors in force
//!   then, and stands beside the record: what a log file holds is a function of the journal alone.
//! - A [`Cut`] is durable before the first of its files is written, so that whoever writes them
//!   again after a crash writes the same bytes under the same keys.
//! - A status is what a [`Change`] told; nothing is assumed to have arrived.

mod change;
pub mod checkpoint;
mod delivery;
pub mod digest;
mod gzip;
mod hex;
pub mod layout;
mod log_file;
mod operations;
mod plan;
mod request;
pub mod signing;
mod state;
mod takers;
pub mod verify;

pub use change::Change;
pub use delivery::{Delivery, Failure};
pub use gzip::{Defect, unzip_one_member};
pub use log_file::{Batch, LogFile, LogFiles};
pub use operations::{Entry, Run, operations};
pub use plan::{Pace, Waiting, chains_to_begin, chains_to_end, digest_due};
pub use request::{BucketCheck, BucketTrouble, Organization, Request, Surroundings};
pub use state::{
    Aggregation, Chain, Cut, DeliveredFile, InsightSelector, KeyPair, LastDigest, Notice,
    PlannedDigest, RegionStatus, State, Trail, chain_key,
};
pub use takers::Recorded;
