//! `cargo xtask bench verify`: `opentrail verify` beside `aws cloudtrail validate-logs`, on the same
//! bucket of the same server.
//!
//! ```text
//!   calls ─▶ clock on by 5 min ─▶ calls ─▶ …  a week of log files and digests in the bucket
//!     aws cloudtrail validate-logs ─▶ S3      one Region, three times in turn
//!     opentrail verify             ─▶ S3
//!     opentrail verify --folder    ─▶ a copy
//! ```
//!
//! Both must look at every log file and find nothing wrong, or the figures say nothing.

mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;

use super::account::{Account, BUCKET, TRAIL_ARN};
use super::load::Load;
use super::peers::{FOLDER, Server, binary, credentials};
use super::{CONNECTIONS, PAGE, clock, released};
use crate::Failure;
use crate::ci::venv;

/// How far the clock goes between two log files.
const STEP_SECONDS: u64 = 300;
/// How many calls one log file holds, beside the clock's own.
const CALLS: usize = 100;
/// How often ours looks for each time of the AWS CLI: what takes a quarter of a second is known from
/// several times only.
const OURS: usize = 5;
/// How long the last files may take to arrive.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often it is looked whether they have.
const TICK: Duration = Duration::from_millis(100);
const AWS: &str = "target/venv/bin/aws";

/// How much is measured.
struct Plan {
    rounds: usize,
    log_files: usize,
    /// How many times as fast as the AWS CLI it must be.
    ratio_min: f64,
}

impl Plan {
    /// A week.
    const WHOLE: Self = Self { rounds: 3, log_files: 7 * 24 * 12, ratio_min: 20.0 };
    /// A day: so short that half of it is the begin of programs.
    const SHORT: Self = Self { rounds: 1, log_files: 24 * 12, ratio_min: 5.0 };
}

/// What one verification looked at, and how long it took.
#[derive(Clone, Copy)]
pub(super) struct Verified {
    seconds: f64,
    log_files: f64,
    digests: f64,
    /// How many events it says are proven, and the bytes of their files; the AWS CLI does not say.
    events: f64,
    megabytes: f64,
}

/// All rounds.
#[derive(Default)]
pub(super) struct Figures {
    aws: Vec<Verified>,
    ours: Vec<Verified>,
    copy: Vec<Verified>,
}

/// Runs the benchmark and writes its table into `docs/benchmarks.md`.
///
/// `short` is for CI: one round on a smaller bucket, and no table.
pub(crate) fn verify(short: bool) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        return released("verify", short);
    }
    venv::prepare()?;
    let plan = if short { Plan::SHORT } else { Plan::WHOLE };
    let server = Server::start(&[])?;
    let account = Account { authority: server.authority.clone(), credentials: credentials()? };
    deliver(&account, &plan)?;
    let client = Client { account: &account, binary: binary()?, keys: "keys.json".into() };
    client.prepare()?;
    let mut figures = Figures::default();
    for _ in 0..plan.rounds {
        figures.aws.push(client.aws()?);
        for _ in 0..OURS {
            figures.ours.push(client.ours(&["--bucket", BUCKET, "--region", "us-east-1"])?);
        }
        let end = client.now()?;
        for _ in 0..OURS {
            let copy = ["--folder", "copy", "--bucket", BUCKET, "--end", end.as_str()];
            figures.copy.push(client.ours(&copy)?);
        }
    }
    server.stop()?;
    figures.check(&plan)?;
    if short { Ok(()) } else { report::write(&figures, Path::new(PAGE)) }
}

/// Fills the bucket.
fn deliver(account: &Account, plan: &Plan) -> Result<(), Failure> {
    account.make_trail("EnableLogFileValidation")?;
    account.start_logging()?;
    for _ in 0..plan.log_files {
        call(account)?;
        account.advance(STEP_SECONDS)?;
    }
    // the digest that names the last of them
    account.advance(3600)
}

/// Makes the calls of one log file.
fn call(account: &Account) -> Result<(), Failure> {
    let requests = vec![account.request()?; CALLS];
    let authority = account.authority.clone();
    let load = Load { authority, requests, once: true, connections: CONNECTIONS, status: 200 };
    load.run(PATIENCE).map(|_| ())
}

/// Programs that ask the server.
struct Client<'a> {
    account: &'a Account,
    binary: PathBuf,
    keys: PathBuf,
}

impl Client<'_> {
    /// Waits until everything is delivered, keeps the keys and makes the copy.
    fn prepare(&self) -> Result<(), Failure> {
        // the keys and the copy of an earlier run are of another server
        for path in ["copy", "keys.json"].map(|name| Path::new(FOLDER).join(name)) {
            if path.is_dir() {
                fs::remove_dir_all(path)?;
            } else if path.exists() {
                fs::remove_file(path)?;
            }
        }
        let begun = clock::instant();
        while !self.is_delivered()? {
            if begun.elapsed() > PATIENCE {
                return Err("delivery does not end".into());
            }
            clock::pause(TICK);
        }
        let save = self.run(&self.binary, &["verify", "--save-keys", "keys.json"])?;
        well(&save)?;
        let source = format!("s3://{BUCKET}");
        let aws = std::path::absolute(AWS)?;
        well(&self.run(&aws, &["s3", "sync", "--quiet", &source, "copy"])?)
    }

    fn is_delivered(&self) -> Result<bool, Failure> {
        let told = self.run(&self.binary, &["trails", "--json"])?;
        well(&told)?;
        let trail: Value = serde_json::from_slice(&told.stdout)?;
        let is_zero = |name: &str| trail[name].as_u64() == Some(0);
        let report = self.report(&["--region", "us-east-1"])?;
        Ok(is_zero("waitingCuts") && report["isClean"] == true && is_whole(&report)?)
    }

    fn ours(&self, place: &[&str]) -> Result<Verified, Failure> {
        let begun = clock::instant();
        let report = self.report(place)?;
        let seconds = begun.elapsed().as_secs_f64();
        if report["isClean"] != true {
            return Err(format!("opentrail verify finds something: {}", report["findings"]).into());
        }
        let number = |name: &str| report[name].as_f64().ok_or("a report has figures");
        let verified = Verified {
            seconds,
            log_files: number("files")?,
            digests: number("digests")?,
            events: number("events")?,
            megabytes: number("bytes")? / 1e6,
        };
        println!("opentrail verify {}: {seconds:.3} s", place.join(" "));
        Ok(verified)
    }

    fn report(&self, place: &[&str]) -> Result<Value, Failure> {
        let keys = self.keys.to_str().ok_or("a path in ASCII")?;
        let mut arguments = vec!["verify", "--json"];
        if Path::new(FOLDER).join(keys).exists() {
            arguments.extend(["--keys", keys]);
        }
        arguments.extend(place);
        let told = self.run(&self.binary, &arguments)?;
        Ok(serde_json::from_slice(&told.stdout)
            .map_err(|_| String::from_utf8_lossy(&told.stderr).into_owned())?)
    }

    fn aws(&self) -> Result<Verified, Failure> {
        let (aws, end) = (std::path::absolute(AWS)?, self.now()?);
        let begun = clock::instant();
        let told = self.run(
            &aws,
            &[
                "cloudtrail",
                "validate-logs",
                "--trail-arn",
                TRAIL_ARN,
                "--start-time",
                "2020-01-01T00:00:00Z",
                "--end-time",
                &end,
            ],
        )?;
        let seconds = begun.elapsed().as_secs_f64();
        well(&told)?;
        let text = String::from_utf8(told.stdout)?;
        let valid = |what: &str| -> Result<f64, Failure> {
            let line =
                text.lines().find(|line| line.ends_with(what)).ok_or("figures of the CLI")?;
            let (valid, whole) =
                line.split(' ').next().and_then(|ratio| ratio.split_once('/')).ok_or("a ratio")?;
            if valid == whole { Ok(valid.parse()?) } else { Err(line.into()) }
        };
        println!("aws cloudtrail validate-logs: {seconds:.2} s");
        Ok(Verified {
            seconds,
            log_files: valid("log files valid")?,
            digests: valid("digest files valid")?,
            events: 0.0,
            megabytes: 0.0,
        })
    }

    /// What time it is in the sandbox.
    fn now(&self) -> Result<String, Failure> {
        let told = self.run(&self.binary, &["clock", "show"])?;
        well(&told)?;
        Ok(String::from_utf8(told.stdout)?.trim().to_owned())
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Result<Output, Failure> {
        let keys = &self.account.credentials;
        Ok(Command::new(std::path::absolute(program)?)
            .args(arguments)
            .current_dir(FOLDER)
            .env("AWS_ENDPOINT_URL", format!("http://{}", self.account.authority))
            .env("AWS_ACCESS_KEY_ID", &keys.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &keys.secret_access_key)
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env_remove("AWS_PROFILE")
            .env_remove("AWS_SESSION_TOKEN")
            .output()?)
    }
}

impl Figures {
    /// Fails unless both looked at the same files, and ours was fast enough.
    fn check(&self, plan: &Plan) -> Result<(), Failure> {
        let pairs = self.aws.iter().flat_map(|aws| self.ours.iter().map(move |ours| (aws, ours)));
        for (aws, ours) in pairs {
            let pair = (aws.log_files, aws.digests, ours.log_files, ours.digests);
            let is_same =
                pair.0.to_bits() == pair.2.to_bits() && pair.1.to_bits() == pair.3.to_bits();
            if !is_same || aws.log_files < plan.log_files_min() {
                return Err(format!("not the same files were looked at: {pair:?}").into());
            }
        }
        let ratio = self.ratio();
        if ratio < plan.ratio_min {
            let words = format!("only {ratio:.1} times as fast as the AWS CLI");
            return Err(words.into());
        }
        println!("benchmark: {ratio:.1} times the AWS CLI");
        Ok(())
    }

    fn ratio(&self) -> f64 {
        seconds(&self.aws) / seconds(&self.ours)
    }
}

impl Plan {
    fn log_files_min(&self) -> f64 {
        u32::try_from(self.log_files).map_or(f64::MAX, f64::from)
    }
}

/// Whether only files of the running hour are not proven.
fn is_whole(report: &Value) -> Result<bool, Failure> {
    let waiting = report["notProven"].as_array().ok_or("a report lists what is not proven")?;
    Ok(waiting.len() <= 12 && report["files"].as_u64() > Some(0))
}

/// The median time.
fn seconds(rounds: &[Verified]) -> f64 {
    super::report::median(rounds, |round| round.seconds)
}

/// Fails unless a program ended well.
fn well(output: &Output) -> Result<(), Failure> {
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into())
}
