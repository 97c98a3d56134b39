//! The developer's commands. `cargo xtask help` lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool prints")]
#![expect(clippy::indexing_slicing, reason = "indexing JSON by a missing key gives null, no panic")]

mod bench;
mod ci;
mod corpus;
mod models;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

/// Whatever went wrong, in words; this tool has one caller and it is a person.
type Failure = Box<dyn std::error::Error>;

const HELP: &str = "cargo xtask COMMAND
  ci                                         what CI runs: format, lints, tests, documentation,
                                             tidy, models, end-to-end suite (same as `cargo ci`)
  venv                                       the suite's Python environment in target/venv
  tidy                                       the rules of the house that no compiler checks
  bench calls [--short]                      durable signed calls a second, beside peers, into
                                             docs/benchmarks.md; --short only checks, as CI does
  bench delivery [--short]                   events a second from journal to log file, beside gzip
                                             of the same bytes, into docs/benchmarks.md
  bench verify [--short]                     opentrail verify beside aws cloudtrail validate-logs
                                             on the same bucket, into docs/benchmarks.md
  bench lake [--short] [--events 1000000,10000000]
                                             import, lookups and SQL beside DuckDB and chdb on the
                                             same log files, into docs/benchmarks.md
  corpus [--events 1000000] [--seed 7] [--until 2026-11-20] [--into target/bench/corpus]
                                             log files of a busy organization, all invented
  models [--check|--weigh] [--botocore DIR]  botocore's models into crates/wire/models";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Failure> {
    match arguments.first().map(String::as_str) {
        Some("ci") => ci::run(),
        Some("venv") => ci::venv::prepare(),
        Some("bench") if has(arguments, "calls") => bench::calls(has(arguments, "--short")),
        Some("bench") if has(arguments, "delivery") => bench::delivery(has(arguments, "--short")),
        Some("bench") if has(arguments, "verify") => bench::verify(has(arguments, "--short")),
        Some("bench") if has(arguments, "lake") => bench::lake(arguments),
        Some("corpus") => corpus::run(arguments),
        Some("tidy") => tidy::run(),
        Some("models") => {
            let botocore = botocore(arguments)?;
            if has(arguments, "--weigh") {
                models::weigh(&botocore)
            } else {
                models::run(&botocore, has(arguments, "--check"))
            }
        }
        None | Some("help" | "--help") => {
            println!("{HELP}");
            Ok(())
        }
        Some(other) => Err(format!("no command {other:?}; there are:\n{HELP}").into()),
    }
}

fn has(arguments: &[String], flag: &str) -> bool {
    arguments.iter().any(|argument| argument == flag)
}

/// Finds the botocore package: named by a flag, or in the tests' virtual environment.
fn botocore(arguments: &[String]) -> Result<PathBuf, Failure> {
    if let Some(at) = arguments.iter().position(|argument| argument == "--botocore") {
        return Ok(arguments.get(at + 1).ok_or("--botocore wants a folder")?.into());
    }
    let library = PathBuf::from("target/venv/lib");
    let python = std::fs::read_dir(&library)
        .map_err(|_| "no target/venv: run `cargo ci` once, or name a folder with --botocore")?
        .next()
        .ok_or("target/venv/lib is empty")??;
    Ok(python.path().join("site-packages/botocore"))
}
