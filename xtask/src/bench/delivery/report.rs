//! Writes what was measured into `docs/benchmarks.md`.

use std::fmt::Write as _;
use std::path::Path;

use super::super::report::{median, replace};
use super::Round;
use crate::Failure;

/// Replaces the part of the page that belongs to this benchmark.
pub(super) fn write(rounds: &[Round], page: &Path) -> Result<(), Failure> {
    replace("delivery", &part(rounds)?, page)
}

/// Fails where delivery takes more than twice the processor time of `gzip -6`: unlike the time of the
/// clock, that hardly depends on what else the machine does.
pub(super) fn check(rounds: &[Round]) -> Result<(), Failure> {
    let ratio = median(rounds, |round| round.usual.processor_seconds / round.processor_seconds);
    if ratio < 0.5 {
        return Err(format!("gzip -6 takes only {ratio:.2} of delivery's processor time").into());
    }
    println!("benchmark: gzip -6 takes {ratio:.2} times the processor time of delivery");
    Ok(())
}

fn part(rounds: &[Round]) -> Result<String, Failure> {
    let cores = std::thread::available_parallelism()?;
    let figure = |figure: fn(&Round) -> f64| median(rounds, figure);
    let mut text = format!(
        "\nOn {cores} cores, {:.0} events in {:.0} MB of log files, medians of {} rounds.\n\n\
         | what | events a second (min–max) | MB a second | processor time | compressed to |\n\
         |---|---|---|---|---|\n",
        figure(|round| round.events),
        figure(|round| round.megabytes),
        rounds.len()
    );
    row(&mut text, "log files of a trail, from the journal into the bucket", rounds, &OURS)?;
    row(&mut text, "`gzip -6`, the same bytes", rounds, &USUAL)?;
    row(&mut text, "`gzip -1`, the same bytes", rounds, &FAST)?;
    writeln!(
        text,
        "\nRound by round, and then the median: delivery is {:.2} times as fast as `gzip -6` and \
         {:.2} times as fast as `gzip -1`, which take {:.2} and {:.2} times its processor time.",
        figure(|round| round.usual.seconds / round.seconds),
        figure(|round| round.fast.seconds / round.seconds),
        figure(|round| round.usual.processor_seconds / round.processor_seconds),
        figure(|round| round.fast.processor_seconds / round.processor_seconds),
    )?;
    Ok(text)
}

/// What a row shows of a round.
struct Shown {
    seconds: fn(&Round) -> f64,
    processor_seconds: fn(&Round) -> f64,
    megabytes: fn(&Round) -> f64,
}

const OURS: Shown = Shown {
    seconds: |round| round.seconds,
    processor_seconds: |round| round.processor_seconds,
    megabytes: |round| round.stored_megabytes,
};
const USUAL: Shown = Shown {
    seconds: |round| round.usual.seconds,
    processor_seconds: |round| round.usual.processor_seconds,
    megabytes: |round| round.usual.megabytes,
};
const FAST: Shown = Shown {
    seconds: |round| round.fast.seconds,
    processor_seconds: |round| round.fast.processor_seconds,
    megabytes: |round| round.fast.megabytes,
};

fn row(text: &mut String, what: &str, rounds: &[Round], shown: &Shown) -> Result<(), Failure> {
    let rate = |round: &Round| round.events / (shown.seconds)(round);
    let least = rounds.iter().map(rate).fold(f64::MAX, f64::min);
    let most = rounds.iter().map(rate).fold(0.0, f64::max);
    writeln!(
        text,
        "| {what} | {:.0} ({least:.0}–{most:.0}) | {:.0} | {:.2} s | {:.1} % |",
        median(rounds, rate),
        median(rounds, |round| round.megabytes / (shown.seconds)(round)),
        median(rounds, shown.processor_seconds),
        median(rounds, |round| 100.0 * (shown.megabytes)(round) / round.megabytes),
    )?;
    Ok(())
}
