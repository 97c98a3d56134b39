//! Answers as people and programs read them.

use std::process::ExitCode;

use dialect::SqlError;
use serde_json::{Map, Value, json};

use super::super::table::shown;
use super::{Answer, line};

/// How wide a column of a table is at most, in characters.
const WIDTH_MAX: usize = 60;

/// Prints a table, and below it how many rows and columns it has.
pub(super) fn table(answer: &Answer) {
    let names: Vec<String> = answer.columns.0.iter().map(|column| column.name.clone()).collect();
    let cells: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| row.iter().map(|value| cell(value.as_ref())).collect())
        .collect();
    let widths: Vec<usize> = (0..names.len())
        .map(|at| {
            let column = cells.iter().filter_map(|row| row.get(at)).chain(names.get(at));
            column.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let padded = |row: &[String]| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(at, (cell, width))| {
            let space = " ".repeat(width.saturating_sub(cell.chars().count()));
            if answer.is_plain(at) { format!("{space}{cell}") } else { format!("{cell}{space}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    line(padded(&names));
    line(widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  "));
    for row in &cells {
        line(padded(row));
    }
    line(format!("({}, {})", counted(cells.len(), "row"), counted(names.len(), "column")));
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Returns a cell of a table: nothing that a terminal acts on, and not too long.
fn cell(value: Option<&String>) -> String {
    let Some(text) = value else { return "null".to_owned() };
    let mut letters = text.chars();
    let short: String = letters.by_ref().take(WIDTH_MAX).collect();
    let more = if letters.next().is_some() { "…" } else { "" };
    format!("{}{more}", shown(&short))
}

/// Prints comma-separated values with a heading; null is an empty field.
pub(super) fn csv(answer: &Answer) {
    let names = answer.columns.0.iter().map(|column| Some(column.name.clone())).collect::<Vec<_>>();
    line(fields(&names));
    for row in &answer.rows {
        line(fields(row));
    }
}

fn fields(row: &[Option<String>]) -> String {
    let field = |cell: &Option<String>| match cell {
        Some(text) if text.is_empty() || text.contains([',', '"', '\n', '\r']) => {
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        Some(text) => text.clone(),
        None => String::new(),
    };
    row.iter().map(field).collect::<Vec<_>>().join(",")
}

/// Prints one JSON list of objects.
pub(super) fn json_list(answer: &Answer) {
    let rows = answer.rows.iter().map(|row| object(answer, row)).collect();
    line(serde_json::to_string_pretty(&Value::Array(rows)).expect("values are plain JSON"));
}

/// Prints one JSON object a line.
pub(super) fn json_lines(answer: &Answer) {
    for row in &answer.rows {
        line(object(answer, row));
    }
}

/// Prints one line: the columns and the rows, or what is wrong and where.
pub(super) fn for_programs(answer: &Result<Answer, SqlError>) -> ExitCode {
    match answer {
        Ok(answer) => {
            let columns: Vec<_> = answer.columns.0.iter().map(|column| &column.name).collect();
            let row = |row: &Vec<Option<String>>| {
                let cells = row.iter().enumerate();
                cells.map(|(at, cell)| value(answer, at, cell.as_deref())).collect::<Vec<_>>()
            };
            let rows: Vec<_> = answer.rows.iter().map(row).collect();
            line(json!({ "columns": columns, "rows": rows }));
            ExitCode::SUCCESS
        }
        Err(error) => {
            let SqlError { line: at, column, .. } = error;
            line(json!({ "error": error.to_string(), "line": at, "column": column }));
            ExitCode::FAILURE
        }
    }
}

fn value(answer: &Answer, at: usize, cell: Option<&str>) -> Value {
    match cell {
        None => Value::Null,
        // a number that JSON does not have, such as NaN, stays text
        Some(text) if answer.is_plain(at) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
        }
        Some(text) => Value::String(text.to_owned()),
    }
}

fn object(answer: &Answer, row: &[Option<String>]) -> Value {
    let columns = answer.columns.0.iter().zip(row).enumerate();
    let members: Map<_, _> = columns
        .map(|(at, (column, cell))| (column.name.clone(), value(answer, at, cell.as_deref())))
        .collect();
    Value::Object(members)
}
