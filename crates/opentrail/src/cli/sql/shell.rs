//! The SQL shell: queries over several lines, history, completion, and commands with a dot.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum as _;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, Helper};

use super::super::out;
use super::{Engine, Form};
use crate::world::World;

const HELP: &str = "\
A query ends with a semicolon; Ctrl-C ends one that runs, Ctrl-D the shell.
.tables            the tables
.schema [TABLE]    their columns and types
.mode FORM         table, csv, json or jsonl
.output [FILE]     into a file; without one onto the screen
.timer on|off      how long each query took
.help  .quit";

/// Words that are completed beside tables, columns and functions.
const WORDS: &[&str] = &[
    "SELECT",
    "DISTINCT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "HAVING",
    "ORDER BY",
    "LIMIT",
    "JOIN",
    "LEFT JOIN",
    "CROSS JOIN",
    "UNNEST",
    "WITH",
    "UNION ALL",
    "BETWEEN",
    "LIKE",
    "IS NULL",
    "IS NOT NULL",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "TIMESTAMP",
    "INTERVAL",
    "CAST",
];

/// Runs the shell until its end.
pub(super) fn run(engine: &Engine, data: &Path, form: Form) -> Result<ExitCode> {
    let mut editor = Editor::<Words, DefaultHistory>::new()?;
    editor.set_helper(Some(Words::of(engine)));
    let history = data.join("sql_history");
    if history.exists() {
        editor.load_history(&history)?;
    }
    out::line("Ask in SQL, such as SELECT eventname, count(*) FROM events GROUP BY 1; or .help");
    let mut shell = Shell { engine, form, file: None, is_timed: true, world: World::new() };
    loop {
        match editor.readline("events> ") {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => {
                editor.add_history_entry(line.as_str())?;
                if shell.obey(line.trim()) {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        }
    }
    editor.append_history(&history)?;
    Ok(ExitCode::SUCCESS)
}

/// What the shell remembers from line to line.
struct Shell<'a> {
    engine: &'a Engine,
    form: Form,
    file: Option<File>,
    is_timed: bool,
    world: World,
}

impl Shell<'_> {
    /// Does what a line says; returns whether it was the last one.
    fn obey(&mut self, line: &str) -> bool {
        let Some(command) = line.strip_prefix('.') else {
            self.ask(line.trim_end_matches(';'));
            return false;
        };
        let mut words = command.split_whitespace();
        let (name, argument) = (words.next().unwrap_or_default(), words.next());
        match (name, argument) {
            ("quit" | "exit", _) => return true,
            ("tables", _) => {
                self.engine.schema().iter().for_each(|(table, _)| out::line(table));
            }
            ("schema", wanted) => self.schema(wanted),
            ("mode", Some(form)) => match Form::from_str(form, true) {
                Ok(form) => self.form = form,
                Err(_) => out::line("a form is table, csv, json or jsonl"),
            },
            ("output", None) => self.file = None,
            ("output", Some(path)) => match File::create(path) {
                Ok(file) => self.file = Some(file),
                Err(error) => out::line(format!("{path}: {error}")),
            },
            ("timer", Some(wanted)) => self.is_timed = wanted == "on",
            // .help, and whatever is none
            _ => out::line(HELP),
        }
        false
    }

    fn ask(&mut self, query: &str) {
        let begun = self.world.elapsed();
        match self.engine.ask_patiently(query) {
            Ok(Some(answer)) => {
                self.show(&self.form.text(&answer));
                self.time(self.world.elapsed().saturating_sub(begun));
            }
            Ok(None) => out::line("ended by Ctrl-C"),
            Err(error) => out::line(error),
        }
    }

    fn show(&mut self, text: &str) {
        match &mut self.file {
            None => out::line(text),
            Some(file) => {
                if let Err(error) = writeln!(file, "{text}") {
                    out::line(format!("the file cannot be written: {error}"));
                }
            }
        }
    }

    fn time(&self, span: Duration) {
        if self.is_timed {
            out::line(format!("{:.3} s", span.as_secs_f64()));
        }
    }

    fn schema(&self, wanted: Option<&str>) {
        for (table, columns) in self.engine.schema() {
            if wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(&table)) {
                out::line(&table);
                for column in columns.0 {
                    out::line(format!("  {}  {}", column.name, column.data_type));
                }
            }
        }
    }
}

/// The words that the shell completes.
struct Words(Vec<String>);

impl Words {
    fn of(engine: &Engine) -> Self {
        let mut words: Vec<String> = WORDS.iter().copied().map(str::to_owned).collect();
        words.extend(dialect::functions());
        for (table, columns) in engine.schema() {
            words.push(table);
            words.extend(columns.0.into_iter().map(|column| column.name));
        }
        words.sort_unstable();
        words.dedup();
        Self(words)
    }
}

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        place: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let before = line.get(..place).unwrap_or_default();
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let begin = before.rfind(|letter| !is_part(letter)).map_or(0, |at| at + 1);
        let word = before.get(begin..).unwrap_or_default().to_lowercase();
        let fits = |candidate: &&String| candidate.to_lowercase().starts_with(&word);
        let found = if word.is_empty() {
            Vec::new()
        } else {
            self.0.iter().filter(fits).cloned().collect()
        };
        Ok((begin, found))
    }
}

impl Validator for Words {
    /// A query goes on over lines until its semicolon.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input().trim();
        let is_whole = text.is_empty() || text.starts_with('.') || text.ends_with(';');
        Ok(if is_whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Hinter for Words {
    type Hint = String;
}

impl Highlighter for Words {}
impl Helper for Words {}
