//! The command line.
#![expect(clippy::print_stderr, reason = "a command line prints")]

mod checkpoint;
mod client;
mod connect;
mod credentials;
mod dates;
mod demo;
mod env;
mod find;
mod import;
mod out;
mod report;
mod run;
mod select;
mod show;
mod source;
mod sql;
mod table;
mod tail;
mod trails;
mod up;
mod verify;

mod clock;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

/// An open, self-hosted AWS CloudTrail: every call of an AWS-style API leaves a complete record.
///
/// Begin with 'opentrail demo', or start a server with 'opentrail up --demo' and, in another shell,
///
///   eval "$(opentrail env seller)"
///   aws meteringmarketplace batch-meter-usage …
///   opentrail find --event BatchMeterUsage
///
/// The AWS CLI and every SDK use the server through the variable AWS_ENDPOINT_URL. Commands talk to
/// the server that it names (without it to 127.0.0.1:4580) with the credentials in the environment;
/// with --data those that only read work on a data folder without a server.
#[expect(clippy::doc_markdown, reason = "this text is shown as it stands")]
#[derive(Parser)]
#[command(version, verbatim_doc_comment, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Up(up::Up),
    Env(env::Env),
    Demo(demo::Demo),
    Run(run::Run),
    Find(find::Find),
    Show(show::Show),
    Tail(tail::Tail),
    Import(import::Import),
    Select(select::Select),
    Trails(trails::Trails),
    Verify(verify::Verify),
    Checkpoint(checkpoint::Checkpoint),
    Sql(sql::Sql),
    Report(report::Report),
    Connect(connect::Connect),
    Clock(clock::Clock),
}

/// Where a reading command looks.
#[derive(Args, Clone)]
struct Where {
    /// Read this data folder instead of asking a server
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Runs the command that the arguments name.
pub(crate) fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("opentrail: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode> {
    match command {
        Command::Up(up) => up.run(),
        Command::Env(env) => env.run(),
        Command::Demo(demo) => demo.run(),
        Command::Run(run) => run.run(),
        Command::Find(find) => find.run(),
        Command::Show(show) => show.run(),
        Command::Tail(tail) => tail.run(),
        Command::Import(import) => import.run(),
        Command::Select(select) => select.run(),
        Command::Trails(trails) => trails.run(),
        Command::Verify(verify) => verify.run(),
        Command::Checkpoint(checkpoint) => checkpoint.run(),
        Command::Sql(sql) => sql.run(),
        Command::Report(report) => report.run(),
        Command::Connect(connect) => connect.run(),
        Command::Clock(clock) => clock.run(),
    }
}

/// Runs a future to its end on this thread.
fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future)
}
