//! Tests: queues as a client sees them.

mod messages;
mod model;
mod queues;
