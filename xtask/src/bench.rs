//! `cargo xtask bench calls`: how many durable, signed calls a second; `bench delivery`,
//! `bench verify`; and `bench lake`.
//!
//! One run measures, in turn and several times over: signed `BatchMeterUsage` calls, each durable
//! before it is answered; the same server's `/_health`, which does nothing; and moto's server with
//! the older request shape. All by the same load generator, from this machine, over loopback. What
//! is reported are medians and ratios: single figures of a shared machine mean little.

mod account;
mod clock;
mod delivery;
mod lake;
mod load;
mod peers;
mod report;
mod requests;
mod verify;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Failure;
pub(crate) use delivery::delivery;
pub(crate) use lake::lake;
use load::{Load, Measured};
use requests::Metering;
pub(crate) use verify::verify;

/// Connections at once, as the goal states it.
const CONNECTIONS: usize = 32;
/// The most rounds, each on a product of its own.
const ROUNDS: usize = 5;
/// How many different calls one round has; each is a row of its own in the ledger.
const CALLS: usize = 120_000;
/// Where the table goes.
const PAGE: &str = "docs/benchmarks.md";

/// How much is measured.
struct Plan {
    /// How often everything is measured.
    rounds: usize,
    /// How often moto is: it is slow enough that fewer rounds tell as much.
    moto_rounds: usize,
    /// How long one measurement takes.
    span: Duration,
}

impl Plan {
    const WHOLE: Self = Self { rounds: ROUNDS, moto_rounds: 3, span: Duration::from_secs(4) };
    const SHORT: Self = Self { rounds: 1, moto_rounds: 1, span: Duration::from_secs(2) };
}

/// What was measured, all rounds.
pub(crate) struct Figures {
    calls: Vec<Measured>,
    health: Vec<Measured>,
    moto: Vec<Measured>,
}

/// Runs the benchmark and writes its table into `docs/benchmarks.md`.
///
/// A load generator that was not built for release would measure itself: then this builds and runs
/// one that is.
///
/// `short` is for CI: one brief round, no table, and an error unless the server is at least ten
/// times as fast as moto, which not even a busy machine can hide.
pub(crate) fn calls(short: bool) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        return released("calls", short);
    }
    let plan = if short { Plan::SHORT } else { Plan::WHOLE };
    let server = peers::Server::start(&[])?;
    let credentials = peers::credentials()?;
    let mut figures = Figures { calls: Vec::new(), health: Vec::new(), moto: Vec::new() };
    for round in 0..plan.rounds {
        let metering = Metering { region: "us-east-1", round, calls: CALLS };
        let calls = requests::metering(&server, &credentials, metering)?;
        figures.calls.push(measure(&server.authority, calls, "BatchMeterUsage", plan.span)?);
        let health = vec![requests::health(&server.authority)];
        figures.health.push(measure(&server.authority, health, "/_health", plan.span)?);
    }
    server.check(&figures.calls)?;
    server.stop()?;
    let moto = peers::Moto::start()?;
    for _ in 0..plan.moto_rounds {
        let calls = requests::old_metering(&moto.authority, &credentials)?;
        figures.moto.push(measure(&moto.authority, calls, "moto BatchMeterUsage", plan.span)?);
    }
    moto.stop()?;
    if short { report::check(&figures) } else { report::write(&figures, Path::new(PAGE)) }
}

/// Builds and runs this very command for release.
fn released(benchmark: &str, short: bool) -> Result<(), Failure> {
    let mut release = Command::new("cargo");
    release.args(["run", "-q", "--release", "-p", "xtask", "--", "bench", benchmark]);
    peers::done(release.args(short.then_some("--short")))
}

fn measure(
    authority: &str,
    requests: Vec<Vec<u8>>,
    what: &str,
    span: Duration,
) -> Result<Measured, Failure> {
    let (authority, connections) = (authority.to_owned(), CONNECTIONS);
    let measured = Load { authority, requests, once: false, connections, status: 200 }.run(span)?;
    println!(
        "{what}: {:.0} a second, p50 {:.2} ms, p99 {:.2} ms",
        measured.per_second, measured.p50_ms, measured.p99_ms
    );
    Ok(measured)
}
