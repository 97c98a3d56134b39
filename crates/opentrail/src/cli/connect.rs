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
        out::line(match self.engine {
            Engine::Duckdb => duckdb(&path),
            Engine::Polars => polars(&path),
            Engine::Spark => spark(&path),
        });
        Ok(ExitCode::SUCCESS)
    }
}

fn duckdb(path: &str) -> String {
    format!(
        "# pip install duckdb deltalake\n\
         import duckdb\n\
         from deltalake import DeltaTable\n\n\
         files = DeltaTable({path}).file_uris()\n\
         duckdb.sql(f\"CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM read_parquet({{files}})\")\n\
         print(duckdb.sql(\"SELECT eventname, count(*) AS n FROM events GROUP BY 1 ORDER BY 2 DESC LIMIT 10\"))\n\
         # DuckDB's own delta extension, which it downloads, follows the table without new files:\n\
         #   SELECT * FROM delta_scan({})",
        path.replace('"', "'")
    )
}

fn polars(path: &str) -> String {
    format!(
        "# pip install polars deltalake\n\
         import polars\n\n\
         events = polars.scan_delta({path})\n\
         print(events.group_by(\"eventname\").len().sort(\"len\", descending=True).head(10).collect())"
    )
}

fn spark(path: &str) -> String {
    format!(
        "# pip install pyspark delta-spark\n\
         from delta import configure_spark_with_delta_pip\n\
         from pyspark.sql import SparkSession\n\n\
         builder = (SparkSession.builder.appName(\"events\")\n\
         \x20   .config(\"spark.sql.extensions\", \"io.delta.sql.DeltaSparkSessionExtension\")\n\
         \x20   .config(\"spark.sql.catalog.spark_catalog\", \"org.apache.spark.sql.delta.catalog.DeltaCatalog\"))\n\
         spark = configure_spark_with_delta_pip(builder).getOrCreate()\n\
         spark.read.format(\"delta\").load({path}).createOrReplaceTempView(\"events\")\n\
         spark.sql(\"SELECT eventname, count(*) AS n FROM events GROUP BY 1 ORDER BY 2 DESC LIMIT 10\").show()"
    )
}
