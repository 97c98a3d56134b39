//! `cargo xtask bench delivery`: events a second from the journal to closed log files, beside plain
//! `gzip` of the same bytes.
//!
//! ```text
//!   calls in six Regions ─▶ journal (the trail waits) ─▶ StopLogging ─▶ log files in the bucket
//!                                                        ╰────────── measured ─────────╯
//!   the same files, unzipped ─▶ gzip -6, gzip -1         measured right after, on the same disk
//! ```
//!
//! The server reads frames, finds its events, hashes, compresses, writes, waits for the disk, reads
//! back and tells of it in the journal; gzip only compresses. Single figures of a shared machine
//! mean little: what is reported are medians and ratios of the same run.

mod plain;
mod report;

use std::path::Path;
use std::time::Duration;

use super::account::Account;
use super::load::Load;
use super::peers::{Server, credentials};
use super::requests::{Metering, metering};
use super::{CONNECTIONS, PAGE, clock, released};
use crate::Failure;
use plain::Plain;

/// Where calls come from; each Region has log files of its own.
const REGIONS: &[&str] =
    &["us-east-1", "eu-west-1", "ap-south-1", "us-west-2", "eu-central-1", "sa-east-1"];
/// The trail waits while calls are made: a slot and a file are longer than a round.
const WAITING: &[(&str, &str)] = &[
    ("OPENTRAIL_TRAILS__DELIVERY_INTERVAL_SECS", "900"),
    ("OPENTRAIL_TRAILS__FILE_BYTES_MAX", "500000000"),
];
/// How long a round may take to make its calls.
const CALLING: Duration = Duration::from_mins(5);
/// How long delivery may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often it is looked whether files have come.
const TICK: Duration = Duration::from_millis(20);
/// How long the server must have done nothing before a measurement begins.
const REST: Duration = Duration::from_millis(300);

/// How much is measured.
struct Plan {
    rounds: usize,
    calls_per_region: usize,
}

impl Plan {
    /// A Region's file has about the 50 MB at which AWS begins another.
    const WHOLE: Self = Self { rounds: 3, calls_per_region: 33_334 };
    const SHORT: Self = Self { rounds: 1, calls_per_region: 5_000 };
}

/// What was measured in one round.
pub(super) struct Round {
    /// How many events were delivered.
    events: f64,
    /// Their log files, uncompressed.
    megabytes: f64,
    /// From `StopLogging` until the files were in the bucket.
    seconds: f64,
    /// The server's processor time meanwhile.
    processor_seconds: f64,
    /// The log files, as they were stored.
    stored_megabytes: f64,
    /// The same by `gzip -6`, its default.
    usual: Plain,
    /// The same by `gzip -1`.
    fast: Plain,
}

/// Runs the benchmark and writes its table into `docs/benchmarks.md`.
///
/// `short` is for CI: one brief round, no table, and an error where delivery takes more than twice the
/// processor time of `gzip -6`.
pub(crate) fn delivery(short: bool) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        return released("delivery", short);
    }
    let plan = if short { Plan::SHORT } else { Plan::WHOLE };
    let server = Server::start(WAITING)?;
    let account = Account { authority: server.authority.clone(), credentials: credentials()? };
    account.make_trail("IsMultiRegionTrail")?;
    let rounds: Result<Vec<_>, _> =
        (0..plan.rounds).map(|number| round(&server, &account, &plan, number)).collect();
    let rounds = rounds?;
    server.stop()?;
    if short { report::check(&rounds) } else { report::write(&rounds, Path::new(PAGE)) }
}

fn round(server: &Server, account: &Account, plan: &Plan, number: usize) -> Result<Round, Failure> {
    account.start_logging()?;
    let before = account.log_files()?;
    call(server, account, plan, number)?;
    rest(server)?;
    let (began, processor) = (clock::instant(), server.processor_seconds()?);
    account.stop_logging()?;
    let files = loop {
        let mut files = account.log_files()?;
        files.retain(|key| !before.contains(key));
        // one a Region, each as soon as it is whole
        if files.len() >= REGIONS.len() {
            break files;
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("only {} log files came", files.len()).into());
        }
        clock::pause(TICK);
    };
    let seconds = began.elapsed().as_secs_f64();
    let processor_seconds = server.processor_seconds()? - processor;
    let bytes: Result<Vec<_>, _> = files.iter().map(|key| account.get(key)).collect();
    let kept = plain::Kept::unzip(&bytes?)?;
    if kept.events < plan.calls_per_region * REGIONS.len() {
        return Err(format!("only {} events are in the files", kept.events).into());
    }
    let round = Round {
        events: f64::from(u32::try_from(kept.events)?),
        megabytes: kept.megabytes,
        seconds,
        processor_seconds,
        stored_megabytes: kept.stored_megabytes,
        usual: kept.gzip("-6")?,
        fast: kept.gzip("-1")?,
    };
    println!(
        "{} events, {} files, {:.0} MB in {seconds:.2} s, gzip -6 {:.2} s, gzip -1 {:.2} s",
        round.events,
        files.len(),
        round.megabytes,
        round.usual.seconds,
        round.fast.seconds
    );
    Ok(round)
}

/// Makes the round's calls, each once.
fn call(server: &Server, account: &Account, plan: &Plan, round: usize) -> Result<(), Failure> {
    let mut requests = Vec::new();
    for region in REGIONS {
        let lot = Metering { region, round, calls: plan.calls_per_region };
        requests.extend(metering(server, &account.credentials, lot)?);
    }
    let (authority, connections) = (server.authority.clone(), CONNECTIONS);
    let load = Load { authority, requests, once: true, connections, status: 200 };
    let calls = load.requests.len();
    let answers = load.run(CALLING)?.answers;
    if answers < calls { Err("not all calls were answered".into()) } else { Ok(()) }
}

/// Waits until the server has nothing left to do.
fn rest(server: &Server) -> Result<(), Failure> {
    let mut before = server.processor_seconds()?;
    loop {
        clock::pause(REST);
        let now = server.processor_seconds()?;
        if now - before < 0.02 {
            return Ok(());
        }
        before = now;
    }
}
