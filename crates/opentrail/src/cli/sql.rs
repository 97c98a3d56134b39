//! `opentrail sql`

mod print;
mod shell;

use std::fs;
use std::io::{BufRead as _, stdin};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use dialect::{Columns, Limits, SqlError};
use tokio::runtime::Runtime;

use super::out;
use crate::config::default_data_folder;
use crate::sight::Sight;
use crate::world::World;

/// The owner's own queries may be long and large.
const LIMITS: Limits = Limits {
    text_bytes_max: 1 << 20,
    depth_max: 200,
    tables_max: 100,
    memory_bytes_max: 2 << 30,
    partitions: 2,
};

/// Ask all events in SQL
///
/// The dialect is that of CloudTrail Lake and Athena: one SELECT over the table 'events', or over
/// 'cloudtrail_logs' with Athena's column names and types. It reads the data folder, beside a running
/// server too; nothing is written. Ctrl-C ends a query.
///
///   opentrail sql "SELECT eventname, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC LIMIT 10"
///   opentrail sql --output csv question.sql > answer.csv
#[derive(Args)]
#[command(verbatim_doc_comment)]
#[expect(clippy::doc_markdown, reason = "help is text, not markup")]
pub(super) struct Sql {
    /// A SELECT, a file that holds one, or - for one a line; without it a shell
    #[arg(value_name = "SELECT|FILE|-", allow_hyphen_values = true)]
    query: Option<String>,
    /// The data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The form
    #[arg(long, value_name = "FORM", default_value = "table")]
    output: Form,
    /// One line for each SELECT: an object of columns and rows, or of the error
    #[arg(long, conflicts_with = "output")]
    json: bool,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For the eye, with row and column counts below
    Table,
    /// Comma-separated, with a heading
    Csv,
    /// One JSON list
    Json,
    /// One JSON object a line
    Jsonl,
}

/// An answer, as text; a value that is null is none.
pub(super) struct Answer {
    /// The columns.
    pub columns: Columns,
    /// The rows.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Sql {
    pub(super) fn run(self) -> Result<ExitCode> {
        let data = self.data.clone().unwrap_or_else(default_data_folder);
        let engine = Engine::open(&data)?;
        let Some(query) = &self.query else {
            return shell::run(&engine, &data, self.output);
        };
        if query == "-" {
            return self.each_line(&engine);
        }
        let answer = engine.ask(&text(query)?);
        let code = if answer.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        if self.json {
            out::line(print::for_programs(&answer));
            return Ok(code);
        }
        out::line(self.output.text(&answer?));
        Ok(code)
    }

    /// Answers line after line of standard input; a SELECT that is wrong does not end it.
    fn each_line(&self, engine: &Engine) -> Result<ExitCode> {
        let mut code = ExitCode::SUCCESS;
        for query in stdin().lock().lines() {
            let answer = engine.ask(query?.trim_end().trim_end_matches(';'));
            if self.json {
                out::line(print::for_programs(&answer));
                continue;
            }
            match answer {
                Ok(answer) => out::line(self.output.text(&answer)),
                Err(error) => {
                    eprintln!("opentrail: {error}");
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    }
}

impl Form {
    /// Returns an answer in this form.
    fn text(self, answer: &Answer) -> String {
        match self {
            Self::Table => print::table(answer),
            Self::Csv => print::csv(answer),
            Self::Json => print::json_list(answer),
            Self::Jsonl => print::json_lines(answer),
        }
    }
}

/// Returns the query that an argument means: what is no file and has a space is one itself.
fn text(argument: &str) -> Result<String> {
    let path = Path::new(argument);
    if path.is_file() {
        return fs::read_to_string(path).with_context(|| format!("{argument} cannot be read"));
    }
    if !argument.contains(char::is_whitespace) {
        bail!("{argument} is neither a SELECT nor a file");
    }
    Ok(argument.to_owned())
}

/// The events of a data folder, as they were when it was opened.
pub(super) struct Engine {
    runtime: Runtime,
    sight: Sight,
}

impl Engine {
    /// Opens a data folder.
    ///
    /// # Errors
    /// It is none, or cannot be read.
    pub(super) fn open(data: &Path) -> Result<Self> {
        if !data.join("journal").exists() {
            bail!("{} is no opentrail data folder", data.display());
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let sight = runtime.block_on(Sight::of_folder(data, World::new().wall()))?;
        Ok(Self { runtime, sight })
    }

    /// Asks one query.
    ///
    /// # Errors
    /// It is refused or fails, with its place and what to write instead.
    pub(super) fn ask(&self, query: &str) -> Result<Answer, SqlError> {
        let mut answer = Answer { columns: Columns::default(), rows: Vec::new() };
        self.runtime.block_on(self.gather(query, &mut answer))?;
        Ok(answer)
    }

    /// Asks one query, until somebody presses Ctrl-C; then there is no answer.
    ///
    /// # Errors
    /// It is refused or fails.
    fn ask_patiently(&self, query: &str) -> Result<Option<Answer>, SqlError> {
        let mut answer = Answer { columns: Columns::default(), rows: Vec::new() };
        let running = self.gather(query, &mut answer);
        let is_done = self.runtime.block_on(async {
            tokio::select! {
                ended = running => ended.map(|()| true),
                // dropping the query ends it
                _ = tokio::signal::ctrl_c() => Ok(false),
            }
        })?;
        Ok(is_done.then_some(answer))
    }

    /// Runs a query and keeps its rows.
    async fn gather(&self, query: &str, answer: &mut Answer) -> Result<(), SqlError> {
        let Answer { columns, rows } = answer;
        let catalog = self.sight.catalog.clone();
        let take = |found| *columns = found;
        dialect::run(catalog, query.to_owned(), LIMITS, take, |batch| {
            let cells = |row| batch.columns().iter().map(|it| dialect::text(it, row)).collect();
            rows.extend((0..batch.num_rows()).map(cells));
            ControlFlow::Continue(())
        })
        .await
        .map(|_| ())
    }

    /// Returns tables with their columns and types.
    fn schema(&self) -> Vec<(String, Columns)> {
        let catalog = &self.sight.catalog;
        let tables = catalog.tables.iter().map(|table| &table.name);
        let names = tables.chain(catalog.views.iter().map(|view| &view.name));
        names
            .filter_map(|name| {
                let all = format!("SELECT * FROM {name}");
                Some((name.clone(), dialect::check(catalog, &all, &LIMITS).ok()?))
            })
            .collect()
    }
}

impl Answer {
    /// Returns whether the values of a column are JSON as they stand.
    fn is_plain(&self, column: usize) -> bool {
        const PLAIN: &[&str] =
            &["bigint", "boolean", "double", "integer", "real", "smallint", "tinyint"];
        let data_type = self.columns.0.get(column).map_or("", |column| column.data_type.as_str());
        PLAIN.contains(&data_type) || data_type.starts_with("decimal")
    }
}
