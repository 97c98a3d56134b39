//! `cargo ci`: everything that must hold before a change is taken, in the order of its cost.
//!
//! ```text
//!   format ─▶ lints ─▶ virtual environment ─▶ tests ─▶ documentation ─▶ tidy ─▶ models
//!     ─▶ server ─▶ second store ─▶ end-to-end ─▶ kill loop ─▶ kills during delivery
//!     ─▶ power cuts ─▶ benchmarks
//! ```
//!
//! A step that fails does not stop the others, so that one run names everything; only a step
//! that later ones stand on ends the run. What was skipped is listed with its reason, and fails
//! the run where the environment says `CI=true`.

mod report;
pub(crate) mod venv;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{Failure, models, tidy};
use report::Report;

/// One thing that is checked.
struct Step {
    name: &'static str,
    /// Whether the steps after it make no sense without it.
    foundation: bool,
    work: Work,
}

enum Work {
    /// A command line; what it prints is shown and read for figures.
    Command(fn() -> Command),
    /// Something that this tool does itself.
    Here(fn() -> Result<(), Failure>),
}

const STEPS: &[Step] = &[
    step("format", Work::Command(|| cargo(&["fmt", "--all", "--check"]))),
    step("lints", Work::Command(lints)),
    foundation("virtual environment", Work::Here(venv::prepare)),
    step("unit and integration tests", Work::Command(tests)),
    step("documentation", Work::Command(documentation)),
    step("tidy", Work::Here(tidy::run)),
    step("models unchanged", Work::Here(|| models::run(&crate::botocore(&[])?, true))),
    foundation("server", Work::Command(|| cargo(&["build", "-p", "opentrail"]))),
    step("second store", Work::Here(|| venv::prepare_moto().map(|_| ()))),
    step("end-to-end suite", Work::Command(end_to_end)),
    step("kill loop", Work::Command(|| pytest(&[KILL_LOOP]))),
    step("kills during delivery", Work::Command(|| pytest(&[KILL_DELIVERY]))),
    step("power cuts", Work::Command(power_cuts)),
    step("benchmark of calls, in short", Work::Here(|| crate::bench::calls(true))),
    step("benchmark of delivery, in short", Work::Here(|| crate::bench::delivery(true))),
    step("benchmark of verification, in short", Work::Here(|| crate::bench::verify(true))),
];

const KILL_LOOP: &str = "tests/test_seen_4_kill_loop.py";
const KILL_DELIVERY: &str = "tests/test_seen_trails_3_kill_delivery.py";

const fn step(name: &'static str, work: Work) -> Step {
    Step { name, foundation: false, work }
}

const fn foundation(name: &'static str, work: Work) -> Step {
    Step { name, foundation: true, work }
}

/// Runs all steps and sums up.
#[expect(clippy::disallowed_methods, reason = "a developer's command times its own steps")]
pub(crate) fn run() -> Result<(), Failure> {
    let mut report = Report::default();
    let began = Instant::now();
    for step in STEPS {
        println!("\n=== {}", step.name);
        let step_began = Instant::now();
        let outcome = step.work.run(&mut report);
        let seconds = step_began.elapsed().as_secs_f64();
        match &outcome {
            Ok(()) => println!("=== {}: passed in {seconds:.1} s", step.name),
            Err(failure) => println!("=== {}: FAILED in {seconds:.1} s: {failure}", step.name),
        }
        report.step(step.name, seconds, outcome.is_ok());
        if outcome.is_err() && step.foundation {
            println!("=== the steps after it stand on it and were not run");
            break;
        }
    }
    print!("\n{}", report.summary(began.elapsed().as_secs_f64()));
    report.verdict(in_ci())
}

/// Whether this is a machine that nobody watches; there, nothing may be skipped.
fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}

impl Work {
    fn run(&self, report: &mut Report) -> Result<(), Failure> {
        match self {
            Self::Here(work) => work(),
            Self::Command(command) => watched(command(), report),
        }
    }
}

/// Runs a command, shows what it prints and lets the report read along.
fn watched(mut command: Command, report: &mut Report) -> Result<(), Failure> {
    let shown = shown(&command);
    println!("$ {shown}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|cause| format!("{shown}: {cause}"))?;
    let output = child.stdout.take().expect("the command was given a pipe");
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        report.read(&line);
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("{shown}: {status}").into()) }
}

fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

fn lints() -> Command {
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
}

fn tests() -> Command {
    let mut command = cargo(&["test", "--workspace", "--locked", "--", "--nocapture"]);
    command.env("OPENTRAIL_PYTHON", venv::python());
    command
}

fn documentation() -> Command {
    let mut command = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}

fn end_to_end() -> Command {
    let loops = ["--ignore", KILL_LOOP, "--ignore", KILL_DELIVERY];
    let mut command = pytest(&["tests", "-n", "2", "--dist", "loadfile"]);
    command.args(loops);
    command
}

fn power_cuts() -> Command {
    let mut command = Command::new(venv::python());
    command.arg("tests/power_cut.py");
    command
}

fn pytest(arguments: &[&str]) -> Command {
    let mut command = Command::new(venv::python());
    command.args(["-m", "pytest", "-rsxXfE", "--durations", "10"]).args(arguments);
    command
}
