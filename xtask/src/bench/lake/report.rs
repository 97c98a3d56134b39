//! Writes what was measured into `docs/benchmarks.md`.

use std::fmt::Write as _;
use std::path::Path;

use super::super::report::replace;
use super::engines::{Answers, Engine, Imported};
use super::{Figures, middle};
use crate::Failure;

/// The attributes in the order of `LookupEvents`' page.
const ATTRIBUTES: &[&str] = &[
    "EventName",
    "Username",
    "AccessKeyId",
    "EventSource",
    "ReadOnly",
    "ResourceName",
    "EventId",
    "none",
];

/// Replaces the part of the page that belongs to this benchmark.
pub(super) fn write(all: &[Figures], page: &Path) -> Result<(), Failure> {
    let mut text = String::new();
    for figures in all {
        part(&mut text, figures)?;
    }
    if all.iter().any(|figures| figures.ours.is_none()) {
        text.push_str(
            "\nThe program that was built had no `import --data` and no `sql` yet: these are the other \
             engines' figures alone.\n",
        );
    }
    replace("lake", &text, page)
}

fn part(text: &mut String, figures: &Figures) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism()?;
    let corpus = figures.corpus;
    writeln!(
        text,
        "\n### {} events\n\nOn {cores} cores, {} log files of {} MB gz, {} MB of JSON; `zcat` on all \
         cores takes {:.2} s.\n",
        corpus.events,
        corpus.files,
        corpus.gzip / 1_000_000,
        corpus.json / 1_000_000,
        middle(&figures.zcat),
    )?;
    imports(text, figures)?;
    lookups(text, figures)?;
    sql(text, figures)
}

fn imports(text: &mut String, figures: &Figures) -> Result<(), Failure> {
    writeln!(
        text,
        "| import | seconds (min–max) | times `zcat` | most memory | on disk, of gz |\n\
         |---|---|---|---|---|"
    )?;
    if let Some(ours) = &figures.ours {
        import(text, "opentrail", &ours.imports, ours.bytes, figures)?;
    }
    for (engine, rounds, bytes) in &figures.imports {
        import(text, engine.title(), rounds, *bytes, figures)?;
    }
    if let Some(ours) = &figures.ours {
        writeln!(
            text,
            "\nStarted on this lake, opentrail listens after {:.2} s with {:.0} MB resident.",
            ours.ready.0, ours.ready.1
        )?;
    }
    Ok(())
}

fn import(
    text: &mut String,
    name: &str,
    rounds: &[Imported],
    bytes: u64,
    figures: &Figures,
) -> Result<(), Failure> {
    let seconds: Vec<_> = rounds.iter().map(|round| round.seconds).collect();
    let least = seconds.iter().copied().fold(f64::MAX, f64::min);
    let most = seconds.iter().copied().fold(0.0, f64::max);
    let memory = rounds.iter().map(|round| round.megabytes).fold(0.0, f64::max);
    let seconds = middle(&seconds);
    let times = seconds / middle(&figures.zcat);
    let percent = bytes * 100 / u64::try_from(figures.corpus.gzip.max(1))?;
    writeln!(
        text,
        "| {name} | {seconds:.2} ({least:.2}–{most:.2}) | {times:.1} | {memory:.0} MB | \
         {:.0} MB, {percent} % |",
        bytes / 1_000_000,
    )?;
    Ok(())
}

fn lookups(text: &mut String, figures: &Figures) -> Result<(), Failure> {
    text.push_str("\n| newest 50 by, ms (p50 / p99) | values |");
    let ours = figures.ours.as_ref();
    text.push_str(if ours.is_some() { " opentrail |" } else { "" });
    for (engine, _) in &figures.lookups {
        write!(text, " {} |", engine.title())?;
    }
    text.push_str(if ours.is_some() { " of the fastest other |\n" } else { "\n" });
    let columns = figures.lookups.len() + if ours.is_some() { 4 } else { 2 };
    writeln!(text, "|{}", "---|".repeat(columns))?;
    for attribute in ATTRIBUTES {
        let others: Vec<&Answers> =
            figures.lookups.iter().map(|(_, answers)| &answers[*attribute]).collect();
        let count = others.first().map_or(0, |answers| answers.milliseconds.len());
        write!(text, "| {attribute} | {count}")?;
        if let Some(ours) = ours {
            let own = &ours.lookups[*attribute];
            write!(text, " ({}) | {} |", own.milliseconds.len(), both(own))?;
        } else {
            text.push_str(" |");
        }
        for answers in &others {
            write!(text, " {} |", both(answers))?;
        }
        if let Some(ours) = ours {
            let fastest = others.iter().map(|answers| middle(&answers.milliseconds));
            let fastest = fastest.fold(f64::MAX, f64::min);
            write!(text, " {:.2} |", middle(&ours.lookups[*attribute].milliseconds) / fastest)?;
        }
        text.push('\n');
    }
    Ok(())
}

fn both(answers: &Answers) -> String {
    let mut times = answers.milliseconds.clone();
    times.sort_by(f64::total_cmp);
    let last = times.get((times.len() * 99 / 100).min(times.len().saturating_sub(1)));
    format!("{:.1} / {:.1}", middle(&times), last.copied().unwrap_or_default())
}

fn sql(text: &mut String, figures: &Figures) -> Result<(), Failure> {
    let ours = figures.ours.as_ref();
    writeln!(
        text,
        "\n| SQL, ms | {}{} |{}\n|---|---|{}",
        if ours.is_some() { "opentrail | " } else { "" },
        Engine::Parquet.title(),
        if ours.is_some() { " ratio |" } else { "" },
        if ours.is_some() { "---|---|" } else { "" },
    )?;
    let (mut logarithms, mut other_logarithms) = (Vec::new(), Vec::new());
    for name in &figures.names {
        let other = middle(&figures.sql[name].milliseconds);
        other_logarithms.push(other.ln());
        if let Some(ours) = ours {
            let own = middle(&ours.sql[name].milliseconds);
            logarithms.push((own / other).ln());
            writeln!(text, "| {name} | {own:.1} | {other:.1} | {:.2} |", own / other)?;
        } else {
            writeln!(text, "| {name} | {other:.1} |")?;
        }
    }
    if ours.is_some() {
        writeln!(text, "\nGeometric mean of the ratios: {:.2}.", mean(&logarithms)?.exp())?;
    } else {
        writeln!(text, "\nGeometric mean: {:.1} ms.", mean(&other_logarithms)?.exp())?;
    }
    Ok(())
}

fn mean(figures: &[f64]) -> Result<f64, Failure> {
    Ok(figures.iter().sum::<f64>() / f64::from(u32::try_from(figures.len().max(1))?))
}
