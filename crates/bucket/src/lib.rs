//! S3, as far as log files, their readers and the AWS CLI need it, and nothing pretended beyond.
//!
//! This crate is the service's behaviour as pure functions on an index: buckets, keys and their
//! versions, uploads under way, policies, tags and locks. It is *not* a server and holds no bytes
//! of any object: whoever calls it has written them already and names them by the id of a
//! [`Blob`]; it has read the request by the model, knows who calls and asks the policies what
//! [`Entry::permissions`] says must be allowed. It reads no clock and opens no file.
//!
//! ```text
//!          Members, Call{account, now, random}, Blob
//!                            │
//!   State ──────(read)──▶ operation ──▶ Effect{output, changes, content, garbage} | Fault
//!     ▲                                            │            │         │
//!     └──────────── apply, one by one ◀────────────┘            │         └─▶ blobs to remove
//!                                                               └─▶ where the answer's bytes lie
//!
//!   bucket ─▶ key ─▶ version ─▶ blob, blob, …      a copy refers to the same blobs again
//!          └▶ upload ─▶ part ─▶ blob
//! ```
//!
//! Invariants
//! - [`State::apply`] is a pure fold; folding the same changes twice gives the same bytes.
//! - An operation that answers a [`wire::Fault`] has changed nothing, and its blob is referred to
//!   by nothing.
//! - A blob is garbage exactly when the changes take its last reference; it may be removed once
//!   they are durable, and not before.
//! - A locked version goes by no call of this crate before its time, but by governance's own rule.
//! - What would be taken in and not acted on is refused: lifecycle rules, other people's keys,
//!   ACLs that open something, notifications.

pub mod bucket;
pub mod object;

mod attributes;
mod buckets;
mod checksum;
mod conditions;
mod copy_source;
mod crc;
mod fault;
mod garbage;
mod listing;
mod lock;
mod multipart;
mod name;
mod needs;
mod objects;
mod operations;
mod range;
mod request;
mod shape;
mod state;
mod tags;
#[cfg(test)]
mod tests;
mod token;
mod write;

pub use bucket::{Bucket, PublicAccessBlock};
pub use needs::Need;
pub use object::{Attributes, Blob, Object, Piece};
pub use operations::{Entry, Level, Permissions, Run, operations};
pub use request::{Content, Effect, Request};
pub use state::{Change, Description, State};
pub use write::{Put, put};
