//! Writes what was measured into `docs/benchmarks.md`.

use std::fmt::Write as _;
use std::path::Path;

use super::super::report::{median, replace};
use super::{Figures, Verified, seconds};
use crate::Failure;

/// Replaces the part of the page that belongs to this benchmark.
pub(super) fn write(figures: &Figures, page: &Path) -> Result<(), Failure> {
    replace("verify", &part(figures)?, page)
}

fn part(figures: &Figures) -> Result<String, Failure> {
    let cores = std::thread::available_parallelism()?;
    let ours = |figure: fn(&Verified) -> f64| median(&figures.ours, figure);
    let mut text = format!(
        "\nOn {cores} cores, {:.0} digests and {:.0} log files of {:.1} MB with {:.0} events, medians \
         of {} rounds.\n\n\
         | what | seconds (min–max) | log files a second |\n|---|---|---|\n",
        ours(|round| round.digests),
        ours(|round| round.log_files),
        ours(|round| round.megabytes),
        ours(|round| round.events),
        figures.aws.len()
    );
    row(&mut text, "`aws cloudtrail validate-logs`", &figures.aws)?;
    row(&mut text, "`opentrail verify`, the same over S3", &figures.ours)?;
    row(&mut text, "`opentrail verify --folder`, a copy of the bucket", &figures.copy)?;
    writeln!(
        text,
        "\n`opentrail verify` is {:.0} times as fast as the AWS CLI over S3, and {:.0} times on a copy.",
        figures.ratio(),
        seconds(&figures.aws) / seconds(&figures.copy)
    )?;
    Ok(text)
}

fn row(text: &mut String, what: &str, rounds: &[Verified]) -> Result<(), Failure> {
    let all: Vec<_> = rounds.iter().map(|round| round.seconds).collect();
    let least = all.iter().copied().fold(f64::MAX, f64::min);
    let most = all.iter().copied().fold(0.0, f64::max);
    let rate = median(rounds, |round| round.log_files / round.seconds);
    let middle = seconds(rounds);
    writeln!(text, "| {what} | {middle:.2} ({least:.2}–{most:.2}) | {rate:.0} |")?;
    Ok(())
}
