//! Tests: topics as a client sees them.

mod publishing;
mod subscriptions;
mod topics;
