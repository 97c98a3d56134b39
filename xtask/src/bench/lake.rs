//! `cargo xtask bench lake`: import, lookups and SQL beside DuckDB and chdb, on the same log files.
//!
//! ```text
//!   corpus ─┬─▶ zcat, on all cores          what only reading takes
//!           ├─▶ DuckDB's table   ─┬─▶ the newest fifty by each attribute, other values each time
//!           ├─▶ DuckDB's Parquet ─┤
//!           ├─▶ chdb's MergeTree ─┤      └─▶ SQL questions: DuckDB on its own Parquet
//!           └─▶ opentrail        ─┘
//! ```
//!
//! Every import is a process of its own, and so is every engine that is asked. The answers of all
//! engines must have as many rows, or the figures say nothing.

mod engines;
mod ours;
mod questions;
mod report;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::peers::{FOLDER, done};
use super::{PAGE, clock};
use crate::Failure;
use crate::corpus::{self, Options, Written};
use engines::{Answers, Engine, Engines, Imported};
use ours::{Asked, Ours};

/// How much is measured.
#[derive(Clone, Copy)]
struct Plan {
    /// How often everything is imported.
    rounds: usize,
    /// How often each SQL question is asked.
    sql_rounds: usize,
}

impl Plan {
    const WHOLE: Self = Self { rounds: 3, sql_rounds: 7 };
    const SHORT: Self = Self { rounds: 1, sql_rounds: 2 };
}

/// What was measured on a corpus of one size.
struct Figures {
    corpus: Written,
    /// Seconds of `zcat` on all cores.
    zcat: Vec<f64>,
    /// All rounds of each engine, and what it takes on the disk.
    imports: Vec<(Engine, Vec<Imported>, u64)>,
    /// Milliseconds and rows of each attribute.
    lookups: Vec<(Engine, BTreeMap<String, Answers>)>,
    /// The same of each SQL question, of DuckDB on its own Parquet.
    sql: BTreeMap<String, Answers>,
    /// The names of the SQL questions in their order.
    names: Vec<String>,
    /// Nothing while the program has no lake.
    ours: Option<Asked>,
}

/// Runs the benchmark and writes its tables into `docs/benchmarks.md`.
///
/// `--short` is for checking that everything answers, and the same: a small corpus and no table.
pub(crate) fn lake(arguments: &[String]) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        let mut release = Command::new("cargo");
        release.args(["run", "-q", "--release", "-p", "xtask", "--"]);
        return done(release.args(arguments));
    }
    let short = arguments.iter().any(|argument| argument == "--short");
    let plan = if short { Plan::SHORT } else { Plan::WHOLE };
    let mut all = Vec::new();
    for events in sizes(arguments, if short { "30000" } else { "1000000" })? {
        let figures = measure(events, plan)?;
        figures.check()?;
        all.push(figures);
    }
    if short { Ok(()) } else { report::write(&all, Path::new(PAGE)) }
}

/// Returns how many events the corpora have.
fn sizes(arguments: &[String], otherwise: &str) -> Result<Vec<usize>, Failure> {
    let at = arguments.iter().position(|argument| argument == "--events");
    let named = match at {
        Some(at) => arguments.get(at + 1).ok_or("--events wants numbers")?.as_str(),
        None => otherwise,
    };
    Ok(named.split(',').map(str::parse).collect::<Result<_, _>>()?)
}

fn measure(events: usize, plan: Plan) -> Result<Figures, Failure> {
    let options = options(events);
    let corpus = corpus::prepare(&options)?;
    println!("{}: {}", options.into.display(), corpus::told(corpus));
    let engines = Engines::prepare(events)?;
    let ours = Ours::find()?;
    if ours.is_none() {
        println!("the program has no lake yet: only the other engines are measured");
    }
    let zcat = zcat(&options.into, plan.rounds)?;
    let mut imports = Vec::new();
    for engine in Engine::ALL {
        let imported: Result<Vec<_>, _> =
            (0..plan.rounds).map(|_| engines.import(engine, &options.into)).collect();
        imports.push((engine, imported?, engines.bytes(engine)?));
    }
    let (questions, names) = (engines.questions()?, questions::names()?);
    let asked = questions.rounds(plan.sql_rounds)?;
    let ours = ours.map(|ours| ours.measure(&options, &questions, &asked, plan.rounds));
    let ours = ours.transpose()?;
    let mut lookups = Vec::new();
    for engine in Engine::ALL {
        lookups.push((engine, engines.lookups(engine)?));
    }
    let sql = engines.sql(&asked)?;
    Ok(Figures { corpus, zcat, imports, lookups, sql, names, ours })
}

fn options(events: usize) -> Options {
    let corpus = Options::default_in(Path::new(FOLDER).join("corpus"));
    // the one that `cargo xtask corpus` makes has the name without a number
    if events == corpus.events {
        return corpus;
    }
    let into = Path::new(FOLDER).join(format!("corpus-{events}"));
    Options { events, into, ..corpus }
}

/// Takes the time that unpacking all files takes on all cores; the first time only fills caches.
fn zcat(corpus: &Path, rounds: usize) -> Result<Vec<f64>, Failure> {
    let cores = std::thread::available_parallelism()?;
    let all = format!("find . -name '*.gz' -print0 | xargs -0 -P {cores} -n 64 zcat > zcat.out");
    let all = all.replace("zcat.out", "/dev/null");
    let mut seconds = Vec::new();
    for _ in 0..=rounds {
        let begun = clock::instant();
        done(Command::new("sh").args(["-c", &all]).current_dir(corpus))?;
        seconds.push(begun.elapsed().as_secs_f64());
    }
    seconds.remove(0);
    println!("zcat on {cores} cores: {:.2} s", middle(&seconds));
    Ok(seconds)
}

impl Figures {
    /// Fails unless every engine has every event and answers as many rows.
    fn check(&self) -> Result<(), Failure> {
        for (engine, rounds, _) in &self.imports {
            if rounds.iter().any(|imported| imported.events != self.corpus.events) {
                return Err(format!("{engine:?} does not hold every event").into());
            }
        }
        let (_, table) = self.lookups.first().ok_or("DuckDB was asked")?;
        for (engine, answers) in &self.lookups {
            for (attribute, answers) in answers {
                let who = format!("{engine:?} by {attribute}");
                same_rows(&who, &table[attribute].rows, &answers.rows)?;
            }
        }
        self.ours.as_ref().map_or(Ok(()), |ours| ours.check(self))
    }
}

/// Fails unless two engines answered each question with as many rows.
fn same_rows(who: &str, wanted: &[usize], rows: &[usize]) -> Result<(), Failure> {
    let other = wanted.iter().zip(rows).position(|(wanted, rows)| wanted != rows);
    match other {
        Some(at) => {
            let (rows, wanted) = (rows[at], wanted[at]);
            Err(format!("{who}, question {at}: {rows} rows, DuckDB has {wanted}").into())
        }
        None if wanted.len() == rows.len() => Ok(()),
        None => Err(format!("{who}: not as many questions as DuckDB's").into()),
    }
}

/// Returns the median.
fn middle(figures: &[f64]) -> f64 {
    super::report::median(figures, |figure| *figure)
}

/// Returns where one engine's or our own files of a corpus of this size lie.
fn place(events: usize, name: &str) -> PathBuf {
    Path::new(FOLDER).join(format!("lake-{events}")).join(name)
}
