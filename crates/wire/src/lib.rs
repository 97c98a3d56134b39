//! How AWS talks.
//!
//! This crate knows the services as data ([`model`]), which operation a request means ([`route`]),
//! who signed it ([`sigv4`]), whether its body is what its sums say ([`checksum`]), and how input
//! and output look in each protocol ([`protocol`]). It is *not* a server and knows no operation, no
//! event and no storage: bytes and heads in, values out.
//!
//! ```text
//!   head ──▶ route ──▶ (service, operation, protocol)
//!   head + body ──▶ sigv4::verify ──▶ proven
//!   body ──▶ protocol::decode ──▶ Members ──▶ validate
//!   Members | Fault ──▶ protocol::encode ──▶ status, headers, body
//! ```
//!
//! Invariants
//! - Everything a protocol does comes from the model; no operation is named in this crate.
//! - Secrets are compared in constant time and never printed.
//! - No input makes it panic: depth, count and size are bounded before memory is taken.

pub mod checksum;
pub mod model;
pub mod protocol;
pub mod route;
pub mod sigv4;
pub mod validate;

mod addressing;
mod call;
mod fault;
mod percent;
mod value;

pub use call::{Call, Done, Resource};
pub use fault::Fault;
pub use value::{Members, Value};
