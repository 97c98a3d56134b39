//! opentrail: an open, self-hosted AWS CloudTrail.
//!
//! One program: the server that records every call of an AWS-style API as an event, and the
//! commands that look at what it recorded. The way of a call is [`gateway`]; start reading there.
//!
//! ```text
//!   main ─▶ cli ─▶ up ─▶ boot ─▶ server ─▶ gateway ─▶ operations
//!                              └▶ readers ─▶ archive (history)
//!            └▶ find, show, tail, import, clock … ─▶ a running server, or a folder at rest
//! ```
//!
//! It is *not* a library, and nothing below it knows HTTP, the clock or the journal.

mod cli;

mod config;
mod logs;
mod world;

mod body;
mod gateway;
mod operations;
mod services;
mod story;

mod acknowledge;
mod commit;
mod frame;
mod state;
mod takers;

mod around;
mod blobs;
mod checkpoints;
mod delivery;
mod messages;
mod notary;
mod outbox;

mod archive;
mod flush;
mod history;
mod progress;
mod readers;
mod sight;
mod tokens;

mod outgoing;

mod report;

mod boot;
mod founding;
mod furnish;
mod metrics;
mod running;
mod server;
mod throttle;

use std::process::ExitCode;

/// Calls allocate small and short-lived things by the hundred: a third more of them a second than
/// with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
