//! `cargo xtask bench calls`: how many durable, signed calls a second.
//!
//! One run measures, in turn and several times over: signed `BatchMeterUsage` calls, each durable
//! before it is answered; the same server's `/_health`, which does nothing; and moto's server with
//! the older request shape. All by the same load generator, from this machine, over loopback. What
//! is reported are medians and ratios: single figures of a shared machine mean little.

mod clock;
mod load;
mod peers;
mod report;
mod requests;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Failure;
use load::{Load, Measured};

/// Connections at once, as the goal states it.
const CONNECTIONS: usize = 32;
/// How often everything is measured.
const ROUNDS: usize = 5;
/// How long one measurement takes.
const SPAN: Duration = Duration::from_secs(4);
/// Moto is slow enough that fewer rounds tell as much.
const MOTO_ROUNDS: usize = 3;

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
pub(crate) fn calls() -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        let mut release = Command::new("cargo");
        release.args(["run", "-q", "--release", "-p", "xtask", "--", "bench", "calls"]);
        return peers::done(&mut release);
    }
    let server = peers::Server::start()?;
    let credentials = peers::credentials()?;
    let mut figures = Figures { calls: Vec::new(), health: Vec::new(), moto: Vec::new() };
    for round in 0..ROUNDS {
        let calls = requests::metering(&server, &credentials, round)?;
        figures.calls.push(measure(&server.authority, calls, "BatchMeterUsage", 200)?);
        let health = vec![requests::health(&server.authority)];
        figures.health.push(measure(&server.authority, health, "/_health", 200)?);
    }
    server.check(&figures.calls)?;
    server.stop()?;
    let moto = peers::Moto::start()?;
    for _ in 0..MOTO_ROUNDS {
        let calls = requests::old_metering(&moto.authority, &credentials)?;
        figures.moto.push(measure(&moto.authority, calls, "moto BatchMeterUsage", 200)?);
    }
    moto.stop()?;
    report::write(&figures, Path::new("docs/benchmarks.md"))
}

fn measure(
    authority: &str,
    requests: Vec<Vec<u8>>,
    what: &str,
    status: u16,
) -> Result<Measured, Failure> {
    let load = Load { authority: authority.to_owned(), requests, connections: CONNECTIONS, status };
    let measured = load.run(SPAN)?;
    println!(
        "{what}: {:.0} a second, p50 {:.2} ms, p99 {:.2} ms",
        measured.per_second, measured.p50_ms, measured.p99_ms
    );
    Ok(measured)
}
