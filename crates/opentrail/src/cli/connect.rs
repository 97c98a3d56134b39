//! `opentrail connect`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use super::out;
use crate::config::default_data_folder;

/// Print how another engine reads the events
///
/// What is printed can be pasted: it reads the table of all events while the server runs. What is
/// not in the lake yet, some minutes at most, is seen by 'opentrail sql' only.
///
///   opentrail connect duckdb > events.py && python3 -i events.py
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Connect {
    /// The engine
    #[arg(value_name = "ENGINE")]
    engine: Engine,
    /// The data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    /// Python, with the packages duckdb and deltalake
    Duckdb,
    /// Python, with the packages polars and deltalake
    Polars,
    /// Python, with the packages pyspark and delta-spark
    Spark,
}

impl Connect {
    pub(super) fn run(self) -> Result<ExitCode> {
        let data = self.data.clone().unwrap_or_else(default_data_folder);
        let table = data.join("lake").join("events");
        if !table.join("_delta_log").is_dir() {
            bail!("{} has no table of events: name the data folder with --data", data.display());
        }
        let table = std::fs::canonicalize(table)?;
        let path = table.to_str().context("the folder's name is not UTF-8")?;
        // a JSON string is a Python string
        let path = serde_json::to_string(path)?;
        let program = match self.engine {
            Engine::Duckdb => include_str!("connect/duckdb.py"),
            Engine::Polars => include_str!("connect/polars.py"),
            Engine::Spark => include_str!("connect/spark.py"),
        };
        out::line(program.trim_end().replacen("TABLE", &path, 1));
        Ok(ExitCode::SUCCESS)
    }
}
