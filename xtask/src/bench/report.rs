//! Writes what was measured into `docs/benchmarks.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::load::Measured;
use super::{CONNECTIONS, Figures};
use crate::Failure;

/// Replaces the part of the page that belongs to this benchmark.
pub(super) fn write(figures: &Figures, page: &Path) -> Result<(), Failure> {
    replace("calls", &part(figures)?, page)
}

/// Replaces the part of the page that belongs to a benchmark.
pub(super) fn replace(benchmark: &str, part: &str, page: &Path) -> Result<(), Failure> {
    println!("{part}");
    let begin = format!("<!-- bench {benchmark}: written by `cargo xtask bench {benchmark}` -->");
    let end = format!("<!-- end of bench {benchmark} -->");
    let text = fs::read_to_string(page)?;
    let (before, rest) =
        text.split_once(&begin).ok_or("the page has a place for this benchmark")?;
    let (_, after) = rest.split_once(&end).ok_or("the page's place for this benchmark ends")?;
    fs::write(page, format!("{before}{begin}\n{part}{end}{after}"))?;
    Ok(())
}

/// Fails unless calls are at least ten times as many a second as moto's.
pub(super) fn check(figures: &Figures) -> Result<(), Failure> {
    let calls = median(&figures.calls, |measured| measured.per_second);
    let moto = median(&figures.moto, |measured| measured.per_second);
    if calls < 10.0 * moto {
        return Err(format!("{calls:.0} calls a second are not ten times moto's {moto:.0}").into());
    }
    println!("benchmark: {:.0} times moto", calls / moto);
    Ok(())
}

fn part(figures: &Figures) -> Result<String, Failure> {
    let cores = std::thread::available_parallelism()?;
    let calls = median(&figures.calls, |measured| measured.per_second);
    let health = median(&figures.health, |measured| measured.per_second);
    let moto = median(&figures.moto, |measured| measured.per_second);
    let mut text = format!(
        "\nOn {cores} cores, {CONNECTIONS} connections, load generator on the same machine, medians \
         of {} rounds ({} for moto).\n\n\
         | what | a second (min–max) | p50 ms | p99 ms |\n|---|---|---|---|\n",
        figures.calls.len(),
        figures.moto.len()
    );
    for (what, rounds) in [
        ("signed `BatchMeterUsage`, durable before the answer", &figures.calls),
        ("`/_health` of the same server, unsigned, nothing done", &figures.health),
        ("moto's server, same call in its old shape, unchecked, in memory", &figures.moto),
    ] {
        writeln!(text, "{}", row(what, rounds))?;
    }
    writeln!(
        text,
        "\nSigned and durable calls reach {:.2} of `/_health` and {:.0} times moto.",
        calls / health,
        calls / moto
    )?;
    Ok(text)
}

fn row(what: &str, rounds: &[Measured]) -> String {
    let rates: Vec<_> = rounds.iter().map(|measured| measured.per_second).collect();
    let least = rates.iter().copied().fold(f64::MAX, f64::min);
    let most = rates.iter().copied().fold(0.0, f64::max);
    format!(
        "| {what} | {:.0} ({least:.0}–{most:.0}) | {:.2} | {:.2} |",
        median(rounds, |measured| measured.per_second),
        median(rounds, |measured| measured.p50_ms),
        median(rounds, |measured| measured.p99_ms),
    )
}

/// Returns the median of a figure over all rounds.
pub(super) fn median<R>(rounds: &[R], figure: impl Fn(&R) -> f64) -> f64 {
    let mut figures: Vec<_> = rounds.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}
