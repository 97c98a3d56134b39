//! The other engines: DuckDB and chdb, each asked by `peers.py` in a process of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

use super::place;
use super::questions::{Question, Questions};
use crate::Failure;
use crate::ci::venv;

const SCRIPT: &str = "xtask/src/bench/lake/peers.py";

/// An engine, and how it keeps events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    /// DuckDB, in a table of its own.
    Table,
    /// DuckDB, in a Parquet file that it wrote.
    Parquet,
    /// chdb, in a `MergeTree` in the order of time.
    Chdb,
}

impl Engine {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Table, Self::Parquet, Self::Chdb];

    /// Returns what it is called in tables.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Table => "DuckDB, its table",
            Self::Parquet => "DuckDB, its Parquet",
            Self::Chdb => "chdb, MergeTree",
        }
    }

    /// Returns what `peers.py` calls it, and the name of its files.
    fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Table => ("duckdb", "events.duckdb"),
            Self::Parquet => ("duckdb-parquet", "events.parquet"),
            Self::Chdb => ("chdb", "chdb"),
        }
    }
}

/// What one import took.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Imported {
    pub(super) seconds: f64,
    pub(super) events: usize,
    /// The most memory that was resident.
    pub(super) megabytes: f64,
}

/// How long the answers to several questions took, and how many rows each had.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Answers {
    pub(super) milliseconds: Vec<f64>,
    pub(super) rows: Vec<usize>,
}

/// The engines, and where the files of a corpus's size lie.
pub(super) struct Engines {
    python: PathBuf,
    events: usize,
}

impl Engines {
    /// Installs the engines where they are missing.
    pub(super) fn prepare(events: usize) -> Result<Self, Failure> {
        fs::create_dir_all(place(events, ""))?;
        Ok(Self { python: venv::prepare_lake()?, events })
    }

    /// Imports all log files anew.
    pub(super) fn import(&self, engine: Engine, corpus: &Path) -> Result<Imported, Failure> {
        let (name, _) = engine.name();
        let into = self.files(engine);
        for old in [into.clone(), into.with_extension("duckdb.wal")] {
            super::ours::remove(&old)?;
        }
        let told = self.run(&["import", name], &[corpus, &into])?;
        let imported: Imported = serde_json::from_value(told)?;
        println!("{}: imported in {:.2} s", engine.title(), imported.seconds);
        Ok(imported)
    }

    /// Returns what an engine's files take on the disk.
    pub(super) fn bytes(&self, engine: Engine) -> Result<u64, Failure> {
        super::ours::bytes(&self.files(engine))
    }

    /// Draws from the events what is asked.
    pub(super) fn questions(&self) -> Result<Questions, Failure> {
        let into = place(self.events, "questions.json");
        self.run(&["questions"], &[&self.files(Engine::Table), &into])?;
        Ok(serde_json::from_str(&fs::read_to_string(into)?)?)
    }

    /// Asks an engine for the newest fifty by every attribute.
    pub(super) fn lookups(&self, engine: Engine) -> Result<BTreeMap<String, Answers>, Failure> {
        let (name, _) = engine.name();
        let questions = place(self.events, "questions.json");
        let told = self.run(&["lookups", name], &[&self.files(engine), &questions])?;
        println!("{}: lookups done", engine.title());
        Ok(serde_json::from_value(told)?)
    }

    /// Asks DuckDB's own Parquet all SQL questions.
    pub(super) fn sql(&self, asked: &[Question]) -> Result<BTreeMap<String, Answers>, Failure> {
        let texts: Vec<_> = asked
            .iter()
            .map(|question| serde_json::json!({"name": question.name, "sql": question.duckdb}))
            .collect();
        let into = place(self.events, "sql.json");
        fs::write(&into, serde_json::to_vec(&texts)?)?;
        let told = self.run(&["sql"], &[&self.files(Engine::Parquet), &into])?;
        Ok(serde_json::from_value(told)?)
    }

    fn files(&self, engine: Engine) -> PathBuf {
        place(self.events, engine.name().1)
    }

    /// Runs `peers.py` and reads what it tells.
    fn run(&self, words: &[&str], paths: &[&Path]) -> Result<Value, Failure> {
        let mut command = Command::new(&self.python);
        command.arg(SCRIPT).args(words).args(paths).stderr(Stdio::inherit());
        let output = command.output()?;
        if !output.status.success() {
            return Err(format!("{command:?}: {}", output.status).into());
        }
        let text = String::from_utf8(output.stdout)?;
        Ok(serde_json::from_str(text.lines().last().ok_or("the last line is the answer")?)?)
    }
}
