//! `opentrail report`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use super::out;
use super::sql::Engine;
use super::table::shown;
use crate::config::default_data_folder;
use crate::report::{self, Kind, Ledger, Period, Rows, Wanted};

/// A ledger beyond this is none.
const LEDGER_BYTES_MAX: u64 = 256 << 20;
const ROWS_IN_TABLE: usize = 20;
const ROWS_ON_PAGE: usize = 500;

/// Report what was metered, listed or licensed
///
/// The analyses are queries over all events of the data folder, described in docs/reports.md. With
/// --against the seller's own ledger is held beside what was recorded, and every missing, rejected,
/// duplicate, differing and late record is named.
///
///   opentrail report metering --month 2026-10
///   opentrail report metering --month 2026-10 --against ledger.csv --output html > october.html
///   opentrail report license --only A24,A28
///   opentrail report metering --only A04 --sql     # the query itself, for opentrail sql
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Report {
    /// metering, catalog or license
    #[arg(value_name = "REPORT")]
    kind: String,
    /// The month, by UTC; without it all time
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<String>,
    /// The seller's own records, comma-separated
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Only these analyses, by number or name
    #[arg(long, value_name = "A04,…", value_delimiter = ',')]
    only: Vec<String>,
    /// The form
    #[arg(long, value_name = "FORM", default_value = "table")]
    output: Form,
    /// Rows of each analysis in a table (20) or on a page (500); 0 for all
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Print the queries instead of asking them
    #[arg(long)]
    sql: bool,
    /// The data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For the eye
    Table,
    /// Comma-separated
    Csv,
    /// JSON
    Json,
    /// One page for a browser, with charts
    Html,
}

impl Report {
    pub(super) fn run(self) -> Result<ExitCode> {
        let wanted = self.wanted()?;
        if self.sql {
            out::line(queries(&wanted)?.trim_end());
            return Ok(ExitCode::SUCCESS);
        }
        let data = self.data.clone().unwrap_or_else(default_data_folder);
        let engine = Engine::open(&data)?;
        let made = report::make(&wanted, &mut |query| {
            let answer = engine.ask(query)?;
            let columns = answer.columns.0.into_iter().map(|column| column.name).collect();
            Ok(Rows { columns, rows: answer.rows })
        })?;
        out::line(match self.output {
            Form::Table => report::text(&made, self.limit.unwrap_or(ROWS_IN_TABLE), shown),
            Form::Csv => report::csv(&made),
            Form::Json => report::json(&made),
            Form::Html => report::html(&made, self.limit.unwrap_or(ROWS_ON_PAGE)),
        });
        Ok(ExitCode::SUCCESS)
    }

    fn wanted(&self) -> Result<Wanted> {
        let Some(kind) = Kind::named(&self.kind) else {
            bail!("there is no report {:?}: they are metering, catalog and license", self.kind);
        };
        let period = match &self.month {
            Some(month) => Period::month(month)?,
            None => Period::everything(),
        };
        let ledger = match &self.against {
            Some(_) if kind != Kind::Metering => {
                bail!("a ledger is compared with what was metered: report metering --against …")
            }
            Some(path) => Some(ledger(path)?),
            None => None,
        };
        Ok(Wanted { kind, only: self.only.clone(), period, ledger })
    }
}

fn ledger(path: &Path) -> Result<Ledger> {
    let shown = path.display();
    let read = || -> Result<String> {
        let length = fs::metadata(path)?.len();
        if length > LEDGER_BYTES_MAX {
            bail!("{length} bytes are too many");
        }
        Ok(fs::read_to_string(path)?)
    };
    Ok(Ledger::read(&read().with_context(|| format!("{shown}: no ledger"))?)?)
}

/// Returns the queries, each under a line with its name.
fn queries(wanted: &Wanted) -> Result<String> {
    let query = |analysis: report::Analysis| {
        let (about, query) = (&analysis.about, analysis.query);
        let query = report::composed(query, wanted.period);
        format!("-- {} {}: {}\n{query};\n", about.id, about.name, about.title)
    };
    let chosen = report::chosen(wanted.kind, &wanted.only)?;
    Ok(chosen.into_iter().map(query).collect::<Vec<_>>().join("\n"))
}
